"""What an error that networks raise says about the network: flattenings, channels, layers that are called wrongly."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

import builtins
import re
import types

import torch
import torch.nn as nn

from autograder.graders.kit.architecture import Architecture
from autograder.graders.kit.network_sizes import flattened, listed, number, of_geometry, width

_FIRST = 2  # images in the probe's first pass, in which a crash happens

_NO_MODELS = {
    *(each.__name__ for each in vars(types).values() if isinstance(each, type)),
    *(name for known in (builtins, torch, nn) for name in dir(known)),
}  # an attribute that is missing there was never meant to be set in `__init__`
_OF_MODULES = ("_backward_hooks", "_forward_hooks", "_modules", "_parameters", "_buffers")


def features_in(text: str) -> int | None:
    """Return how many numbers an image sends to the linear layer, from the error that a wrong number raises."""
    if found := re.search(r"shapes cannot be multiplied \((\d+)x(\d+) and", text):
        return int(found[1]) * int(found[2]) // _FIRST
    if found := re.search(r"is invalid for input of size (\d+)", text):
        return int(found[1]) // _FIRST
    return None


def of_error(a: Architecture, text: str, features: dict[int, int]) -> str:
    """Return what an error says about the network; "" where it is not one of those that networks raise.

    Args:
        a: The task's network.
        text: The error, its type first.
        features: By the images' side, how many numbers an image sends to the linear layer.
    """
    if found := re.search(r"shapes cannot be multiplied \((\d+)x(\d+) and (\d+)x", text):
        return _of_product(a, features, *map(int, found.groups()))
    if found := re.search(r"shape '\[(-?\d+), .*\]' is invalid for input of size", text):
        if int(found[1]) not in (-1, _FIRST):
            return f"You write the number {found[1]} into `view` where the batch stands, and a batch may have any size. Keep a row for each image: `x.flatten(1)`."
        return of_geometry(a, features)
    pattern = r"weight of size \[(\d+), (\d+), .*expected input\[.*\] to have \d+ channels, but got (\d+)"
    if found := re.search(pattern, text):
        return _of_channels(a, *map(int, found.groups()))
    if found := re.search(
        r"must be Tensor, not (\w+)|got \((\w+), |'(\w+)' object has no attribute '(\w+)'", text
    ):
        layer = next(name for name in found.groups() if name)
        asked = found[4]
        if asked in _OF_MODULES:
            return ""  # of what `super().__init__()` makes: the table of errors says it
        if asked and layer not in _NO_MODELS:
            return f"`self.{asked}` is used and was never set. Set it in `__init__`, with two underscores on each side, and with `self.` before the name."
        if isinstance(getattr(nn, layer, None), type) and (asked is None or hasattr(torch.Tensor, asked)):
            return f"`nn.{layer}` makes a layer: your x becomes that layer instead of its result. Make it once in `__init__` and call it on x, or use the function of `F`."
    if found := re.search(r"input batch_size \((\d+)\) to match target batch_size \((\d+)\)", text):
        return f"Your network gives {found[1]} rows of scores for {found[2]} images: a `view(-1, …)` has cut the maps of one image into several rows. Keep a row for each, `x.flatten(1)`; the next error then tells what the linear layer gets: is a pool missing?"
    if re.search(r"Target \d+ is out of bounds", text):
        k = number(a.classes)
        return f"Your network gives fewer than {k} scores an image. There are {k} classes: let the last layer end in {a.classes}."
    return ""


def _of_product(a: Architecture, features: dict[int, int], rows: int, columns: int, wanted: int) -> str:
    if rows == 1 and columns % _FIRST == 0:
        return f"Your flattening takes the batch along: all {columns:,} numbers of {_FIRST} images stand in one row. Keep a row for each image: `x.flatten(1)`."
    if (
        rows > _FIRST and rows % (_FIRST * columns) == 0 and columns <= a.image[-1]
    ):  # channels × side rows, each as long as a side
        return "Your linear layer gets maps, one row of pixels at a time: nothing is flattened before it. Make one row of each image: `x.flatten(1)`."
    if rows != _FIRST:
        return f"Your flattening makes {rows} rows of {_FIRST} images: a number of rows or columns is written in that fits another batch. Keep a row for each image: `x.flatten(1)`."
    if not a.convolutions:
        line = "→".join(map(str, [width(a), *(each.weight[0] for each in a.layers)]))
        return f"A linear layer of yours is made for {wanted} numbers and gets {columns}. The task's go {line}, each from where the one before ended."
    if said := of_geometry(a, features):
        return said
    if columns == width(a):
        return f"Your linear layer is made for {wanted} features, and the task's maps have {flattened(a)}."
    sides = listed(dict.fromkeys(height for _, height, _ in a.maps))
    return f"Your linear layer gets {columns} features an image, and the task's maps have {flattened(a)}. Print the shape after each layer: {sides} are the sides to see."


def _of_channels(a: Architecture, out: int, wanted: int, got: int) -> str:
    channels = [each[0] for each in a.maps]
    if got == channels[0] == 1:
        return f"A convolution for {wanted} channels gets the images, which are grey and have one. If it is the first, begin with 1; if not, hand it what the layer before it gave."
    if got == out:
        return f"The convolution from {wanted} to {out} channels is used twice: its own result goes into it again. Call each of the {number(len(a.convolutions))} once, in their order."
    return f"The convolution from {wanted} to {out} channels gets {got}. Channels go {', '.join(map(str, channels))}, each layer from where the one before ended: look at its numbers, and at the order of the calls."
