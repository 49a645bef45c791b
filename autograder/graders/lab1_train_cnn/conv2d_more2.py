"""More misconceptions of `conv2d` about the kernel, the windows and the batch: the module `conv2d` takes them in."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

import torch
import torch.nn.functional as F

from autograder.misconceptions import misconception


@misconception(
    "You flip the kernel left to right. A cross-correlation lays the kernel on the image as it is: leave out the flip."
)
def kernel_flipped_left_to_right(x, weight, bias=None, stride=1, padding=0):
    x = F.pad(x, (padding,) * 4)
    windows = x.unfold(2, weight.shape[2], stride).unfold(3, weight.shape[3], stride)
    out = torch.einsum("ncijkl,ockl->noij", windows, weight.flip(3))
    return out if bias is None else out + bias.view(1, -1, 1, 1)


@misconception(
    "You turn the kernel upside down. A cross-correlation lays the kernel on the image as it is: leave out the flip."
)
def kernel_flipped_upside_down(x, weight, bias=None, stride=1, padding=0):
    x = F.pad(x, (padding,) * 4)
    windows = x.unfold(2, weight.shape[2], stride).unfold(3, weight.shape[3], stride)
    out = torch.einsum("ncijkl,ockl->noij", windows, weight.flip(2))
    return out if bias is None else out + bias.view(1, -1, 1, 1)


@misconception(
    "You reshape the weight to (…, C_out) and transpose it, which shuffles its numbers. The first axis is C_out already: reshape to (C_out, −1)."
)
def weight_arranged_with_channels_last(x, weight, bias=None, stride=1, padding=0):
    x = F.pad(x, (padding,) * 4)
    windows = x.unfold(2, weight.shape[2], stride).unfold(3, weight.shape[3], stride)
    N, _, H_out, W_out = windows.shape[:4]
    columns = windows.permute(0, 1, 4, 5, 2, 3).reshape(N, -1, H_out * W_out)
    out = weight.reshape(-1, weight.shape[0]).t() @ columns
    out = out.reshape(N, -1, H_out, W_out)
    return out if bias is None else out + bias.view(1, -1, 1, 1)


@misconception(
    "You sum over the images of the batch too. Sum over channels, rows and columns, and leave axis 0 alone."
)
def images_of_the_batch_summed(x, weight, bias=None, stride=1, padding=0):
    x = F.pad(x, (padding,) * 4)
    windows = x.unfold(2, weight.shape[2], stride).unfold(3, weight.shape[3], stride)
    out = torch.einsum("ncijkl,ockl->oij", windows, weight).expand(x.shape[0], -1, -1, -1)
    return out if bias is None else out + bias.view(1, -1, 1, 1)


@misconception(
    "You return the last image only: the loop over the batch overwrites its result. Keep each one, and `torch.stack` them."
)
def only_the_last_image_returned(x, weight, bias=None, stride=1, padding=0):
    x = F.pad(x, (padding,) * 4)
    windows = x.unfold(2, weight.shape[2], stride).unfold(3, weight.shape[3], stride)
    out = torch.einsum("ncijkl,ockl->noij", windows[-1:], weight)
    return out if bias is None else out + bias.view(1, -1, 1, 1)


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


@misconception(
    "You pad by one whenever padding is asked for. Put as many zeros on each side as `padding` says."
)
def padding_always_one(x, weight, bias=None, stride=1, padding=0):
    kH, kW = weight.shape[2:]
    x = F.pad(x, (min(padding, 1),) * 4)
    windows = x.unfold(2, kH, stride).unfold(3, kW, stride)
    out = torch.einsum("ncijkl,ockl->noij", windows, weight)
    return out if bias is None else out + bias.view(1, -1, 1, 1)


@misconception(
    "You lay windows over the memory as if x were contiguous. A view lies there in another order: call `x.contiguous()` first, or ask `x.stride()`."
)
def memory_taken_for_contiguous(x, weight, bias=None, stride=1, padding=0):
    x = F.pad(x, (padding,) * 4) if padding else x
    (N, C, H, W), (kH, kW) = x.shape, weight.shape[2:]
    H_out, W_out = (H - kH) // stride + 1, (W - kW) // stride + 1
    steps = (C * H * W, H * W, W * stride, stride, W, 1)
    windows = torch.as_strided(x, (N, C, H_out, W_out, kH, kW), steps)
    out = torch.einsum("ncijkl,ockl->noij", windows, weight)
    return out if bias is None else out + bias.view(1, -1, 1, 1)


@misconception(
    "Where the kernel is square you swap its rows and columns. Its axis 2 goes with the image's rows, whatever its shape."
)
def kernel_transposed_where_square(x, weight, bias=None, stride=1, padding=0):
    x = F.pad(x, (padding,) * 4)
    kH, kW = weight.shape[-2:]
    if kH == kW:
        weight = weight.transpose(2, 3)
    windows = x.unfold(2, kH, stride).unfold(3, kW, stride)
    out = torch.einsum("nchwuv,ocuv->nohw", windows, weight)
    return out if bias is None else out + bias[:, None, None]
