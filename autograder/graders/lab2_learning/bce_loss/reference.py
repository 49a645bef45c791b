"""Reference and misconceptions of `bce_loss`: binary cross entropy of probabilities, its logarithms cut off at -100."""

# CANARY-5b0c2f6e-hidden-grader

import torch

from autograder.graders.kit.changes import changes_of
from autograder.graders.lab2_learning.library import TAKEN  # noqa: F401  (items under the from-scratch rule have it)
from autograder.graders.lab2_learning.losses import common, told_by


def terms(probabilities, targets):
    """Return each element's loss, in double precision."""
    p, t = probabilities.double(), targets.double()
    return -(t * p.log().clamp(min=-100) + (1 - t) * (-p).log1p().clamp(min=-100))


def reference(probabilities, targets):
    return terms(probabilities, targets).mean().to(probabilities.dtype)


def scale(probabilities, targets):
    """Return the size of what is summed: the largest loss of an element, and at least 1."""
    return terms(probabilities, targets).max().clamp(min=1)


def clue(args, kwargs, got, expected):
    """Say which mistake gives this loss, or where its logarithms are cut off."""
    p, t = args[0].double(), args[1].double()
    if not torch.as_tensor(got).isfinite().all() and bool(((p > 0) & (p < 1)).all()):
        return "You take a logarithm of something negative or of 0, though all probabilities lie between 0 and 1: the two logarithms are log(p) and log(1 − p)."
    if not torch.as_tensor(got).isfinite().all():
        return "A logarithm of 0 is minus infinity, and 0 times infinity is nan. Cut both logarithms off at -100: `clamp(min=-100)`."
    each, meant = terms(p, t), float(expected)
    n, ones, right = len(each), float(t.sum()), torch.where(t > 0.5, p, 1 - p)
    mistakes = {
        meant / 2: "You halve the loss. Of the two terms one is zero: divide by the number of elements only.",
        float((each[t > 0.5].mean() + each[t < 0.5].mean()) / 2): "You average ones and zeros apart, and then the two. Take one mean over all elements.",
        float(-(t * p.log() + (1 + t) * (1 - p).log()).mean()): "You weigh log(1 − p) by 1 + t. Its weight is 1 − t.",
        float(((p > 0.5) != (t > 0.5)).double().mean()): "You count wrong answers. The loss of an element is minus the logarithm of its right probability.",
        0.0: "Your loss is 0: are the logarithms cut off at 0, where nothing is left of them? They are to be at least -100: `clamp(min=-100)`.",
        meant * n / max(ones, 1): "You divide by the number of ones. Divide by the number of all elements.",
        float(each[t > 0.5].mean()): "You average over the elements of target 1 only. Those of target 0 count too, with log(1 − p).",
        float(each[t < 0.5].mean()): "You average over the elements of target 0 only. Those of target 1 count too, with log p.",
        float(each[t > 0.5].mean() + each[t < 0.5].mean()): "You average ones and zeros apart and add the two. Take one mean over all elements.",
        float((p - t).square().mean()): "You compute a squared error. Binary cross entropy is minus the logarithm of the right probability.",
        float(terms(p.round(), t).mean()): "You round the probabilities to 0 and 1 first. The loss sees how sure they are: take them as they are.",
        float((each * (2 * t - 1)).mean()): "You subtract the two terms. Add them: for each element one of them is zero.",
        float(-(t * p.log() + (1 - t) * (1 - p.log())).mean()): "You take 1 − log p. It is the logarithm of 1 − p: subtract inside.",
        **dict.fromkeys((float(1 - right.mean()), float(-right.mean())), "You leave out the logarithm. The loss of an element is minus the logarithm of its right probability."),
        float((each * (each < 100)).mean()): "You leave out what is not finite. A sure mistake costs 100: cut both logarithms off at -100.",
        float(-(t * (p * (1 - p)).log()).mean()): "You weigh both logarithms by t. The second, log(1 − p), is weighed by 1 − t.",
        float(-(p * (1 - p)).log().mean()): "You leave out the weights: for each element only one logarithm counts, log p where t is 1 and log(1 − p) where it is 0.",
        float(-right.mean().log()): "You average the probabilities and take the logarithm last. Take the logarithms first.",
        float(-(t * p.log() + (1 - t) * p.log1p()).mean()): "You take log(1 + p). It is the logarithm of 1 − p.",
        float(-p.log().mean()): "You take log p for every element. Where the target is 0, it is log(1 − p).",
        -100.0: "You cut the logarithms off at the wrong end, or with the wrong sign: they are to be at least -100.",
        **{float(-right.log().clamp(min=-low).mean()): f"You cut the logarithms off at -{low}. The limit is -100, as in PyTorch." for low in (*range(1, 100), 200, 500, 1000)},
        100.0: "You cut the logarithms off at the wrong end: `clamp(min=-100)`, not `max`." if float(each.max()) < 100 else "You cut off the loss of all elements together. The limit of -100 is on each logarithm: `clamp(min=-100)` before the mean.",
    }  # fmt: skip
    for tiny in (10.0**-i for i in range(2, 40)):
        for held, how in ((right.clamp(tiny, 1 - tiny), "hold probabilities above"), (right + tiny, "add to probabilities")):  # fmt: skip
            mistakes[float(-held.log().mean())] = f"You {how} {tiny:g} before the logarithm, which changes the loss. Cut the logarithms off at -100 instead, as PyTorch does."  # fmt: skip
    return told_by(got, expected, mistakes, each, "element")


def bce_loss(probabilities, targets):
    log_p = torch.log(probabilities).clamp(min=-100)
    log_rest = torch.log(1 - probabilities).clamp(min=-100)
    return -(targets * log_p + (1 - targets) * log_rest).mean()


instead = changes_of(bce_loss)
ONE_FOR_EACH = "You return one loss for each element. Take their mean: the result is one number."
globals().update(common(instead, "bce_loss", ONE_FOR_EACH))  # where `of_module` reads them
LOG_P, LOG_REST = "torch.log(probabilities).clamp(min=-100)", "torch.log(1 - probabilities).clamp(min=-100)"
TERMS = "(targets * log_p + (1 - targets) * log_rest)"

sum_instead_of_mean = instead("You add the losses up. Take their mean.", {"mean": "sum"})
only_the_ones = instead(
    "You count the elements of target 1 only. Those of target 0 have their own term: (1 − t) log(1 − p).",
    {" + (1 - targets) * log_rest": ""},
)
only_the_zeros = instead(
    "You count the elements of target 0 only. Those of target 1 have their own term: t log p.",
    {"targets * log_p + ": ""},
)
targets_exchanged = instead(
    "Your targets are exchanged: log p goes with t, and log(1 − p) with 1 − t.",
    {"log_p + (1 - targets) * log_rest": "log_rest + (1 - targets) * log_p"},
)
arguments_exchanged = instead(
    "You take the logarithms of the targets. They are of the probabilities; the targets are the weights before them.",
    {
        "torch.log(probabilities)": "torch.log(targets)",
        "torch.log(1 - probabilities)": "torch.log(1 - targets)",
        "targets * log_p + (1 - targets)": "probabilities * log_p + (1 - probabilities)",
    },
)
sigmoid_applied = instead(
    "You apply a sigmoid. The function is given probabilities already: take their logarithms.",
    {"log_p = torch": "probabilities = torch.sigmoid(probabilities)\n    log_p = torch"},
)
not_cut_off = instead(
    "Your loss is not finite where a probability is 0 or 1. Cut both logarithms off at -100: `clamp(min=-100)`.",
    {LOG_P: "torch.log(probabilities)", LOG_REST: "torch.log(1 - probabilities)"},
)
only_the_first_cut_off = instead(
    "You cut off log p only, and log(1 − p) is minus infinity where p is 1. Cut off both at -100.",
    {LOG_REST: "torch.log(1 - probabilities)"},
)
only_the_second_cut_off = instead(
    "You cut off log(1 − p) only, and log p is minus infinity where p is 0. Cut off both at -100.",
    {LOG_P: "torch.log(probabilities)"},
)
nan_replaced = instead(
    "You replace what is not finite by numbers of PyTorch's choice, the smallest that there is among them. Cut both logarithms off at -100.",
    {
        LOG_P: "torch.log(probabilities)",
        LOG_REST: "torch.log(1 - probabilities)",
        f"-{TERMS}": f"-torch.nan_to_num{TERMS}",
    },
)
small_number_added = instead(
    "You add 1e-8 before the logarithm, so that no loss is above 18.4. The logarithms are cut off at -100.",
    {LOG_P: "torch.log(probabilities + 1e-8)", LOG_REST: "torch.log(1 - probabilities + 1e-8)"},
)
logarithm_of_python = instead(
    "You give a tensor to Python's `math.log`, which takes one number. Use `torch.log`, which takes them all.",
    {LOG_P: "math.log(probabilities)", LOG_REST: "math.log(1 - probabilities)"},
)
logarithm_of_python_of_zero = instead(
    "Python's `math.log` has no logarithm of 0: it raises an error. Where the number is 0, its logarithm counts as -100: treat that case apart, or use `torch.log` with `clamp(min=-100)`.",
    {
        LOG_P: "torch.tensor([*map(math.log, probabilities)])",
        LOG_REST: "torch.tensor([*map(math.log, 1 - probabilities)])",
    },
)
input_changed_in_place = instead(
    "Your loss is right, but you change the probabilities: a method that ends in `_` works in place.",
    {"torch.log(1 - probabilities)": "torch.log(probabilities.neg_().add_(1))"},
)
