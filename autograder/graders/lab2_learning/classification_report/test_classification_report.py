"""Hidden tests of `classification_report`."""

# CANARY-5b0c2f6e-hidden-grader

import torch

from autograder.graders.kit.rules import check_from_scratch
from autograder.graders.lab2_learning.classification_report.reference import OF_ALL, OF_CLASSES
from autograder.grading import item
from autograder.grading.compare import difference


def drawn(rng, n, k, hit=True):
    """Return predictions and labels (n,) of k classes that occur unequally often, each predicted more often or less than it occurs; and k.

    The last class is predicted, and right at least once or never: whoever counts the hits up to the largest class that has one is told apart.
    """
    often = torch.cat([torch.arange(k), torch.arange(k // 2 + 1).repeat(3)])
    labels = torch.cat([torch.arange(k), often[rng.integers(0, len(often), n - k)]])[rng.permutation(n)]
    guesses = (labels + rng.integers(1, k, n)) % k
    preds = torch.where((rng.uniform(n) < 0.6) & (guesses > 0), labels, guesses)
    last, other = labels == k - 1, (labels == 1).nonzero()[0]
    if hit:
        preds[last.nonzero()[0]] = k - 1
    else:
        preds[last], preds[other] = 1, k - 1
    return preds, labels, k


def with_empty_classes(rng):
    """Return predictions and labels of eight classes: 7 and 2 have no label, 7 and 1 no prediction, 4 has both and no hit."""
    labels = torch.tensor([0, 1, 3, 4, 5, 6])[rng.integers(0, 6, 40)]
    preds = torch.where(rng.uniform(40) < 0.5, labels, torch.tensor([0, 2, 3, 5, 6])[rng.integers(0, 5, 40)])
    labels[:6] = torch.tensor([0, 1, 3, 4, 5, 6])
    preds[:6] = torch.tensor([0, 2, 3, 2, 5, 4])
    preds[(preds == labels) & (labels == 4)] = 3
    preds[preds == 1] = 0
    return preds, labels, 8


def of(*keys):
    """Return a fact: these entries are right, in whatever form."""

    def fact(got, expected):
        if isinstance(got, dict):
            got = {key: (_number if key in OF_ALL else _tensor)(each) for key, each in got.items()}
            expected = {key: expected[key] for key in keys}
        return difference(got, expected)

    return fact


def _tensor(value):
    try:
        return torch.as_tensor(value).detach().float()
    except (TypeError, ValueError, RuntimeError):
        return value


def _number(value):
    return value.item() if isinstance(value, torch.Tensor) and value.numel() == 1 else value


@item("classification_report", veto=True)
def test_classification_report_from_scratch(student, rng):
    """`classification_report` is written from scratch: no scikit-learn or torchmetrics inside."""
    check_from_scratch(student, "classification_report", *drawn(rng, 20, 3))


@item("classification_report", gate=True, weight=1)
def test_classification_report_form(student, rng):
    """It returns a dict: four tensors of shape (num_classes,) and three numbers, under the names of the task."""
    student.check("classification_report", *drawn(rng, 30, 4), form_only=True)


@item("classification_report", weight=2)
def test_classification_report_of_classes(student, rng):
    """For each class: precision, recall and F1, and as support the number of its labels."""
    for n, k, hit in ((60, 5, True), (35, 3, False)):
        student.check("classification_report", *drawn(rng, n, k, hit), fact=of(*OF_CLASSES))


@item("classification_report", weight=1)
def test_classification_report_accuracy(student, rng):
    """Accuracy is the share of all predictions that are right."""
    for n, k in ((53, 4), (41, 6)):
        student.check("classification_report", *drawn(rng, n, k), fact=of("accuracy"))


@item("classification_report", weight=2)
def test_classification_report_means(student, rng):
    """Macro F1 is the plain mean over the classes; weighted F1 counts each as often as it has labels."""
    for n, k in ((47, 4), (64, 7)):
        student.check("classification_report", *drawn(rng, n, k), fact=of("macro_f1", "weighted_f1"))


@item("classification_report", weight=2)
def test_classification_report_where_undefined(student, rng):
    """Classes without labels or predictions have 0 where a value is undefined, and count in macro F1; the arguments stay as they were."""
    empty, everything = with_empty_classes(rng), of(*OF_CLASSES, *OF_ALL)
    student.check("classification_report", *empty, fact=everything)
    student.check("classification_report", *empty, also=("inputs",), result=False)
    for label in (2, 1):  # one sample
        one = torch.tensor([1]), torch.tensor([label]), 4
        student.check("classification_report", *one, fact=everything)
