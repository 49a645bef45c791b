"""Replays of gradients by an optimizer, and what is judged of them."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

from typing import Any

import torch

from autograder.grading.compare import Difference, describe, difference
from autograder.grading.rng import Rng

Seen = dict[str, Any]
# Two alike, one of one number, and one that broadcasts against others.
SHAPES = ((3, 4), (4,), (), (2, 1, 3), (3, 4))
_ROUNDINGS = 0.05  # of a parameter's size: four of its roundings, as the tolerance takes a share of it


def replay(
    rng: Rng,
    *settings: float,
    dtype: torch.dtype = torch.float32,
    form: str = "list",
    loop: bool = False,
    gaps: bool = False,
    size: float = 1.0,
    start: float = 0.02,
    steps: int = 12,
    **named: Any,
) -> Seen:
    """Return what the probe `optimizer` is asked.

    Args:
        rng: Draws parameters and gradients.
        settings: What follows the parameters by position; `named` goes by name.
        dtype: Of all of them.
        form: What the parameters are given as.
        loop: Whether gradients come by backward passes, after `zero_grad`.
        gaps: Whether some parameters have no gradient: the first ever, the second at the beginning, the fourth for a while.
        size: Of the gradients; they vary from step to step, and one element's is always 0, as of a unit that is dead.
        start: Size of the parameters; small ones show small steps.
        steps: How many there are.
    """
    values = [start * rng.normal(*shape, dtype=dtype) for shape in SHAPES]
    gradients = []
    for step in range(steps):
        stretch = size * (0.3 + 2 * rng.uniform(1, dtype=dtype)[0])
        drawn = [stretch * rng.normal(*shape, dtype=dtype) for shape in SHAPES]
        for at in (0, 3):
            drawn[at].reshape(-1)[1] = 0.0
        if gaps:
            drawn[0] = None
            drawn[1] = None if step < 4 else drawn[1]
            drawn[3] = None if step in (5, 6) else drawn[3]
        gradients.append(drawn)
    return {"args": [values, *settings], "kwargs": named, "form": form, "loop": loop, "gradients": gradients}


def judge(seen: Seen, expected: Seen) -> Difference | None:
    """Compare how far each step moves each parameter."""
    if not seen["optimizer"] or not expected["optimizer"]:
        both = seen["optimizer"] == expected["optimizer"]
        text = f"the result is {describe(seen.get('result'))}, expected an object with the methods `step` and `zero_grad`"
        return None if both else Difference("type", text)
    mine, theirs = seen["after"], expected["after"]
    same = True
    for step in range(len(theirs)):
        was_same, same = same, _same(mine[step], theirs[step])
        if was_same and same:
            continue
        for at, (shape, now, then) in enumerate(zip(SHAPES, mine[step], theirs[step], strict=True)):
            before, wanted = (mine[step - 1][at], theirs[step - 1][at]) if step else (then, then)
            moved, right = now.double() - before.double(), then.double() - wanted.double()
            scale = float(right.abs().max() + _ROUNDINGS * then.double().abs().max())
            where = f"the change of parameter {at + 1}, of shape {shape}, before the first step"
            if step:
                where = f"the change of parameter {at + 1}, of shape {shape}, in step {step}"
            if found := difference(moved, right, scale, where):
                return Difference("value", found.text)
    return None


def _same(mine: list[torch.Tensor], theirs: list[torch.Tensor]) -> bool:
    pairs = zip(mine, theirs, strict=True)
    return all(each.dtype == other.dtype and torch.equal(each, other) for each, other in pairs)


def judge_tensors(seen: Seen, expected: Seen) -> Difference | None:
    """Compare values, and what has become of the tensors that hold them."""
    if (found := judge(seen, expected)) or not expected["optimizer"]:
        return found
    words = {
        "replaced": "parameters with a new tensor behind them, expected parameters whose numbers are changed in place",
        "learning": "parameters that take no gradients after the steps, expected parameters with `requires_grad`",
        "recorded": "a step that autograd records, expected steps of which nothing is recorded",
        "enabled": "gradients switched off after the step, expected the gradient state as it was",
        "cleared": "gradients that are still there after `zero_grad()`, expected None or zeros for every parameter",
    }
    found_words = (text for key, text in words.items() if seen[key] != expected[key])
    return next((Difference("value", text) for text in found_words), None)
