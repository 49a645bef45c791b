"""Hold unusual right answers for `log_softmax`: each must earn every point."""

# CANARY-5b0c2f6e-hidden-grader

import math

import numpy as np
import torch


def library_logsumexp(z, dim=-1):
    # the allowed helper does nearly all
    return z - torch.logsumexp(z, dim=dim, keepdim=True)


def pairwise_logaddexp(z, dim=-1):
    # adds up in logarithms, two at a time
    import functools

    total = functools.reduce(torch.logaddexp, z.unbind(dim))
    return z - total.unsqueeze(dim)


def running_logarithm(z, dim=-1):
    # the last of the running logarithms
    return z - z.logcumsumexp(dim).narrow(dim, -1, 1)


def numpy_in_double_precision(z, dim=-1):
    # goes through NumPy and back
    a = z.detach().numpy().astype("float64")
    a = a - a.max(axis=dim, keepdims=True)
    return torch.tensor(a - np.log(np.exp(a).sum(axis=dim, keepdims=True)), dtype=z.dtype)


def row_by_row_in_python(z, dim=-1):
    # Python's math on lists; the largest term is taken out of the sum
    moved = z.transpose(dim, -1)
    rows = []
    for row in moved.reshape(-1, moved.shape[-1]).tolist():
        rest = sorted(row)
        largest = rest.pop()
        total = largest + math.log1p(sum(math.exp(value - largest) for value in rest))
        rows.append([value - total for value in row])
    return torch.tensor(rows, dtype=z.dtype).reshape(moved.shape).transpose(dim, -1)


def sum_of_differences(z, dim=-1):
    # −log Σ exp(z_j − z_i), with the larger difference taken out
    z = z.movedim(dim, 0)
    differences = z.unsqueeze(0) - z.unsqueeze(1)  # (i, j, ...)
    return -differences.logsumexp(dim=1).movedim(0, dim)


def maximum_added_back(z, dim=-1):
    # shifts inside the sum only and adds the maximum back, printing it
    largest = z.max(dim, keepdim=True)[0]
    print(tuple(largest.shape))
    return z - (largest + (z - largest).exp().sum(dim, True).log())


def logarithm_only_where_it_is_safe(z, dim=-1):
    # log(softmax) where softmax is far from 0, the stable form elsewhere
    shifted = z - z.amax(dim, keepdim=True)
    p = shifted.exp() / shifted.exp().sum(dim, keepdim=True)
    stable = shifted - shifted.exp().sum(dim, keepdim=True).log()
    return torch.where(p > 1e-3, p.clamp(min=1e-3).log(), stable)
