"""One mistake in `precision_recall_f1`."""

# CANARY-5b0c2f6e-hidden-grader

import numpy as np
import torch

from autograder.graders.kit.answers import false

SHAPE, VALUES, MEAN, EMPTY = (
    f"test_precision_recall_f1_{each}" for each in ("shape", "values", "harmonic", "where_undefined")
)


def _both(cm):
    hits = cm.diagonal().double()
    return hits / cm.sum(0).clamp(min=1), hits / cm.sum(1).clamp(min=1)


def _mean(p, r):
    return torch.where(p + r > 0, 2 * p * r / (p + r).clamp(min=1e-12), torch.zeros_like(p))


@false(VALUES)
def columns_for_rows(cm):
    r, p = _both(cm)
    return p, r, _mean(p, r)


@false(VALUES)
def recall_of_all_samples(cm):
    p, r = cm.diagonal() / cm.sum(0).clamp(min=1), cm.diagonal() / cm.sum()
    return p, r, _mean(p, r)


@false(VALUES)
def tenth_below_the_fraction(cm):
    hits = torch.einsum("ii->i", cm).float()
    p, r = hits / (cm.sum(0) + 0.1), hits / (cm.sum(1) + 0.1)
    return p, r, _mean(p, r)


@false(VALUES)
def precision_twice(cm):
    p, _ = _both(cm)
    return p, p.clone(), _mean(p, p)


@false(MEAN)
def middle_of_the_two(cm):
    p, r = _both(cm)
    return p, r, (p + r) / 2


@false(MEAN)
def recall_counts_four_times(cm):
    p, r = _both(cm)
    return p, r, torch.nan_to_num(5 * p * r / (4 * p + r))


@false(MEAN)
def smaller_of_the_two(cm):
    p, r = _both(cm)
    return p, r, torch.minimum(p, r)


@false(MEAN)
def two_left_out(cm):
    p, r = _both(cm)
    return p, r, torch.nan_to_num(p * r / (p + r))


@false(EMPTY)
def nan_left_alone(cm):
    hits = cm.diagonal()
    p, r = hits / cm.sum(0), hits / cm.sum(1)
    return p, r, 2 * p * r / (p + r)


@false(EMPTY)
def half_where_undefined(cm):
    hits = cm.diagonal()
    p, r = (hits / cm.sum(0)).nan_to_num(0.5), (hits / cm.sum(1)).nan_to_num(0.5)
    return p, r, (2 * p * r / (p + r)).nan_to_num(0.5)


@false(EMPTY)
def sums_mended_in_the_matrix(cm):
    hits = cm.diagonal().clone().double()
    cm[cm.sum(1) == 0] = 1
    p, r = hits / cm.sum(0).clamp(min=1), hits / cm.sum(1)
    return p, r, _mean(p, r)


@false(SHAPE)
def lists_of_numbers(cm):
    p, r = _both(cm)
    return p.tolist(), r.tolist(), _mean(p, r).tolist()


@false(SHAPE)
def arrays_of_numpy(cm):
    a = cm.numpy()
    hits, columns, rows = np.diag(a), a.sum(0), a.sum(1)
    p, r = hits / np.maximum(columns, 1), hits / np.maximum(rows, 1)
    return p, r, 2 * hits / np.maximum(columns + rows, 1)


@false(SHAPE, MEAN)
def mean_not_returned(cm):
    return _both(cm)


@false(SHAPE, MEAN)
def mean_of_f1(cm):
    p, r = _both(cm)
    return p, r, _mean(p, r).mean()


@false(EMPTY)
def divided_in_plain_python(cm):
    table, n = cm.tolist(), len(cm)
    p = [table[k][k] / sum(row[k] for row in table) for k in range(n)]
    r = [table[k][k] / sum(table[k]) for k in range(n)]
    return tuple(torch.tensor(each) for each in (p, r, [2 * a * b / (a + b) for a, b in zip(p, r)]))
