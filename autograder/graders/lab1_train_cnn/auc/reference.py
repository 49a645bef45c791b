"""Reference and misconceptions of `auc`: the area under a curve, by trapezoids."""

# CANARY-5b0c2f6e-hidden-grader

import torch

from autograder.graders.kit.changes import changes_of
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
            return f"You {fault} the step from point {i} to point {i + 1}. Take each of the {len(steps)} steps once: i from 0 to {len(steps) - 1}, between the points i and i + 1."
    for digits in range(2, 5):  # as in `rounded_to`
        if abs(got - round(expected, digits)) < 1e-9:
            return "You round the area. Return it as it is, with all its digits."
    if abs(got - expected) < 0.03 * abs(expected):
        return "Your area is near the right one and not the same. Between two neighbouring points the curve is a straight line: one trapezoid for each pair, no grid of other points, no curve through three of them, in the dtype of x and y."
    return ""


def auc(x, y):
    return ((x[1:] - x[:-1]) * (y[1:] + y[:-1]) / 2).sum().item()


instead = changes_of(auc)


left_rectangles = instead(
    "You use the left height of each step. A trapezoid has the mean of its two heights.",
    {"(y[1:] + y[:-1]) / 2": "y[:-1]"},
)
right_rectangles = instead(
    "You use the right height of each step. A trapezoid has the mean of its two heights.",
    {"(y[1:] + y[:-1]) / 2": "y[1:]"},
)
upper_rectangles = instead(
    "You use the larger height of each step. A trapezoid has the mean of its two heights.",
    {"(y[1:] + y[:-1]) / 2": "torch.maximum(y[1:], y[:-1])"},
)
lower_rectangles = instead(
    "You use the smaller height of each step. A trapezoid has the mean of its two heights.",
    {"(y[1:] + y[:-1]) / 2": "torch.minimum(y[1:], y[:-1])"},
)
half_forgotten = instead(
    "You add the two heights of each step but do not halve them. Take their mean.",
    {") / 2": ")"},
)
halves_cut = instead(
    "You halve the heights with `//`, which drops the fraction. Your trapezoid needs ordinary division: `/ 2`.",
    {"(y[1:] + y[:-1]) / 2": "((y[1:] + y[:-1]) // 2)"},
)
steps_cut = instead(
    "You cut every step to whole numbers: `//` drops the fraction. Your trapezoid needs ordinary division: `/ 2`.",
    {"/ 2": "// 2"},
)
brackets_missing = instead(
    "Your width times the left height stands alone, and half the right height is added. Put brackets round the sum of both heights.",
    {"(y[1:] + y[:-1])": "y[:-1] + y[1:]"},
)
only_the_right_height_halved = instead(
    "You halve the right height only: in `a + b / 2` the division comes first. Put your two heights in brackets.",
    {"(y[1:] + y[:-1]) / 2": "(y[:-1] + y[1:] / 2)"},
)
only_the_left_height_halved = instead(
    "You halve the left height only. Add both heights first, then halve your sum: `(a + b) / 2`.",
    {"(y[1:] + y[:-1]) / 2": "(y[:-1] / 2 + y[1:])"},
)
width_without_brackets = instead(
    "Your width has no brackets, so only the left x is multiplied by the heights. Subtract first: `(x1 - x0) * …`.",
    {"(x[1:] - x[:-1])": "x[1:] - x[:-1]"},
)
divided_by_the_steps = instead(
    "You divide by the number of steps. The area is your plain sum of trapezoids, not their mean.",
    {"sum": "mean"},
)


@misconception(
    "You sort the points by their heights. The curve runs in the order it has: leave x and y in your order of rising x."
)
def points_sorted_by_height(x, y):
    order = y.argsort()
    x, y = x[order], y[order]
    return ((x[1:] - x[:-1]) * (y[1:] + y[:-1]) / 2).sum().item()


sign_reversed = instead(
    "Your area has the wrong sign. Subtract the left x from the right one.",
    {"1:] - x[:-1": ":-1] - x[1:"},
)
axes_swapped = instead(
    "You swap the axes: your area lies between the curve and the y axis. Widths come from x.",
    {"x[1:] - x[:-1]) * (y[1:] + y": "y[1:] - y[:-1]) * (x[1:] + x"},
)
mean_height = instead(
    "You return the mean height, as if all steps were equal. Multiply each height by its width.",
    {"((x[1:] - x[:-1]) * (y[1:] + y[:-1]) / 2).sum": "y.mean"},
    other_task=True,
)
equal_widths_assumed = instead(
    "You give all steps the same width. Multiply each mean height by the width of its own step.",
    {"(x[1:] - x[:-1]) * (y[1:] + y[:-1]) / 2).sum(": "(x[-1] - x[0]) * ((y[1:] + y[:-1]) / 2).mean()"},
)
widths_ignored = instead(
    "You leave out the widths and add the heights up. Multiply each mean height by its width.",
    {"x[1:] - x[:-1]) * (": ""},
)
x_times_y = instead(
    "You multiply each x by its y. Multiply widths by heights: a width is a difference of two x.",
    {"(x[1:] - x[:-1]) * (y[1:] + y[:-1]) / 2": "x * y"},
    other_task=True,
)
heights_subtracted = instead(
    "You use the differences of y as well. The height of a trapezoid is the mean of its heights, not their difference.",
    {"+ y": "- y"},
)
last_step_missing = instead(
    "Your last step is missing. There is one step between each two neighbours: n points have n − 1.",
    {"] - x[:-1]) * (y[1:] + y[:-1": "-1] - x[:-2]) * (y[1:-1] + y[:-2"},
)
first_step_missing = instead(
    "Your first step is missing. Begin with the step from point 0 to point 1.",
    {"1:] - x[:-1]) * (y[1:] + y[": "2:] - x[1:-1]) * (y[2:] + y[1"},
)
one_minus_the_area = instead(
    "You return the area above the curve. Do not subtract it from 1.",
    {"((x": "1 - ((x"},
)


@misconception(
    "You return the Gini coefficient, 2·area − 1. Return the area itself.",
    other_task=True,
)
def gini_coefficient(x, y):
    return 2 * ((x[1:] - x[:-1]) * (y[1:] + y[:-1]) / 2).sum().item() - 1


@misconception("You divide by the length of the x axis. The area is the plain sum of the trapezoids.")
def divided_by_the_range(x, y):
    return (((x[1:] - x[:-1]) * (y[1:] + y[:-1]) / 2).sum() / (x[-1] - x[0])).item()


heights_sorted = instead(
    "You sort the heights, which tears the points apart. Keep x and y in their order.",
    {"return": "y = y.sort().values\n    return"},
)


@misconception("You overwrite the area in each step, so only the last counts. Add to the running total.")
def only_the_last_step(x, y):
    area = 0.0
    for i in range(1, len(x)):
        area = (x[i] - x[i - 1]) * (y[i] + y[i - 1]) / 2
    return float(area)


sum_forgotten = instead(
    "You return the areas of all steps. Add them up to one number.",
    {"((x[1:] - x[:-1]) * (y[1:] + y[:-1]) / 2).sum().item()": "(x[1:] - x[:-1]) * (y[1:] + y[:-1]) / 2"},
    about="test_auc_is_a_number test_auc_values",
)
running_areas = instead(
    "You return the running areas. Return the last of them, the whole area, as one number.",
    {"sum().item()": "cumsum(0)"},
    about="test_auc_is_a_number test_auc_values",
)
midpoints_as_widths = instead(
    "You use the midpoints of x as widths. A width is the difference of two neighbouring x.",
    {"- x[:-1]) * (": "+ x[:-1]) / 2 * ("},
)
one_trapezoid = instead(
    "You join the ends of the curve by one straight line. Add a trapezoid for every step.",
    {"(x[1:] - x[:-1]) * (y[1:] + y[:-1]) / 2).sum(": "(x[-1] - x[0]) * (y[-1] + y[0]) / 2"},
)


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
