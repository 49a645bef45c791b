"""What a wrong result has to do with the right one, as advice, where no misconception is known."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from autograder.grading.compare import as_float, is_number


def clue(got: Any, expected: Any) -> str:
    """Return what the two results have to do with each other, as advice; "" where nothing simple is to be seen."""
    if got is None:
        return "Your function ends without `return`, or with a bare one."
    if isinstance(expected, (tuple, list)):
        if isinstance(got, (tuple, list)) and len(got) == len(expected):
            return next(
                (
                    said
                    for a, b in zip(got, expected, strict=True)
                    if not _alike(a, b) and (said := clue(a, b))
                ),
                "",
            )
        return f"The task asks for {len(expected)} results, in its order: write them behind `return` with commas between."
    if is_number(expected) and isinstance(got, (list, tuple, dict)):
        return "You return several values where one number is asked: add them up, average them, or return the last, as the task says."
    if is_number(expected) and isinstance(got, torch.Tensor) and got.numel() > 1:
        return "You return one value for each element where one number is asked: is a sum or a mean missing at the end?"
    if isinstance(got, str):
        return "You return text. Return the number itself; how it is printed is another matter."
    if isinstance(expected, torch.Tensor) and isinstance(got, (list, tuple)):
        if (
            len(got) == 2
            and all(isinstance(each, torch.Tensor) for each in got)
            and not got[1].is_floating_point()
        ):
            return "You return a pair, values and places, as `max(dim=…)` gives it. Take `.values`, or use `amax`."
        return (
            "You return a list or tuple where a tensor is asked: `torch.stack` or `torch.tensor` makes one."
        )
    if isinstance(expected, torch.Tensor) and isinstance(got, np.ndarray):
        return "You return a NumPy array where a tensor is asked: `torch.from_numpy` makes one."
    if is_number(got) or is_number(expected):
        if not all(
            is_number(each) or (isinstance(each, torch.Tensor) and each.ndim == 0) for each in (got, expected)
        ):
            return ""
        got, expected = (torch.tensor([as_float(each)], dtype=torch.float64) for each in (got, expected))
    if not (isinstance(got, torch.Tensor) and isinstance(expected, torch.Tensor)) or not expected.numel():
        return ""
    mine, theirs = got.detach().double(), expected.detach().double()
    if mine.shape != theirs.shape:
        return _clue_of_shapes(mine, theirs)
    if bool(mine.isnan().any()) and not bool(theirs.isnan().any()):
        return "Your result contains nan. It comes from 0/0, inf − inf, or the logarithm of a negative number: find the line where the first one appears."
    if bool(mine.isinf().any()) and not bool(theirs.isinf().any()):
        return "Your result contains an infinity: an exponential overflows, a logarithm of 0 is taken, or you divide by 0."
    if (digits := rounded_to(mine, theirs)) is not None:
        return f"You round your result (digits after the point: {digits}). Return it as it is: rounding is for printing."
    if _cut_down(mine, theirs):
        return "Your values are whole numbers, the right ones cut down: a tensor of whole numbers takes them, or `//` or `int` does it. Make new tensors with `dtype=x.dtype`."
    if got.dtype != expected.dtype and _near(mine, theirs):
        if not expected.is_floating_point():
            return "The values are right, and they should be whole numbers: leave them as they are found, or `.long()` makes them such."
        return "The values are right and only the dtype is not: build new tensors with `dtype=x.dtype`."
    if mine.numel() > 1 and bool((mine == mine.reshape(-1)[0]).all()):
        return "All your values are the same. Does the result ever get what you compute?"
    if _near(-mine, theirs):
        return "Your values have the right size and the wrong sign."
    if mine.ndim >= 2:
        for i in range(mine.ndim):
            for j in range(i):
                if mine.shape[i] == mine.shape[j] and _near(mine.transpose(i, j), theirs):
                    return f"Your values are right but transposed: axes {j} and {i} have changed places."
    for dims in ([d] for d in range(mine.ndim) if mine.numel() > 1):
        if _near(mine.flip(dims), theirs):
            return f"Your values are right but in reverse order along axis {dims[0]}."
    if mine.numel() > 2 or theirs.numel() == 1:
        ratio = float(
            (mine.reshape(-1) @ theirs.reshape(-1)) / (theirs.reshape(-1) @ theirs.reshape(-1) + 1e-300)
        )
        if abs(ratio) > 1e-9 and mine.numel() > 2 and _near(mine / ratio, theirs):
            return f"All your values are {ratio:.4g} times what they should be: is there a division too many or too few?"
        shift = float((mine - theirs).mean())
        if mine.numel() > 2 and _near(mine - shift, theirs):
            return f"All your values are off by the same {shift:.4g}: something is added (or left out) everywhere."
    if mine.numel() == 1:
        a, b = float(mine), float(theirs)
        for factor, word in (
            (100.0, "a hundred times"),
            (0.01, "a hundredth of"),
            (2.0, "twice"),
            (0.5, "half"),
            (1e-3, "a thousandth of"),
            (1e-6, "a millionth of"),
        ):
            if b and abs(a / b - factor) < 1e-4 * factor:
                return f"Your number is {word} the right one: look for a factor too many or too few."
        if abs(a + b - 1) < 1e-5:
            return "Your number and the right one add up to 1: you count the opposite."
    return _clue_of_places(mine, theirs)


ENDS_EARLY = "The beginning of your result is right, and nothing is computed for the rest: does a loop end early, by a `return` inside it?"
LAST_WINDOW = "Only the last row or column of your result is wrong: check how far your loops go, and how many windows fit, (padded size − window) // stride + 1."


def _alike(a: Any, b: Any) -> bool:
    return (
        isinstance(a, torch.Tensor)
        and isinstance(b, torch.Tensor)
        and a.shape == b.shape
        and _near(a.double(), b.double())
    )


def rounded_to(mine: torch.Tensor, theirs: torch.Tensor) -> int | None:
    """Return the number of digits to which the right values were rounded, if that is what happened."""
    if not bool(theirs.isfinite().all()) or float((mine - theirs).abs().max()) == 0:
        return None
    several = bool((mine != mine.reshape(-1)[0]).any())
    fewest = 0 if several else 2  # one number, rounded to fewer, may be any constant: 0 or a half
    for digits in range(fewest, 5):
        if float((mine - theirs.round(decimals=digits)).abs().max()) < 1e-7 * max(
            1.0, float(theirs.abs().max())
        ):
            return digits if bool((mine - theirs).abs().max() > 1e-6) else None
    return None


def _cut_down(mine: torch.Tensor, theirs: torch.Tensor) -> bool:
    """Say whether all values are the right ones without their fraction."""
    if mine.numel() < 4 or not bool(theirs.isfinite().all()) or not bool(mine.any()):
        return False
    return bool((mine == theirs.trunc()).all()) and bool((mine != theirs).any())


def _near(a: torch.Tensor, b: torch.Tensor) -> bool:
    size = float(b[b.isfinite()].abs().max()) if bool(b.isfinite().any()) else 1.0
    return bool(torch.allclose(a, b, rtol=1e-3, atol=1e-4 * max(size, 1e-12)))


def _clue_of_shapes(mine: torch.Tensor, theirs: torch.Tensor) -> str:
    if sorted(mine.shape) == sorted(theirs.shape):
        return "Your axes are in another order than the task asks for: compare the shapes axis by axis."
    if mine.numel() == theirs.numel():
        if [n for n in mine.shape if n != 1] == [n for n in theirs.shape if n != 1]:
            return "An axis of length 1 is too many or missing: look at `keepdim`, `squeeze` and `unsqueeze`."
        return "You have the right number of values in another arrangement: a `reshape` to the shape of the task is missing."
    if mine.ndim < theirs.ndim:
        return "An axis is lost: something is summed, indexed or squeezed away that should stay."
    if mine.ndim > theirs.ndim:
        return "There is an axis too many: something should be summed, averaged or selected along it."
    off = [i for i, (a, b) in enumerate(zip(mine.shape, theirs.shape, strict=True)) if a != b]
    steps = {mine.shape[i] - theirs.shape[i] for i in off}
    if steps == {1} or steps == {-1}:
        word = "one too long" if steps == {1} else "one too short"
        return f"Axis {', '.join(map(str, off))} is {word}: check where your count starts and ends, and how it rounds."
    return f"Axis {', '.join(map(str, off))} has another length than the task asks for: work it out by hand for these numbers."


def _ends_early(mine: torch.Tensor, wrong: torch.Tensor) -> bool:
    """Say whether along some axis the first slices are right and the others hold one single value (in each channel: the bias)."""
    for values, amiss in (
        ((mine, wrong), (mine.flatten(-2), wrong.flatten(-2))) if mine.ndim == 4 else ((mine, wrong),)
    ):
        for axis in range(values.ndim):
            slices = amiss.movedim(axis, 0).reshape(values.shape[axis], -1).any(1)
            first = int(slices.long().argmax())
            rest = values.narrow(axis, first, len(slices) - first)
            channels = rest.unbind(1) if mine.ndim == 4 else [rest]
            if (
                first
                and rest.numel() > len(channels)
                and all(bool((c == c.reshape(-1)[0]).all()) for c in channels)
            ):
                return True
    return False


def _clue_of_places(mine: torch.Tensor, theirs: torch.Tensor) -> str:
    """Say where the values differ, if that is telling: after the first image, after the first channel, at the border."""
    if mine.ndim == 0 or mine.numel() < 4:
        return ""
    size = float(theirs[theirs.isfinite()].abs().max()) if bool(theirs.isfinite().any()) else 1.0
    wrong = (mine - theirs).abs() > 1e-3 * theirs.abs() + 1e-4 * max(size, 1e-12)
    if mine.ndim == 4 and min(mine.shape[2:]) > 2 and not bool(wrong[..., :-1, :-1].any()):
        for last in (mine[..., -1, :], mine[..., -1]):  # (N, C, side): what no window was computed for
            if bool((last == last[:1, :, :1]).all()):
                return LAST_WINDOW
    if _ends_early(mine, wrong):
        return ENDS_EARLY
    if mine.ndim == 4:
        if wrong.shape[0] > 1 and not bool(wrong[0].any()):
            return "Your first image is right and the others are not: does every image of the batch get its own values?"
        if wrong.shape[1] > 1 and not bool(wrong[:, 0].any()):
            return "Your first channel is right and the others are not: look at what depends on the output channel."
        inner = wrong[..., 1:-1, 1:-1]
        if inner.numel() and not bool(inner.any()):
            return "Only the border of your result is wrong: look at the padding and at the limits of your loops."
    elif mine.ndim == 2 and mine.shape[0] == mine.shape[1]:
        if not bool(wrong.diagonal().any()):
            return "The diagonal is right and the rest is not."
        if int(wrong.sum()) == int(wrong.diagonal().sum()):
            return "Only the diagonal is wrong."
    if mine.ndim == 1 and int(wrong.sum()) == 1 and bool(wrong[-1]):
        return "Only the last value is wrong: check where your loop or slice ends."
    if mine.ndim == 1 and int(wrong.sum()) == 1 and bool(wrong[0]):
        return "Only the first value is wrong: check where your loop or slice starts."
    return ""
