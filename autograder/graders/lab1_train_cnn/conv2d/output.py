"""Misconceptions of `conv2d` about the result: strides, size, order of the axes, dtype."""

# CANARY-5b0c2f6e-hidden-grader

from __future__ import annotations

import torch
import torch.nn.functional as F

from autograder.grading.misconceptions import misconception


@misconception("You use the stride for the rows only. The columns move by the stride as well.")
def stride_only_for_rows(x, weight, bias=None, stride=1, padding=0):
    x = F.pad(x, (padding,) * 4)
    windows = x.unfold(2, weight.shape[2], stride).unfold(3, weight.shape[3], 1)
    out = torch.einsum("ncijkl,ockl->noij", windows, weight)
    return out if bias is None else out + bias.view(1, -1, 1, 1)


@misconception("You use the stride for the columns only. The rows move by the stride as well.")
def stride_only_for_columns(x, weight, bias=None, stride=1, padding=0):
    x = F.pad(x, (padding,) * 4)
    windows = x.unfold(2, weight.shape[2], 1).unfold(3, weight.shape[3], stride)
    out = torch.einsum("ncijkl,ockl->noij", windows, weight)
    return out if bias is None else out + bias.view(1, -1, 1, 1)


@misconception(
    "Your output has the right size, but the windows move by one. Multiply the output's indices by the "
    "stride."
)
def stride_only_in_the_size(x, weight, bias=None, stride=1, padding=0):
    x = F.pad(x, (padding,) * 4)
    kH, kW = weight.shape[2:]
    H_out, W_out = (x.shape[2] - kH) // stride + 1, (x.shape[3] - kW) // stride + 1
    windows = x.unfold(2, kH, 1).unfold(3, kW, 1)[:, :, :H_out, :W_out]
    out = torch.einsum("ncijkl,ockl->noij", windows, weight)
    return out if bias is None else out + bias.view(1, -1, 1, 1)


@misconception(
    "Your last row and last column of windows are missing. A window may end at the very edge: add one to the"
    " count."
)
def last_window_lost(x, weight, bias=None, stride=1, padding=0):
    x = F.pad(x, (padding,) * 4)
    kH, kW = weight.shape[2:]
    H_out, W_out = (x.shape[2] - kH) // stride, (x.shape[3] - kW) // stride
    windows = x.unfold(2, kH, stride).unfold(3, kW, stride)[:, :, :H_out, :W_out]
    out = torch.einsum("ncijkl,ockl->noij", windows, weight)
    return out if bias is None else out + bias.view(1, -1, 1, 1)


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


@misconception(
    "Your result has rows and columns swapped. Its axes are (N, C_out, H_out, W_out): rows before columns."
)
def rows_and_columns_swapped(x, weight, bias=None, stride=1, padding=0):
    x = F.pad(x, (padding,) * 4)
    windows = x.unfold(2, weight.shape[2], stride).unfold(3, weight.shape[3], stride)
    out = torch.einsum("ncijkl,ockl->noji", windows, weight)
    return out if bias is None else out + bias.view(1, -1, 1, 1)


@misconception(
    "Your channels are on the last axis. Put them back on axis 1: the result is (N, C_out, H_out, W_out)."
)
def channels_last(x, weight, bias=None, stride=1, padding=0):
    x = F.pad(x, (padding,) * 4)
    windows = x.unfold(2, weight.shape[2], stride).unfold(3, weight.shape[3], stride)
    out = torch.einsum("ncijkl,ockl->nijo", windows, weight)
    return out if bias is None else out + bias


@misconception(
    "You reshape a result whose channels are still last, so values land in wrong places. Move the channel "
    "axis to its place before you reshape."
)
def reshaped_instead_of_transposed(x, weight, bias=None, stride=1, padding=0):
    x = F.pad(x, (padding,) * 4)
    windows = x.unfold(2, weight.shape[2], stride).unfold(3, weight.shape[3], stride)
    N, _, H_out, W_out = windows.shape[:4]
    out = torch.einsum("ncijkl,ockl->nijo", windows, weight).reshape(N, -1, H_out, W_out)
    return out if bias is None else out + bias.view(1, -1, 1, 1)


@misconception(
    "Your result is float32 although the input is float64. Make the output tensor with the input's dtype."
)
def double_precision_lost(x, weight, bias=None, stride=1, padding=0):
    x, weight = F.pad(x, (padding,) * 4).float(), weight.float()
    windows = x.unfold(2, weight.shape[2], stride).unfold(3, weight.shape[3], stride)
    out = torch.einsum("ncijkl,ockl->noij", windows, weight)
    return out if bias is None else out + bias.float().view(1, -1, 1, 1)


@misconception("You apply a ReLU as well. A convolution keeps negative results: return the sums as they are.")
def negative_results_removed(x, weight, bias=None, stride=1, padding=0):
    x = F.pad(x, (padding,) * 4)
    windows = x.unfold(2, weight.shape[2], stride).unfold(3, weight.shape[3], stride)
    out = torch.einsum("ncijkl,ockl->noij", windows, weight)
    out = out if bias is None else out + bias.view(1, -1, 1, 1)
    return out.clamp(min=0)


@misconception(
    "You make the result as wide as it is high. Count its columns by the width: from W and kW, as its rows from H and kH."
)
def result_as_wide_as_high(x, weight, bias=None, stride=1, padding=0):
    x = F.pad(x, (padding,) * 4)
    kH, kW = weight.shape[2:]
    side = (x.shape[2] - kH) // stride + 1
    windows = x.unfold(2, kH, stride).unfold(3, kW, stride)[:, :, :, :side]
    out = torch.einsum("ncijkl,ockl->noij", windows, weight)
    out = F.pad(out, (0, side - out.shape[3]))
    return out if bias is None else out + bias.view(1, -1, 1, 1)


@misconception(
    "Your rows move by the stride, your columns by one. Multiply the output's column index by the stride as well."
)
def columns_start_one_apart(x, weight, bias=None, stride=1, padding=0):
    x = F.pad(x, (padding,) * 4)
    kH, kW = weight.shape[2:]
    H_out, W_out = (x.shape[2] - kH) // stride + 1, (x.shape[3] - kW) // stride + 1
    out = x.new_zeros(x.shape[0], weight.shape[0], H_out, W_out)
    for i in range(H_out):
        for j in range(W_out):
            window = x[:, :, i * stride : i * stride + kH, j : j + kW]
            out[:, :, i, j] = torch.einsum("nckl,ockl->no", window, weight)
    return out if bias is None else out + bias.view(1, -1, 1, 1)


@misconception(
    "Your columns move by the stride, your rows by one. Multiply the output's row index by the stride as well."
)
def rows_start_one_apart(x, weight, bias=None, stride=1, padding=0):
    x = F.pad(x, (padding,) * 4)
    kH, kW = weight.shape[2:]
    H_out, W_out = (x.shape[2] - kH) // stride + 1, (x.shape[3] - kW) // stride + 1
    out = x.new_zeros(x.shape[0], weight.shape[0], H_out, W_out)
    for i in range(H_out):
        for j in range(W_out):
            window = x[:, :, i : i + kH, j * stride : j * stride + kW]
            out[:, :, i, j] = torch.einsum("nckl,ockl->no", window, weight)
    return out if bias is None else out + bias.view(1, -1, 1, 1)


@misconception(
    "You step by the stride in the result, so most of it stays empty. Fill every place, and step in the image: window (i, j) starts at `i * stride`."
)
def steps_in_the_result(x, weight, bias=None, stride=1, padding=0):
    x = F.pad(x, (padding,) * 4)
    kH, kW = weight.shape[2:]
    H_out, W_out = (x.shape[2] - kH) // stride + 1, (x.shape[3] - kW) // stride + 1
    out = x.new_zeros(x.shape[0], weight.shape[0], H_out, W_out)
    for i in range(0, H_out, stride):
        for j in range(0, W_out, stride):
            out[:, :, i, j] = torch.einsum("nckl,ockl->no", x[:, :, i : i + kH, j : j + kW], weight)
    return out if bias is None else out + bias.view(1, -1, 1, 1)
