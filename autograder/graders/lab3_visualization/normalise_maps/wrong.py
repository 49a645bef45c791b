"""Wrong answers for `normalise_maps`, in the style of students: each must lose the item."""

# CANARY-5b0c2f6e-hidden-grader

import torch
import torch.nn.functional as F


def each_pixel_over_the_maps(maps):
    # the axis of the maps in place of the last two
    axis = max(maps.ndim - 3, 0)
    low, high = maps.amin(axis, keepdim=True), maps.amax(axis, keepdim=True)
    return torch.where(high > low, (maps - low) / (high - low), torch.zeros_like(maps))


def sigmoid_of_the_maps(maps):
    return torch.sigmoid(maps)


def unit_length(maps):
    return F.normalize(maps.flatten(-2), dim=-1).reshape(maps.shape)


def softmax_over_the_map(maps):
    return maps.flatten(-2).softmax(-1).reshape(maps.shape)


def any_constant_map_ends_it(maps):
    # zeros for all where one map is constant
    low, high = maps.amin((-2, -1), keepdim=True), maps.amax((-2, -1), keepdim=True)
    if (high == low).any():
        return torch.zeros_like(maps)
    return (maps - low) / (high - low)


def four_axes_only(maps):
    n, c, h, w = maps.shape
    flat = maps.reshape(n, c, -1)
    low, high = flat.min(2, keepdim=True)[0], flat.max(2, keepdim=True)[0]
    return torch.nan_to_num((flat - low) / (high - low)).reshape(n, c, h, w)


def looks_for_zero_maps(maps):
    # only a map of zeros is taken for constant
    low, high = maps.amin((-2, -1), keepdim=True), maps.amax((-2, -1), keepdim=True)
    scaled = (maps - low) / (high - low)
    return torch.where(
        (maps == 0).all(-1, keepdim=True).all(-2, keepdim=True), torch.zeros_like(maps), scaled
    )


def rounded_to_hundredths(maps):
    low, high = maps.amin((-2, -1), keepdim=True), maps.amax((-2, -1), keepdim=True)
    return torch.nan_to_num((maps - low) / (high - low)).round(decimals=2)


def small_spans_taken_for_constant(maps):
    # below 1
    low, high = maps.amin((-2, -1), keepdim=True), maps.amax((-2, -1), keepdim=True)
    return torch.where(high - low > 1, (maps - low) / (high - low), torch.zeros_like(maps))


def viewed(maps):
    # `view` of what may lie otherwise in memory
    flat = maps.view(*maps.shape[:-2], -1)
    low, high = flat.min(-1, keepdim=True).values, flat.max(-1, keepdim=True).values
    return torch.nan_to_num((flat - low) / (high - low)).view(maps.shape)


def little_added_below(maps):
    # to every range
    low, high = maps.amin((-2, -1), keepdim=True), maps.amax((-2, -1), keepdim=True)
    return (maps - low) / (high - low + 1e-5)


def short_ranges_cut_off(maps):
    # below 1e-4
    low, high = maps.amin((-2, -1), keepdim=True), maps.amax((-2, -1), keepdim=True)
    return torch.where(high - low < 1e-4, torch.zeros_like(maps), (maps - low) / (high - low))


def constant_in_a_batch_alone(maps):
    # one map has a way of its own
    if maps.ndim == 2:
        return (maps - maps.min()) / (maps.max() - maps.min())
    low, high = maps.amin((-2, -1), keepdim=True), maps.amax((-2, -1), keepdim=True)
    return torch.nan_to_num((maps - low) / (high - low))


def outliers_cut_off(maps):
    low, high = maps.flatten(-2).quantile(torch.tensor([0.05, 0.95], dtype=maps.dtype), -1)[..., None, None]
    return torch.nan_to_num((maps - low) / (high - low)).clamp(0, 1)
