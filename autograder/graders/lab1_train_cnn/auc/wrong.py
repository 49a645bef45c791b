"""Wrong answers for `auc`, in the style of students: each must lose the item."""

# CANARY-5b0c2f6e-hidden-grader

import itertools

import torch


def left_sum(x, y):
    # rectangles
    area = 0.0
    for i in range(len(x) - 1):
        area += float(x[i + 1] - x[i]) * float(y[i])
    return area


def not_halved(x, y):
    # the half is missing
    area = 0.0
    for i in range(1, len(x)):
        area += (x[i] - x[i - 1]) * (y[i] + y[i - 1])
    return float(area)


def stops_one_early(x, y):
    # range(len(x) - 2)
    total = 0.0
    for i in range(len(x) - 2):
        total += float((x[i + 1] - x[i]) * (y[i + 1] + y[i]) / 2)
    return total


def widths_of_y(x, y):
    # arguments swapped
    total = 0.0
    for i in range(len(x) - 1):
        total += float(y[i + 1] - y[i]) * float(x[i + 1] + x[i]) / 2
    return total


def plain_mean(x, y):
    # the mean of y
    return float(y.mean())


def negative(x, y):
    # x[i] − x[i + 1]
    return -float(((x[1:] - x[:-1]) * (y[1:] + y[:-1]) / 2).sum())


def all_parts(x, y):
    # no sum
    return [float(a) for a in (x[1:] - x[:-1]) * (y[1:] + y[:-1]) / 2]


def numpy_does_it(x, y):
    # the library
    import numpy as np

    return float((getattr(np, "trapezoid", None) or np.trapz)(y.numpy(), x.numpy()))


def halves_without_fraction(x, y):
    # // 2
    area = 0.0
    for i in range(len(x) - 1):
        area += float((x[i + 1] - x[i]) * ((y[i] + y[i + 1]) // 2))
    return area


def mean_trapezoid(x, y):
    # the mean of the pieces
    return float(torch.mean(torch.diff(x) * (y[:-1] + y[1:]) / 2))


def divided_by_the_points(x, y):
    # the sum over n
    return float(((x[1:] - x[:-1]) * (y[1:] + y[:-1])).sum() / 2 / len(x))


def in_order_of_height(x, y):
    # sorted by y
    pairs = sorted(zip(y.tolist(), x.tolist()))
    return sum((b[1] - a[1]) * (a[0] + b[0]) / 2 for a, b in itertools.pairwise(pairs))


def brackets_left_out(x, y):
    # * and / come first
    area = 0
    for i in range(1, len(x)):
        area += (x[i] - x[i - 1]) * y[i - 1] + y[i] / 2
    return float(area)


def half_of_one_height(x, y):
    # a + b / 2
    return sum(((x[i] - x[i - 1]) * (y[i - 1] + y[i] / 2)).item() for i in range(1, len(x)))


def without_the_second_step(x, y):
    # one step is skipped
    return sum(((x[i] - x[i - 1]) * (y[i - 1] + y[i]) / 2).item() for i in range(1, len(x)) if i != 2)
