"""Reference and misconceptions of `auc`: the area under a curve, by trapezoids."""

# CANARY-5b0c2f6e-hidden-grader

import torch

from autograder.graders.lab1_train_cnn.library import TAKEN  # noqa: F401  (items under the from-scratch rule have it)
from autograder.grading.misconceptions import misconception


def reference(x, y):
    x, y = x.double(), y.double()
    return torch.trapezoid(y, x).item()


def clue(args, kwargs, got, expected):
    """Say by which of the curve's numbers the area is off, or which step is missing or counted twice."""
    if isinstance(got, torch.Tensor) and got.numel() == 1:
        got = got.item()
    if isinstance(got, bool) or not isinstance(got, int | float):
        return ""
    x, y = (each.double() for each in args)
    steps = (x.diff() * (y[1:] + y[:-1]) / 2).tolist()

    def is_(value):
        return abs(got - value) < 2e-5 * abs(value) + 1e-6

    for number, word in ((len(x), "the number of points"), (len(steps), "the number of steps")):
        if is_(expected / number):
            return (
                f"You divide by {number}, {word}. The area is the plain sum of the trapezoids: take no mean."
            )
    for i, area in enumerate(steps):
        if abs(area) > 1e-3 and (is_(expected - area) or is_(expected + area)):
            fault = "leave out" if is_(expected - area) else "count twice"
            return (
                f"You {fault} the step from point {i} to point {i + 1}. Take each of the {len(steps)} steps once: i "
                f"from 0 to {len(steps) - 1}, between the points i and i + 1."
            )
    for digits in range(5):
        if abs(got - round(expected, digits)) < 1e-9:
            return "You round the area. Return it as it is, with all its digits."
    if abs(got - expected) < 0.03 * abs(expected):
        return (
            "Your area is near the right one and not the same. Between two neighbouring points the curve is a straight line: one "
            "trapezoid for each pair, no grid of other points, no curve through three of them, in the dtype of x and y."
        )
    return ""


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


@misconception(
    "You halve the heights with `//`, which drops the fraction. Your trapezoid needs ordinary division: `/ 2`."
)
def halves_cut(x, y):
    return ((x[1:] - x[:-1]) * ((y[1:] + y[:-1]) // 2)).sum().item()


@misconception(
    "You cut every step to whole numbers: `//` drops the fraction. Your trapezoid needs ordinary division: `/ 2`."
)
def steps_cut(x, y):
    return ((x[1:] - x[:-1]) * (y[1:] + y[:-1]) // 2).sum().item()


@misconception(
    "Your width times the left height stands alone, and half the right height is added. Put brackets round the sum of "
    "both heights."
)
def brackets_missing(x, y):
    return ((x[1:] - x[:-1]) * y[:-1] + y[1:] / 2).sum().item()


@misconception(
    "You halve the right height only: in `a + b / 2` the division comes first. Put your two heights in brackets."
)
def only_the_right_height_halved(x, y):
    return ((x[1:] - x[:-1]) * (y[:-1] + y[1:] / 2)).sum().item()


@misconception("You halve the left height only. Add both heights first, then halve your sum: `(a + b) / 2`.")
def only_the_left_height_halved(x, y):
    return ((x[1:] - x[:-1]) * (y[:-1] / 2 + y[1:])).sum().item()


@misconception(
    "Your width has no brackets, so only the left x is multiplied by the heights. Subtract first: `(x1 - x0) * …`."
)
def width_without_brackets(x, y):
    return (x[1:] - x[:-1] * (y[1:] + y[:-1]) / 2).sum().item()


@misconception("You divide by the number of steps. The area is your plain sum of trapezoids, not their mean.")
def divided_by_the_steps(x, y):
    return ((x[1:] - x[:-1]) * (y[1:] + y[:-1]) / 2).mean().item()


@misconception(
    "You sort the points by their heights. The curve runs in the order it has: leave x and y in your order of rising x."
)
def points_sorted_by_height(x, y):
    order = y.argsort()
    x, y = x[order], y[order]
    return ((x[1:] - x[:-1]) * (y[1:] + y[:-1]) / 2).sum().item()


@misconception("Your area has the wrong sign. Subtract the left x from the right one.")
def sign_reversed(x, y):
    return ((x[:-1] - x[1:]) * (y[1:] + y[:-1]) / 2).sum().item()


@misconception("You swap the axes: your area lies between the curve and the y axis. Widths come from x.")
def axes_swapped(x, y):
    return ((y[1:] - y[:-1]) * (x[1:] + x[:-1]) / 2).sum().item()


@misconception(
    "You return the mean height, as if all steps were equal. Multiply each height by its width.",
    other_task=True,
)
def mean_height(x, y):
    return y.mean().item()


@misconception("You give all steps the same width. Multiply each mean height by the width of its own step.")
def equal_widths_assumed(x, y):
    return ((x[-1] - x[0]) * ((y[1:] + y[:-1]) / 2).mean()).item()


@misconception("You leave out the widths and add the heights up. Multiply each mean height by its width.")
def widths_ignored(x, y):
    return ((y[1:] + y[:-1]) / 2).sum().item()


@misconception(
    "You multiply each x by its y. Multiply widths by heights: a width is a difference of two x.",
    other_task=True,
)
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


@misconception("You return the Gini coefficient, 2·area − 1. Return the area itself.", other_task=True)
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


@misconception(
    "You return the areas of all steps. Add them up to one number.",
    about="test_auc_is_a_number test_auc_values",
)
def sum_forgotten(x, y):
    return (x[1:] - x[:-1]) * (y[1:] + y[:-1]) / 2


@misconception(
    "You return the running areas. Return the last of them, the whole area, as one number.",
    about="test_auc_is_a_number test_auc_values",
)
def running_areas(x, y):
    return ((x[1:] - x[:-1]) * (y[1:] + y[:-1]) / 2).cumsum(0)


@misconception("You use the midpoints of x as widths. A width is the difference of two neighbouring x.")
def midpoints_as_widths(x, y):
    return ((x[1:] + x[:-1]) / 2 * (y[1:] + y[:-1]) / 2).sum().item()


@misconception("You join the ends of the curve by one straight line. Add a trapezoid for every step.")
def one_trapezoid(x, y):
    return ((x[-1] - x[0]) * (y[-1] + y[0]) / 2).item()


@misconception(
    "You return inside the loop, so only the first step counts. Put `return` behind the loop, to the column of the `for`."
)
def returned_inside_the_loop(x, y):
    for i in range(len(x) - 1):
        area = (x[i + 1] - x[i]) * (y[i] + y[i + 1]) / 2
        return area.item()


@misconception("You round the area. Return it as it is, with all its digits.")
def rounded(x, y):
    return round(((x[1:] - x[:-1]) * (y[1:] + y[:-1]) / 2).sum().item(), 2)
