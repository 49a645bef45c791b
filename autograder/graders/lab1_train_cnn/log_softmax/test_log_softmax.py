"""Hidden tests of `log_softmax`."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

import torch

from autograder.graders.kit import inputs
from autograder.graders.kit import relations_metrics as relations
from autograder.graders.kit.forms import form_too
from autograder.graders.kit.rules import check_from_scratch
from autograder.grading import item

DOUBLE = torch.float64


@item("log_softmax", veto=True)
def test_log_softmax_from_scratch(student, rng):
    """`log_softmax` is written from scratch: no library softmax inside."""
    check_from_scratch(student, "log_softmax", rng.normal(3, 4))


@item("log_softmax", gate=True, weight=1)
def test_log_softmax_shape(student, rng):
    """`log_softmax` returns a tensor of the shape and dtype of `z`."""
    student.check("log_softmax", rng.normal(4, 4), form_only=True)
    form_too(student, "log_softmax", rng.normal(5, 5, dtype=DOUBLE))


@item("log_softmax", weight=1)
def test_log_softmax_values(student, rng):
    """Each value is the logarithm of its softmax, along any dimension."""
    student.check("log_softmax", 2 * rng.normal(5, 5), any_form=True)
    student.check("log_softmax", 2 * rng.normal(4, 7), any_form=True)
    student.check("log_softmax", 2 * rng.normal(2, 4, 3), any_form=True)
    student.check("log_softmax", 2 * rng.normal(5, 3), 0, any_form=True)
    student.check("log_softmax", 2 * rng.normal(2, 5, 3), dim=1, any_form=True)
    student.check("log_softmax", rng.normal(6) + 2, any_form=True)


@item("log_softmax", weight=2, holds=relations.finite_in_every_row)
def test_log_softmax_is_stable(student, rng):
    """Logits up to ±10,000 give right, finite values (z − max − log Σ exp, never log(softmax)); the input stays as it was."""
    for logits in (inputs.far_apart(rng), *inputs.extreme(rng)):
        student.check("log_softmax", logits, also=("inputs",), any_form=True)
    columns = torch.tensor([9000.0, 0.0, -9000.0], dtype=DOUBLE)
    student.check("log_softmax", columns + rng.normal(6, 3, dtype=DOUBLE), 0, also=("inputs",), any_form=True)
