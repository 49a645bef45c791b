"""Reference and misconceptions of `mse_loss`: the mean of the squared differences over all elements."""

# CANARY-5b0c2f6e-hidden-grader

import torch

from autograder.graders.kit.changes import changes_of
from autograder.graders.lab2_learning.library import TAKEN  # noqa: F401  (items under the from-scratch rule have it)
from autograder.graders.lab2_learning.losses import common, told_by


def reference(predictions, targets):
    return (predictions.double() - targets.double()).square().mean().to(predictions.dtype)


def scale(predictions, targets):
    """Return the size of what is summed: the largest squared difference."""
    return (predictions - targets).square().max()


def clue(args, kwargs, got, expected):
    """Say which mistake gives this loss, or that large differences count too little."""
    p, t = args[0].double(), args[1].double()
    squares, meant = (p - t).square(), float(expected)
    total, n, length = squares.numel(), squares.shape[0], squares.shape[-1]
    mistakes = {
        meant * total / n: "You divide by the length of the first axis. Divide by the number of all elements: `numel()`.",
        meant * total / length: "You divide by the length of the last axis. Divide by the number of all elements: `numel()`.",
        float((p - t).std()): "You take `std` of the differences: it takes their mean away first, and a root at the end. Square them as they are, and take the mean.",
        float((p - t).std(correction=0)): "You take the standard deviation of the differences. Square them as they are, and take the mean.",
        float((p.flatten()[:, None] - t.flatten()).square().mean()): "You subtract every target from every prediction. Subtract elementwise: both have one shape.",
        float((p - t).var()): "You take `var` of the differences: it takes their mean away, and divides by one less. Square them as they are, and take the mean.",
        float((p - t).var(correction=0)): "You take the variance of the differences, which takes their mean away first. Square the differences as they are.",
        float((p - t**2).mean()): "You square the targets alone. Put brackets round the difference: `(predictions - targets) ** 2`.",
        float((p**2 - t).mean()): "You square the predictions alone. Put brackets round the difference: `(predictions - targets) ** 2`.",
        float((p - t).pow(3).mean()): "You take the third power. Square the differences.",
        **dict.fromkeys((float((p * t).mean()), float((p * t).square().mean())), "You multiply predictions and targets. The loss is of their difference."),
        **dict.fromkeys((float(squares.sum().sqrt()) / total, float(squares.sum().sqrt()) / n), "You take a root of the sum before you divide. Take the mean of the squares, without a root."),
        float(squares.reshape(n, -1).sum(1).sqrt().mean()): "You take the length of each row, a root. Take the mean of the squares, without a root.",
        float(torch.where(squares < 1, squares / 2, squares.sqrt() - 0.5).mean()): "You compute the Huber loss, which grows slower than a square. Square every difference.",
        float(((p - t) / t).square().mean()): "You divide by the targets. The difference is squared as it is.",
        float(p.square().mean()): "You square the predictions alone. Take the targets away first.",
        meant**0.5: "You take the square root at the end. The mean squared error stays squared.",
        float(squares.sum().sqrt()): "You take the length of the difference, a root of a sum. Take the mean of the squares.",
        float((p * p - t * t).mean()): "You subtract squares. Subtract first, then square.",
        float((p + t).square().mean()): "You add predictions and targets. The loss is of their difference.",
        meant * total / 2: "You add the squared differences up and halve them. Take their mean.",
        float((p - t).abs().mean() ** 2): "You square the mean of absolute differences. Square each difference first, then take the mean.",
        float((p - t).abs().sum()): "You add absolute differences up. Square each difference, and take the mean.",
        float((p - t).sum() ** 2): "You square the sum of the differences. Square each first, then take the mean.",
        float(2 * (p - t).mean()): "You compute twice the mean difference, the slope of the loss. Square each difference, and take the mean.",
        float((p - t).clamp(min=0).square().mean()): "You count positive differences only. Square all of them.",
        float((t - p).clamp(min=0).square().mean()): "You count negative differences only. Square all of them.",
        float(squares.square().mean()): "You square twice. Square the differences once.",
    }  # fmt: skip
    for terms, what in ((squares.flatten(), "element"), (squares.reshape(n, -1).mean(1), "row")):
        if said := told_by(got, expected, mistakes, terms, what):
            return said
    if meant > 100 and float(got) < meant:
        return "Where differences are large, your loss is too small: is something cut off, or does it grow slower than a square? Square each as it is."
    return ""


def mse_loss(predictions, targets):
    return ((predictions - targets) ** 2).mean()


instead = changes_of(mse_loss)
ONE_FOR_EACH = "You return one loss for each element. Take their mean: the result is one number."
globals().update(common(instead, "mse_loss", ONE_FOR_EACH))  # where `of_module` reads them

sum_instead_of_mean = instead("You add the squared differences up. Take their mean.", {"mean": "sum"})
mean_over_the_batch_only = instead(
    "You divide by the length of the first axis. Divide by the number of all elements, or take the mean.",
    {"mean()": "sum() / len(predictions)"},
)
mean_of_each_row = instead(
    "You take the mean of each row. The result is one number: the mean of all elements.",
    {"mean()": "mean(dim=-1)"},
    about="test_mse_loss_is_a_scalar test_mse_loss_values",
)
mean_of_each_column = instead(
    "You take the mean along the first axis. The result is one number: the mean of all elements.",
    {"mean()": "mean(dim=0)"},
    about="test_mse_loss_is_a_scalar test_mse_loss_values",
)
absolute_differences = instead(
    "You take absolute differences. Square them.",
    {"((predictions - targets) ** 2)": "(predictions - targets).abs()"},
)
square_missing = instead(
    "You leave out the square: differences of both signs cancel. Square each before the mean.", {" ** 2": ""}
)
square_of_the_mean = instead(
    "You square the mean difference, so that signs cancel. Square each difference first, then take the mean.",
    {"((predictions - targets) ** 2).mean()": "(predictions - targets).mean() ** 2"},
)
product_of_two_vectors = instead(
    "You use `dot`, which takes vectors only. Square elementwise: that works for every shape.",
    {
        "((predictions - targets) ** 2).mean()": "torch.dot(predictions - targets, predictions - targets) / len(targets)"
    },
)
difference_times_itself_as_matrices = instead(
    "You multiply matrices: `@` is not elementwise. Use `*` or `** 2`.",
    {"(predictions - targets) ** 2": "(predictions - targets) @ (predictions - targets)"},
)
caret_for_a_power = instead("You write `^`, which is no power in Python. Square with `** 2`.", {"**": "^"})
input_changed_in_place = instead(
    "Your loss is right, but you change the predictions: `-=` works in place. Make a new tensor.",
    {"return ((predictions - targets)": "predictions -= targets\n    return ((predictions)"},
)
