"""Reference and misconceptions of `max_pool2d`: the largest value of every window."""

# CANARY-5b0c2f6e-hidden-grader

import torch
import torch.nn.functional as F

from autograder.graders.kit.changes import changes_of
from autograder.graders.kit.forms import values_of as normalise  # noqa: F401  (`Material` has it)
from autograder.graders.lab1_train_cnn.library import TAKEN  # noqa: F401  (items under the from-scratch rule have it)
from autograder.grading.misconceptions import misconception

PICTURE = "maps"
USES = "conv_output_size"


def reference(x, kernel_size, stride=None):
    return F.max_pool2d(x, kernel_size, stride)


def max_pool2d(x, kernel_size, stride=None):
    stride = kernel_size if stride is None else stride
    windows = x.unfold(2, kernel_size, stride).unfold(3, kernel_size, stride)
    return windows.amax(dim=(-2, -1))


instead = changes_of(max_pool2d)


stride_one_by_default = instead(
    "Your stride is 1 when none is given. Its default is the size of the window.",
    {"= kernel_size": "= 1"},
)
stride_two_by_default = instead(
    "Your stride is 2 when none is given. Its default is the size of the window.",
    {"= kernel_size": "= 2"},
)


@misconception(
    "You ignore the stride you are given. Use the window's size as the stride only when the stride is None."
)
def stride_ignored(x, kernel_size, stride=None):
    windows = x.unfold(2, kernel_size, kernel_size).unfold(3, kernel_size, kernel_size)
    return windows.amax(dim=(-2, -1))


window_and_stride_swapped = instead(
    "You swap window and stride. The first number says how large the window is, the second how far it moves.",
    {
        "kernel_size, stride).unfold(3, kernel_size, stride": "stride, kernel_size).unfold(3, stride, kernel_size",
    },
)
window_as_large_as_the_stride = instead(
    "You take windows as large as the stride. Take them as large as `kernel_size`; the stride moves them.",
    {"kernel_size, stride).unfold(3, kernel_size": "stride, stride).unfold(3, stride"},
)
window_always_two = instead(
    "Your window is always 2×2. Take its size from `kernel_size`.",
    {"kernel_size, stride).unfold(3, kernel_size": "2, stride).unfold(3, 2"},
)
stride_only_for_rows = instead(
    "You use the stride for the rows only. The columns move by the stride as well.",
    {"3, kernel_size, stride": "3, kernel_size, 1"},
)
stride_only_for_columns = instead(
    "You use the stride for the columns only. The rows move by the stride as well.",
    {"stride).unfold(": "1).unfold("},
)
stride_only_in_the_size = instead(
    "Your output has the right size, but the windows move by one. Multiply the output's indices by the stride.",
    {
        "windows = x.unfold(2, kernel_size, stride).unfold(3, kernel_size, stride": "H_out, W_out = (x.shape[2] - kernel_size) // stride + 1, (x.shape[3] - kernel_size) // stride + 1\n    windows = x.unfold(2, kernel_size, 1).unfold(3, kernel_size, 1",
        "1))": "1))[:, :, :H_out, :W_out].clone()",
    },
)


@misconception(
    "Your windows start at the right places, but they move by the window's size and not by the stride. Multiply the output's indices by the stride."
)
def windows_placed_by_their_size(x, kernel_size, stride=None):
    stride = kernel_size if stride is None else stride
    N, C, H, W = x.shape
    H_out, W_out = (H - kernel_size) // stride + 1, (W - kernel_size) // stride + 1
    out = torch.zeros(N, C, H_out, W_out, dtype=x.dtype, device=x.device)
    for i in range(H_out):
        for j in range(W_out):
            top, left = min(i * kernel_size, H - 1), min(j * kernel_size, W - 1)
            window = x[:, :, top : top + kernel_size, left : left + kernel_size]
            out[:, :, i, j] = window.amax(dim=(2, 3))
    return out


average_instead_of_maximum = instead(
    "You average over the window. Max pooling keeps its largest value.",
    {"amax": "mean"},
)
minimum_instead_of_maximum = instead(
    "You take the smallest value of the window. Max pooling keeps the largest.",
    {"amax": "amin"},
)
sum_instead_of_maximum = instead(
    "You add the window up. Max pooling keeps its largest value.",
    {"amax": "sum"},
)
index_instead_of_value = instead(
    "You return where the largest value stands in its window. Return the value itself, not its index.",
    {"amax(dim=(-2, -1))": "flatten(-2).argmax(dim=-1)"},
    about="test_max_pool2d_values test_max_pool2d_dtype",
    other_task=True,
)
maximum_over_the_channels = instead(
    "You take the maximum over the channels too. Every channel is pooled for itself: keep its axis.",
    {"1))": "1)).amax(dim=1, keepdim=True)"},
)
largest_absolute_value = instead(
    "You take the largest absolute value, without its sign. Compare the values themselves: −5 is smaller than 1.",
    {"= x.": "= x.abs()."},
)
maximum_started_at_zero = instead(
    "Your maximum starts at zero, so a window of negative values gives 0. Start from the window's first value, or from minus infinity.",
    {"1))": "1)).clamp(min=0)"},
)
maximum_of_the_first_row_only = instead(
    "You look at the first row of each window only. The maximum goes over all its rows and columns.",
    {".amax(dim=(-2, -1))": "[..., 0, :].amax(dim=-1)"},
)
maximum_of_the_first_column_only = instead(
    "You look at the first column of each window only. The maximum goes over all its rows and columns.",
    {".amax(dim=(-2, -1))": "[..., 0].amax(dim=-1)"},
)
first_value_of_the_window = instead(
    "You keep each window's first value. Look at the whole window and keep its largest value.",
    {".amax(dim=(-2, -1))": "[..., 0, 0].clone()"},
)


@misconception("You take windows that hang over the edge. Leave them out: round the number of windows down.")
def size_rounded_up(x, kernel_size, stride=None):
    stride = kernel_size if stride is None else stride
    rest = [-(side - kernel_size) % stride for side in x.shape[2:]]
    x = F.pad(x, (0, rest[1], 0, rest[0]), value=-float("inf"))
    windows = x.unfold(2, kernel_size, stride).unfold(3, kernel_size, stride)
    return windows.amax(dim=(-2, -1))


@misconception(
    "You fill the edge up with zeros until the windows fit. There is no padding: leave out what does not fit."
)
def edge_filled_with_zeros(x, kernel_size, stride=None):
    stride = kernel_size if stride is None else stride
    rest = [-(side - kernel_size) % stride for side in x.shape[2:]]
    x = F.pad(x, (0, rest[1], 0, rest[0]))
    windows = x.unfold(2, kernel_size, stride).unfold(3, kernel_size, stride)
    return windows.amax(dim=(-2, -1))


@misconception(
    "Your output has H // stride rows. That is only right when window and stride are equal: count the positions where the window fits whole."
)
def size_is_side_over_stride(x, kernel_size, stride=None):
    stride = kernel_size if stride is None else stride
    N, C, H, W = x.shape
    out = torch.zeros(N, C, H // stride, W // stride, dtype=x.dtype, device=x.device)
    for i in range(H // stride):
        for j in range(W // stride):
            top, left = i * stride, j * stride
            out[:, :, i, j] = x[:, :, top : top + kernel_size, left : left + kernel_size].amax(dim=(2, 3))
    return out


@misconception(
    "Your last row and last column of windows are missing. A window may end at the very edge: add one to the count."
)
def last_window_lost(x, kernel_size, stride=None):
    stride = kernel_size if stride is None else stride
    pooled = x.unfold(2, kernel_size, stride).unfold(3, kernel_size, stride).amax(dim=(-2, -1))
    return pooled[:, :, : (x.shape[2] - kernel_size) // stride, : (x.shape[3] - kernel_size) // stride]


window_one_too_small = instead(
    "Your windows miss their last row and column: a slice ends before its stop. Let it stop at start plus size.",
    {".amax": "[..., : max(1, kernel_size - 1), : max(1, kernel_size - 1)].amax"},
)
rows_and_columns_swapped = instead(
    "Your result has rows and columns swapped. Its axes are (N, C, H_out, W_out): rows before columns.",
    {"1))": "1)).transpose(2, 3)"},
)


@misconception(
    "You take one maximum of the whole image. Take one for every window.",
    about="test_max_pool2d_shape test_max_pool2d_values",
    other_task=True,
)
def maximum_of_the_whole_image(x, kernel_size, stride=None):
    return x.amax(dim=(2, 3), keepdim=True)


double_precision_lost = instead(
    "Your result is float32 although the input is float64. Make the output tensor with the input's dtype.",
    {"= x.": "= x.float()."},
)


@misconception(
    "You write the maxima into the input itself. Your result is right, but the input is destroyed: write into a new tensor."
)
def input_overwritten(x, kernel_size, stride=None):
    stride = kernel_size if stride is None else stride
    H_out, W_out = (x.shape[2] - kernel_size) // stride + 1, (x.shape[3] - kernel_size) // stride + 1
    x[:, :, :H_out, :W_out] = (
        x.unfold(2, kernel_size, stride).unfold(3, kernel_size, stride).amax(dim=(-2, -1))
    )
    return x[:, :, :H_out, :W_out].clone()


@misconception(
    "You cut the image into blocks by `reshape`. That needs sides that divide evenly and ignores the stride: take windows instead.",
    about="test_max_pool2d_stride test_max_pool2d_edges",
)
def reshaped_into_blocks(x, kernel_size, stride=None):
    N, C, H, W = x.shape
    blocks = x.reshape(N, C, H // kernel_size, kernel_size, W // kernel_size, kernel_size)
    return blocks.amax(dim=(3, 5))


one_maximum_for_all_channels = instead(
    "You write one maximum over all channels into each of them. Every channel is pooled for itself: take the maximum over rows and columns only.",
    {"(-2, -1)": "(1, -2, -1)).unsqueeze(1).repeat(1, x.shape[1], 1, 1"},
)
one_maximum_for_all_images = instead(
    "You write one maximum over all images of the batch into each of them. Every image is pooled for itself: index axis 0, or leave it alone.",
    {"(-2, -1)": "(0, -2, -1)).unsqueeze(0).repeat(x.shape[0], 1, 1, 1"},
)
places_as_floating_numbers = instead(
    "You return where the maxima stand, as floating numbers. `max(dim=…)` gives values and places: keep the first of the two.",
    {"amax(dim=(-2, -1))": "flatten(-2).max(dim=-1)[1].to(x.dtype)"},
    other_task=True,
)
values_and_places = instead(
    "You return a pair: `max(dim=…)` gives the values and their places. Keep the values alone: `.values`, or `amax`.",
    {"amax(dim=(-2, -1))": "flatten(-2).max(dim=-1)"},
)


@misconception(
    "You pool along the rows' axis only. The window has columns too: unfold axis 3 as well.",
    about="test_max_pool2d_shape test_max_pool2d_values",
)
def columns_not_pooled(x, kernel_size, stride=None):
    stride = kernel_size if stride is None else stride
    return x.unfold(2, kernel_size, stride).amax(dim=-1)


@misconception(
    "You pool along the columns' axis only. The window has rows too: unfold axis 2 as well.",
    about="test_max_pool2d_shape test_max_pool2d_values",
)
def rows_not_pooled(x, kernel_size, stride=None):
    stride = kernel_size if stride is None else stride
    return x.unfold(3, kernel_size, stride).amax(dim=-1)


@misconception(
    "You cut the patches of `unfold` as (k·k, C). It lists all values of one channel before the next: cut them as (C, k·k)."
)
def patches_cut_with_channels_last(x, kernel_size, stride=None):
    stride = kernel_size if stride is None else stride
    (N, C), k = x.shape[:2], kernel_size
    windows = x.unfold(2, k, stride).unfold(3, k, stride)
    H_out, W_out = windows.shape[2:4]
    patches = windows.permute(0, 1, 4, 5, 2, 3).reshape(N, k * k, C, H_out, W_out)
    return patches.amax(dim=1)


@misconception(
    "You count with a stride that is still None. When none is given, put the window's size in its place first."
)
def stride_left_none(x, kernel_size, stride=None):
    H_out, W_out = (x.shape[2] - kernel_size) // stride + 1, (x.shape[3] - kernel_size) // stride + 1
    windows = x.unfold(2, kernel_size, stride).unfold(3, kernel_size, stride)
    return windows.amax(dim=(-2, -1))[:, :, :H_out, :W_out]
