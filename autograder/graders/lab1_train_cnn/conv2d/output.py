"""Misconceptions of `conv2d` about the result: strides, size, order of the axes, dtype."""

# CANARY-5b0c2f6e-hidden-grader

from __future__ import annotations

import torch
import torch.nn.functional as F

from autograder.graders.lab1_train_cnn.conv2d.written import instead, instead_by_loops
from autograder.grading.misconceptions import misconception

stride_only_for_rows = instead(
    "You use the stride for the rows only. The columns move by the stride as well.",
    {"kW, stride": "kW, 1"},
)
stride_only_for_columns = instead(
    "You use the stride for the columns only. The rows move by the stride as well.",
    {"kH, stride": "kH, 1"},
)
stride_only_in_the_size = instead(
    "Your output has the right size, but the windows move by one. Multiply the output's indices by the stride.",
    {
        "windows = x.unfold(2, kH, stride).unfold(3, kW, stride)": "H_out, W_out = (x.shape[2] - kH) // stride + 1, (x.shape[3] - kW) // stride + 1\n    windows = x.unfold(2, kH, 1).unfold(3, kW, 1)[:, :, :H_out, :W_out]",
    },
)
last_window_lost = instead(
    "Your last row and last column of windows are missing. A window may end at the very edge: add one to the count.",
    {
        "windows = x.unfold(2, kH, stride).unfold(3, kW, stride)": "H_out, W_out = (x.shape[2] - kH) // stride, (x.shape[3] - kW) // stride\n    windows = x.unfold(2, kH, stride).unfold(3, kW, stride)[:, :, :H_out, :W_out]",
    },
)


@misconception(
    "You round the output size up and take windows that hang over the edge. Leave those out: round down."
)
def size_rounded_up(x, weight, bias=None, stride=1, padding=0):
    kH, kW = weight.shape[2:]
    H, W = x.shape[2] + 2 * padding, x.shape[3] + 2 * padding
    x = F.pad(x, (padding, padding + -(W - kW) % stride, padding, padding + -(H - kH) % stride))
    windows = x.unfold(2, kH, stride).unfold(3, kW, stride)
    out = torch.einsum("ncijkl,ockl->noij", windows, weight)
    return out if bias is None else out + bias.view(1, -1, 1, 1)


rows_and_columns_swapped = instead(
    "Your result has rows and columns swapped. Its axes are (N, C_out, H_out, W_out): rows before columns.",
    {'"ncijkl,ockl->noij"': '"ncijkl,ockl->noji"'},
)
channels_last = instead(
    "Your channels are on the last axis. Put them back on axis 1: the result is (N, C_out, H_out, W_out).",
    {'"ncijkl,ockl->noij"': '"ncijkl,ockl->nijo"', ".view(1, -1, 1, 1)": ""},
)
reshaped_instead_of_transposed = instead(
    "You reshape a result whose channels are still last, so values land in wrong places. Move the channel axis to its place before you reshape.",
    {
        'out = torch.einsum("ncijkl,ockl->noij", windows, weight': 'N, _, H_out, W_out = windows.shape[:4]\n    out = torch.einsum("ncijkl,ockl->nijo", windows, weight).reshape(N, -1, H_out, W_out',
    },
)
double_precision_lost = instead(
    "Your result is float32 although the input is float64. Make the output tensor with the input's dtype.",
    {
        "x = F.pad(x, (padding,) * 4)": "x, weight = F.pad(x, (padding,) * 4).float(), weight.float()",
        "view": "float().view",
    },
)


@misconception("You apply a ReLU as well. A convolution keeps negative results: return the sums as they are.")
def negative_results_removed(x, weight, bias=None, stride=1, padding=0):
    x = F.pad(x, (padding,) * 4)
    kH, kW = weight.shape[2:]
    windows = x.unfold(2, kH, stride).unfold(3, kW, stride)
    out = torch.einsum("ncijkl,ockl->noij", windows, weight)
    out = out if bias is None else out + bias.view(1, -1, 1, 1)
    return out.clamp(min=0)


result_as_wide_as_high = instead(
    "You make the result as wide as it is high. Count its columns by the width: from W and kW, as its rows from H and kH.",
    {
        "windows = x.unfold(2, kH, stride).unfold(3, kW, stride)": "side = (x.shape[2] - kH) // stride + 1\n    windows = x.unfold(2, kH, stride).unfold(3, kW, stride)[:, :, :, :side]",
        "return": "out = F.pad(out, (0, side - out.shape[3]))\n    return",
    },
)
columns_start_one_apart = instead_by_loops(
    "Your rows move by the stride, your columns by one. Multiply the output's column index by the stride as well.",
    {"* stride : j * stride": ": j"},
)
rows_start_one_apart = instead_by_loops(
    "Your columns move by the stride, your rows by one. Multiply the output's row index by the stride as well.",
    {"* stride : i * stride": ": i"},
)
steps_in_the_result = instead_by_loops(
    "You step by the stride in the result, so most of it stays empty. Fill every place, and step in the image: window (i, j) starts at `i * stride`.",
    {
        "(H_out)": "(0, H_out, stride)",
        "(W_out)": "(0, W_out, stride)",
        "window = x[:, :, i * stride : i * stride + kH, j * stride : j * stride + kW]": "",
        "window,": "x[:, :, i : i + kH, j : j + kW],",
    },
)
