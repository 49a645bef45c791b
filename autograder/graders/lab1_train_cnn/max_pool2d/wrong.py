# ruff: noqa: RUF059
"""Wrong answers for `max_pool2d`, in the style of students: each must lose the item."""

# CANARY-5b0c2f6e-hidden-grader

import torch
import torch.nn.functional as F


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


def stride_used_before_it_has_a_value(x, kernel_size, stride=None):
    N, C, H, W = x.shape
    H_out, W_out = (H - kernel_size) // stride + 1, (W - kernel_size) // stride + 1
    out = x.new_empty(N, C, H_out, W_out)
    for i in range(H_out):
        for j in range(W_out):
            top, left = i * stride, j * stride
            out[:, :, i, j] = x[:, :, top : top + kernel_size, left : left + kernel_size].amax(dim=(2, 3))
    return out


def windows_started_before_the_stride_is_known(x, kernel_size, stride=None):
    # the size is right, the windows' starts are products with None
    step = kernel_size if stride is None else stride
    H_out, W_out = (x.shape[2] - kernel_size) // step + 1, (x.shape[3] - kernel_size) // step + 1
    rows = [
        [x[:, :, i * stride :, j * stride :][:, :, :kernel_size, :kernel_size] for j in range(W_out)]
        for i in range(H_out)
    ]
    return torch.stack([torch.stack([w.amax(dim=(2, 3)) for w in row], -1) for row in rows], -2)


def one_number_over_all_channels(x, kernel_size, stride=None):
    stride = kernel_size if stride is None else stride
    N, C, H, W = x.shape
    out = x.new_empty(N, C, (H - kernel_size) // stride + 1, (W - kernel_size) // stride + 1)
    for n in range(N):
        for i in range(out.shape[2]):
            for j in range(out.shape[3]):
                top, left = i * stride, j * stride
                out[n, :, i, j] = x[n, :, top : top + kernel_size, left : left + kernel_size].max()
    return out


def pair_of_max_returned(x, kernel_size, stride=None):
    stride = stride or kernel_size
    w = x.unfold(2, kernel_size, stride).unfold(3, kernel_size, stride)
    return w.reshape(*w.shape[:4], -1).max(dim=-1)


def second_half_of_the_pair(x, kernel_size, stride=None):
    stride = stride or kernel_size
    w = x.unfold(2, kernel_size, stride).unfold(3, kernel_size, stride)
    return w.reshape(*w.shape[:4], -1).max(dim=-1)[1].to(x.dtype)


def library_of_another_name(x, kernel_size, stride=None):
    stride = stride or kernel_size
    sides = [(side - kernel_size) // stride + 1 for side in x.shape[2:]]
    return F.adaptive_max_pool2d(x, sides)


def library_drawing_its_windows(x, kernel_size, stride=None):
    stride = stride or kernel_size
    sides = [(side - kernel_size) // stride + 1 for side in x.shape[2:]]
    return F.fractional_max_pool2d(x, kernel_size, output_size=sides)


def columns_of_unfold_cut_wrongly(x, kernel_size, stride=None):
    s = stride if stride is not None else kernel_size
    N, C, H, W = x.shape
    h, w = (H - kernel_size) // s + 1, (W - kernel_size) // s + 1
    cols = F.unfold(x, kernel_size, stride=s)
    return cols.view(N, kernel_size * kernel_size, C, h * w).max(dim=1).values.view(N, C, h, w)


def rows_alone(x, kernel_size, stride=None):
    return x.unfold(2, kernel_size, kernel_size if stride is None else stride).amax(dim=-1)


def best_so_far_starts_at_minus_two(x, kernel_size, stride=None):
    s = kernel_size if stride is None else stride
    N, C, H, W = x.shape
    out = x.new_full((N, C, (H - kernel_size) // s + 1, (W - kernel_size) // s + 1), -2.0)
    for i in range(out.shape[2]):
        for j in range(out.shape[3]):
            for u in range(kernel_size):
                for v in range(kernel_size):
                    out[:, :, i, j] = torch.maximum(out[:, :, i, j], x[:, :, i * s + u, j * s + v])
    return out
