"""Hidden tests of `roc_curve`."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

import torch

from autograder.graders.kit import inputs
from autograder.graders.kit import relations_metrics as relations
from autograder.graders.kit.rules import check_from_scratch
from autograder.graders.lab1_train_cnn.roc_curve import facts as roc_curve_facts
from autograder.grading import item

DOUBLE = torch.float64


@item("roc_curve", veto=True)
def test_roc_curve_from_scratch(student, rng):
    """`roc_curve` is written from scratch: no scikit-learn or torchmetrics inside."""
    check_from_scratch(student, "roc_curve", *inputs.scores(rng, 8))


@item("roc_curve", gate=True, weight=1)
def test_roc_curve_returns_three(student, rng):
    """`roc_curve` returns three sequences of one length: false-positive rates, true-positive rates, thresholds."""
    student.check("roc_curve", *inputs.scores(rng, 12), form_only=True)


@item("roc_curve", weight=2)
def test_roc_curve_values(student, rng):
    """Every score is a threshold (points on a straight line may be missing); its rates are the shares of each class that reach it."""
    lower, labels = inputs.scores(rng, 11)
    negative, positive = inputs.scores(rng, 17, lowest=0), inputs.scores(rng, 30, lowest=1)
    for asked in (negative, positive, ((lower - 3).double(), labels)):
        student.check("roc_curve", *asked, fact=roc_curve_facts.points(*asked))


@item("roc_curve", gate=True, weight=1.5)
def test_roc_curve_ends(student, rng):
    """The curve runs from (0, 0), at a threshold above every score, to (1, 1), as the threshold falls."""
    scores, labels = inputs.scores(rng, 13)
    higher, below = scores + 2, -scores - 3
    for each in (scores, higher, below):
        student.check("roc_curve", each, labels, fact=roc_curve_facts.ends(each))


@item("roc_curve", weight=1.5, holds=relations.one_point_for_each_threshold)
def test_roc_curve_ties(student, rng):
    """Samples with equal scores move the curve together, by one point; the inputs stay as they were."""
    for asked in (inputs.scores(rng, 25, levels=4), inputs.scores(rng, 40, levels=7)):
        student.check("roc_curve", *asked, fact=roc_curve_facts.points(*asked, once=True))
        student.check("roc_curve", *asked, also=("inputs",), result=False)
