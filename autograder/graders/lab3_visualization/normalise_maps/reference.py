"""Reference and misconceptions of `normalise_maps`: each map on its own from 0 to 1."""

# CANARY-5b0c2f6e-hidden-grader

import torch

from autograder.graders.kit.changes import changes_of
from autograder.grading.clues import rounded_to
from autograder.grading.misconceptions import misconception

LEAST_MISCONCEPTIONS = 8
PICTURE = "maps"


def normalise_maps(maps):
    low = maps.amin(dim=(-2, -1), keepdim=True)
    span = maps.amax(dim=(-2, -1), keepdim=True) - low
    return torch.where(span > 0, (maps - low) / torch.where(span > 0, span, 1), 0)


reference = normalise_maps


def scale(maps):
    """Forgive 1e-8 that is added to a range, however small that is (`compare.ATOL` times this)."""
    span = maps.amax(dim=(-2, -1), keepdim=True) - maps.amin(dim=(-2, -1), keepdim=True)
    return torch.where(span > 0, 1 + 1.1e-3 / span, 1).expand_as(maps)


instead = changes_of(normalise_maps)


def clue(args, kwargs, got, expected):
    """Say what becomes of a map that is not scaled as asked."""
    if rounded_to(got.double(), expected.double()) is not None:
        return ""
    size = args[0].shape[-1] * args[0].shape[-2]
    maps, mine, theirs = (each.double().reshape(-1, size) for each in (args[0], got, expected))
    for values, a, b in zip(maps, mine, theirs, strict=True):
        if torch.allclose(a, b, 1e-4, 1e-5):
            continue
        low, high, first, last = (float(each) for each in (values.min(), values.max(), a.min(), a.max()))
        if low == high:
            return f"Of a map in which every value is {low:.3g} you make {float(a[0]):.3g}. Its smallest and largest value are the same, so there is nothing to divide by: give 0."
        said = f"A map from {low:.3g} to {high:.3g} becomes"
        if first == last:
            return f"{said} {first:.3g} throughout, as a constant one does. Scale it by its own range, {high - low:.3g}, however small that is and whatever the maps beside it hold: only a range of 0 is none."
        if torch.allclose(a, last * b, 1e-3, 1e-5):
            return f"{said} one from 0 to {last:.5g}: it is divided by {(high - low) / last:.3g}. Divide each map by its own largest less smallest, here {high - low:.3g}, to which nothing is added."
        if abs(first) < 1e-4 and abs(last - 1) < 1e-4:
            return f"{said} one from 0 to 1, as it should, but its values do not keep their distances in proportion. One smallest and one largest value hold for the whole map, over both of its last axes."
        return f"{said} one from {first:.5g} to {last:.5g}. Take its own smallest value away from all its values, then divide all by its own largest less smallest: one line for the whole map, and another one for the next."
    return ""


one_span_for_all_maps = instead(
    "You take the smallest and largest value of all maps together. Each map has its own: `amin(dim=(-2, -1), keepdim=True)`.",
    {"maps.amin(dim=(-2, -1), keepdim=True)": "maps.amin()", "maps.amax(dim=(-2, -1), keepdim=True)": "maps.amax()"},
)  # fmt: skip
each_row_on_its_own = instead(
    "You scale each row of a map on its own. A map is a whole: take the smallest and largest value over both of its last axes.",
    {"amin(dim=(-2, -1)": "amin(dim=(-1,)", "amax(dim=(-2, -1)": "amax(dim=(-1,)"},
)
each_column_on_its_own = instead(
    "You scale each column of a map on its own. Take the smallest and largest value over both of its last axes.",
    {"amin(dim=(-2, -1)": "amin(dim=(-2,)", "amax(dim=(-2, -1)": "amax(dim=(-2,)"},
)
each_image_on_its_own = instead(
    "You scale all maps of an image together. Each map has its own smallest and largest value: leave out the axis of the channels.",
    {"amin(dim=(-2, -1)": "amin(dim=tuple(range(min(1, maps.ndim - 2), maps.ndim))", "amax(dim=(-2, -1)": "amax(dim=tuple(range(min(1, maps.ndim - 2), maps.ndim))"},
)  # fmt: skip
nan_for_constant_maps = instead(
    "A constant map becomes nan: 0 / 0. Where the largest value is the smallest, give zeros.",
    {"torch.where(span > 0, (maps - low) / torch.where(span > 0, span, 1), 0)": "(maps - low) / span"},
)
ones_for_constant_maps = instead(
    "A constant map becomes ones. Give zeros: nothing in it is brighter than the rest.", {"1), 0)": "1), 1)"}
)
halves_for_constant_maps = instead("A constant map becomes 0.5. Give zeros.", {"1), 0)": "1), 0.5)"})
constant_maps_left_alone = instead(
    "A constant map stays as it is. Give zeros: its values may lie anywhere, and a picture wants 0 … 1.",
    {"1), 0)": "1), maps)"},
)
smallest_left_in = instead(
    "You do not take the smallest value away before you divide: your maps do not start at 0.",
    {"(maps - low) /": "maps /"},
)
divided_by_the_largest = instead(
    "You divide by the largest value. Once the smallest is taken away the largest is `max - min`: divide by that.",
    {"(maps - low) / torch.where(span > 0, span, 1)": "(maps - low) / (span + low)"},
)
lowest_alone_taken_away = instead(
    "You take the smallest value away and leave it at that. Divide by `max - min`, so that the largest becomes 1.",
    {" / torch.where(span > 0, span, 1)": ""},
)
mean_and_deviation = instead(
    "You take the mean away and divide by the standard deviation: then values lie around 0. Here they go from 0 to 1, by the smallest and the largest.",
    {"maps.amin(dim=(-2, -1), keepdim=True)": "maps.mean(dim=(-2, -1), keepdim=True)", "maps.amax(dim=(-2, -1), keepdim=True) - low": "maps.std(dim=(-2, -1), keepdim=True, correction=0)"},
)  # fmt: skip
from_minus_one = instead(
    "Your maps go from −1 to 1. They go from 0 to 1 here.",
    {"(maps - low) / torch.where(span > 0, span, 1)": "2 * (maps - low) / torch.where(span > 0, span, 1) - 1"},
)  # fmt: skip
turned_over = instead(
    "Your maps are turned over: the largest value becomes 0. Take the smallest away from each value, not each value from the largest.",
    {"(maps - low) /": "(span + low - maps) /"},
)
clipped = instead(
    "You cut the values off at 0 and 1. Scale them: no two different values of a map become the same.",
    {"(maps - low) / torch.where(span > 0, span, 1)": "maps.clamp(0, 1)"},
)
to_bytes = instead(
    "Your maps go to 255. Let them go to 1: pictures of floats are drawn from 0 to 1.",
    {"(maps - low) /": "255 * (maps - low) /"},
)
maps_changed_in_place = instead(
    "Your values are right, but you change the maps that were handed in. Make new ones: `maps - low`, not `maps -= low`.",
    {"return torch": "maps -= low\n    low = low * 0\n    return torch"},
)
much_added_below = instead(
    "You add so much to the divisor that the largest value stays below 1. Divide by `max - min` itself where it is not 0.",
    {"(maps - low) / torch.where(span > 0, span, 1)": "(maps - low) / (span + 0.01)"},
)


@misconception(
    "You take the largest absolute value as the measure. Take the smallest value away, and divide by largest less smallest.",
)
def by_the_largest_size(maps):
    size = maps.abs().amax(dim=(-2, -1), keepdim=True)
    return maps / torch.where(size > 0, size, 1)


@misconception("You return the maps unchanged. Scale each to 0 … 1.", other_task=True)
def nothing_changed(maps):
    return maps.clone()


_ONE_AXIS = (
    "`min` and `max` take one axis. For two of them there are `amin(dim=(-2, -1), keepdim=True)` and `amax`."
)


@misconception(_ONE_AXIS)
def two_axes_for_max(maps):
    low = maps.min(dim=(-2, -1), keepdim=True).values
    return (maps - low) / (maps.max(dim=(-2, -1), keepdim=True).values - low)


@misconception(_ONE_AXIS)
def two_axes_for_max_without_keepdim(maps):
    low = maps.min(dim=(-2, -1)).values
    return (maps - low) / (maps.max(dim=(-2, -1)).values - low)
