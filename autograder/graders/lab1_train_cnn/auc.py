"""Reference and misconceptions of `auc`: the area under a curve, by trapezoids."""

# CANARY-5b0c2f6e-hidden-grader

import torch

from autograder.misconceptions import misconception


def reference(x, y):
    x, y = x.double(), y.double()
    return torch.trapezoid(y, x).item()


@misconception("You use the left height of each step. A trapezoid has the mean of its two heights.")
def left_rectangles(x, y):
    return ((x[1:] - x[:-1]) * y[:-1]).sum().item()


@misconception("You use the right height of each step. A trapezoid has the mean of its two heights.")
def right_rectangles(x, y):
    return ((x[1:] - x[:-1]) * y[1:]).sum().item()


@misconception("You use the larger height of each step. A trapezoid has the mean of its two heights.")
def upper_rectangles(x, y):
    return ((x[1:] - x[:-1]) * torch.maximum(y[1:], y[:-1])).sum().item()


@misconception("You use the smaller height of each step. A trapezoid has the mean of its two heights.")
def lower_rectangles(x, y):
    return ((x[1:] - x[:-1]) * torch.minimum(y[1:], y[:-1])).sum().item()


@misconception("You add the two heights of each step but do not halve them. Take their mean.")
def half_forgotten(x, y):
    return ((x[1:] - x[:-1]) * (y[1:] + y[:-1])).sum().item()


@misconception("Your area has the wrong sign. Subtract the left x from the right one.")
def sign_reversed(x, y):
    return ((x[:-1] - x[1:]) * (y[1:] + y[:-1]) / 2).sum().item()


@misconception("You swap the axes: your area lies between the curve and the y axis. Widths come from x.")
def axes_swapped(x, y):
    return ((y[1:] - y[:-1]) * (x[1:] + x[:-1]) / 2).sum().item()


@misconception("You return the mean height, as if all steps were equal. Multiply each height by its width.")
def mean_height(x, y):
    return y.mean().item()


@misconception("You give all steps the same width. Multiply each mean height by the width of its own step.")
def equal_widths_assumed(x, y):
    return ((x[-1] - x[0]) * ((y[1:] + y[:-1]) / 2).mean()).item()


@misconception("You leave out the widths and add the heights up. Multiply each mean height by its width.")
def widths_ignored(x, y):
    return ((y[1:] + y[:-1]) / 2).sum().item()


@misconception("You multiply each x by its y. Multiply widths by heights: a width is a difference of two x.")
def x_times_y(x, y):
    return (x * y).sum().item()


@misconception(
    "You use the differences of y as well. The height of a trapezoid is the mean of its heights, not their "
    "difference."
)
def heights_subtracted(x, y):
    return ((x[1:] - x[:-1]) * (y[1:] - y[:-1]) / 2).sum().item()


@misconception(
    "Your last step is missing. There is one step between each two neighbours: n points have n − 1."
)
def last_step_missing(x, y):
    return ((x[1:-1] - x[:-2]) * (y[1:-1] + y[:-2]) / 2).sum().item()


@misconception("Your first step is missing. Begin with the step from point 0 to point 1.")
def first_step_missing(x, y):
    return ((x[2:] - x[1:-1]) * (y[2:] + y[1:-1]) / 2).sum().item()


@misconception("You return the area above the curve. Do not subtract it from 1.")
def one_minus_the_area(x, y):
    return 1 - ((x[1:] - x[:-1]) * (y[1:] + y[:-1]) / 2).sum().item()


@misconception("You return the Gini coefficient, 2·area − 1. Return the area itself.")
def gini_coefficient(x, y):
    return 2 * ((x[1:] - x[:-1]) * (y[1:] + y[:-1]) / 2).sum().item() - 1


@misconception("You divide by the length of the x axis. The area is the plain sum of the trapezoids.")
def divided_by_the_range(x, y):
    return (((x[1:] - x[:-1]) * (y[1:] + y[:-1]) / 2).sum() / (x[-1] - x[0])).item()


@misconception("You sort the heights, which tears the points apart. Keep x and y in their order.")
def heights_sorted(x, y):
    y = y.sort().values
    return ((x[1:] - x[:-1]) * (y[1:] + y[:-1]) / 2).sum().item()


@misconception("You overwrite the area in each step, so only the last counts. Add to the running total.")
def only_the_last_step(x, y):
    area = 0.0
    for i in range(1, len(x)):
        area = (x[i] - x[i - 1]) * (y[i] + y[i - 1]) / 2
    return float(area)


@misconception("You return the areas of all steps. Add them up to one number.")
def sum_forgotten(x, y):
    return (x[1:] - x[:-1]) * (y[1:] + y[:-1]) / 2


@misconception("You return the running areas. Return the last of them, the whole area, as one number.")
def running_areas(x, y):
    return ((x[1:] - x[:-1]) * (y[1:] + y[:-1]) / 2).cumsum(0)


@misconception("You use the midpoints of x as widths. A width is the difference of two neighbouring x.")
def midpoints_as_widths(x, y):
    return ((x[1:] + x[:-1]) / 2 * (y[1:] + y[:-1]) / 2).sum().item()


@misconception("You join the ends of the curve by one straight line. Add a trapezoid for every step.")
def one_trapezoid(x, y):
    return ((x[-1] - x[0]) * (y[-1] + y[0]) / 2).item()


@misconception("You round the area. Return it as it is, with all its digits.")
def rounded(x, y):
    return round(((x[1:] - x[:-1]) * (y[1:] + y[:-1]) / 2).sum().item(), 2)
