"""Reference and misconceptions of `softmax`: exponentials divided by their sum along one axis."""

# CANARY-5b0c2f6e-hidden-grader

import torch

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
        return (
            "Your result is wrong where the scores are so large that their exponentials overflow. Replacing the infinities does "
            "not bring the numbers back: subtract the maximum along `dim` first."
        )
    if torch.allclose(got.double(), expected.double(), rtol=5e-3, atol=1e-3 * float(expected.max())):
        return "Your values are near the right ones and less exact: compute in the dtype of `z`, and add nothing to the sum."
    sums = got.double().sum(dim)
    if abs(float(got.double().sum()) - 1) < 1e-4 and sums.numel() > 1:
        return (
            "All your values together add up to 1. They should do so along `dim`, for each row apart: sum "
            "along `dim` only."
        )
    for other in range(got.ndim):
        if other != dim % got.ndim and torch.allclose(
            got.double().sum(other), torch.ones(()).double(), atol=1e-4
        ):
            return (
                f"Your values add up to 1 along axis {other}, not along `dim={dim}`. Use `dim` in the "
                "maximum and in the sum."
            )
    if not torch.allclose(sums, torch.ones_like(sums), atol=1e-4):
        return (
            f"Along `dim` your values add up to {float(sums.reshape(-1)[int((sums - 1).abs().argmax())]):.4g}, not to 1. Divide the "
            "exponentials by the sum of the "
            "very same exponentials along `dim`, with `keepdim=True`."
        )
    return "Your values add up to 1 but are not exp(z) over the sum: look at what you do to z before the exponential."


def _stability(z, dim, got):
    """Say whether the inputs are cut off, or the nan of an overflow replaced, whatever the number."""
    for limit in (709, 700, 500, 200, *range(120, 0, -1)):  # where several agree, the largest
        for cut, place in ((z.clamp(max=limit), limit), (z.clamp(-limit, limit), f"±{limit}")):
            if not torch.equal(cut, z) and _same(_plain(cut, dim), got):
                return (
                    f"You cut the inputs off (at {place}, or near it), so different inputs become equal. "
                    "Subtract the maximum along `dim` instead: then no exponential overflows."
                )
    plain = _plain(z, dim)
    filled = got[plain.isnan()]
    if (
        len(filled)
        and bool((filled == filled[0]).all())
        and _same(plain[~plain.isnan()], got[~plain.isnan()])
    ):
        return (
            f"Where the fraction is inf/inf or 0/0 you write {float(filled[0]):.3g} in place of nan. That hides the "
            "fault and gives wrong values: subtract the maximum along `dim` before the exponential."
        )
    return ""


def _plain(z, dim):
    e = torch.exp(z)
    return e / e.sum(dim=dim, keepdim=True)


def _same(a, b):
    return bool(a.isfinite().all()) and torch.allclose(a.double(), b.double(), rtol=1e-4, atol=1e-7)


# --- the axis -----------------------------------------------------------------------------------------------


@misconception("You ignore `dim` and always use the last axis. Pass it on to the maximum and to the sum.")
def dim_ignored(z, dim=-1):
    e = torch.exp(z - z.amax(dim=-1, keepdim=True))
    return e / e.sum(dim=-1, keepdim=True)


@misconception("You always normalise along axis 0. Pass `dim` on to the maximum and to the sum.")
def always_axis_zero(z, dim=-1):
    e = torch.exp(z - z.amax(dim=0, keepdim=True))
    return e / e.sum(dim=0, keepdim=True)


@misconception("You always normalise along axis 1. Pass `dim` on to the maximum and to the sum.")
def always_axis_one(z, dim=-1):
    e = torch.exp(z - z.amax(dim=1, keepdim=True))
    return e / e.sum(dim=1, keepdim=True)


@misconception("You divide by the sum over the whole tensor. Sum along `dim` only.")
def normalised_over_everything(z, dim=-1):
    e = torch.exp(z - z.max())
    return e / e.sum()


@misconception("You sum along the last axis whatever `dim` says. Pass `dim` on to the sum as well.")
def sum_ignores_dim(z, dim=-1):
    e = torch.exp(z - z.amax(dim=dim, keepdim=True))
    return e / e.sum(dim=-1, keepdim=True)


@misconception("You sum over the whole tensor below the fraction. Sum along `dim` only, with the axis kept.")
def sum_over_everything(z, dim=-1):
    e = torch.exp(z - z.amax(dim=dim, keepdim=True))
    return e / e.sum()


@misconception(
    "You lose the axis in the sum, so the division pairs wrong rows or fails. Keep the axis with length 1."
)
def keepdim_missing(z, dim=-1):
    e = torch.exp(z - z.amax(dim=dim, keepdim=True))
    return e / e.sum(dim=dim)


@misconception(
    "You lose the axis in the maximum, so you subtract the wrong ones. Keep the axis with length 1."
)
def keepdim_missing_in_the_maximum(z, dim=-1):
    e = torch.exp(z - z.amax(dim=dim))
    return e / e.sum(dim=dim, keepdim=True)


# --- stability ----------------------------------------------------------------------------------------------


@misconception(
    "Your exponential overflows for large inputs. Subtract the maximum along `dim` first: the result is the "
    "same."
)
def maximum_not_subtracted(z, dim=-1):
    e = torch.exp(z)
    return e / e.sum(dim=dim, keepdim=True)


@misconception(
    "You subtract one maximum of the whole tensor. Rows far below it become 0/0: take the maximum along "
    "`dim`."
)
def global_maximum(z, dim=-1):
    e = torch.exp(z - z.max())
    return e / e.sum(dim=dim, keepdim=True)


@misconception(
    "You subtract the maximum of the last axis whatever `dim` says. Take it along `dim`: elsewhere 0/0 "
    "appears."
)
def maximum_ignores_dim(z, dim=-1):
    e = torch.exp(z - z.amax(dim=-1, keepdim=True))
    return e / e.sum(dim=dim, keepdim=True)


@misconception("You subtract the minimum, which makes the numbers larger still. Subtract the maximum.")
def minimum_subtracted(z, dim=-1):
    e = torch.exp(z - z.amin(dim=dim, keepdim=True))
    return e / e.sum(dim=dim, keepdim=True)


@misconception("You subtract the mean, and the largest numbers still overflow. Subtract the maximum.")
def mean_subtracted(z, dim=-1):
    e = torch.exp(z - z.mean(dim=dim, keepdim=True))
    return e / e.sum(dim=dim, keepdim=True)


@misconception(
    "You subtract more than the maximum where all inputs are far below zero (the largest absolute value, or 0 where "
    "that is larger), so nothing is left of them. Subtract the maximum itself."
)
def largest_absolute_value_subtracted(z, dim=-1):
    e = torch.exp(z - z.abs().amax(dim=dim, keepdim=True))
    return e / e.sum(dim=dim, keepdim=True)


@misconception(
    "You cut large inputs off before the exponential, so different inputs become equal. Subtract the maximum."
)
def logits_clamped(z, dim=-1):
    e = torch.exp(z.clamp(-50, 50))
    return e / e.sum(dim=dim, keepdim=True)


@misconception(
    "You add the maximum, so the exponential overflows sooner still. Subtract it: the largest exponent is "
    "then 0."
)
def maximum_added(z, dim=-1):
    e = torch.exp(z + z.amax(dim=dim, keepdim=True))
    return e / e.sum(dim=dim, keepdim=True)


@misconception(
    "You subtract the place of the maximum, not the maximum. `max` with a `dim` returns values and places: "
    "take `.values`."
)
def place_of_the_maximum_subtracted(z, dim=-1):
    e = torch.exp(z - z.argmax(dim=dim, keepdim=True))
    return e / e.sum(dim=dim, keepdim=True)


@misconception(
    "You subtract a pair: `max` with a `dim` returns values and places. Take `.values` of your result, or "
    "use `amax`."
)
def values_and_places_subtracted(z, dim=-1):
    e = torch.exp(z - z.max(dim=dim, keepdim=True))
    return e / e.sum(dim=dim, keepdim=True)


@misconception(
    "You replace the NaN that comes from an overflow. The numbers behind it are lost: subtract the maximum "
    "first."
)
def overflow_papered_over(z, dim=-1):
    e = torch.exp(z)
    return torch.nan_to_num(e / e.sum(dim=dim, keepdim=True), nan=0.0)


@misconception(
    "You add a small number below the fraction but let the exponential overflow. Subtract the maximum "
    "instead."
)
def epsilon_instead_of_maximum(z, dim=-1):
    e = torch.exp(z)
    return e / (e.sum(dim=dim, keepdim=True) + 1e-8)


# --- the formula --------------------------------------------------------------------------------------------


@misconception(
    "You divide by the maximum before the exponential. Subtract it: only that leaves softmax unchanged."
)
def divided_by_the_maximum(z, dim=-1):
    e = torch.exp(z / z.amax(dim=dim, keepdim=True))
    return e / e.sum(dim=dim, keepdim=True)


@misconception(
    "You subtract the maximum below the fraction only. Use the same shifted exponentials above and below."
)
def maximum_subtracted_once(z, dim=-1):
    e = torch.exp(z - z.amax(dim=dim, keepdim=True))
    return torch.exp(z) / e.sum(dim=dim, keepdim=True)


@misconception("You divide by the largest exponential. Divide by their sum, so that the results add up to 1.")
def normalised_by_the_largest(z, dim=-1):
    return torch.exp(z - z.amax(dim=dim, keepdim=True))


@misconception(
    "You divide by the mean of the exponentials. Divide by their sum, so that the results add up to 1."
)
def normalised_by_the_mean(z, dim=-1):
    e = torch.exp(z - z.amax(dim=dim, keepdim=True))
    return e / e.mean(dim=dim, keepdim=True)


@misconception("You divide by the Euclidean length of the exponentials. Divide by their sum.")
def normalised_by_the_length(z, dim=-1):
    e = torch.exp(z - z.amax(dim=dim, keepdim=True))
    return e / e.square().sum(dim=dim, keepdim=True).sqrt()


@misconception(
    "You leave out the exponential and divide the inputs by their sum. Take the exponential first.",
    other_task=True,
)
def exponential_missing(z, dim=-1):
    return z / z.sum(dim=dim, keepdim=True)


@misconception(
    "You shift your inputs above zero and divide by their sum, but there is no exponential. Take exp of the "
    "shifted inputs first.",
    other_task=True,
)
def exponential_missing_behind_the_shift(z, dim=-1):
    shifted = z - z.amin(dim=dim, keepdim=True)
    return shifted / shifted.sum(dim=dim, keepdim=True)


@misconception(
    "You put a sigmoid where the exponential belongs, and divide by the sum. Divide exp(z) by the sum of "
    "exp(z).",
    other_task=True,
)
def sigmoids_normalised(z, dim=-1):
    s = torch.sigmoid(z)
    return s / s.sum(dim=dim, keepdim=True)


@misconception(
    "You use absolute values in place of exponentials. They lose the sign: take the exponential.",
    other_task=True,
)
def absolute_values_for_exponentials(z, dim=-1):
    return z.abs() / z.abs().sum(dim=dim, keepdim=True)


@misconception(
    "You use squares in place of exponentials. They lose the sign: take the exponential.", other_task=True
)
def squares_for_exponentials(z, dim=-1):
    return z.square() / z.square().sum(dim=dim, keepdim=True)


@misconception("You raise 2 to the inputs. The base of softmax is e: use the natural exponential.")
def base_two(z, dim=-1):
    e = torch.exp2(z - z.amax(dim=dim, keepdim=True))
    return e / e.sum(dim=dim, keepdim=True)


@misconception("Your largest input gets the smallest probability. Take the exponential of z, not of −z.")
def sign_reversed(z, dim=-1):
    e = torch.exp(z.amin(dim=dim, keepdim=True) - z)
    return e / e.sum(dim=dim, keepdim=True)


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


@misconception(
    "You return the logarithm of the probabilities. Return the probabilities themselves.", other_task=True
)
def logarithm_returned(z, dim=-1):
    return z - torch.logsumexp(z, dim=dim, keepdim=True)


@misconception(
    "You give 1 to the largest input and 0 to the rest. Softmax gives each input a share.", other_task=True
)
def hard_maximum(z, dim=-1):
    return (z == z.amax(dim=dim, keepdim=True)).to(z.dtype)


@misconception("You apply softmax twice. Once is enough: the result already adds up to 1.")
def applied_twice(z, dim=-1):
    e = torch.exp(z - z.amax(dim=dim, keepdim=True))
    e = torch.exp(e / e.sum(dim=dim, keepdim=True))
    return e / e.sum(dim=dim, keepdim=True)


# --- dtype and input ----------------------------------------------------------------------------------------


@misconception("Your result is float32 although the input is float64. Keep the input's dtype.")
def double_precision_lost(z, dim=-1):
    z = z - z.amax(dim=dim, keepdim=True)
    e = torch.exp(z.float())
    return e / e.sum(dim=dim, keepdim=True)


@misconception("Your result is right, but you change the input: `-=` works in place. Make a new tensor.")
def input_changed_in_place(z, dim=-1):
    z -= z.amax(dim=dim, keepdim=True)
    e = torch.exp(z)
    return e / e.sum(dim=dim, keepdim=True)
