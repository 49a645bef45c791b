"""Checks of layers that tell one fact's fault from another's."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

from typing import Any

import torch

from autograder.graders.lab1_train_cnn import simpler
from autograder.grading.outcomes import Failed
from autograder.grading.student import Student


def inputs_stay(student: Student, item: str, *args: Any) -> None:
    """Fail where a call changes what it was given, whatever it returns; how else it fails is for a check of its result.

    Raises:
        Failed: It does; the fact is false, then.
    """
    try:
        student.check(item, *args, also=("inputs",), result=False)
    except Failed as failure:
        if "after the call" in failure.got:
            failure.true = False
            raise


def convolution(student: Student, x: torch.Tensor, weight: torch.Tensor, **how: Any) -> None:
    """Check a convolution without a bias; where it is an error to give none, with one of zeros: that is the bias's matter.

    Raises:
        Failed: It is wrong either way.
    """
    try:
        simpler.check(student, "conv2d", x, weight, **how)
    except Failed as failure:
        if failure.stop or failure.expected != "a result, not an error":
            raise
        try:
            student.check("conv2d", x, weight, torch.zeros(len(weight), dtype=weight.dtype), **how)
        except Failed:
            raise failure from None
