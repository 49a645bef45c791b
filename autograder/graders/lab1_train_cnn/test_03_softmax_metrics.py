"""Hidden tests of notebook 03: softmax and its relatives, predictions, metrics."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

from dataclasses import replace
from functools import partial

import torch

from autograder.graders.lab1_train_cnn import inputs_metrics as inputs
from autograder.graders.lab1_train_cnn import instruments, roc_curve_facts
from autograder.graders.lab1_train_cnn import relations_metrics as relations
from autograder.graders.lab1_train_cnn.precision_recall_f1 import RESULTS
from autograder.graders.lab1_train_cnn.rules import check_from_scratch
from autograder.graders.lab1_train_cnn.several_calls import all_of
from autograder.grading import Failed, item
from autograder.grading.compare import difference

DOUBLE = torch.float64


def _form_too(student, item, *args):
    """Check the form of another call. An error has its own reason, and stands where the values of such a call are looked at."""
    try:
        student.check(item, *args, form_only=True)
    except Failed as failure:
        if failure.kind:
            raise


# ------------------------------------------------------------------------------------------------------- softmax


@item("softmax", veto=True)
def test_softmax_from_scratch(student, rng):
    """`softmax` is written from scratch: no library softmax inside."""
    check_from_scratch(student, "softmax", rng.normal(3, 4))


@item("softmax", gate=True, weight=1)
def test_softmax_shape(student, rng):
    """`softmax` returns a tensor of the shape and dtype of `z`."""
    student.check("softmax", rng.normal(4, 4), form_only=True)
    _form_too(student, "softmax", rng.normal(5, 5, dtype=DOUBLE))


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


# --------------------------------------------------------------------------------------------------- log_softmax


@item("log_softmax", veto=True)
def test_log_softmax_from_scratch(student, rng):
    """`log_softmax` is written from scratch: no library softmax inside."""
    check_from_scratch(student, "log_softmax", rng.normal(3, 4))


@item("log_softmax", gate=True, weight=1)
def test_log_softmax_shape(student, rng):
    """`log_softmax` returns a tensor of the shape and dtype of `z`."""
    student.check("log_softmax", rng.normal(4, 4), form_only=True)
    _form_too(student, "log_softmax", rng.normal(5, 5, dtype=DOUBLE))


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


# ------------------------------------------------------------------------------------------------- cross_entropy


@item("cross_entropy", veto=True)
def test_cross_entropy_from_scratch(student, rng):
    """`cross_entropy` is written from scratch: no library loss or softmax inside."""
    check_from_scratch(student, "cross_entropy", rng.normal(5, 4), rng.integers(0, 4, 5))


@item("cross_entropy", gate=True, weight=1)
def test_cross_entropy_is_a_scalar(student, rng):
    """`cross_entropy` returns one number, of the logits' dtype."""
    targets = rng.integers(0, 10, 10)  # square, and ten classes: who mixes up axes gives a number, too
    student.check("cross_entropy", rng.normal(10, 10), targets, form_only=True)
    _form_too(student, "cross_entropy", rng.normal(10, 10, dtype=DOUBLE), targets)


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


# ------------------------------------------------------------------------------------------------------- predict


@item("predict", gate=True, weight=1)
def test_predict_returns_two_tensors(student, rng):
    """`predict` returns two tensors: labels (N,), whole numbers, and confidences (N,); for one image, too."""
    student.check("predict", *inputs.prediction(rng, False), form_only=True)
    _form_too(student, "predict", *inputs.prediction(rng, False, n=1))


@item("predict", weight=1)
def test_predict_values(student, rng):
    """The label is the class with the highest probability, the confidence that probability."""
    student.check("predict", *inputs.prediction(rng, False), any_form=True)
    net, images = inputs.prediction(rng, False, n=1)
    student.check(
        "predict", instruments.on_images(net), images.reshape(-1, *instruments.IMAGE), any_form=True
    )


@item("predict", weight=2, holds=relations.predicts_as_an_evaluation)
def test_predict_in_evaluation_mode(student, rng):
    """Predicting happens in evaluation mode without gradients; the mode that was found is restored."""
    for training in (True, False):
        asked = inputs.prediction(rng, training)
        student.check("predict", *asked, also=("weights", "modes", "quiet", "grad"), any_form=True)


# ------------------------------------------------------------------------------------------------------ accuracy


@item("accuracy", veto=True)
def test_accuracy_from_scratch(student, rng):
    """`accuracy` is written from scratch: no metric of a library inside."""
    check_from_scratch(student, "accuracy", inputs.scored(rng, 6, 4), rng.integers(0, 4, 6))


@item("accuracy", gate=True, weight=0.5)
def test_accuracy_is_a_number(student, rng):
    """`accuracy` returns one number."""
    student.check("accuracy", rng.spread(5, 5), rng.integers(0, 5, 5), form_only=True)


@item("accuracy", weight=1)
def test_accuracy_values(student, rng):
    """It is the fraction of samples whose highest score is at their label."""
    calls = []
    for n, k in ((401, 4), (6, 6), (53, 5), (80, 3)):  # so many that two wrong shares hardly agree by chance
        logits = inputs.scored(rng, n, k)
        labels = torch.where(rng.uniform(n) < 0.6, logits.argmax(1), rng.integers(0, k, n))
        labels[logits[0].argmax()] = (
            0  # image 0 is the best of that class: an argmax over the images agrees once
        )
        # The first is right, the last one is wrong in the first call only: to leave out either shows.
        labels[0], labels[-1] = logits[0].argmax(), (logits[-1].argmax() + (n == 401)) % k
        logits[2] -= logits[2].max()
        labels[2] = 0  # the largest score of image 2 is its label: who compares those two finds one
        calls.append((logits, labels))
    all_of(*(partial(student.check, "accuracy", *each, any_form=True) for each in calls))


@item("accuracy", weight=0.5)
def test_accuracy_of_all_right(student, rng):
    """It is 1 where every sample is right and 0 where none is, for one sample as for many."""
    calls = []
    for n, k, shift in ((29, 3, 0), (17, 4, 1), (1, 6, 0), (1, 5, 2), *inputs.drawn(rng)):
        logits = inputs.scored(rng, n, k)
        calls.append((logits, (logits.argmax(1) + shift) % k))
    all_of(*(partial(student.check, "accuracy", *each, any_form=True) for each in calls))


# ---------------------------------------------------------------------------------------------- confusion_matrix


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


# ------------------------------------------------------------------------------------------- precision_recall_f1


@item("precision_recall_f1", veto=True)
def test_precision_recall_f1_from_scratch(student, rng):
    """`precision_recall_f1` is written from scratch: no scikit-learn or torchmetrics inside."""
    check_from_scratch(student, "precision_recall_f1", rng.integers(1, 20, 3, 3))


@item("precision_recall_f1", gate=True, weight=1)
def test_precision_recall_f1_shape(student, rng):
    """`precision_recall_f1` returns three floating-point tensors, of shape (num_classes,) where all classes occur."""
    student.check("precision_recall_f1", rng.integers(1, 20, 4, 4), form_only=True)


def _parts(*which):
    """Return a fact: these of the three results are right."""

    def fact(got, expected):
        if not isinstance(got, (tuple, list)) or len(got) <= max(which):
            return difference(got, expected)
        for i in which:
            if found := difference(got[i], expected[i], None, f"the {RESULTS[i]}", any_float=True):
                return replace(found, part=i)
        return None

    return fact


@item("precision_recall_f1", weight=2)
def test_precision_recall_f1_values(student, rng):
    """Per class: precision divides the hits by what was predicted, recall by what is true."""
    for cm in inputs.matrices(rng):
        student.check("precision_recall_f1", cm, any_form=True, fact=_parts(0, 1))


@item("precision_recall_f1", weight=1, holds=relations.f1_of_its_own_precision_and_recall)
def test_precision_recall_f1_harmonic(student, rng):
    """F1 is the harmonic mean of precision and recall, per class."""
    for cm in inputs.matrices(rng):
        student.check("precision_recall_f1", cm, any_form=True, fact=_parts(2))


@item("precision_recall_f1", weight=2, holds=relations.zero_where_undefined)
def test_precision_recall_f1_where_undefined(student, rng):
    """A class that never occurs, is never predicted, or is never right has 0 where a value is undefined; `cm` stays as it was."""
    student.check("precision_recall_f1", inputs.with_empty_classes(rng), also=("inputs",), any_form=True)


# ----------------------------------------------------------------------------------------------------- roc_curve


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
    for asked in (inputs.scores(rng, 17), inputs.scores(rng, 30), ((lower - 3).double(), labels)):
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


# ----------------------------------------------------------------------------------------------------------- auc


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
    student.check("auc", 3 * rng.uniform(8).sort().values - 1, 4 * rng.uniform(8), any_form=True)
    student.check(
        "auc", 3 * rng.uniform(9).sort().values, 2 + rng.uniform(9), any_form=True
    )  # an area above 1
    x, y = inputs.curve(rng, 10)
    student.check("auc", (x * 4).round() / 4, y, also=("inputs",), any_form=True)
