"""One mistake in `relu`."""

# CANARY-5b0c2f6e-hidden-grader

import numpy as np
import torch

from autograder.graders.kit.answers import false


@false("test_relu_values")
def slope_of_a_tenth(x):
    return torch.where(x > 0, x, x / 10)


@false("test_relu_values")
def size_without_sign(x):
    return torch.sqrt(x * x)


@false("test_relu_values")
def mask_alone(x):
    return (x > 0).type_as(x)


@false("test_relu_values")
def negative_values_are_minus_one(x):
    out = x.clone()
    out[out < 0] = -1
    return out


@false("test_relu_values")
def limited_to_six(x):
    return torch.minimum(torch.maximum(x, torch.zeros_like(x)), torch.full_like(x, 6))


@false("test_relu_values")
def rows_by_their_sum(x):
    return x * (x.sum(-1, keepdim=True) > 0)


@false("test_relu_values")
def small_values_dropped(x):
    return torch.where(x > 0.01, x, torch.zeros_like(x))


@false("test_relu_values")
def two_loops(x):
    rows, columns = x.shape
    out = torch.zeros_like(x)
    for i in range(rows):
        for j in range(columns):
            out[i, j] = max(x[i, j], 0)
    return out


@false("test_relu_leaves_its_input")
def written_into_the_input(x):
    x *= x > 0
    return x


@false("test_relu_leaves_its_input")
def copied_too_late(x):
    x[x < 0] = 0
    return x.clone()


@false("test_relu_dtype")
def array_of_numpy(x):
    return np.maximum(x.numpy(), 0)


@false("test_relu_dtype")
def zeros_of_double_precision(x):
    return torch.maximum(x, torch.zeros(x.shape, dtype=torch.float64))


@false("test_relu_shape")
def flattened(x):
    return torch.stack([value if value > 0 else value * 0 for value in x.flatten()])
