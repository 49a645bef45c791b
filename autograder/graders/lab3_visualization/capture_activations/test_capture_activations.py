"""Hidden tests of `capture_activations`: each is one fact, and its docstring the sentence that the student reads."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

import torch

from autograder.grading import item


@item("capture_activations", gate=True)
def test_capture_activations_shape(student, rng):
    """The result has the shape of the input."""
    student.check("capture_activations", rng.normal(3, 4), form_only=True)


@item("capture_activations", weight=2)
def test_capture_activations_values(student, rng):
    """The mean of all values is taken from each, whatever the shape."""
    student.check("capture_activations", rng.normal(3, 5) + 2)
    student.check("capture_activations", rng.normal(2, 3, 4) - 5)
    student.check("capture_activations", rng.normal(7))


@item("capture_activations", weight=1)
def test_capture_activations_of_equal_values(student, rng):
    """Equal values become zero, in float64 as well."""
    student.check("capture_activations", torch.full((2, 3), float(rng.number(2, 9)), dtype=torch.float64))
