"""Hidden tests of `train_with_log`: each is one fact, and its docstring the sentence that the student reads."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

import torch

from autograder.grading import item


@item("train_with_log", gate=True)
def test_train_with_log_shape(student, rng):
    """The result has the shape of the input."""
    student.check("train_with_log", rng.normal(3, 4), form_only=True)


@item("train_with_log", weight=2)
def test_train_with_log_values(student, rng):
    """The mean of all values is taken from each, whatever the shape."""
    student.check("train_with_log", rng.normal(3, 5) + 2)
    student.check("train_with_log", rng.normal(2, 3, 4) - 5)
    student.check("train_with_log", rng.normal(7))


@item("train_with_log", weight=1)
def test_train_with_log_of_equal_values(student, rng):
    """Equal values become zero, in float64 as well."""
    student.check("train_with_log", torch.full((2, 3), float(rng.number(2, 9)), dtype=torch.float64))
