"""Hidden tests of `classification_report`: each is one fact, and its docstring the sentence that the student reads."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

import torch

from autograder.grading import item


@item("classification_report", gate=True)
def test_classification_report_shape(student, rng):
    """The result has the shape of the input."""
    student.check("classification_report", rng.normal(3, 4), form_only=True)


@item("classification_report", weight=2)
def test_classification_report_values(student, rng):
    """The mean of all values is taken from each, whatever the shape."""
    student.check("classification_report", rng.normal(3, 5) + 2)
    student.check("classification_report", rng.normal(2, 3, 4) - 5)
    student.check("classification_report", rng.normal(7))


@item("classification_report", weight=1)
def test_classification_report_of_equal_values(student, rng):
    """Equal values become zero, in float64 as well."""
    student.check("classification_report", torch.full((2, 3), float(rng.number(2, 9)), dtype=torch.float64))
