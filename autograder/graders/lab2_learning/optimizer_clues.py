"""What a wrong optimizer's steps tell, where no misconception is known."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import torch

from autograder.graders.lab2_learning.optimizer_replays import SHAPES, Seen, judge
from autograder.grading.observers import run_here
from autograder.grading.student import Student


def trace_clue(seen: Seen, expected: Seen) -> str:
    """Say what the steps have to do with the right ones, where no misconception is known."""
    mine, theirs = (_moves(each["after"]) for each in (seen, expected))
    if judge(seen, expected) is None:
        return _clue_of_tensors(seen, expected)
    if not any(bool(each.any()) for step in mine for each in step):
        return "No parameter moves. `p = p - …` only gives the name `p` to another tensor: change the numbers in place, `p -= …` under `torch.no_grad()`. If you do so, does your step skip every parameter, or clear the gradients before it uses them?"
    if any(bool(each.isnan().any()) for step in mine for each in step):
        return "A step gives nan: 0 divided by 0, or the root of a negative number. An element whose gradient is 0 must stay where it is: that is what `eps` in the denominator is for."
    steps = [list(zip(*each, strict=True)) for each in zip(mine, theirs, strict=True)]
    wrong = [at for at in range(len(SHAPES)) if not all(_near(*step[at]) for step in steps)]
    if not wrong:
        return "Your steps are off by less than a thousandth: look at what is small in the formula, as `eps`, and at settings that are not the ones given."
    still = [at for at in wrong if not any(bool(row[at].any()) for row in mine)]
    if still and len(wrong) == len(still):
        return f"Parameter {still[0] + 1} never moves, and the others do: does the loop over the parameters end early (`return`, `break`), or is one left out?"
    if not any(bool(each.any()) for step in mine[1:] for each in step):
        return "Only the first step moves the parameters. Is what you go through empty after one pass, as a generator, a `filter` or a `map` is? Keep `list(params)`."
    gaps = not any(bool(row[0].any()) for row in theirs)  # 2 and 4 have a gradient all the same
    if gaps and not {2, 4} & {*wrong}:
        return "Parameters that have a gradient in every step are right, the others are not. One without a gradient is left alone, its state too, and counts only the steps in which it has one."
    if all(_near(-a, b) for step in steps for a, b in step):
        return "Every step has the right size and goes uphill. The gradient points to where the loss grows: take it away."
    if (ratio := _ratio(mine, theirs)) is not None:
        return f"Every step is {ratio:.4g} times as long as it should be: is a factor too many or too few in the update, or a setting not the one that is given?"
    if all(_near(a, b) for a, b in steps[0]):
        return "The first step is right and a later one is not. What is kept for each parameter between the steps is not brought up to date as the formula says."
    return "The very first step is wrong: work it out by hand for one number, with the state as it is at the beginning."


def _clue_of_tensors(seen: Seen, expected: Seen) -> str:
    if seen["replaced"] != expected["replaced"]:
        return "Your steps are right, but they put new tensors behind the parameters (`p.data = …`). Whoever shares the old ones does not see the change: write `p -= …` under `torch.no_grad()`."
    if seen["cleared"] != expected["cleared"]:
        return "`zero_grad` leaves gradients as they are, and the next `backward` adds to them. Give every parameter `p.grad = None`, or zeros."
    if seen["recorded"] != expected["recorded"]:
        return "Autograd records your step, and what you keep drags a graph along that grows with each step. Put `@torch.no_grad()` above `def step`."
    return "Your steps are right, but gradients are switched off afterwards. Use `with torch.no_grad():` or `@torch.no_grad()`, which switch them on again, and leave `requires_grad` alone."


def _moves(after: list[list[torch.Tensor]]) -> list[list[torch.Tensor]]:
    return [[b.double() - a.double() for a, b in zip(*pair, strict=True)] for pair in pairwise(after)]


def _near(a: torch.Tensor, b: torch.Tensor) -> bool:
    return torch.allclose(a, b, rtol=1e-3, atol=1e-4 * float(b.abs().max()) + 1e-9)


def _ratio(mine: list[list[torch.Tensor]], theirs: list[list[torch.Tensor]]) -> float | None:
    """Return the one number by which all steps differ; None where there is none."""
    a, b = (torch.cat([each.reshape(-1) for step in some for each in step]) for some in (mine, theirs))
    ratio = float(a @ b / (b @ b))
    return ratio if abs(ratio) > 1e-9 and _near(a / ratio, b) else None


def cause(student: Student, item: str, spec: Seen) -> str:
    """Return what is said of the first simpler replay whose steps are right; "" where none are."""
    return next((advice for changed, advice in _simpler(spec) if is_right(student, item, changed)), "")


def is_right(student: Student, item: str, spec: Seen) -> bool:
    reply = student.ask("optimizer", item, spec)
    expected = run_here({item: student.material(item).reference}, "optimizer", spec).value
    return reply.status == "ok" and judge(reply.value, expected) is None


def _simpler(spec: Seen) -> Iterator[tuple[Seen, str]]:
    """Yield replays with one thing less, each with what it tells where they are right."""
    values, *settings = spec["args"]
    gradients = spec["gradients"]

    def each(change: Callable[[Any, torch.Tensor], Any]) -> list[list[Any]]:
        return [[change(g, value) for g, value in zip(step, values, strict=True)] for step in gradients]

    if any(g is None for step in gradients for g in step):
        full = each(lambda g, value: torch.full_like(value, 0.3) if g is None else g)
        yield {**spec, "gradients": full}, "Your steps are right where every parameter has a gradient in each step. One without is left alone, its state too, and counts only the steps in which it has one: `if p.grad is None: continue`."  # fmt: skip
    if spec["form"] != "list":
        yield {**spec, "form": "list"}, "Your steps are right where `params` is a list. It may be anything that can be gone through once, as `model.parameters()`: keep `list(params)`."  # fmt: skip
    if spec["loop"]:
        yield {**spec, "loop": False}, "Your steps are right with new gradients each time, and not behind your `zero_grad` and a `backward`. `zero_grad` clears every gradient and nothing else, and what you keep of `p.grad` is a copy, `p.grad.clone()`: the tensor itself is cleared or added to."  # fmt: skip
    largest = max((float(g.abs().max()) for step in gradients for g in step if g is not None), default=1.0)
    if largest < 1e-4:
        large = each(lambda g, value: g / largest)
        yield {**spec, "gradients": large}, "Your steps are right for larger gradients. With some as small as `eps` it tells where that stands and what its default is: it is added to the root, √… + eps."  # fmt: skip
    for name in [name for name in spec["kwargs"] if name != "lr"]:
        fewer = {key: value for key, value in spec["kwargs"].items() if key != name}
        yield {**spec, "kwargs": fewer}, f"Your steps are right without `{name}`: look at what it changes, and where it stands in the formula."  # fmt: skip
    if len(settings) > 1:
        yield {**spec, "args": [values, *settings[:-1]]}, f"Your steps are right without the last setting, {settings[-1]}: look at what it changes, and whether your parameters stand in the signature’s order."  # fmt: skip
    if values[0].dtype == torch.float64:
        single = each(lambda g, value: None if g is None else g.float())
        yield {**spec, "args": [[value.float() for value in values], *settings], "gradients": single}, "Your steps are right for float32 and not for float64: make what you keep like the parameter, `torch.zeros_like(p)`."  # fmt: skip
