"""Misconceptions of `conv2d` about the kernel, the windows and the batch."""

# CANARY-5b0c2f6e-hidden-grader

from __future__ import annotations

import torch
import torch.nn.functional as F

from autograder.graders.lab1_train_cnn.conv2d.written import instead
from autograder.grading.misconceptions import misconception

kernel_flipped_left_to_right = instead(
    "You flip the kernel left to right. A cross-correlation lays the kernel on the image as it is: leave out the flip.",
    {"windows, weight": "windows, weight.flip(3)"},
)
kernel_flipped_upside_down = instead(
    "You turn the kernel upside down. A cross-correlation lays the kernel on the image as it is: leave out the flip.",
    {"windows, weight": "windows, weight.flip(2)"},
)


@misconception(
    "You reshape the weight to (…, C_out) and transpose it, which shuffles its numbers. The first axis is C_out already: reshape to (C_out, −1)."
)
def weight_arranged_with_channels_last(x, weight, bias=None, stride=1, padding=0):
    x = F.pad(x, (padding,) * 4)
    kH, kW = weight.shape[2:]
    windows = x.unfold(2, kH, stride).unfold(3, kW, stride)
    N, _, H_out, W_out = windows.shape[:4]
    columns = windows.permute(0, 1, 4, 5, 2, 3).reshape(N, -1, H_out * W_out)
    out = weight.reshape(-1, weight.shape[0]).t() @ columns
    out = out.reshape(N, -1, H_out, W_out)
    return out if bias is None else out + bias.view(1, -1, 1, 1)


images_of_the_batch_summed = instead(
    "You sum over the images of the batch too. Sum over channels, rows and columns, and leave axis 0 alone.",
    {
        '"ncijkl,ockl->noij", windows, weight': '"ncijkl,ockl->oij", windows, weight).expand(x.shape[0], -1, -1, -1',
    },
)
only_the_last_image_returned = instead(
    "You return the last image only: the loop over the batch overwrites its result. Keep each one, and `torch.stack` them.",
    {"windows,": "windows[-1:],"},
)
padding_always_one = instead(
    "You pad by one whenever padding is asked for. Put as many zeros on each side as `padding` says.",
    {"padding,": "min(padding, 1),"},
)


@misconception(
    "You lay windows over the memory as if x were contiguous. A view lies there in another order: call `x.contiguous()` first, or ask `x.stride()`."
)
def memory_taken_for_contiguous(x, weight, bias=None, stride=1, padding=0):
    x = F.pad(x, (padding,) * 4) if padding else x
    (N, C, H, W), (kH, kW) = x.shape, weight.shape[2:]
    H_out, W_out = (x.shape[2] - kH) // stride + 1, (x.shape[3] - kW) // stride + 1
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
