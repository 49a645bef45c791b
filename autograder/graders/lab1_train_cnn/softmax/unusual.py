"""Hold unusual right answers for `softmax`: each must earn every point."""

# CANARY-5b0c2f6e-hidden-grader

import math

import numpy as np
import torch


def exponential_of_the_logarithm(z, dim=-1):
    # exp(z − logsumexp(z))
    return (z - z.logsumexp(dim, keepdim=True)).exp()


def numpy_in_double_precision(z, dim=-1):
    # goes through NumPy and back
    a = z.detach().cpu().numpy().astype(np.float64)
    e = np.exp(a - a.max(axis=dim, keepdims=True))
    return torch.from_numpy(e / e.sum(axis=dim, keepdims=True)).to(z.dtype)


def row_by_row_in_python(z, dim=-1):
    # Python's math on lists
    moved = z.movedim(dim, -1)
    rows = []
    for row in moved.reshape(-1, moved.shape[-1]).tolist():
        largest = max(row)
        e = [math.exp(value - largest) for value in row]
        rows.append([value / math.fsum(e) for value in e])
    return torch.tensor(rows, dtype=z.dtype).reshape(moved.shape).movedim(-1, dim)


def inverse_sum_of_differences(z, dim=-1):
    # 1 / Σ exp(z_j − z_i), where an overflow gives the right 0
    z = z.movedim(dim, -1)
    differences = z.unsqueeze(-2) - z.unsqueeze(-1)  # (..., i, j)
    return (1 / differences.exp().sum(dim=-1)).movedim(-1, dim)


def moved_to_the_front(z, dim=-1):
    # the axis goes to the front, so that no axis has to be kept
    z = z.transpose(0, dim)
    e = (z - z.max(0).values).exp()
    return (e / e.sum(0)).transpose(0, dim)


def base_two(z, dim=-1):
    # 2 to the power of z / ln 2
    shifted = (z.double() - z.double().amax(dim, keepdim=True)) / math.log(2)
    e = torch.exp2(shifted)
    return (e / e.sum(dim, keepdim=True)).to(z.dtype)


def gradient_of_logsumexp(z, dim=-1):
    # softmax is the derivative of logsumexp
    with torch.enable_grad():
        leaf = z.detach().clone().requires_grad_()
        (gradient,) = torch.autograd.grad(leaf.logsumexp(dim).sum(), leaf)
    return gradient


def normalised_twice(z, dim=-1):
    # the second division changes nothing
    e = torch.exp(z - torch.amax(z, dim, keepdim=True)) * 3
    p = e / e.sum(dim, keepdim=True)
    return p / p.sum(dim, keepdim=True)


def shifted_above_the_maximum(z, dim=-1):
    # subtracts a little more than the maximum, with a warning
    import warnings

    warnings.warn("any shift will do", stacklevel=2)
    e = torch.exp(z - (z.amax(dim, keepdim=True) + 1))
    return e * e.sum(dim, keepdim=True).reciprocal()


def cumulative_sum(z, dim=-1):
    # the last of the running sums is the sum
    e = z.sub(z.amax(dim=dim, keepdim=True)).exp()
    return e / e.cumsum(dim).select(dim, -1).unsqueeze(dim)
