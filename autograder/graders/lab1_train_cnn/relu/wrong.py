"""Wrong answers for `relu`, in the style of students: each must lose the item."""

# CANARY-5b0c2f6e-hidden-grader

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


def maximum_along_the_first_axis(x):
    return torch.max(x, 0)


def rows_and_columns_in_loops(x):
    out = torch.zeros_like(x)
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            if x[i, j] > 0:
                out[i, j] = x[i, j]
    return out


def pairs_of_indices(x):
    # works for two axes only, and fails in another way
    out = x.clone()
    for i, j in (x < 0).nonzero().tolist():
        out[i, j] = 0
    return out


def limited_to_fifty(x):
    return torch.where(x > 0, torch.minimum(x, torch.full_like(x, 50)), torch.zeros_like(x))
