"""Misconceptions that `dropout` and `channel_dropout` share: their right answers are written alike."""

# CANARY-5b0c2f6e-hidden-grader

from autograder.graders.lab2_learning import library

# Nothing drops in `torch.distributions`, and its Bernoulli is as good a coin as another.
_PACKAGES = [each for each in library.TAKEN["packages"] if each != "torch.distributions"]
TAKEN = {**library.TAKEN, "packages": _PACKAGES}


def usual(instead, unit, drawn):
    """Return misconceptions by name.

    Args:
        instead: What makes them of the item's right answer.
        unit: What is dropped, in a word.
        drawn: How one number is drawn for each, as it stands in the right answer.
    """
    return {
        "kept_not_scaled": instead(
            f"You drop the right share, and leave what is kept as it is. Divide each {unit} that is kept by 1 - p, so that the mean stays what it was.",
            {" / (1 - p)": ""},
        ),
        "multiplied_by_what_is_kept": instead(
            f"You multiply what is kept by 1 - p. Divide by it: fewer {unit}s are left, so each counts more.",
            {"/ (1 - p)": "* (1 - p)"},
        ),
        "divided_by_p": instead(
            "You divide what is kept by p. Divide it by 1 - p, the share that is kept.", {"/ (1 - p)": "/ p"}
        ),
        "kept_with_probability_p": instead(
            f"You keep each {unit} with probability p, and drop it with 1 - p. p is the probability to be dropped: turn the comparison round, or hand `bernoulli` 1 - p.",
            {">= p": "< p"},
        ),
        "p_as_the_share_kept": instead(
            "You take p for the probability to be kept, in the mask and in the division. Here, as in PyTorch, it is the probability to be dropped: keep with 1 - p, and divide by 1 - p.",
            {">= p": "< p", "/ (1 - p)": "/ p", "p == 1": "p == 0"},
        ),
        "kept_with_probability_p_and_not_scaled": instead(
            f"You keep each {unit} with probability p, and leave it as it is. p is the probability to be dropped, and what is kept is divided by 1 - p.",
            {">= p": "< p", " / (1 - p)": "", "p == 1": "p == 0"},
        ),
        "scaled_up_in_evaluation": instead(
            "You divide by 1 - p in evaluation as well. There nothing is dropped, so nothing makes up for it: the result is x.",
            {"return x\n    if p": "return x / (1 - p) if p < 1 else x\n    if p"},
        ),
        "divided_by_the_share_that_came": instead(
            f"You divide by the share of {unit}s that chance has kept this time. Divide by 1 - p, the share that is kept on the whole.",
            {"/ (1 - p)": "/ mask.double().mean().clamp(min=1e-9).to(x.dtype)"},
        ),
        "half_always_dropped": instead(
            f"You drop half of the {unit}s, whatever p is: `round`, or a comparison with 0.5. Compare the random numbers with p.",
            {">= p": ">= 0.5"},
        ),
        "dropped_in_evaluation_too": instead(
            "You drop in evaluation as well. With `training=False` the result is x.",
            {"    if not training:\n        return x\n": ""},
        ),
        "modes_swapped": instead(
            "You drop in evaluation and not in training. Turn the condition round.", {"if not training": "if training"}
        ),
        "dropped_by_default_in_evaluation": instead(
            "Without a third argument your function does not drop. `training` is True by default.",
            {"training=True": "training=False"},
        ),
        "seeded_in_the_function": instead(
            f"You seed the generator in the function, so each call drops the same {unit}s. Seed, if at all, once and outside.",
            {"    mask": "    torch.manual_seed(0)\n    mask"},
        ),
        "divided_by_zero_for_p_1": instead(
            "Everything is right but for p = 1, where you divide 0 by 0 and get `nan`. There the result is zeros: treat it by itself.",
            {"    if p == 1:\n        return x * 0\n": ""},
        ),
        "zeros_for_p_1_in_evaluation": instead(
            "Everything is right but for p = 1 in evaluation, where you return zeros. Ask for the mode first: with `training=False` the result is x, whatever p is.",
            {"    if not training:\n        return x\n    if p == 1:\n        return x * 0\n": "    if p == 1:\n        return x * 0\n    if not training:\n        return x\n"},
        ),
        "graph_cut": instead(
            "Your values are right, but no gradient reaches x: `.detach()`, `.data`, `torch.tensor` or NumPy cut its way. Multiply x itself with the mask.",
            {"x * mask": "x.detach() * mask"},
        ),
        "changed_in_place": instead(
            "You change the input itself. Make a new tensor: `x * mask`, or work on `x.clone()`.",
            {"return x * mask / (1 - p)": "x.data *= mask / (1 - p)\n    return x"},
        ),
        "double_precision_lost": instead(
            "Your result is float32 although the input is float64. Keep the input's dtype.",
            {"x * mask": "x.float() * mask"},
        ),
        "input_returned": instead(
            f"You return x as it is. In training, {unit}s are dropped at random: compare random numbers with p.",
            {"x * mask / (1 - p)": "x", "x * 0": "x"}, other_task=True,
        ),
        "nothing_dropped": instead(
            f"You divide by 1 - p, and drop nothing. Draw a random number for each {unit}: where it is smaller than p, the result is 0.",
            {"x * mask": "x"}, other_task=True,
        ),
        "one_draw_for_all": instead(
            f"You draw one number for the whole tensor: all is dropped, or nothing. Draw one for each {unit}, with `{drawn}`.",
            {drawn: "torch.rand(1)"},
        ),
        "normal_numbers_compared": instead(
            "You compare p with normal numbers (`randn`), which are larger than p with another probability. Take `torch.rand`, whose numbers lie between 0 and 1 evenly.",
            {"torch.rand(": "torch.randn("},
        ),
        "mask_returned": instead(
            "You return the mask. Multiply x with it, and divide by 1 - p.",
            {"x * mask / (1 - p)": "x * 0 + mask"}, other_task=True,
        ),
    }  # fmt: skip
