"""The from-scratch rule as a fact of its own, so that who broke it reads that first."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

from typing import Any

from autograder.grading.outcomes import Failed
from autograder.grading.student import Student, call_text


def check_from_scratch(student: Student, item: str, *args: Any, **kwargs: Any) -> None:
    """Fail where the function has no answer but the library's; another fault is another fact's matter.

    Raises:
        Failed: It is not written from scratch.
        NotAttempted: The stub was left alone.
    """
    spec = {"item": item, "args": list(args), "kwargs": kwargs, "seed": 0}
    if student.by_library(student.ask("call", item, spec), spec, call_text(item, args, kwargs), item) is None:
        return
    try:
        student.check(
            item, *args, **kwargs
        )  # it may be another item's call, or one that the answer does without
    except Failed as failure:
        if failure.veto:
            raise
