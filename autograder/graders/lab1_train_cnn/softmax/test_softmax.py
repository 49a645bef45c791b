"""Hidden tests of `softmax`."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

import torch

from autograder.graders.kit import inputs
from autograder.graders.kit import relations_metrics as relations
from autograder.graders.kit.forms import form_too
from autograder.graders.kit.rules import check_from_scratch
from autograder.grading import item

DOUBLE = torch.float64


@item("softmax", veto=True)
def test_softmax_from_scratch(student, rng):
    """`softmax` is written from scratch: no library softmax inside."""
    check_from_scratch(student, "softmax", rng.normal(3, 4))


@item("softmax", gate=True, weight=1)
def test_softmax_shape(student, rng):
    """`softmax` returns a tensor of the shape and dtype of `z`."""
    student.check("softmax", rng.normal(4, 4), form_only=True)
    form_too(student, "softmax", rng.normal(5, 5, dtype=DOUBLE))


@item("softmax", weight=1)
def test_softmax_values(student, rng):
    """Along the last dimension, each value is exp(z) divided by the sum of all exp(z)."""
    student.check(
        "softmax", 2 * rng.normal(5, 5), any_form=True
    )  # square: a lost axis pairs wrong rows and raises no error
    student.check("softmax", 2 * rng.normal(4, 7), any_form=True)
    student.check("softmax", 3 * rng.normal(2, 3, 5), any_form=True)
    student.check("softmax", rng.normal(6), any_form=True)
    student.check("softmax", rng.normal(1, 4) + 3, any_form=True)


@item("softmax", weight=1, holds=relations.dim_moves_the_function)
def test_softmax_dim(student, rng):
    """The same holds along any other dimension that `dim` names."""
    student.check("softmax", 2 * rng.normal(4, 6), 0, any_form=True)
    student.check("softmax", 2 * rng.normal(2, 5, 3), dim=1, any_form=True)
    student.check("softmax", 2 * rng.normal(3, 2, 4, 5), dim=-3, any_form=True)


@item("softmax", weight=2, holds=relations.finite_in_every_row)
def test_softmax_is_stable(student, rng):
    """Logits up to ±10,000 give their right values, no nan and no infinity, in every row; the input stays as it was."""
    for logits in (inputs.far_apart(rng), *inputs.extreme(rng)):
        student.check("softmax", logits, also=("inputs",), any_form=True)
    columns = torch.tensor([9000.0, 0.0, -9000.0], dtype=DOUBLE)
    student.check("softmax", columns + rng.normal(6, 3, dtype=DOUBLE), 0, also=("inputs",), any_form=True)
    student.check("softmax", rng.normal(5, 8).t()[1:], 0, also=("inputs",), any_form=True)
