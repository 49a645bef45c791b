"""Hold unusual right answers for `relu`: each must earn every point."""

# CANARY-5b0c2f6e-hidden-grader

import numpy as np
import torch


def times_its_own_mask(x):
    # multiplies by 0 and 1
    return x * (x > 0)


def mean_of_value_and_size(x):
    # (x + |x|) / 2
    return (x + x.abs()) / 2


def value_by_value(x):
    # Python's own max on a flat list
    values = [max(value, 0.0) for value in x.reshape(-1).tolist()]
    return torch.tensor(values, dtype=x.dtype, device=x.device).reshape(x.shape)


def numpy_maximum(x):
    # goes through NumPy and back
    return torch.from_numpy(np.maximum(x.detach().cpu().numpy(), 0))


def copy_then_in_place(x):
    # changes a copy in place
    y = x.clone()
    y[y < 0] = 0.0
    return y


def negative_part_taken_away(x):
    # x − min(x, 0)
    return x - torch.minimum(x, torch.zeros(1, dtype=x.dtype))


def stacked_with_zeros(x):
    # the larger of two layers
    return torch.stack([torch.zeros_like(x), x], dim=-1).amax(dim=-1)


def masked_fill(x):
    # fills the rest with zeros
    return x.masked_fill(x <= 0, 0)


def scattered_into_zeros(x):
    # fetches positive values into a new tensor, with a warning
    import warnings

    warnings.warn("home-made", stacklevel=2)
    out = torch.zeros(x.shape, dtype=x.dtype)
    positive = (x > 0).nonzero(as_tuple=True)
    out[positive] = x[positive]
    return out


def gated_by_the_sign(x):
    # a step function as a gate
    return torch.where(torch.sign(x) + 1 > 1, x, torch.tensor(0, dtype=x.dtype))


def sum_of_two_halves(x):
    # adds zero for what is negative, from a dot product with a mask
    return torch.einsum("...,...->...", x, (x > 0).to(x.dtype))
