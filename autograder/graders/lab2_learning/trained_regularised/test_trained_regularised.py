"""Hidden tests of `trained_regularised`."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

from autograder.grading import NotAttempted, item


@item("trained_regularised", gate=True)
def test_training_is_possible(student, rng, context):
    """Your `CNNNet`, `train_with_log` and `Adam` run together."""
    raise NotAttempted
