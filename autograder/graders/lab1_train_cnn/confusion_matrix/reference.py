"""Reference and misconceptions of `confusion_matrix`: how often each true class got each prediction."""

# CANARY-5b0c2f6e-hidden-grader

import numpy as np
import torch

from autograder.graders.kit.changes import changes_of
from autograder.graders.lab1_train_cnn.library import TAKEN  # noqa: F401  (items under the from-scratch rule have it)
from autograder.grading.misconceptions import misconception

PICTURE = "matrix"


def reference(preds, labels, num_classes):
    cells = torch.bincount(labels * num_classes + preds, minlength=num_classes**2)
    return cells.reshape(num_classes, num_classes)


def normalise(value):
    """Return a table of whole numbers as an int64 tensor: a NumPy array will do, and any integer dtype holds counts. In shares, 0 stands for nan."""
    if isinstance(value, np.ndarray) and value.dtype.kind in "iuf":
        value = torch.from_numpy(value)
    if not isinstance(value, torch.Tensor) or value.dtype == torch.bool or value.is_complex():
        return value
    return value.nan_to_num(0.0) if value.is_floating_point() else value.to(torch.int64)


def clue(args, kwargs, got, expected):
    """Say what the table's sums have to do with the right ones."""
    if not isinstance(got, torch.Tensor) or got.shape != expected.shape or got.dtype == torch.bool:
        return ""
    n, mine, right = len(args[0]), int(got.sum()), int(expected.sum())
    if len(got) > 1 and bool((got == got[0]).all()) and mine:
        return "All rows of your table are the same: `[[0] * n] * n` makes n names for one list, so each count lands in every row. Use `torch.zeros(n, n)`."
    if mine == 1 < right:
        return f"Your table holds the first of {n} samples alone: does the loop end early, by a `return` inside it?"
    if mine < right:
        return f"Your table holds {mine} samples of {n}: some are left out, or written over by later ones."
    if mine > right:
        return f"Your table holds {mine} samples, but there are {n}: some are counted more than once."
    if torch.equal(got.sum(1), expected.sum(1)):
        return "Your rows have the right sums, so the labels are right: look at which column a sample gets."
    if torch.equal(got.sum(0), expected.sum(0)):
        return (
            "Your columns have the right sums, so the predictions are right: look at which row a sample gets."
        )
    return ""


def confusion_matrix(preds, labels, num_classes):
    cm = torch.zeros(num_classes, num_classes, dtype=torch.int64)
    for p, t in zip(preds.tolist(), labels.tolist(), strict=True):
        cm[t, p] += 1
    return cm


def by_bincount(preds, labels, num_classes):
    cm = torch.bincount(labels * num_classes + preds, minlength=num_classes**2)
    return cm.reshape(num_classes, num_classes)


instead = changes_of(confusion_matrix)
instead_by_bincount = changes_of(by_bincount)


transposed = instead(
    "Your table is transposed. Rows are the true classes, columns the predicted ones.",
    {"t, p": "p, t"},
)
repeated_pairs_lost = instead(
    "Your cells hold 0 or 1, so a pair that comes again is not counted: `= 1` only sets a cell, `+= 1` at all indices at once adds once, and a `break` stops counting. Add 1 for every sample, or use `bincount`.",
    {
        "for p, t in zip(preds.tolist(), labels.tolist(), strict=True):": "cm[labels, preds] += 1",
        "cm[t, p] += 1": "",
    },
    about="test_confusion_matrix_counts test_confusion_matrix_edges",
)
uint8_overflow = instead(
    "Your counts go round after 255: uint8 is too small. Count in int64.",
    {"int64": "uint8"},
)
int8_overflow = instead(
    "Your counts turn negative after 127: int8 is too small. Count in int64.",
    {"int64": "int8"},
)
diagonal_only = instead(
    "You count right answers only. Wrong ones belong in the table too, beside the diagonal.",
    {"cm[t, p] += 1": "if p == t:", "return": "        cm[t, p] += 1\n    return"},
)
errors_only = instead(
    "You count errors only. Right answers belong in the table too, on the diagonal.",
    {"cm[t, p] += 1": "if p != t:", "return": "        cm[t, p] += 1\n    return"},
)


@misconception(
    "You divide each row by its sum. Return the counts themselves.",
    about="test_confusion_matrix_shape test_confusion_matrix_counts",
)
def rows_normalised(preds, labels, num_classes):
    cm = torch.bincount(labels * num_classes + preds, minlength=num_classes**2)
    cm = cm.reshape(num_classes, num_classes).float()
    return cm / cm.sum(dim=1, keepdim=True).clamp(min=1)


divided_by_the_number_of_samples = instead_by_bincount(
    "You divide by the number of samples. Return the counts themselves.",
    {"(num_classes, num_classes)": "(num_classes, num_classes) / len(labels)"},
    about="test_confusion_matrix_shape test_confusion_matrix_counts",
)
counts_as_floats = instead(
    "Your counts are floating-point numbers. Make the table with an integer dtype.",
    {", dtype=torch.int64": ""},
)


@misconception(
    "You take the number of classes from the data. A class may be absent: use `num_classes` for the table's size."
)
def size_taken_from_the_data(preds, labels, num_classes):
    K = int(max(preds.max(), labels.max())) + 1
    return torch.bincount(labels * K + preds, minlength=K * K).reshape(K, K)


absent_classes_left_out = instead(
    "You keep rows only for classes that occur. Every class has its row and column, absent ones too: use `num_classes` for the size.",
    {
        "cm = torch.zeros(num_classes, num_classes": "classes = sorted(set(labels.tolist()) | set(preds.tolist()))\n    cm = torch.zeros(len(classes), len(classes)",
        "t, p": "classes.index(t), classes.index(p)",
    },
)


@misconception("Your table always has ten classes. Use `num_classes` for its size.")
def always_ten_classes(preds, labels, num_classes):
    return torch.bincount(labels * 10 + preds, minlength=100).reshape(10, 10)


classes_counted_from_one = instead(
    "You count classes from 1, so everything moves by a row and a column. They start at 0.",
    {", p": " - 1, p - 1"},
)


@misconception(
    "You count each sample in two cells, at (true, predicted) and at (predicted, true). Count it once."
)
def counted_both_ways(preds, labels, num_classes):
    cm = torch.bincount(labels * num_classes + preds, minlength=num_classes**2)
    cm = cm.reshape(num_classes, num_classes)
    return cm + cm.T


started_from_ones = instead_by_bincount(
    "Your cells start at 1. Start from zeros: an empty cell counts nothing.",
    {"(num_classes, num_classes)": "(num_classes, num_classes) + 1"},
)
rows_share_one_list = instead(
    "Your rows are one and the same list: `[[0] * n] * n` repeats it, so each count lands in every row. Use `torch.zeros(n, n)`.",
    {
        "torch.zeros(num_classes, num_classes, dtype=torch.int64)": "[[0] * num_classes] * num_classes",
        ", p": "][p",
        "return cm": "return torch.tensor(cm)",
    },
)


@misconception(
    "You number the cells as label · 10 + prediction. A row of your table has `num_classes` cells: multiply by that."
)
def ten_in_the_cell_number(preds, labels, num_classes):
    cells = torch.bincount(labels * 10 + preds, minlength=num_classes**2)
    return cells[: num_classes**2].reshape(num_classes, num_classes)


ten_cells_in_a_row = instead_by_bincount(
    "Your cell number leaves ten places to a row, so the cells do not fit into the table. Multiply the label by `num_classes`.",
    {"cm = torch.bincount(labels * num_classes": "cells = torch.bincount(labels * 10", "cm.": "cells."},
)
last_sample_left_out = instead_by_bincount(
    "You leave out the last sample. Let the loop run over all of them.",
    {"labels * num_classes + preds": "(labels * num_classes + preds)[:-1]"},
)
first_sample_left_out = instead_by_bincount(
    "You leave out the first sample. Let the loop start at index 0.",
    {"labels * num_classes + preds": "(labels * num_classes + preds)[1:]"},
)


@misconception(
    "You multiply how often each class occurs by how often it is predicted. Count the pairs: a sample's label with its own prediction.",
    other_task=True,
)
def totals_multiplied(preds, labels, num_classes):
    rows = torch.bincount(labels, minlength=num_classes)
    return torch.outer(rows, torch.bincount(preds, minlength=num_classes))


@misconception(
    "You put the totals on the diagonal, whatever was predicted. The prediction chooses the column.",
    other_task=True,
)
def predictions_ignored(preds, labels, num_classes):
    return torch.diag(torch.bincount(labels, minlength=num_classes))


cells_numbered_by_the_sum = instead_by_bincount(
    "Your cell number is label + prediction, which several pairs share. Leave a whole row of cells for each label.",
    {"cm = torch.bincount(labels * num_classes": "cells = torch.bincount(labels", "cm.": "cells."},
)
left_flat = instead_by_bincount(
    "You return a flat list of cells. Give it num_classes rows and num_classes columns.",
    {"cm =": "return", "return cm.reshape(num_classes, num_classes)": ""},
)
highest_class_first = instead_by_bincount(
    "Your highest class comes first. Row 0 and column 0 belong to class 0.",
    {"(num_classes, num_classes)": "(num_classes, num_classes).flip(0, 1)"},
)


@misconception(
    "Your `bincount` is too short when the last pairs of classes never occur. Give it `minlength`: one place for every cell."
)
def minlength_missing(preds, labels, num_classes):
    return torch.bincount(labels * num_classes + preds).reshape(num_classes, num_classes)


size_taken_from_the_labels = instead(
    "You take the number of classes from the true labels. A class may be absent there: use `num_classes` for the size.",
    {"cm = torch.zeros(num_classes, num_classes": "K = len(labels.unique())\n    cm = torch.zeros(K, K"},
)
