"""Wrong answers for `auc`, in the style of students: each must lose the item."""


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
