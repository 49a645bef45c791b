"""Hidden tests of `precision_recall_f1`."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

import torch

from autograder.graders.kit import inputs
from autograder.graders.kit import relations_metrics as relations
from autograder.graders.kit.forms import parts
from autograder.graders.kit.rules import check_from_scratch
from autograder.graders.lab1_train_cnn.precision_recall_f1.reference import RESULTS
from autograder.grading import item

DOUBLE = torch.float64


@item("precision_recall_f1", veto=True)
def test_precision_recall_f1_from_scratch(student, rng):
    """`precision_recall_f1` is written from scratch: no scikit-learn or torchmetrics inside."""
    check_from_scratch(student, "precision_recall_f1", rng.integers(1, 20, 3, 3))


@item("precision_recall_f1", gate=True, weight=1)
def test_precision_recall_f1_shape(student, rng):
    """`precision_recall_f1` returns three floating-point tensors, of shape (num_classes,) where all classes occur."""
    student.check("precision_recall_f1", rng.integers(1, 20, 4, 4), form_only=True)


@item("precision_recall_f1", weight=2)
def test_precision_recall_f1_values(student, rng):
    """Per class: precision divides the hits by what was predicted, recall by what is true."""
    for cm in inputs.matrices(rng):
        student.check("precision_recall_f1", cm, any_form=True, fact=parts(RESULTS, 0, 1, any_float=True))


@item("precision_recall_f1", weight=1, holds=relations.f1_of_its_own_precision_and_recall)
def test_precision_recall_f1_harmonic(student, rng):
    """F1 is the harmonic mean of precision and recall, per class."""
    for cm in inputs.matrices(rng):
        student.check("precision_recall_f1", cm, any_form=True, fact=parts(RESULTS, 2, any_float=True))


@item("precision_recall_f1", weight=2, holds=relations.zero_where_undefined)
def test_precision_recall_f1_where_undefined(student, rng):
    """A class that never occurs, is never predicted, or is never right has 0 where a value is undefined; `cm` stays as it was."""
    student.check("precision_recall_f1", inputs.with_empty_classes(rng), also=("inputs",), any_form=True)
