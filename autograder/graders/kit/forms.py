"""What a result is worth apart from its form, so that a wrong form costs its own points and no others."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import torch

from autograder.grading.compare import Difference, difference
from autograder.grading.outcomes import Failed
from autograder.grading.student import Student


def values_of(result: Any) -> Any:
    """Return an array or a tensor, whatever its dtype, as a tensor of double precision; anything else as it is."""
    if isinstance(result, np.ndarray):
        result = torch.from_numpy(result)
    return result.double() if isinstance(result, torch.Tensor) else result


def form_too(student: Student, item: str, *args: Any) -> None:
    """Check the form of another call. An error has its own reason, and stands where the values of such a call are looked at.

    Raises:
        Failed: The form is not the one that was asked for.
    """
    try:
        student.check(item, *args, form_only=True)
    except Failed as failure:
        if failure.kind:
            raise


def parts(
    names: tuple[str, ...], *which: int, any_float: bool = False
) -> Callable[[Any, Any], Difference | None]:
    """Return a fact: these of several results are right.

    Args:
        names: What the results are called.
        which: Which of them, from 0.
        any_float: Whether any floating dtype will do.
    """

    def fact(got: Any, expected: Any) -> Difference | None:
        if not isinstance(got, (tuple, list)) or len(got) <= max(which):
            return difference(got, expected)
        for i in which:
            if found := difference(got[i], expected[i], None, f"the {names[i]}", any_float):
                return replace(found, part=i)
        return None

    return fact
