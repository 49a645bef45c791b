"""Hidden tests of `features`: each is one fact, and its docstring the sentence that the student reads."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

import torch

from autograder.grading import item


@item("features", gate=True)
def test_features_shape(student, rng):
    """The result has the shape of the input."""
    student.check("features", rng.normal(3, 4), form_only=True)


@item("features", weight=2)
def test_features_values(student, rng):
    """The mean of all values is taken from each, whatever the shape."""
    student.check("features", rng.normal(3, 5) + 2)
    student.check("features", rng.normal(2, 3, 4) - 5)
    student.check("features", rng.normal(7))


@item("features", weight=1)
def test_features_of_equal_values(student, rng):
    """Equal values become zero, in float64 as well."""
    student.check("features", torch.full((2, 3), float(rng.number(2, 9)), dtype=torch.float64))
