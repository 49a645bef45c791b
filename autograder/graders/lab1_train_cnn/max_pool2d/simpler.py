"""Simpler inputs for `max_pool2d`."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch

from autograder.graders.kit.simpler import Change, Simpler, plainer


def _changes(x: torch.Tensor, kernel_size: int, stride: int | None = None, **others: Any) -> Iterator[Change]:
    if stride is None:
        yield {"stride": kernel_size}, "Your result is right when a stride is given. Without one `stride` is None: put the window's size in its place first."  # fmt: skip
    yield {"x": x - x.min() + 1}, "Your result is right for positive values only, so your maximum starts from a number that some windows never reach. Start from the window's first value, or from minus infinity."  # fmt: skip
    if stride not in (None, kernel_size):
        yield {"stride": kernel_size}, "Your result is right when the stride equals the window. Keep the two apart: `kernel_size` says how large a window is, `stride` where the next one starts."  # fmt: skip
    if x.shape[0] > 1:
        yield {"x": x[:1]}, "Your result is right for one image alone. In a batch you mix the images, or keep only one: pool each for itself."  # fmt: skip
    if x.shape[1] > 1:
        yield {"x": x[:, :1]}, "Your result is right for one channel. Of several you mix the values: each channel is pooled for itself (`F.unfold` lists all values of a channel before the next one's)."  # fmt: skip
    if x.shape[2] != x.shape[3]:
        side = min(x.shape[2:])
        yield {"x": x[:, :, :side, :side]}, "Your result is right for square images only. Unpack the shape as N, C, H, W, and count rows by H and columns by W."  # fmt: skip
    step = stride or kernel_size
    rows, columns = (side - (side - kernel_size) % step for side in x.shape[2:])
    if (rows, columns) != tuple(x.shape[2:]):
        yield {"x": x[:, :, :rows, :columns]}, "Your result is right where the windows fill the image. Here some rows or columns are left over: leave them out, by rounding the number of windows down."  # fmt: skip
    yield from plainer(x=x)


check = Simpler("max_pool2d", _changes).check
