"""Unusual right answers for `features`: each must earn every point."""

# CANARY-5b0c2f6e-hidden-grader

import numpy as np
import torch


def divided_sum(x):
    return x - x.sum() / x.numel()


def by_numpy(x):
    return torch.from_numpy(np.asarray(x - float(np.mean(x.numpy(), dtype=np.float64)))).to(x.dtype)


def flattened_and_back(x):
    flat = x.reshape(-1)
    return (flat - flat.mean()).reshape(x.shape)


def by_a_product(x):
    n = x.numel()
    return (x.reshape(-1) @ (torch.eye(n, dtype=x.dtype) - 1 / n)).reshape(x.shape)


def value_by_value(x):
    mean, out = sum(x.reshape(-1).tolist()) / x.numel(), x.clone()
    for i in range(x.numel()):
        out.view(-1)[i] -= mean
    return out
