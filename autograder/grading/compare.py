"""Compare what came back with what the reference gives: type, then shape, then dtype, then values."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import torch

from autograder.grading.phrases import gave
from autograder.sandbox.inside.wire import Other

RTOL = 1e-4  # contract: float32 results may be off by 1e-4, plus an absolute part scaled to the summed terms
ATOL = 1e-5

Kind = Literal["type", "shape", "dtype", "value"]


@dataclass(frozen=True)
class Difference:
    """The first fact in which two results differ, in words; `part`: which of several results it is about."""

    kind: Kind
    text: str
    part: int | None = None

    def words(self, got: Any, expected: Any) -> tuple[str, str]:
        """Return what came back and what was expected, for a message."""
        saw, _, wanted = self.text.rpartition(", expected ")  # an error's own words may hold it as well
        if not saw:
            saw, wanted = wanted, ""
        whole = isinstance(got, torch.Tensor) and isinstance(expected, torch.Tensor) and expected.numel() > 1
        if not whole or not self.text.startswith("the result"):
            return gave(saw), wanted or "what the task describes"
        if self.kind != "value":
            return f"{saw.removeprefix('the result has ')}: {corner(got)}", f"{wanted}: {corner(expected)}"
        wanted, _, share = wanted.partition(" (")
        return (
            f"{corner(got)}: {saw}{' (' + share if share else ''}",
            f"{corner(expected)}, so {wanted} there",
        )


def difference(
    got: Any,
    expected: Any,
    scale: Any = None,
    where: str = "the result",
    any_float: bool = False,
    names: tuple[str, ...] = (),
) -> Difference | None:
    """Return the first difference, or None where `got` is as good as `expected`.

    Args:
        got: A decoded claim.
        expected: What the reference returned; its type says what is asked for.
        scale: Size of the summed terms, for the absolute tolerance; by default the largest expected value.
        where: What is compared, in words.
        any_float: Whether any floating dtype will do (where no argument was floating).
        names: What the single results of several are called ("loss", "accuracy").
    """
    if isinstance(expected, (tuple, list)):
        return _sequence(got, expected, scale, where, any_float, names)
    if isinstance(expected, dict):
        return _mapping(got, expected, where)
    if isinstance(expected, torch.Tensor):
        return _tensor(got, expected, scale, where, any_float)
    if isinstance(expected, (bool, str, Other)) or expected is None:
        if type(got) is type(expected) and got == expected:
            return None
        return Difference("value", f"{where} is {describe(got)}, expected {describe(expected)}")
    return _number(got, expected, where)


def _sequence(
    got: Any, expected: Any, scale: Any, where: str, any_float: bool, names: tuple[str, ...]
) -> Difference | None:
    if not isinstance(got, (tuple, list)):
        return Difference("type", f"{where} is {describe(got)}, expected {len(expected)} values")
    if len(got) != len(expected):
        return Difference("shape", f"{where} has {len(got)} values, expected {len(expected)}")
    first = None
    for i, (mine, theirs) in enumerate(zip(got, expected, strict=True)):
        part = scale[i] if isinstance(scale, (tuple, list)) else scale
        named = len(names) == len(expected) and isinstance(expected, tuple)  # a list may be of several calls
        name = f"the {names[i]}" if named else f"value {i + 1} of {where}"
        found = difference(mine, theirs, part, name, any_float, names)
        # Types and shapes of all parts come before the values of any.
        if found is not None and (first is None or (first.kind == "value" and found.kind != "value")):
            first = replace(found, part=i)
    return first


def _mapping(got: Any, expected: dict[str, Any], where: str) -> Difference | None:
    if not isinstance(got, dict):
        return Difference(
            "type", f"{where} is {describe(got)}, expected a dict with {', '.join(map(repr, expected))}"
        )
    for key, value in expected.items():
        if key not in got and got:
            return Difference(
                "type", f"{where} has no key {key!r}; it has {', '.join(map(repr, list(got)[:8]))}"
            )
        if key not in got:
            return Difference("type", f"{where} has no key {key!r}; it has none")
        if found := difference(got[key], value, None, f"{key!r} of {where}"):
            return found
    return None


def _tensor(got: Any, expected: torch.Tensor, scale: Any, where: str, any_float: bool) -> Difference | None:
    if expected.ndim == 0 and is_number(got):
        got = torch.tensor(as_float(got), dtype=torch.float64).to(expected.dtype)
    if not isinstance(got, torch.Tensor):
        return Difference("type", f"{where} is {describe(got)}, expected a tensor")
    if got.shape != expected.shape:
        return Difference("shape", f"{where} has shape {tuple(got.shape)}, expected {tuple(expected.shape)}")
    if expected.dtype == torch.bool:
        if got.dtype != torch.bool:
            return Difference("dtype", f"{where} has dtype {short(got.dtype)}, expected bool")
    elif expected.is_floating_point():
        if got.dtype != expected.dtype and not (any_float and got.is_floating_point()):
            return Difference(
                "dtype", f"{where} has dtype {short(got.dtype)}, expected {short(expected.dtype)}"
            )
    elif got.dtype == torch.bool or got.is_floating_point() or got.is_complex():
        return Difference(
            "dtype", f"{where} has dtype {short(got.dtype)}, expected whole numbers (such as int64)"
        )
    if got.dtype == expected.dtype and torch.equal(got, expected):
        return None
    mine, theirs = got.detach().double(), expected.detach().double()
    size = theirs.abs()
    largest = size.max().item() if theirs.numel() else math.nan
    finite = math.isfinite(largest)
    if scale is None or (isinstance(scale, torch.Tensor) and scale.ndim and scale.shape != theirs.shape):
        scale = largest if finite else _largest_finite(size)
    tolerance = RTOL * size + ATOL * torch.as_tensor(scale, dtype=torch.float64).detach() + 1e-12
    close = (mine - theirs).abs() <= tolerance.nan_to_num(0, 0, 0)
    if not finite:
        close |= mine == theirs  # equal infinities
        close |= mine.isnan() & theirs.isnan()  # only a misconception is expected to give nan
    if bool(close.all()):
        return None
    worst = int((~close).double().reshape(-1).argmax())
    index = tuple(int(i) for i in np.unravel_index(worst, tuple(got.shape))) if got.ndim else ()
    text = f"{where}{f' at {list(index)}' if index else ''} is {mine[index].item():.6g}, expected {theirs[index].item():.6g}"
    share = f" ({int((~close).sum())} of {close.numel()} values differ)" if close.numel() > 1 else ""
    return Difference("value", text + share)


def _largest_finite(size: torch.Tensor) -> float:
    finite = size[size.isfinite()]
    return finite.max().item() if finite.numel() else 1.0


def is_number(value: Any) -> bool:
    """Say whether a value may stand for a number: Python's and NumPy's numbers, not bool, not a tensor."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def as_float(value: float) -> float:
    """Return a number as a float; one that is too large as an infinity."""
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


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
        same = got == expected
    else:
        got = as_float(got)
        same = (
            got == expected
            or (math.isnan(got) and math.isnan(expected))  # of a misconception, as in tensors
            or abs(got - expected) <= RTOL * abs(expected) + ATOL * max(1.0, abs(expected)) * 0.1
        )
    return None if same else Difference("value", f"{where} is {_figure(got)}, expected {_figure(expected)}")


def _figure(value: float) -> str:
    return f"{value}"[:120] if isinstance(value, int) else f"{value:.6g}"


def short(dtype: torch.dtype) -> str:
    return str(dtype).removeprefix("torch.")


def describe(value: Any) -> str:
    """Describe a value as a student would say it: type, shape, dtype, and the first few numbers."""
    if isinstance(value, torch.Tensor):
        return f"a {short(value.dtype)} tensor of shape {tuple(value.shape)}: {corner(value)}"
    if isinstance(value, np.ndarray):
        return f"a NumPy array of shape {value.shape}"
    if isinstance(value, Other):
        if value.type_name == "dict":  # another dict comes back as one
            return "a dict whose keys are not all strings"
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
