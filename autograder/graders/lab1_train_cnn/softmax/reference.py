"""Reference and misconceptions of `softmax`: exponentials divided by their sum along one axis."""

# CANARY-5b0c2f6e-hidden-grader

import torch

from autograder.graders.kit.changes import changes_of
from autograder.graders.lab1_train_cnn import softmaxes
from autograder.graders.lab1_train_cnn.library import TAKEN  # noqa: F401  (items under the from-scratch rule have it)
from autograder.grading.clues import rounded_to
from autograder.grading.misconceptions import misconception

LEAST_MISCONCEPTIONS = 10
USES = "log_softmax"


def answers(z, dim=-1):
    """Return what stand-ins give, whatever they are asked of `z`."""
    return softmaxes.of_each(z)


def reference(z, dim=-1):
    return torch.softmax(z.double(), dim=dim).to(z.dtype)


def clue(args, kwargs, got, expected):
    """Say what the values add up to."""
    dim = args[1] if len(args) > 1 else kwargs.get("dim", -1)
    if not isinstance(got, torch.Tensor) or got.shape != expected.shape:
        return ""
    if said := _stability(args[0], dim, got):
        return said
    if not bool(got.isfinite().all()) or rounded_to(got.double(), expected.double()) is not None:
        return ""  # which is told in general
    largest, wrong = args[0].amax(dim), ~torch.isclose(got, expected, rtol=1e-3, atol=1e-6).all(dim)
    if bool(wrong.any()) and float(largest[wrong].min()) > (700 if got.dtype == torch.float64 else 80):
        return "Your result is wrong where the scores are so large that their exponentials overflow. Replacing the infinities does not bring the numbers back: subtract the maximum along `dim` first."
    if torch.allclose(got.double(), expected.double(), rtol=5e-3, atol=1e-3 * float(expected.max())):
        return "Your values are near the right ones and less exact: compute in the dtype of `z`, and add nothing to the sum."
    sums = got.double().sum(dim)
    if abs(float(got.double().sum()) - 1) < 1e-4 and sums.numel() > 1:
        return "All your values together add up to 1. They should do so along `dim`, for each row apart: sum along `dim` only."
    for other in range(got.ndim):
        if other != dim % got.ndim and torch.allclose(
            got.double().sum(other), torch.ones(()).double(), atol=1e-4
        ):
            return f"Your values add up to 1 along axis {other}, not along `dim={dim}`. Use `dim` in the maximum and in the sum."
    if not torch.allclose(sums, torch.ones_like(sums), atol=1e-4):
        return f"Along `dim` your values add up to {float(sums.reshape(-1)[int((sums - 1).abs().argmax())]):.4g}, not to 1. Divide the exponentials by the sum of the very same exponentials along `dim`, with `keepdim=True`."
    return "Your values add up to 1 but are not exp(z) over the sum: look at what you do to z before the exponential."


def _stability(z, dim, got):
    """Say whether the inputs are cut off, or the nan of an overflow replaced, whatever the number."""
    for limit in (709, 700, 500, 200, *range(120, 0, -1)):  # where several agree, the largest
        for cut, place in ((z.clamp(max=limit), limit), (z.clamp(-limit, limit), f"±{limit}")):
            if not torch.equal(cut, z) and _same(_plain(cut, dim), got):
                return f"You cut the inputs off (at {place}, or near it), so different inputs become equal. Subtract the maximum along `dim` instead: then no exponential overflows."
    plain = _plain(z, dim)
    filled = got[plain.isnan()]
    if (
        len(filled)
        and bool((filled == filled[0]).all())
        and _same(plain[~plain.isnan()], got[~plain.isnan()])
    ):
        return f"Where the fraction is inf/inf or 0/0 you write {float(filled[0]):.3g} in place of nan. That hides the fault and gives wrong values: subtract the maximum along `dim` before the exponential."
    return ""


def _plain(z, dim):
    e = torch.exp(z)
    return e / e.sum(dim=dim, keepdim=True)


def _same(a, b):
    return bool(a.isfinite().all()) and torch.allclose(a.double(), b.double(), rtol=1e-4, atol=1e-7)


def softmax(z, dim=-1):
    e = torch.exp(z - z.amax(dim=dim, keepdim=True))
    return e / e.sum(dim=dim, keepdim=True)


instead = changes_of(softmax)


# --- the axis -----------------------------------------------------------------------------------------------

dim_ignored = instead(
    "You ignore `dim` and always use the last axis. Pass it on to the maximum and to the sum.",
    {"amax(dim=dim": "amax(dim=-1", "sum(dim=dim": "sum(dim=-1"},
)
always_axis_zero = instead(
    "You always normalise along axis 0. Pass `dim` on to the maximum and to the sum.",
    {"amax(dim=dim": "amax(dim=0", "sum(dim=dim": "sum(dim=0"},
)
always_axis_one = instead(
    "You always normalise along axis 1. Pass `dim` on to the maximum and to the sum.",
    {"amax(dim=dim": "amax(dim=1", "sum(dim=dim": "sum(dim=1"},
)
normalised_over_everything = instead(
    "You divide by the sum over the whole tensor. Sum along `dim` only.",
    {"amax(dim=dim, keepdim=True)": "max()", "sum(dim=dim, keepdim=True)": "sum()"},
)
sum_ignores_dim = instead(
    "You sum along the last axis whatever `dim` says. Pass `dim` on to the sum as well.",
    {"sum(dim=dim": "sum(dim=-1"},
)
sum_over_everything = instead(
    "You sum over the whole tensor below the fraction. Sum along `dim` only, with the axis kept.",
    {"sum(dim=dim, keepdim=True)": "sum()"},
)
keepdim_missing = instead(
    "You lose the axis in the sum, so the division pairs wrong rows or fails. Keep the axis with length 1.",
    {"sum(dim=dim, keepdim=True)": "sum(dim=dim)"},
)
keepdim_missing_in_the_maximum = instead(
    "You lose the axis in the maximum, so you subtract the wrong ones. Keep the axis with length 1.",
    {", keepdim=True))": "))"},
)


# --- stability ----------------------------------------------------------------------------------------------

maximum_not_subtracted = instead(
    "Your exponential overflows for large inputs. Subtract the maximum along `dim` first: the result is the same.",
    {"z - z.amax(dim=dim, keepdim=True)": "z"},
)
global_maximum = instead(
    "You subtract one maximum of the whole tensor. Rows far below it become 0/0: take the maximum along `dim`.",
    {"amax(dim=dim, keepdim=True)": "max()"},
)
maximum_ignores_dim = instead(
    "You subtract the maximum of the last axis whatever `dim` says. Take it along `dim`: elsewhere 0/0 appears.",
    {"amax(dim=dim": "amax(dim=-1"},
)
minimum_subtracted = instead(
    "You subtract the minimum, which makes the numbers larger still. Subtract the maximum.",
    {"amax": "amin"},
)
mean_subtracted = instead(
    "You subtract the mean, and the largest numbers still overflow. Subtract the maximum.",
    {"amax": "mean"},
)
largest_absolute_value_subtracted = instead(
    "You subtract more than the maximum where all inputs are far below zero (the largest absolute value, or 0 where that is larger), so nothing is left of them. Subtract the maximum itself.",
    {"amax": "abs().amax"},
)
logits_clamped = instead(
    "You cut large inputs off before the exponential, so different inputs become equal. Subtract the maximum.",
    {"z - z.amax(dim=dim, keepdim=True)": "z.clamp(-50, 50)"},
)
maximum_added = instead(
    "You add the maximum, so the exponential overflows sooner still. Subtract it: the largest exponent is then 0.",
    {"- z": "+ z"},
)
place_of_the_maximum_subtracted = instead(
    "You subtract the place of the maximum, not the maximum. `max` with a `dim` returns values and places: take `.values`.",
    {"amax": "argmax"},
)
values_and_places_subtracted = instead(
    "You subtract a pair: `max` with a `dim` returns values and places. Take `.values` of your result, or use `amax`.",
    {"amax": "max"},
)


@misconception(
    "You replace the NaN that comes from an overflow. The numbers behind it are lost: subtract the maximum first."
)
def overflow_papered_over(z, dim=-1):
    e = torch.exp(z)
    return torch.nan_to_num(e / e.sum(dim=dim, keepdim=True), nan=0.0)


@misconception(
    "You add a small number below the fraction but let the exponential overflow. Subtract the maximum instead."
)
def epsilon_instead_of_maximum(z, dim=-1):
    e = torch.exp(z)
    return e / (e.sum(dim=dim, keepdim=True) + 1e-8)


# --- the formula --------------------------------------------------------------------------------------------

divided_by_the_maximum = instead(
    "You divide by the maximum before the exponential. Subtract it: only that leaves softmax unchanged.",
    {"- z": "/ z"},
)
maximum_subtracted_once = instead(
    "You subtract the maximum below the fraction only. Use the same shifted exponentials above and below.",
    {"e /": "torch.exp(z) /"},
)
normalised_by_the_largest = instead(
    "You divide by the largest exponential. Divide by their sum, so that the results add up to 1.",
    {"e =": "return", "return e / e.sum(dim=dim, keepdim=True)": ""},
)
normalised_by_the_mean = instead(
    "You divide by the mean of the exponentials. Divide by their sum, so that the results add up to 1.",
    {"sum": "mean"},
)
normalised_by_the_length = instead(
    "You divide by the Euclidean length of the exponentials. Divide by their sum.",
    {"sum(dim=dim, keepdim=True)": "square().sum(dim=dim, keepdim=True).sqrt()"},
)
exponential_missing = instead(
    "You leave out the exponential and divide the inputs by their sum. Take the exponential first.",
    {"e = torch.exp(z - z.amax(dim=dim, keepdim=True))": "", "e / e": "z / z"},
    other_task=True,
)


@misconception(
    "You shift your inputs above zero and divide by their sum, but there is no exponential. Take exp of the shifted inputs first.",
    other_task=True,
)
def exponential_missing_behind_the_shift(z, dim=-1):
    shifted = z - z.amin(dim=dim, keepdim=True)
    return shifted / shifted.sum(dim=dim, keepdim=True)


sigmoids_normalised = instead(
    "You put a sigmoid where the exponential belongs, and divide by the sum. Divide exp(z) by the sum of exp(z).",
    {"e = torch.exp(z - z.amax(dim=dim, keepdim=True))": "s = torch.sigmoid(z)", "e / e": "s / s"},
    other_task=True,
)
absolute_values_for_exponentials = instead(
    "You use absolute values in place of exponentials. They lose the sign: take the exponential.",
    {"e = torch.exp(z - z.amax(dim=dim, keepdim=True))": "", "e / e": "z.abs() / z.abs()"},
    other_task=True,
)
squares_for_exponentials = instead(
    "You use squares in place of exponentials. They lose the sign: take the exponential.",
    {"e = torch.exp(z - z.amax(dim=dim, keepdim=True))": "", "e / e": "z.square() / z.square()"},
    other_task=True,
)
base_two = instead(
    "You raise 2 to the inputs. The base of softmax is e: use the natural exponential.",
    {"exp": "exp2"},
)
sign_reversed = instead(
    "Your largest input gets the smallest probability. Take the exponential of z, not of −z.",
    {"z - z.amax(dim=dim, keepdim=True)": "z.amin(dim=dim, keepdim=True) - z"},
)


@misconception(
    "You scale the inputs to 0 to 1 first. That changes the result: subtract the maximum, nothing else."
)
def inputs_rescaled(z, dim=-1):
    low, high = z.amin(dim=dim, keepdim=True), z.amax(dim=dim, keepdim=True)
    e = torch.exp((z - low) / (high - low))
    return e / e.sum(dim=dim, keepdim=True)


@misconception(
    "You apply a sigmoid to each input. Softmax makes the inputs along `dim` share one sum of 1.",
    other_task=True,
)
def sigmoid_instead(z, dim=-1):
    return torch.sigmoid(z)


logarithm_returned = instead(
    "You return the logarithm of the probabilities. Return the probabilities themselves.",
    {"e = torch.exp(z - z.amax(dim=dim, keepdim=True))": "", "e / e.sum(": "z - torch.logsumexp(z, "},
    other_task=True,
)


@misconception(
    "You give 1 to the largest input and 0 to the rest. Softmax gives each input a share.",
    other_task=True,
)
def hard_maximum(z, dim=-1):
    return (z == z.amax(dim=dim, keepdim=True)).to(z.dtype)


applied_twice = instead(
    "You apply softmax twice. Once is enough: the result already adds up to 1.",
    {"return": "e = torch.exp(e / e.sum(dim=dim, keepdim=True))\n    return"},
)


# --- dtype and input ----------------------------------------------------------------------------------------

double_precision_lost = instead(
    "Your result is float32 although the input is float64. Keep the input's dtype.",
    {
        "e = torch.exp(z - z.amax(dim=dim, keepdim=True))": "z = z - z.amax(dim=dim, keepdim=True)",
        "return": "e = torch.exp(z.float())\n    return",
    },
)
input_changed_in_place = instead(
    "Your result is right, but you change the input: `-=` works in place. Make a new tensor.",
    {
        "e = torch.exp(z - z.amax(dim=dim, keepdim=True))": "z -= z.amax(dim=dim, keepdim=True)",
        "return": "e = torch.exp(z)\n    return",
    },
)
