"""Reference and misconceptions of `dropout`: each element is zero with probability p, else divided by 1 − p."""

# CANARY-5b0c2f6e-hidden-grader

import torch

from autograder.graders.kit.changes import changes_of
from autograder.graders.lab2_learning.library import TAKEN  # noqa: F401  (items under the from-scratch rule have it)
from autograder.grading.misconceptions import misconception

LEAST_MISCONCEPTIONS = 15


def dropout(x, p=0.5, training=True):
    if not training:
        return x
    if p == 1:
        return x * 0
    mask = torch.rand(x.shape) >= p
    return x * mask / (1 - p)


reference = dropout
instead = changes_of(dropout)

kept_not_scaled = instead(
    "You drop the right share, and leave the others as they are. Divide what is kept by 1 - p, so that the mean stays what it was.",
    {" / (1 - p)": ""},
)
multiplied_by_what_is_kept = instead(
    "You multiply what is kept by 1 - p. Divide by it: fewer are left, so each counts more.",
    {"/ (1 - p)": "* (1 - p)"},
)
divided_by_p = instead(
    "You divide what is kept by p. Divide it by 1 - p, the share that is kept.", {"/ (1 - p)": "/ p"}
)
multiplied_by_p = instead(
    "You multiply what is kept by p. Divide it by 1 - p, the share that is kept.", {"/ (1 - p)": "* p"}
)
kept_with_probability_p = instead(
    "You keep an element with probability p, and drop it with 1 - p. p is the probability to be dropped: turn the comparison round.",
    {">= p": "< p"},
)
p_as_the_share_kept = instead(
    "You take p for the probability to be kept, in the mask and in the division. Here, as in PyTorch, it is the probability to be dropped: keep with 1 - p, and divide by 1 - p.",
    {">= p": "< p", "/ (1 - p)": "/ p", "p == 1": "p == 0"},
)
half_always_dropped = instead(
    "You drop half of the elements, whatever p is: `round`, or a comparison with 0.5. Compare the random numbers with p.",
    {">= p": ">= 0.5"},
)
normal_numbers_compared = instead(
    "You compare p with normal numbers (`randn`), which are larger than p with another probability. Take `torch.rand`, whose numbers lie between 0 and 1 evenly.",
    {"torch.rand(": "torch.randn("},
)
random_factors = instead(
    "You multiply each element with a random number. Compare the random numbers with p: what is kept is kept whole, what is dropped is 0.",
    {"torch.rand(x.shape) >= p": "torch.rand(x.shape)"},
)
dropped_in_evaluation_too = instead(
    "You drop in evaluation as well. With `training=False` the result is x.",
    {"    if not training:\n        return x\n": ""},
)
modes_swapped = instead(
    "You drop in evaluation and not in training. Turn the condition round.",
    {"if not training": "if training"},
)
scaled_in_evaluation = instead(
    "You multiply by 1 - p in evaluation. What is kept was divided by 1 - p in training already, so that evaluation has nothing to do: it returns x.",
    {"return x\n    if p": "return x * (1 - p)\n    if p"},
)
scaled_in_evaluation_instead = instead(
    "You scale in evaluation in place of training, as dropout was first written. Here the kept elements are divided by 1 - p in training, and evaluation returns x.",
    {"return x\n    if p": "return x * (1 - p)\n    if p", " / (1 - p)": ""},
)
one_draw_for_all = instead(
    "You draw one number for the whole tensor: all is dropped, or nothing. Draw one for each element, with `torch.rand(x.shape)`.",
    {"torch.rand(x.shape)": "torch.rand(1)"},
)
one_mask_for_all_rows = instead(
    "You draw one mask, and use it for all rows. Each element is drawn by itself: `torch.rand(x.shape)`.",
    {"rand(x.shape)": "rand(x.shape[-1])"},
)
one_mask_for_all_samples = instead(
    "You draw one mask for one sample, and use it for all samples of the batch. Each element is drawn by itself: `torch.rand(x.shape)`.",
    {"rand(x.shape)": "rand(x.shape[1:])"},
)
whole_rows_dropped = instead(
    "You drop or keep a whole row. Each element is drawn by itself: `torch.rand(x.shape)`.",
    {"rand(x.shape)": "rand(x.shape[:-1]).unsqueeze(-1)"},
)
whole_samples_dropped = instead(
    "You drop or keep a whole sample of the batch. Each element is drawn by itself: `torch.rand(x.shape)`.",
    {"rand(x.shape)": "rand(len(x), *[1] * (x.dim() - 1))"},
)
seeded_in_the_function = instead(
    "You seed the generator in the function, so each call drops the same elements. Seed, if at all, once and outside.",
    {"    mask": "    torch.manual_seed(0)\n    mask"},
)
exact_number_dropped = instead(
    "You drop an exact number of elements, a share p of a shuffled list. Each element is drawn for itself, so the number varies from call to call.",
    {"torch.rand(x.shape) >= p": "(torch.randperm(x.numel()) >= round(p * x.numel())).reshape(x.shape)"},
)
smallest_dropped = instead(
    "You drop the smallest values. Chance decides, and not the value: compare random numbers with p.",
    {"torch.rand(x.shape) >= p": "x.abs() >= x.abs().quantile(p)"},
)
first_ones_dropped = instead(
    "You drop the first elements, the same share in each call. Chance decides, and not the place: compare random numbers with p.",
    {"torch.rand(x.shape) >= p": "(torch.arange(x.numel()) >= p * x.numel()).reshape(x.shape)"},
)
divided_by_zero_for_p_1 = instead(
    "Everything is right but for p = 1, where you divide 0 by 0 and get `nan`. There the result is zeros: treat it by itself.",
    {"    if p == 1:\n        return x * 0\n": ""},
)
graph_cut = instead(
    "Your values are right, but no gradient reaches x: `.detach()`, `.data`, `torch.tensor` or NumPy cut its way. Multiply x itself with the mask.",
    {"x * mask": "x.detach() * mask"},
)
changed_in_place = instead(
    "You change the input itself. Make a new tensor: `x * mask`, or work on `x.clone()`.",
    {"return x * mask / (1 - p)": "x.data *= mask / (1 - p)\n    return x"},
)
double_precision_lost = instead(
    "Your result is float32 although the input is float64. Keep the input's dtype.",
    {"x * mask": "x.float() * mask"},
)
double_precision_made = instead(
    "Your result is float64 although the input is float32: a mask of float64, as NumPy draws them, does that. Use a mask of True and False, or turn it into x's dtype.",
    {"* mask": "* mask.double()"},
)
dropped_by_default_in_evaluation = instead(
    "Without a third argument your function does not drop. `training` is True by default.",
    {"training=True": "training=False"},
)
mask_in_an_if = instead(
    "An `if` cannot ask a whole tensor. Multiply with the mask, or choose by `torch.where`: each element decides for itself.",
    {"return x * mask / (1 - p)": "return x / (1 - p) if mask else x * 0"},
)
two_axes_only = instead(
    "You draw for two axes only, and a tensor may have any number. `torch.rand(x.shape)` has as many as x.",
    {"rand(x.shape)": "rand(x.shape[0], x.shape[1])"},
)


@misconception("You return the mask. Multiply x with it, and divide by 1 - p.", other_task=True)
def mask_returned(x, p=0.5, training=True):
    if not training:
        return x
    return (torch.rand(x.shape) >= p).to(x.dtype)


@misconception(
    "You return x as it is. In training, elements are dropped at random: compare random numbers with p.",
    other_task=True,
)
def input_returned(x, p=0.5, training=True):
    return x


@misconception(
    "You divide by 1 - p, and drop nothing. Draw a random number for each element: where it is smaller than p, the result is 0.",
    other_task=True,
)
def nothing_dropped(x, p=0.5, training=True):
    return x / (1 - p) if training and p < 1 else x
