"""Hidden tests of `confusion_matrix`."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

import torch

from autograder.graders.kit import inputs
from autograder.graders.kit import relations_metrics as relations
from autograder.graders.kit.rules import check_from_scratch
from autograder.grading import item

DOUBLE = torch.float64


@item("confusion_matrix", veto=True)
def test_confusion_matrix_from_scratch(student, rng):
    """`confusion_matrix` is written from scratch: no scikit-learn or torchmetrics inside."""
    check_from_scratch(student, "confusion_matrix", rng.integers(0, 3, 9), rng.integers(0, 3, 9), 3)


@item("confusion_matrix", gate=True, weight=1)
def test_confusion_matrix_shape(student, rng):
    """`confusion_matrix` returns a tensor of whole numbers, of shape (num_classes, num_classes) where all classes occur."""
    student.check("confusion_matrix", *inputs.all_classes(rng, 29, 10), 10, form_only=True)
    student.check("confusion_matrix", *inputs.all_classes(rng, 13, 4), 4, form_only=True)


@item("confusion_matrix", weight=2, holds=relations.counts_in_a_larger_table)
def test_confusion_matrix_counts(student, rng):
    """Row t, column p counts the samples of class t that were predicted as p."""
    labels = rng.integers(0, 5, 60)
    preds = torch.where(rng.uniform(60) < 0.5, labels, rng.integers(0, 5, 60))
    preds[1:6] = labels[1:6] = torch.arange(5)
    student.check("confusion_matrix", preds, labels, 5, any_form=True)
    student.check("confusion_matrix", *inputs.all_classes(rng, 31, 3), num_classes=3, any_form=True)


@item("confusion_matrix", weight=1, holds=relations.every_class_has_its_place)
def test_confusion_matrix_edges(student, rng):
    """Classes that never occur have their row and column, and large counts are kept; the inputs stay as they were."""
    some = torch.tensor([0, 1, 3, 5])  # classes 2 and 4 are absent, the last one is not
    preds, labels = some[rng.integers(0, 4, 14)], some[rng.integers(0, 4, 14)]
    preds[0], labels[1] = 5, 5
    for predicted, true, num_classes in (
        (preds, labels, 6),
        (rng.integers(0, 3, 12), rng.integers(1, 4, 12), 7),
        (rng.integers(0, 2, 640), rng.integers(0, 2, 640), 2),
        (rng.integers(0, 2, 1300), rng.integers(0, 2, 1300), 3),
    ):
        student.check("confusion_matrix", predicted, true, num_classes, also=("inputs",), any_form=True)
