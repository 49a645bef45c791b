"""Unusual right answers for `channel_dropout`: each must earn every point."""

# CANARY-5b0c2f6e-hidden-grader

import random

import numpy as np
import torch


def by_the_own_dropout(x, p=0.5, training=True):
    return x * dropout(torch.ones(x.shape[0], x.shape[1], 1, 1, dtype=x.dtype), p, training)  # noqa: F821


def by_the_own_dropout_of_means(x, p=0.5, training=True):
    # a mask of its own shape, by keywords
    ones = torch.ones_like(x[:, :, 0, 0])
    return x * dropout(ones, p=p, training=training)[:, :, None, None]  # noqa: F821


def image_by_image(x, p=0.5, training=True):
    if not training:
        return x
    factors = [[0.0 if random.random() < p else 1 / (1 - p) for _ in image] for image in x]
    return x * torch.tensor(factors, dtype=x.dtype).unsqueeze(-1).unsqueeze(-1)


def by_bernoulli(x, p=0.5, training=True):
    if not training or p == 0:
        return x.clone()
    mask = torch.bernoulli(torch.full_like(x[:, :, :1, :1], 1 - p))
    return x * mask / (1 - p + (p == 1))


def by_numpy(x, p=0.5, training=True):
    if not training:
        return x
    dropped = torch.from_numpy(np.random.rand(*x.shape[:2]) < p)
    out = x / (1 - p) if p < 1 else x.clone()
    out[dropped] = 0
    return out


def flattened_and_back(x, p=0.5, training=True):
    N, C, H, W = x.shape
    if training:
        keep = (torch.rand(N * C, 1) > p).expand(N * C, H * W)
        flat = x.reshape(N * C, H * W)
        x = torch.where(keep, flat / max(1 - p, 1e-7), torch.zeros_like(flat)).view(N, C, H, W)
    return x


def by_einsum(x, p=0.5, training=True):
    if p == 1 and training:
        return torch.zeros_like(x)
    mask = (
        (torch.rand(x.shape[:2]) >= p).to(x.dtype) / (1 - p)
        if training
        else torch.ones(x.shape[:2], dtype=x.dtype)
    )
    return torch.einsum("nchw,nc->nchw", x, mask)


def channel_after_channel(x, p=0.5, training=True):
    if not training:
        return x
    out = torch.zeros_like(x)
    for n in range(x.shape[0]):
        for c in range(x.shape[1]):
            if p < 1 and torch.rand(1).item() >= p:
                out[n, c] = x[n, c] / (1 - p)
    return out
