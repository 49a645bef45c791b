# ruff: noqa: RUF059
"""Wrong answers for `max_pool2d`, in the style of students: each must lose the item."""

import torch


def zeros_as_the_start_of_the_maximum(x, kernel_size, stride=None):
    # the running maximum starts at 0, so negative windows give 0
    stride = stride or kernel_size
    N, C, H, W = x.shape
    oh, ow = (H - kernel_size) // stride + 1, (W - kernel_size) // stride + 1
    out = torch.zeros(N, C, oh, ow, dtype=x.dtype)
    for i in range(oh):
        for j in range(ow):
            for a in range(kernel_size):
                for b in range(kernel_size):
                    out[:, :, i, j] = torch.maximum(out[:, :, i, j], x[:, :, i * stride + a, j * stride + b])
    return out


def stride_of_one_when_missing(x, kernel_size, stride=None):
    # the default is 1
    s = 1 if stride is None else stride
    return x.unfold(2, kernel_size, s).unfold(3, kernel_size, s).amax((4, 5))


def mean_of_the_window(x, kernel_size, stride=None):
    # average pooling
    s = kernel_size if stride is None else stride
    N, C, H, W = x.shape
    rows = []
    for i in range(0, H - kernel_size + 1, s):
        row = [
            x[:, :, i : i + kernel_size, j : j + kernel_size].mean((2, 3))
            for j in range(0, W - kernel_size + 1, s)
        ]
        rows.append(torch.stack(row, -1))
    return torch.stack(rows, -2)


def reshaped_only_when_divisible(x, kernel_size, stride=None):
    # a reshape that ignores the stride and fails on odd sides
    N, C, H, W = x.shape
    k = kernel_size
    return x.reshape(N, C, H // k, k, W // k, k).amax(dim=(3, 5))


def windows_over_the_edge(x, kernel_size, stride=None):
    # windows that stick out are kept: the size is rounded up
    s = stride if stride is not None else kernel_size
    N, C, H, W = x.shape
    oh, ow = -(-(H - kernel_size) // s) + 1, -(-(W - kernel_size) // s) + 1
    out = torch.empty(N, C, oh, ow, dtype=x.dtype)
    for i in range(oh):
        for j in range(ow):
            out[:, :, i, j] = x[:, :, i * s : i * s + kernel_size, j * s : j * s + kernel_size].amax(
                dim=(2, 3)
            )
    return out


def maximum_over_rows_only(x, kernel_size, stride=None):
    # the columns are only picked, not compared
    s = stride or kernel_size
    windows = x.unfold(2, kernel_size, s).unfold(3, kernel_size, s)
    return windows[..., 0].max(dim=-1).values


def two_by_two_whatever_is_asked(x, kernel_size, stride=None):
    # the window is always 2×2
    a = torch.maximum(x[:, :, 0:-1:2], x[:, :, 1::2])
    return torch.maximum(a[..., 0:-1:2], a[..., 1::2])
