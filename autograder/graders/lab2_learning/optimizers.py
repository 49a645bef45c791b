"""Facts of an optimizer, each judged by a replay of gradients against PyTorch's."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograder.graders.lab2_learning.optimizer_clues import cause
from autograder.graders.lab2_learning.optimizer_replays import Seen, judge, judge_tensors, replay
from autograder.grading import causes
from autograder.grading.compare import Difference
from autograder.grading.outcomes import Failed
from autograder.grading.student import Student

__all__ = ["check", "check_form", "check_from_scratch", "judge_tensors", "replay"]


def judge_form(seen: Seen, expected: Seen) -> Difference | None:
    """Ask for an object with both methods."""
    found = judge(seen, expected)
    return found if found is not None and found.kind == "type" else None


def check(student: Student, item: str, judged: Callable[..., Difference | None] = judge, **spec: Any) -> None:
    """Replay gradients with the student's optimizer and with PyTorch's, and compare.

    Raises:
        Failed: They differ.
        NotAttempted: The stub was left alone.
    """
    _, *settings = spec["args"]
    given = {
        "list": "a list of parameters",
        "tuple": "a tuple of parameters",
        "generator": "model.parameters()",
    }
    named = ", ".join(
        [*map(repr, settings), *(f"{name}={value!r}" for name, value in spec["kwargs"].items())]
    )
    how = "zero_grad, backward, step" if spec["loop"] else "a gradient for each parameter, step"
    rounds = f", then {len(spec['gradients'])} times: {how}" if spec["gradients"] else ""
    if any(None in [None if each is None else 0 for each in step] for step in spec["gradients"]):
        rounds = rounds.replace("for each parameter", "for some parameters")
    called = f"{item}({', '.join(filter(None, [given[spec['form']], named]))}){rounds}"
    spec = {"item": item, **spec}
    try:
        student.compare("optimizer", item, spec, judged, called)
    except Failed as failure:
        values_differ = (
            "the change of parameter" in failure.got or failure.expected == "a result, not an error"
        )
        if causes.sought() and values_differ and not failure.stop:
            failure.advice = cause(student, item, spec) or failure.advice
        if "`zero_grad`" in failure.expected and failure.kind == "type":
            failure.advice = "`step` and `zero_grad` are both called by these names. In a class they are methods: look at their spelling, and at the indentation of `def`. A function has to return an object that has them."
        raise


def check_form(student: Student, item: str, spec: Seen) -> None:
    """Fail unless an optimizer comes; no step is made."""
    check(student, item, judge_form, **{**spec, "gradients": []})


def check_from_scratch(student: Student, item: str, spec: Seen) -> None:
    """Fail where a library's optimizer makes the step; another fault is another fact's matter.

    Raises:
        Failed: It does.
    """
    try:
        check(student, item, **spec)
    except Failed as failure:
        if failure.veto:
            raise
