"""Compare what came back with what the reference gives: type, then shape, then dtype, then values."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import torch

from autograder.sandbox.inside.wire import Other

RTOL = 1e-4  # contract: float32 results may be off by 1e-4, plus an absolute part scaled to the summed terms
ATOL = 1e-5

Kind = Literal["type", "shape", "dtype", "value"]


@dataclass(frozen=True)
class Difference:
    """The first fact in which two results differ, in words."""

    kind: Kind
    text: str

    def words(self, got: Any, expected: Any) -> tuple[str, str]:
        """Return what came back and what was expected, for a message."""
        saw, _, wanted = self.text.partition(", expected ")
        whole = isinstance(got, torch.Tensor) and isinstance(expected, torch.Tensor) and expected.numel() > 1
        if not whole or not self.text.startswith("the result"):
            return _gave(saw), wanted or "what the task describes"
        if self.kind != "value":
            return f"{saw.removeprefix('the result has ')}: {corner(got)}", f"{wanted}: {corner(expected)}"
        wanted, _, share = wanted.partition(" (")
        return f"{corner(got)}: {saw}{' (' + share if share else ''}", f"{corner(expected)}, so {wanted} there"


def _gave(saw: str) -> str:
    """Turn "the loss is 3" into what fits behind "It gave"."""
    if found := re.fullmatch(r"the result is (.*)", saw, re.DOTALL):
        return found[1]
    if found := re.fullmatch(r"(.+?) is (.*)", saw, re.DOTALL):
        return f"{found[2]} as {found[1]}"
    if found := re.fullmatch(r"(.+?) has (.*)", saw, re.DOTALL):
        return f"{'a result' if found[1] == 'the result' else found[1]} with {found[2]}"
    return saw


def difference(
    got: Any, expected: Any, scale: Any = None, where: str = "the result", any_float: bool = False
) -> Difference | None:
    """Return the first difference, or None where `got` is as good as `expected`.

    Args:
        got: A decoded claim.
        expected: What the reference returned; its type says what is asked for.
        scale: Size of the summed terms, for the absolute tolerance; by default the largest expected value.
        where: What is compared, in words.
        any_float: Whether any floating dtype will do (where no argument was floating).
    """
    if isinstance(expected, (tuple, list)):
        return _sequence(got, expected, scale, where, any_float)
    if isinstance(expected, dict):
        return _mapping(got, expected, where)
    if isinstance(expected, torch.Tensor):
        return _tensor(got, expected, scale, where, any_float)
    if isinstance(expected, (bool, str, Other)) or expected is None:
        if type(got) is type(expected) and got == expected:
            return None
        return Difference("value", f"{where} is {describe(got)}, expected {describe(expected)}")
    return _number(got, expected, where)


def _sequence(got: Any, expected: Any, scale: Any, where: str, any_float: bool) -> Difference | None:
    if not isinstance(got, (tuple, list)):
        return Difference("type", f"{where} is {describe(got)}, expected {len(expected)} values")
    if len(got) != len(expected):
        return Difference("shape", f"{where} has {len(got)} values, expected {len(expected)}")
    first = None
    for i, (mine, theirs) in enumerate(zip(got, expected, strict=True)):
        part = scale[i] if isinstance(scale, (tuple, list)) else scale
        found = difference(mine, theirs, part, f"value {i + 1} of {where}", any_float)
        # Types and shapes of all parts come before the values of any.
        if found is not None and (first is None or (first.kind == "value" and found.kind != "value")):
            first = found
    return first


def _mapping(got: Any, expected: dict[str, Any], where: str) -> Difference | None:
    if not isinstance(got, dict):
        return Difference("type", f"{where} is {describe(got)}, expected a dict with {', '.join(map(repr, expected))}")
    for key, value in expected.items():
        if key not in got:
            return Difference("type", f"{where} has no key {key!r}; it has {', '.join(map(repr, list(got)[:8])) or 'none'}")
        if found := difference(got[key], value, None, f"{key!r} of {where}"):
            return found
    return None


def _tensor(got: Any, expected: torch.Tensor, scale: Any, where: str, any_float: bool) -> Difference | None:
    if expected.ndim == 0 and is_number(got):
        got = torch.tensor(float(got), dtype=expected.dtype)
    if not isinstance(got, torch.Tensor):
        return Difference("type", f"{where} is {describe(got)}, expected a tensor")
    if got.shape != expected.shape:
        return Difference("shape", f"{where} has shape {tuple(got.shape)}, expected {tuple(expected.shape)}")
    if expected.dtype == torch.bool:
        if got.dtype != torch.bool:
            return Difference("dtype", f"{where} has dtype {short(got.dtype)}, expected bool")
    elif expected.is_floating_point():
        if got.dtype != expected.dtype and not (any_float and got.is_floating_point()):
            return Difference("dtype", f"{where} has dtype {short(got.dtype)}, expected {short(expected.dtype)}")
    elif got.dtype == torch.bool or got.is_floating_point():
        return Difference("dtype", f"{where} has dtype {short(got.dtype)}, expected whole numbers (such as int64)")
    mine, theirs = got.detach().double(), expected.detach().double()
    if scale is None or (isinstance(scale, torch.Tensor) and scale.ndim and scale.shape != theirs.shape):
        scale = theirs[theirs.isfinite()].abs().max().item() if theirs.isfinite().any() else 1.0
    tolerance = RTOL * theirs.abs() + ATOL * torch.as_tensor(scale, dtype=torch.float64).detach() + 1e-12
    close = (mine - theirs).abs() <= tolerance.nan_to_num(0, 0, 0)
    close |= mine == theirs  # equal infinities
    close |= mine.isnan() & theirs.isnan()  # only a misconception is expected to give nan
    if bool(close.all()):
        return None
    worst = int((~close).double().reshape(-1).argmax())
    index = tuple(int(i) for i in np.unravel_index(worst, tuple(got.shape))) if got.ndim else ()
    text = f"{where}{f' at {list(index)}' if index else ''} is {mine[index].item():.6g}, expected {theirs[index].item():.6g}"
    share = f" ({int((~close).sum())} of {close.numel()} values differ)" if close.numel() > 1 else ""
    return Difference("value", text + share)


def is_number(value: Any) -> bool:
    """Say whether a value may stand for a number: Python's and NumPy's numbers, not bool, not a tensor."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _number(got: Any, expected: float, where: str) -> Difference | None:
    if isinstance(got, np.ndarray) and got.ndim == 0:
        got = got.item()
    if isinstance(got, torch.Tensor) and got.ndim == 0 and got.dtype != torch.bool:
        if got.requires_grad:
            return Difference("type", f"{where} is a tensor that still holds its graph, expected a number")
        got = got.item()
    if not is_number(got):
        return Difference("type", f"{where} is {describe(got)}, expected a number")
    if isinstance(expected, int):
        same = float(got) == expected
    else:
        same = got == expected or abs(got - expected) <= RTOL * abs(expected) + ATOL * max(1.0, abs(expected)) * 0.1
    return None if same else Difference("value", f"{where} is {_figure(got)}, expected {_figure(expected)}")


def _figure(value: float) -> str:
    return f"{value}" if isinstance(value, int) else f"{value:.6g}"


def short(dtype: torch.dtype) -> str:
    return str(dtype).removeprefix("torch.")


def describe(value: Any) -> str:
    """Describe a value as a student would say it: type, shape, dtype, and the first few numbers."""
    if isinstance(value, torch.Tensor):
        return f"a {short(value.dtype)} tensor of shape {tuple(value.shape)}: {corner(value)}"
    if isinstance(value, np.ndarray):
        return f"a NumPy array of shape {value.shape}"
    if isinstance(value, Other):
        return f"an object of type {value.type_name}"
    if value is None:
        return "None (is the `return` missing?)"
    if isinstance(value, (tuple, list)):
        name = "tuple" if isinstance(value, tuple) else "list"
        inner = ", ".join(describe(each) for each in value[:3])
        return f"a {name} of {len(value)}: {inner}{', …' if len(value) > 3 else ''}"[:400]
    if isinstance(value, dict):
        return f"a dict with the keys {', '.join(map(repr, list(value)[:8]))}"[:200]
    if isinstance(value, float):
        return f"{value:.6g}"
    return repr(value)[:120]


def corner(value: torch.Tensor, most: int = 3) -> str:
    """Return the first few values of a tensor as text."""
    flat = value.detach()
    while flat.ndim > 2:
        flat = flat[0] if len(flat) else flat.reshape(0)
    flat = flat[tuple(slice(most) for _ in range(flat.ndim))]
    numbers: Any = flat.tolist()

    def text(part: Any) -> str:
        if isinstance(part, list):
            return "[" + ", ".join(text(each) for each in part) + "]"
        return f"{part:.4g}" if isinstance(part, float) and math.isfinite(part) else str(part)

    return text(numbers) + ("" if value.numel() == flat.numel() else " …")


def clue(got: Any, expected: Any) -> str:
    """Return what the two results have to do with each other, as advice; "" where nothing simple is to be seen."""
    if isinstance(expected, (tuple, list)):
        if isinstance(got, (tuple, list)) and len(got) == len(expected):
            return next((said for a, b in zip(got, expected, strict=True) if not _alike(a, b) and (said := clue(a, b))), "")
        return f"The task asks for {len(expected)} results, in its order: write them behind `return` with commas between."
    if is_number(expected) and isinstance(got, (list, tuple, dict)):
        return "You return several values where one number is asked: add them up, average them, or return the last, as the task says."
    if is_number(expected) and isinstance(got, torch.Tensor) and got.numel() > 1:
        return "You return one value for each element where one number is asked: is a sum or a mean missing at the end?"
    if isinstance(expected, torch.Tensor) and isinstance(got, (list, tuple)):
        return "You return a list or tuple where a tensor is asked: `torch.stack` or `torch.tensor` makes one."
    if got is None:
        return "Your function ends without `return`, or with a bare one."
    if is_number(got) or is_number(expected):
        if not all(is_number(each) or isinstance(each, torch.Tensor) and each.ndim == 0 for each in (got, expected)):
            return ""
        got, expected = torch.tensor([float(got)]), torch.tensor([float(expected)])
    if not (isinstance(got, torch.Tensor) and isinstance(expected, torch.Tensor)) or not expected.numel():
        return ""
    mine, theirs = got.detach().double(), expected.detach().double()
    if mine.shape != theirs.shape:
        return _clue_of_shapes(mine, theirs)
    if bool(mine.isnan().any()) and not bool(theirs.isnan().any()):
        return (
            "Your result contains nan. It comes from 0/0, inf − inf, or the logarithm of a negative number: find the line where "
            "the first one appears."
        )
    if bool(mine.isinf().any()) and not bool(theirs.isinf().any()):
        return "Your result contains an infinity: an exponential overflows, a logarithm of 0 is taken, or you divide by 0."
    if _near(mine, theirs):
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
        ratio = float((mine.reshape(-1) @ theirs.reshape(-1)) / (theirs.reshape(-1) @ theirs.reshape(-1) + 1e-300))
        if abs(ratio) > 1e-9 and mine.numel() > 2 and _near(mine / ratio, theirs):
            return f"All your values are {ratio:.4g} times what they should be: is there a division too many or too few?"
        shift = float((mine - theirs).mean())
        if mine.numel() > 2 and _near(mine - shift, theirs):
            return f"All your values are off by the same {shift:.4g}: something is added (or left out) everywhere."
    if mine.numel() == 1:
        a, b = float(mine), float(theirs)
        for factor, word in ((100.0, "a hundred times"), (0.01, "a hundredth of"), (2.0, "twice"), (0.5, "half")):
            if b and abs(a / b - factor) < 1e-4 * factor:
                return f"Your number is {word} the right one: look for a factor too many or too few."
        if abs(a + b - 1) < 1e-5:
            return "Your number and the right one add up to 1: you count the opposite."
    return _clue_of_places(mine, theirs)


def _alike(a: Any, b: Any) -> bool:
    return isinstance(a, torch.Tensor) and isinstance(b, torch.Tensor) and a.shape == b.shape and _near(a.double(), b.double())


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
    return f"Axis {', '.join(map(str, off))} has another length than the task's formula gives: work it out by hand for these numbers."


def _clue_of_places(mine: torch.Tensor, theirs: torch.Tensor) -> str:
    """Say where the values differ, if that is telling: after the first image, after the first channel, at the border."""
    if mine.ndim == 0 or mine.numel() < 4:
        return ""
    size = float(theirs[theirs.isfinite()].abs().max()) if bool(theirs.isfinite().any()) else 1.0
    wrong = (mine - theirs).abs() > 1e-3 * theirs.abs() + 1e-4 * max(size, 1e-12)
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
