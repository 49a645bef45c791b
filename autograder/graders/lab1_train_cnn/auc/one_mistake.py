"""One mistake in `auc`."""

# CANARY-5b0c2f6e-hidden-grader

import numpy as np
import torch

from autograder.graders.kit.answers import false

VALUES, OTHERS = "test_auc_values", "test_auc_of_other_curves"


@false(VALUES)
def left_heights(x, y):
    return sum(float(x[i + 1] - x[i]) * float(y[i]) for i in range(len(x) - 1))


@false(VALUES)
def whole_sums(x, y):
    return float((x.diff() * (y[1:] + y[:-1])).sum())


@false(VALUES)
def third_step_left_out(x, y):
    return sum(float((x[i + 1] - x[i]) * (y[i + 1] + y[i]) / 2) for i in range(len(x) - 1) if i != 1)


@false(VALUES)
def divided_by_the_number_of_points(x, y):
    a, b = x.numpy(), y.numpy()
    return float(np.sum(np.diff(a) * (b[1:] + b[:-1]) / 2) / len(a))


@false(VALUES)
def right_to_left(x, y):
    return float(((x[:-1] - x[1:]) * (y[:-1] + y[1:]) / 2).sum())


@false(VALUES)
def heights_as_a_geometric_mean(x, y):
    h = y.abs()
    return float((x.diff() * (h[1:] * h[:-1]).sqrt() * y[1:].sign()).sum())


@false(OTHERS)
def held_between_zero_and_one(x, y):
    return min(max(float((x.diff() * (y[1:] + y[:-1]) / 2).sum()), 0.0), 1.0)


@false(OTHERS)
def share_of_the_width(x, y):
    return float((x.diff() * (y[1:] + y[:-1]) / 2).sum() / (x[-1] - x[0]))


@false(OTHERS)
def rising_heights_assumed(x, y):
    y = y.sort().values
    return float((x.diff() * (y[1:] + y[:-1]) / 2).sum())


@false("test_auc_is_a_number", VALUES)
def areas_not_added(x, y):
    return x.diff() * (y[1:] + y[:-1]) / 2


@false("test_auc_is_a_number")
def list_of_one_area(x, y):
    area = torch.zeros(1)
    for i in range(1, len(x)):
        area += (x[i] - x[i - 1]) * (y[i] + y[i - 1]) / 2
    return area
