"""Reference and misconceptions of `log_softmax`: the logarithm of softmax, without ever taking softmax."""

# CANARY-5b0c2f6e-hidden-grader

import math

import torch

from autograder.graders.kit.changes import changes_of
from autograder.graders.lab1_train_cnn import softmaxes
from autograder.graders.lab1_train_cnn.library import TAKEN  # noqa: F401  (items under the from-scratch rule have it)
from autograder.grading.misconceptions import misconception

USES = "softmax"


def answers(z, dim=-1):
    """Return what stand-ins give, whatever they are asked of `z`."""
    return softmaxes.of_each(z)


def reference(z, dim=-1):
    return torch.log_softmax(z.double(), dim=dim).to(z.dtype)


def scale(z, dim=-1):
    """Return the size of what is subtracted from what: the largest input along `dim`, and at least 1."""
    return z.abs().amax(dim=dim, keepdim=True).clamp(min=1) + torch.zeros_like(z)


def clue(args, kwargs, got, expected):
    """Say whether the values have a floor that the right ones have not."""
    if not isinstance(got, torch.Tensor) or got.shape != expected.shape:
        return ""
    floor, mine, theirs = float(got.min()), got.double(), expected.double()
    higher = theirs > floor + 4
    if (
        math.isfinite(floor)
        and -60 < floor < -5
        and float(theirs.min()) < floor - 0.05
        and bool(higher.any())
        and torch.allclose(mine[higher], theirs[higher], rtol=1e-3, atol=0.05)
        and bool((mine >= theirs - 1e-3).all())
    ):
        return f"Your smallest value is {floor:.3g}, about log({math.exp(floor):.0e}): a small number is added, or a limit set, before the logarithm. Never take softmax on the way: subtract the logarithm of the sum of exponentials."
    lower = (got.double() - expected.double()).isfinite().all() and bool((got > 1e-6).any())
    return "Some of your values are above 0, but the logarithm of a probability never is." if lower else ""


def log_softmax(z, dim=-1):
    return z - torch.logsumexp(z, dim=dim, keepdim=True)


def in_steps(z, dim=-1):
    z = z - z.amax(dim=dim, keepdim=True)
    return z - torch.log(torch.exp(z).sum(dim=dim, keepdim=True))


instead = changes_of(log_softmax)
instead_in_steps = changes_of(in_steps)


@misconception(
    "You take the logarithm of softmax. Small probabilities round to 0, and log 0 is −∞: subtract the logarithm of the sum from the shifted input instead."
)
def logarithm_of_softmax(z, dim=-1):
    e = torch.exp(z - z.amax(dim=dim, keepdim=True))
    return torch.log(e / e.sum(dim=dim, keepdim=True))


logarithm_of_unstable_softmax = instead(
    "You take the logarithm of a softmax whose exponential overflows. Shift by the maximum, and subtract the logarithm of the sum in place of dividing.",
    {
        "return z - torch.logsumexp(z, dim=dim, keepdim=True": "e = torch.exp(z)\n    return torch.log(e / e.sum(dim=dim, keepdim=True)",
    },
)


@misconception(
    "You add a small number to softmax before the logarithm. That hides −∞ but gives wrong values: never take softmax on the way."
)
def epsilon_in_the_logarithm(z, dim=-1):
    e = torch.exp(z - z.amax(dim=dim, keepdim=True))
    return torch.log(e / e.sum(dim=dim, keepdim=True) + 1e-12)


@misconception(
    "You add 1e-8 to softmax before the logarithm, so no value can fall below −18. Never take softmax on the way."
)
def larger_epsilon_in_the_logarithm(z, dim=-1):
    e = torch.exp(z - z.amax(dim=dim, keepdim=True))
    return torch.log(e / e.sum(dim=dim, keepdim=True) + 1e-8)


@misconception("You cut small probabilities off before the logarithm. Never take softmax on the way.")
def probabilities_clamped(z, dim=-1):
    e = torch.exp(z - z.amax(dim=dim, keepdim=True))
    return torch.log((e / e.sum(dim=dim, keepdim=True)).clamp(min=1e-7))


maximum_not_subtracted = instead_in_steps(
    "Your exponential overflows for large inputs. Subtract the maximum along `dim` first.",
    {"z = z - z.amax(dim=dim, keepdim=True)": ""},
)
global_maximum = instead_in_steps(
    "You subtract one maximum of the whole tensor. Rows far below it lose everything: take the maximum along `dim`.",
    {"amax(dim=dim, keepdim=True)": "max()"},
)
minimum_subtracted = instead_in_steps(
    "You subtract the minimum, which makes the numbers larger still. Subtract the maximum.",
    {"amax": "amin"},
)
maximum_not_added_back = instead_in_steps(
    "Inside the sum you subtract the maximum once more than outside. Subtract it in both places alike, or add it back to the logarithm.",
    {"z = z - z.amax(dim=dim, keepdim=True)": "", "(z)": "(z - z.amax(dim=dim, keepdim=True))"},
)
sum_forgotten = instead(
    "You only subtract the maximum. The logarithm of the sum of exponentials has to go as well.",
    {"torch.logsumexp(z, dim": "z.amax(dim"},
)
sum_added = instead_in_steps(
    "You add the logarithm of the sum. A division becomes a subtraction: take it away.",
    {"- torch": "+ torch"},
)
divided_by_the_logarithm = instead_in_steps(
    "You divide by the logarithm of the sum. The logarithm of a quotient is a difference: subtract it.",
    {"- torch": "/ torch"},
)
logarithm_of_the_sum_missing = instead_in_steps(
    "You subtract the sum itself. Subtract its logarithm.",
    {"log(torch.exp(z).sum(dim=dim, keepdim=True))": "exp(z).sum(dim=dim, keepdim=True)"},
)
mean_of_the_exponentials = instead_in_steps(
    "You use the mean of the exponentials. Use their sum.",
    {"sum": "mean"},
)
dim_ignored = instead(
    "You ignore `dim` and always use the last axis. Pass it on to the maximum and to the sum.",
    {"dim,": "-1,"},
)
always_axis_zero = instead(
    "You always use axis 0. Pass `dim` on to the maximum and to the sum.",
    {"dim,": "0,"},
)
always_axis_one = instead(
    "You always use axis 1. Pass `dim` on to the maximum and to the sum.",
    {"dim,": "1,"},
)
normalised_over_everything = instead(
    "You sum over the whole tensor. Sum along `dim` only.",
    {", dim=dim, keepdim=True": ".flatten(), dim=0"},
)
keepdim_missing = instead(
    "You lose the axis in the sum, so the subtraction pairs wrong rows or fails. Keep the axis with length 1.",
    {", keepdim=True": ""},
)
sign_reversed = instead(
    "You return the negative of it. The logarithm of a probability is never above zero.",
    {"z - torch.logsumexp(z, dim=dim, keepdim=True)": "torch.logsumexp(z, dim=dim, keepdim=True) - z"},
)


@misconception("You use the logarithm to base 2. Use the natural one, which undoes the exponential.")
def base_two(z, dim=-1):
    return (z - torch.logsumexp(z, dim=dim, keepdim=True)) / math.log(2)


@misconception("You use the logarithm to base 10. Use the natural one, which undoes the exponential.")
def base_ten(z, dim=-1):
    return (z - torch.logsumexp(z, dim=dim, keepdim=True)) / math.log(10)


base_ten_in_the_sum = instead_in_steps(
    "Your logarithm of the sum is to base 10. Use the natural one, `torch.log`: only it undoes `exp`.",
    {"log": "log10"},
)
base_two_in_the_sum = instead_in_steps(
    "Your logarithm of the sum is to base 2. Use the natural one, `torch.log`: only it undoes `exp`.",
    {"log": "log2"},
)
place_of_the_maximum_subtracted = instead_in_steps(
    "You subtract the place of the maximum, not the maximum. `max` with a `dim` returns values and places: take `.values`.",
    {"amax": "argmax"},
)
values_and_places_subtracted = instead_in_steps(
    "You subtract a pair: `max` with a `dim` returns values and places. Take `.values` of your result, or use `amax`.",
    {"amax": "max"},
)


@misconception(
    "You return the probabilities. Return their logarithms.",
    other_task=True,
)
def probabilities_returned(z, dim=-1):
    return torch.exp(z - torch.logsumexp(z, dim=dim, keepdim=True))


normaliser_returned = instead(
    "You return the logarithm of the sum alone. Subtract it from each input.",
    {"z - torch": "torch"},
    other_task=True,
)


@misconception("Your result is float32 although the input is float64. Keep the input's dtype.")
def double_precision_lost(z, dim=-1):
    return (z - torch.logsumexp(z, dim=dim, keepdim=True)).float()


input_changed_in_place = instead_in_steps(
    "Your result is right, but you change the input: `-=` works in place. Make a new tensor.",
    {"= z -": "-="},
)
zero_or_the_maximum_subtracted = instead_in_steps(
    "You subtract more than the maximum where all inputs are far below zero (0 where that is larger, or the largest absolute value), so nothing is left of them. Subtract the maximum itself.",
    {"amax(dim=dim, keepdim=True)": "amax(dim=dim, keepdim=True).clamp(min=0)"},
)
