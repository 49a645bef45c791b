"""One mistake in `max_pool2d`."""

# CANARY-5b0c2f6e-hidden-grader

import numpy as np
import torch

from autograder.graders.kit.answers import false


def _windows(x, kernel_size, stride):
    return x.unfold(2, kernel_size, stride).unfold(3, kernel_size, stride)


@false("test_max_pool2d_values")
def best_starts_at_zero(x, kernel_size, stride=None):
    stride = kernel_size if stride is None else stride
    N, C, H, W = x.shape
    out = x.new_zeros(N, C, (H - kernel_size) // stride + 1, (W - kernel_size) // stride + 1)
    for i in range(out.shape[2]):
        for j in range(out.shape[3]):
            for u in range(kernel_size):
                for v in range(kernel_size):
                    out[:, :, i, j] = torch.maximum(out[:, :, i, j], x[:, :, i * stride + u, j * stride + v])
    return out


@false("test_max_pool2d_values")
def average(x, kernel_size, stride=None):
    return _windows(x, kernel_size, stride or kernel_size).mean((-2, -1))


@false("test_max_pool2d_values")
def middle_of_the_window(x, kernel_size, stride=None):
    return _windows(x, kernel_size, stride or kernel_size).flatten(-2).median(-1).values


@false("test_max_pool2d_values")
def second_largest(x, kernel_size, stride=None):
    return _windows(x, kernel_size, stride or kernel_size).flatten(-2).topk(2, -1).values[..., 1]


@false("test_max_pool2d_values")
def diagonal_alone(x, kernel_size, stride=None):
    windows = _windows(x, kernel_size, stride or kernel_size)
    return windows.diagonal(dim1=-2, dim2=-1).amax(-1)


@false("test_max_pool2d_values")
def two_by_two_windows(x, kernel_size, stride=None):
    stride = kernel_size if stride is None else stride
    rows, columns = ((side - kernel_size) // stride + 1 for side in x.shape[2:])
    return _windows(x, 2, stride).amax((-2, -1))[:, :, :rows, :columns]


@false("test_max_pool2d_stride")
def moves_by_one_by_default(x, kernel_size, stride=1):
    return _windows(x, kernel_size, 1 if stride is None else stride).amax((-2, -1))


@false("test_max_pool2d_stride")
def stride_not_used(x, kernel_size, stride=None):
    N, C, H, W = x.shape
    k, h, w = kernel_size, H // kernel_size, W // kernel_size
    blocks = x[:, :, : h * k, : w * k].reshape(N, C, h, k, w, k)
    return blocks.amax((3, 5))


@false("test_max_pool2d_stride")
def starts_not_multiplied(x, kernel_size, stride=None):
    stride = kernel_size if stride is None else stride
    N, C, H, W = x.shape
    out = x.new_empty(N, C, (H - kernel_size) // stride + 1, (W - kernel_size) // stride + 1)
    for i in range(out.shape[2]):
        for j in range(out.shape[3]):
            out[:, :, i, j] = x[:, :, i : i + kernel_size, j : j + kernel_size].amax((2, 3))
    return out


@false("test_max_pool2d_stride")
def none_times_an_index(x, kernel_size, stride=None):
    rows, columns = ((side - kernel_size) // (stride or kernel_size) + 1 for side in x.shape[2:])
    return torch.stack(
        [
            torch.stack(
                [
                    x[:, :, i * stride :, j * stride :][:, :, :kernel_size, :kernel_size].amax((2, 3))
                    for j in range(columns)
                ],
                -1,
            )
            for i in range(rows)
        ],
        -2,
    )


@false("test_max_pool2d_edges")
def hangs_over_the_edge(x, kernel_size, stride=None):
    stride = kernel_size if stride is None else stride
    rows = [
        torch.stack(
            [
                x[:, :, i : i + kernel_size, j : j + kernel_size].amax((2, 3))
                for j in range(0, x.shape[3] - kernel_size + stride, stride)
            ],
            -1,
        )
        for i in range(0, x.shape[2] - kernel_size + stride, stride)
    ]
    return torch.stack(rows, -2)


@false("test_max_pool2d_edges")
def sides_must_divide(x, kernel_size, stride=None):
    stride = kernel_size if stride is None else stride
    assert all((side - kernel_size) % stride == 0 for side in x.shape[2:]), "sides must divide"
    return _windows(x, kernel_size, stride).amax((-2, -1))


@false("test_max_pool2d_edges")
def maxima_left_in_the_input(x, kernel_size, stride=None):
    out = _windows(x, kernel_size, stride or kernel_size).amax((-2, -1))
    x[:, :, : out.shape[2], : out.shape[3]] = out
    return out


@false("test_max_pool2d_shape")
def last_windows_missing(x, kernel_size, stride=None):
    stride = kernel_size if stride is None else stride
    rows = [
        torch.stack(
            [
                x[:, :, i : i + kernel_size, j : j + kernel_size].amax((2, 3))
                for j in range(0, x.shape[3] - kernel_size, stride)
            ],
            -1,
        )
        for i in range(0, x.shape[2] - kernel_size, stride)
    ]
    return torch.stack(rows, -2)


@false("test_max_pool2d_shape")
def rows_and_columns_in_the_wrong_order(x, kernel_size, stride=None):
    return _windows(x, kernel_size, stride or kernel_size).amax((-2, -1)).mT


@false("test_max_pool2d_dtype")
def array_of_doubles(x, kernel_size, stride=None):
    stride = kernel_size if stride is None else stride
    windows = np.lib.stride_tricks.sliding_window_view(
        x.numpy().astype(float), (kernel_size,) * 2, axis=(2, 3)
    )
    return windows[:, :, ::stride, ::stride].max((-2, -1))


@false("test_max_pool2d_dtype")
def buffer_of_single_precision(x, kernel_size, stride=None):
    stride = kernel_size if stride is None else stride
    rows, columns = ((side - kernel_size) // stride + 1 for side in x.shape[2:])
    out = torch.full((*x.shape[:2], rows, columns), -float("inf"))
    for i in range(rows):
        for j in range(columns):
            top, left = i * stride, j * stride
            out[:, :, i, j] = x[:, :, top : top + kernel_size, left : left + kernel_size].amax((2, 3))
    return out
