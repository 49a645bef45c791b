"""Wrong answers for `relu`, in the style of students: each must lose the item."""

import torch


def clamped_in_place(x):
    # `clamp_` changes the input
    return x.clamp_(min=0)


def mask_in_place(x):
    # an alias is no copy
    out = x
    out[out < 0] = 0
    return out


def leaky_by_accident(x):
    # a slope below zero
    return torch.max(0.1 * x, x)


def wrong_side(x):
    # keeps what is negative
    return x * (x < 0)


def mask_only(x):
    # the mask without the values
    return (x > 0).float()


def loops_over_the_first_axis_only(x):
    # whole rows are kept or dropped
    return torch.stack([row if row.sum() > 0 else torch.zeros_like(row) for row in x])


def library_method(x):
    # the method does the whole job
    return x.relu()
