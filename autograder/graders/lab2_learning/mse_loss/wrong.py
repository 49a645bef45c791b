"""Wrong answers for `mse_loss`, in the style of students: each must lose the item."""

# CANARY-5b0c2f6e-hidden-grader

import torch
import torch.nn.functional as F


def per_image(predictions, targets):
    # the second axis added up, the first averaged
    return (
        ((predictions - targets) ** 2).flatten(1).sum(1).mean()
        if predictions.ndim > 1
        else ((predictions - targets) ** 2).mean()
    )


def clipped(predictions, targets):
    # as in a Huber loss
    return (predictions - targets).clamp(-10, 10).square().mean()


def unbiased_variance(predictions, targets):
    return torch.var(predictions - targets)


def loop_over_rows(predictions, targets):
    # ends in the first round
    total = 0
    for p, t in zip(predictions, targets):
        total += ((p - t) ** 2).mean()
        return total / len(predictions)


def loop_leaves_out_the_last(predictions, targets):
    total, d = 0, (predictions - targets).flatten()
    for i in range(len(d) - 1):
        total += d[i] ** 2
    return total / len(d)


def bracket_in_another_place(predictions, targets):
    # the square of one of the two
    return (predictions**2 - targets).mean()


def square_inside_the_brackets(predictions, targets):
    return (predictions - targets**2).mean()


def whole_numbers(predictions, targets):
    return ((predictions - targets) ** 2).mean().round()


def numbers_of_rows_and_columns(predictions, targets):
    n, k = predictions.shape
    return ((predictions - targets) ** 2).sum() / (n * k)


def library_loss(predictions, targets):
    return F.mse_loss(predictions, targets)
