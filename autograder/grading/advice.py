"""What to try next, where an answer is wrong and no misconception has a name for it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from autograder.grading.clues import clue
from autograder.grading.compare import Difference
from autograder.grading.items import Material

# What comes of an observation of a form that no honest probe sends.
ODD = (ArithmeticError, AttributeError, LookupError, RuntimeError, TypeError, ValueError)


def advice(
    known: Material,
    spec: dict[str, Any],
    found: Difference,
    seen: dict[str, Any],
    expected: dict[str, Any],
) -> str:
    """Return what to try where no misconception is known: from the item's own clue, or from a general one.

    Args:
        known: The item's material.
        spec: The call.
        found: What of its result differs first.
        seen, expected: What was seen of the student's function and of the reference.
    """
    if found.text.startswith("argument"):
        return "The call changes its argument. Operators such as `-=`, methods that end in `_`, and writing into an alias do, and `pop` and `sort` of a list: work on a new tensor, a `clone()`, or `list(…)`."
    if "holds its graph" in found.text:
        return (
            "`.item()` takes the plain number out of a tensor: add those up, not tensors with their graphs."
        )
    module = sys.modules.get(getattr(known.reference, "__module__", ""))
    if (
        found.kind == "value"
        and (own := getattr(module, "trace_clue", None))
        and (said := _safely(own, seen, expected))
    ):
        return str(said)
    if found.part is not None or "result" in found.text:
        results: tuple[Any, Any] = seen.get("result"), expected.get("result")
        own = getattr(module, "clue" if found.kind == "value" else "form_clue", None)
        if own is not None and (said := _safely(own, spec["args"], spec["kwargs"], *results)):
            return str(said)
        if said := _safely(_of_part, found.part, *results):
            return str(said)
    return _ADVICE[found.kind]


def form_notes(item: str, seen: dict[str, Any], expected: dict[str, Any]) -> list[str]:
    """Return what to note of a right result in another form than the one that is meant."""
    result, meant = seen.get("result"), expected.get("result")
    if isinstance(result, np.ndarray) and isinstance(meant, torch.Tensor):
        return [f"`{item}` returns a NumPy array where a tensor is meant; `torch.from_numpy` makes one."]
    if isinstance(result, torch.Tensor) and isinstance(meant, (int, float)):
        return [f"`{item}` returns a 0-d tensor where a plain number is meant; `.item()` makes it one."]
    return []


def _of_part(part: int | None, got: Any, expected: Any) -> str:
    """Return a clue about the one of several results that is shown."""
    return clue(got, expected) if part is None else clue(got[part], expected[part])


def _safely(clue: Callable[..., Any], *args: Any) -> Any:
    """Return what a clue says of an answer; "" where the answer is of a form that it did not foresee."""
    try:
        return clue(*args)
    except ODD:
        return ""


_ADVICE = {
    "type": "Look at the `return` line: it must give back what the task's signature promises.",
    "shape": "Print the shape at each step and compare it with the formula in the task.",
    "dtype": "Keep the input's dtype: build new tensors with `dtype=x.dtype`, and do not convert.",
    "value": "Work the first differing value out by hand on an example this small, step by step.",
}
