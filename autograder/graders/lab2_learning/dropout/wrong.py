"""Wrong answers for `dropout`, in the style of students: each must lose the item."""

# CANARY-5b0c2f6e-hidden-grader

import numpy as np
import torch
import torch.nn.functional as F


def by_the_library(x, p=0.5, training=True):
    return F.dropout(x, p, training)


def written_into_the_input(x, p=0.5, training=True):
    if training:
        x[torch.rand(x.shape) < p] = 0
        return x / (1 - p) if p < 1 else x
    return x


def every_second_element(x, p=0.5, training=True):
    if not training:
        return x
    keep = (torch.arange(x.numel()) % 2).reshape(x.shape)
    return x * keep / (1 - p) if p < 1 else x * 0


def dropped_where_small(x, p=0.5, training=True):
    if not training:
        return x
    return torch.where(x.abs() < p, torch.zeros_like(x), x / (1 - p) if p < 1 else x)


def seeded_by_numpy(x, p=0.5, training=True):
    np.random.seed(42)
    if not training:
        return x
    keep = torch.from_numpy(np.random.rand(*x.shape) >= p)
    return x * keep / (1 - p) if p < 1 else x * 0


def dropped_are_negative(x, p=0.5, training=True):
    if not training:
        return x
    sign = (torch.rand(x.shape) >= p) * 2 - 1
    return x * sign / (1 - p) if p < 1 else -x


def kept_only(x, p=0.5, training=True):
    # the dropped ones are taken out
    return x[torch.rand(x.shape) >= p] / (1 - p) if training else x


def p_in_percent(x, p=0.5, training=True):
    if not training:
        return x
    return x * (100 * torch.rand(x.shape) >= p) / (1 - p) if p < 1 else x * 0


def new_tensor_of_numbers(x, p=0.5, training=True):
    if not training:
        return x
    values = [0.0 if np.random.rand() < p else v / (1 - p) for v in x.flatten().tolist()]
    return torch.tensor(values, dtype=x.dtype).reshape(x.shape)


def dropped_twice(x, p=0.5, training=True):
    if not training:
        return x
    scale = 1 - p if p < 1 else 1
    return x * (torch.rand(x.shape) >= p) * (torch.rand(x.shape) >= p) / scale


def halves(x, p=0.5, training=True):
    # the default's scale for every p
    return x * (torch.rand(x.shape) >= p) * 2 if training else x


def nothing_returned_in_evaluation(x, p=0.5, training=True):
    if training:
        return x * (torch.rand(x.shape) >= p) / (1 - p) if p < 1 else x * 0


def noise_added(x, p=0.5, training=True):
    if not training:
        return x
    noisy = x + 0.01 * torch.randn_like(x)
    return noisy * (torch.rand(x.shape) >= p) / (1 - p) if p < 1 else x * 0


def nothing_kept_for_p_1(x, p=0.5, training=True):
    # in evaluation as well
    keep = torch.rand(x.shape) >= (p if training or p == 1 else 0)
    return x * keep / (1 - p) if training and p < 1 else x * keep
