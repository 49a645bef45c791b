"""Hold unusual right answers for `max_pool2d`: each must earn every point."""

# CANARY-5b0c2f6e-hidden-grader

import math

import numpy as np
import torch
import torch.nn.functional as F


def six_nested_loops(x, kernel_size, stride=None):
    # Python numbers, from minus infinity upwards
    if stride is None:
        stride = kernel_size
    N, C, H, W = x.shape
    H_out, W_out = (H - kernel_size) // stride + 1, (W - kernel_size) // stride + 1
    pixels, out = x.tolist(), torch.empty(N, C, H_out, W_out, dtype=x.dtype)
    for n in range(N):
        for c in range(C):
            for i in range(H_out):
                for j in range(W_out):
                    largest = -math.inf
                    for k in range(kernel_size):
                        for m in range(kernel_size):
                            value = pixels[n][c][i * stride + k][j * stride + m]
                            largest = value if value > largest else largest
                    out[n, c, i, j] = largest
    return out


def running_maximum_of_shifted_images(x, kernel_size, stride=None):
    # compares whole shifted images
    step = stride or kernel_size
    H, W = x.shape[-2] - kernel_size + 1, x.shape[-1] - kernel_size + 1
    best = torch.full_like(x[..., :H:step, :W:step], -float("inf"))
    for k in range(kernel_size):
        for m in range(kernel_size):
            best = torch.maximum(best, x[..., k : k + H : step, m : m + W : step])
    return best


def rows_first_then_columns(x, kernel_size, stride=None):
    # separable: the maximum of the rows' maxima
    stride = stride if stride is not None else kernel_size
    return x.unfold(2, kernel_size, stride).max(-1)[0].unfold(3, kernel_size, stride).max(-1).values


def numpy_windows(x, kernel_size, stride=None):
    # goes through NumPy and back
    stride = kernel_size if stride is None else stride
    window = (kernel_size, kernel_size)
    windows = np.lib.stride_tricks.sliding_window_view(x.detach().numpy(), window, axis=(2, 3))
    return torch.from_numpy(windows[:, :, ::stride, ::stride].max(axis=(-1, -2)))


def columns_of_single_channels(x, kernel_size, stride=None):
    # `F.unfold` with every channel as an image of its own
    stride = kernel_size if stride is None else stride
    N, C, H, W = x.shape
    columns = F.unfold(x.reshape(N * C, 1, H, W), kernel_size, stride=stride)
    return columns.amax(dim=1).reshape(N, C, (H - kernel_size) // stride + 1, -1)


def as_strided_and_sorted(x, kernel_size, stride=None):
    # sorts each window and takes the last
    stride = kernel_size if stride is None else stride
    x = x.contiguous()
    N, C, H, W = x.shape
    H_out, W_out = 1 + (H - kernel_size) // stride, 1 + (W - kernel_size) // stride
    a, b, c, d = x.stride()
    shape = (N, C, H_out, W_out, kernel_size, kernel_size)
    windows = x.as_strided(shape, (a, b, c * stride, d * stride, c, d))
    return windows.flatten(-2).sort(dim=-1).values[..., -1]


def minimum_of_the_negative(x, kernel_size, stride=None):
    # max(x) is −min(−x)
    stride = stride or kernel_size
    return -((-x).unfold(2, kernel_size, stride).unfold(3, kernel_size, stride).amin((-1, -2)))


def index_and_gather(x, kernel_size, stride=None):
    # finds where the maximum stands and fetches it
    stride = kernel_size if stride is None else stride
    windows = x.unfold(2, kernel_size, stride).unfold(3, kernel_size, stride).flatten(-2)
    return windows.gather(-1, windows.argmax(dim=-1, keepdim=True)).squeeze(-1)


def list_of_rows_stacked(x, kernel_size, stride=None):
    # stacks single values, channels last, with a print
    stride = kernel_size if stride is None else stride
    rows = []
    for top in range(0, x.shape[2] - kernel_size + 1, stride):
        row = []
        for left in range(0, x.shape[3] - kernel_size + 1, stride):
            row.append(x[:, :, top : top + kernel_size, left : left + kernel_size].flatten(2).topk(1).values)
        rows.append(torch.cat(row, dim=2))
    print(len(rows))
    return torch.stack(rows, dim=2)


def arguments_looked_at(x, kernel_size, stride=None):
    # refuses a stride that leaves out pixels between two windows
    stride = kernel_size if stride is None else stride
    assert 1 <= stride <= kernel_size
    return x.unfold(2, kernel_size, stride).unfold(3, kernel_size, stride).flatten(-2).amax(-1)
