"""Hidden tests of `get_filters`: each is one fact, and its docstring the sentence that the student reads."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

import torch

from autograder.grading import item


@item("get_filters", gate=True)
def test_get_filters_shape(student, rng):
    """The result has the shape of the input."""
    student.check("get_filters", rng.normal(3, 4), form_only=True)


@item("get_filters", weight=2)
def test_get_filters_values(student, rng):
    """The mean of all values is taken from each, whatever the shape."""
    student.check("get_filters", rng.normal(3, 5) + 2)
    student.check("get_filters", rng.normal(2, 3, 4) - 5)
    student.check("get_filters", rng.normal(7))


@item("get_filters", weight=1)
def test_get_filters_of_equal_values(student, rng):
    """Equal values become zero, in float64 as well."""
    student.check("get_filters", torch.full((2, 3), float(rng.number(2, 9)), dtype=torch.float64))
