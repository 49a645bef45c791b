"""Hidden tests of `cross_entropy`."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

import torch

from autograder.graders.kit import inputs
from autograder.graders.kit import relations_metrics as relations
from autograder.graders.kit.forms import form_too
from autograder.graders.kit.rules import check_from_scratch
from autograder.grading import item

DOUBLE = torch.float64


@item("cross_entropy", veto=True)
def test_cross_entropy_from_scratch(student, rng):
    """`cross_entropy` is written from scratch: no library loss or softmax inside."""
    check_from_scratch(student, "cross_entropy", rng.normal(5, 4), rng.integers(0, 4, 5))


@item("cross_entropy", gate=True, weight=1)
def test_cross_entropy_is_a_scalar(student, rng):
    """`cross_entropy` returns one number, of the logits' dtype."""
    targets = rng.integers(0, 10, 10)  # square, and ten classes: who mixes up axes gives a number, too
    student.check("cross_entropy", rng.normal(10, 10), targets, form_only=True)
    form_too(student, "cross_entropy", rng.normal(10, 10, dtype=DOUBLE), targets)


@item("cross_entropy", weight=2)
def test_cross_entropy_values(student, rng):
    """It is the mean over the batch of minus the log-probability of each sample's true class."""
    student.check("cross_entropy", *inputs.batch(2 * rng.normal(7, 4), rng.integers(0, 4, 7)), any_form=True)
    student.check("cross_entropy", rng.normal(1, 6), rng.integers(0, 6, 1), any_form=True)
    student.check("cross_entropy", 3 * rng.normal(5, 9), rng.integers(0, 9, 5), any_form=True)


@item("cross_entropy", weight=2, holds=relations.finite_loss)
def test_cross_entropy_is_stable(student, rng):
    """Logits up to ±10,000 give the right loss, a finite one; the logits stay as they were."""
    for logits in inputs.extreme(rng):
        targets = inputs.targets_for(rng, logits)
        student.check("cross_entropy", logits, targets, also=("inputs",), any_form=True)
