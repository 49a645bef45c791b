"""Unusual right answers for `normalize`: each must earn every point."""

# CANARY-5b0c2f6e-hidden-grader

import numpy as np
import torch


def by_kind(images, mean, std):
    if isinstance(mean, torch.Tensor):
        mean, std = mean.view(1, -1, 1, 1), std.view(1, -1, 1, 1)
    return (images - mean) / std


def channels_moved_to_the_end(images, mean, std):
    return ((images.permute(0, 2, 3, 1) - mean) / std).permute(0, 3, 1, 2)


def a_scale_and_a_shift(images, mean, std):
    scale = torch.ones(images.shape[1], dtype=images.dtype) / std
    return torch.einsum("nchw,c->nchw", images, scale) - (mean * scale)[:, None, None]


def channel_by_channel(images, mean, std):
    out = images.clone()
    for c in range(images.shape[1]):
        m = mean[c] if hasattr(mean, "__len__") else mean
        s = std[c] if hasattr(std, "__len__") else std
        out[:, c] = (images[:, c] - m) / s
    return out


def in_place_on_a_copy(images, mean, std):
    c = images.shape[1]
    mean, std = (torch.zeros(c).to(images) + each for each in (mean, std))
    return images.clone().sub_(mean[:, None, None]).div_(std[:, None, None])


def by_numpy(images, mean, std):
    mean, std = (np.asarray(each).reshape(-1, 1, 1) for each in (mean, std))
    return torch.from_numpy((images.numpy() - mean) / std).to(images.dtype)


def by_batch_norm(images, mean, std):
    c = images.shape[1]
    mean, std = (torch.as_tensor(each, dtype=images.dtype).expand(c) for each in (mean, std))
    return torch.nn.functional.batch_norm(images, mean, std**2, eps=0.0)
