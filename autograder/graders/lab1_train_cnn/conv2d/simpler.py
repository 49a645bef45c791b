"""Simpler inputs for `conv2d`, and a check that leaves a missing bias to its own fact."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch
import torch.nn.functional as F

from autograder.graders.kit.simpler import Change, Simpler, plainer
from autograder.grading.outcomes import Failed
from autograder.grading.student import Student


def _changes(
    x: torch.Tensor,
    weight: torch.Tensor,
    bias: torch.Tensor | None = None,
    stride: int = 1,
    padding: int = 0,
    **others: Any,
) -> Iterator[Change]:
    yield from plainer(x=x, weight=weight)
    c_out, _, kh, kw = weight.shape
    if bias is None:
        yield {"bias": torch.zeros(c_out, dtype=x.dtype)}, "Your code works only when a bias is given, and `bias` is None by default. Add it only `if bias is not None`."  # fmt: skip
    else:
        yield {"bias": None}, "Your result is right without a bias. Add each output channel's bias to that channel, once: `bias.view(1, -1, 1, 1)` lines it up."  # fmt: skip
    if padding > 1:
        yield {"padding": 1}, "Your padding is right for 1 and not for 2. Put as many zeros on each side as `padding` says."  # fmt: skip
    if padding:
        yield {"x": F.pad(x, (padding,) * 4), "padding": 0}, "Your result is right when x comes padded already, so your own padding is at fault. Put `padding` zeros on all four sides of x first, or hand `padding` on to `unfold`."  # fmt: skip
    rows = x.shape[2] - (x.shape[2] + 2 * padding - kh) % stride
    columns = x.shape[3] - (x.shape[3] + 2 * padding - kw) % stride
    if (rows, columns) != tuple(x.shape[2:]):
        yield {"x": x[:, :, :rows, :columns]}, "Your result is right where the windows fill the image. Here some rows or columns are left over: round the number of windows down, so that none hangs over the edge."  # fmt: skip
    if stride > 1:
        yield {"stride": 1}, "Your result is right with stride 1. The stride belongs in two places: the size is divided by it, and the window moves by it in the image (`i * stride`, or the stride of `unfold`)."  # fmt: skip
    if kh != kw:
        k = min(kh, kw)
        yield {"weight": weight[:, :, :k, :k]}, "Your result is right for square kernels only. This one has other sides: take kH and kW apart (`weight.shape[2:]`) and use each along its own axis."  # fmt: skip
    if x.shape[2] != x.shape[3]:
        side = min(x.shape[2:])
        yield {"x": x[:, :, :side, :side]}, "Your result is right for square images only. Unpack the shape as N, C, H, W, and take the output's rows from H and kH, its columns from W and kW."  # fmt: skip
    if x.shape[0] > 1:
        yield {"x": x[:1]}, "Your result is right for one image alone. In a batch you mix the images, or keep only one: each has a place of its own on axis 0."  # fmt: skip
    yield from _fewer_channels(x, weight, bias)


def _fewer_channels(x: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor | None) -> Iterator[Change]:
    c_out, c_in = weight.shape[:2]
    first = None if bias is None else bias[:1]
    if c_in > 1:
        yield {"x": x[:, :1], "weight": weight[:, :1]}, "Your result is right for one input channel. Of several, each has its own slice of the kernel: multiply channel by channel and add all up."  # fmt: skip
    if c_out > 1:
        yield {"weight": weight[:1], "bias": first}, "Your result is right for one output channel. Of several, each has its own kernel and bias: look at what you index with the output channel."  # fmt: skip
    if c_in > 1 and c_out > 1:
        yield {"x": x[:, :1], "weight": weight[:1, :1], "bias": first}, "Your result is right for one channel in and one out. The weight's axes are (C_out, C_in, kH, kW): unpack and reshape it in this order, and sum over C_in."  # fmt: skip


check = Simpler("conv2d", _changes).check


def convolution(student: Student, x: torch.Tensor, weight: torch.Tensor, **how: Any) -> None:
    """Check a convolution without a bias; where it is an error to give none, with one of zeros: that is the bias's matter.

    Raises:
        Failed: It is wrong either way.
    """
    try:
        check(student, x, weight, **how)
    except Failed as failure:
        if failure.stop or failure.expected != "a result, not an error":
            raise
        try:
            student.check("conv2d", x, weight, torch.zeros(len(weight), dtype=weight.dtype), **how)
        except Failed:
            raise failure from None
