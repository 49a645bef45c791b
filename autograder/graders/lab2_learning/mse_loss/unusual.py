"""Unusual right answers for `mse_loss`: each must earn every point."""

# CANARY-5b0c2f6e-hidden-grader

import numpy as np
import torch


def divided_sum(predictions, targets):
    return torch.sum(torch.pow(targets - predictions, 2)) / predictions.numel()


def product_of_flat_vectors(predictions, targets):
    d = (predictions - targets).flatten()
    return d @ d / len(d)


def by_numpy(predictions, targets):
    # a NumPy number, from double precision
    return np.mean((predictions.numpy().astype(np.float64) - targets.numpy()) ** 2)


def squared_length(predictions, targets):
    return torch.linalg.vector_norm(predictions - targets).square() / targets.numel()


def value_by_value(predictions, targets):
    # Python numbers only
    pairs = list(zip(predictions.reshape(-1).tolist(), targets.reshape(-1).tolist(), strict=True))
    return sum((a - b) ** 2 for a, b in pairs) / len(pairs)


def variance_and_mean(predictions, targets):
    # E[d²] = Var[d] + E[d]², in one call
    variance, mean = torch.var_mean(predictions - targets, correction=0)
    return variance + mean**2


def multiplied_out(predictions, targets):
    # (a − b)² = a² − 2ab + b², in double precision
    a, b = predictions.double(), targets.double()
    return (a * a - 2 * a * b + b * b).mean().to(predictions.dtype)


def mean_of_means(predictions, targets):
    # along one axis after the other, which are all full
    d = (predictions - targets).abs().square()
    while d.ndim:
        d = d.mean(0)
    print(d)
    return d
