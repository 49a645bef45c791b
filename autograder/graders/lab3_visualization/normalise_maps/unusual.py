"""Unusual right answers for `normalise_maps`: each must earn every point."""

# CANARY-5b0c2f6e-hidden-grader

import numpy as np
import torch


def flattened_and_back(maps):
    flat = maps.reshape(*maps.shape[:-2], -1)
    low, high = flat.min(-1, keepdim=True).values, flat.max(-1, keepdim=True).values
    scaled = (flat - low) / (high - low)
    scaled[(high == low).expand_as(scaled)] = 0
    return scaled.reshape(maps.shape)


def nan_to_zero(maps):
    low = maps.amin((-1, -2), True)
    return torch.nan_to_num((maps - low) / (maps.amax((-1, -2), True) - low))


def a_little_in_the_divisor(maps):
    low = torch.amin(maps, dim=(-2, -1), keepdim=True)
    shifted = maps - low
    return shifted / (torch.amax(shifted, dim=(-2, -1), keepdim=True) + 1e-8)


def clamped_divisor(maps):
    shifted = maps - maps.amin(dim=-1, keepdim=True).amin(dim=-2, keepdim=True)
    return shifted.div(shifted.amax(dim=-1, keepdim=True).amax(dim=-2, keepdim=True).clamp(min=1e-12))


def map_by_map(maps):
    # loops over whatever axes there are
    def scaled(one):
        low, high = float(one.min()), float(one.max())
        return torch.zeros_like(one) if low == high else (one - low) / (high - low)

    flat = [scaled(each) for each in maps.reshape(-1, *maps.shape[-2:])]
    return torch.stack(flat).reshape(maps.shape)


def by_numpy(maps):
    x = np.array(maps.numpy(), dtype=np.float64)
    low, high = x.min((-2, -1), keepdims=True), x.max((-2, -1), keepdims=True)
    out = np.divide(x - low, high - low, out=np.zeros_like(x), where=(high > low))
    return torch.from_numpy(out).to(maps.dtype)


def sorted_values(maps):
    # the first and the last of the values in order; written into a copy in place
    out = maps.clone()
    ordered = maps.flatten(-2).sort(-1).values
    low, high = ordered[..., :1, None], ordered[..., -1:, None]
    out.sub_(low)
    return out.div_(torch.where(high == low, torch.ones_like(high), high - low))
