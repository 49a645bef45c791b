"""Hidden tests of `auc`."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

import torch

from autograder.graders.kit import inputs
from autograder.graders.kit import relations_metrics as relations
from autograder.graders.kit.rules import check_from_scratch
from autograder.grading import item

DOUBLE = torch.float64


@item("auc", veto=True)
def test_auc_from_scratch(student, rng):
    """`auc` is written from scratch: no `trapezoid`, `trapz` or scikit-learn inside."""
    check_from_scratch(student, "auc", *inputs.curve(rng, 6))


@item("auc", gate=True, weight=1)
def test_auc_is_a_number(student, rng):
    """`auc` returns one number."""
    student.check("auc", *inputs.curve(rng, 6), form_only=True)


@item("auc", weight=2)
def test_auc_values(student, rng):
    """It is the sum of trapezoids under the points, whatever their distances."""
    student.check("auc", *inputs.curve(rng, 9), any_form=True)
    student.check("auc", *(each.float() for each in inputs.curve(rng, 14)), any_form=True)
    student.check("auc", torch.tensor([0.0, 0.25, 1.0]), torch.tensor([0.0, 0.75, 1.0]), any_form=True)


@item("auc", weight=1, holds=relations.area_lies_anywhere)
def test_auc_of_other_curves(student, rng):
    """Steps straight up add nothing, and the curve may begin anywhere and fall; x and y stay as they were."""
    # Steps above 1: cut to whole numbers they are not all 0, so who cuts them is told from who computes nothing.
    student.check("auc", 16 * rng.uniform(8).sort().values - 5, 4 * rng.uniform(8), any_form=True)
    student.check(
        "auc", 3 * rng.uniform(9).sort().values, 2 + rng.uniform(9), any_form=True
    )  # an area above 1
    x, y = inputs.curve(rng, 10)
    student.check("auc", (x * 4).round() / 4, y, also=("inputs",), any_form=True)
