"""Hold unusual right answers for `conv_output_size`: each must earn every point."""

# CANARY-5b0c2f6e-hidden-grader

import math

import numpy as np
import torch
import torch.nn.functional as F


def positions_counted_one_by_one(size, kernel_size, stride=1, padding=0):
    # moves the window and counts
    start, count = -padding, 0
    while start + kernel_size <= size + padding:
        count += 1
        start += stride
    return count


def length_of_a_range(size, kernel_size, stride=1, padding=0):
    # no formula at all
    return len(range(0, size + 2 * padding - kernel_size + 1, stride))


def rounded_up_from_one_more(size, kernel_size, stride=1, padding=0):
    # floor(a / s) + 1 is ceil((a + 1) / s)
    return math.ceil((size + 2 * padding - kernel_size + 1) / stride)


def one_added_above_the_fraction(size, kernel_size, stride=1, padding=0):
    # the one is brought into the numerator
    return (size - kernel_size + 2 * padding + stride) // stride


def negative_floor(size, kernel_size, stride=1, padding=0):
    # rounds up with floor division
    return -(-(size + 2 * padding - kernel_size + 1) // stride)


def whole_float(size, kernel_size, stride=1, padding=0):
    # a whole float for an int
    return np.floor((size + 2 * padding - kernel_size) / stride) + 1


def tensor_of_no_axes(size, kernel_size, stride=1, padding=0):
    # a 0-d tensor for an int
    return torch.tensor(size + 2 * padding - kernel_size).div(stride, rounding_mode="floor") + 1


def measured_by_a_convolution(size, kernel_size, stride=1, padding=0):
    # asks the library (this item is not under the from-scratch rule)
    x, weight = torch.zeros(1, 1, size), torch.zeros(1, 1, kernel_size)
    return F.conv1d(x, weight, stride=stride, padding=padding).shape[-1]


def measured_by_unfold(size, kernel_size, stride=1, padding=0):
    # lets `unfold` count the windows
    return np.int64(torch.zeros(size + 2 * padding).unfold(0, kernel_size, stride).size(0))


def divmod_with_a_warning(size, kernel_size, stride=1, padding=0):
    # warns and prints on the way
    import warnings

    steps, rest = divmod(size + 2 * padding - kernel_size, stride)
    if rest:
        warnings.warn(f"{rest} pixels are never seen", stacklevel=2)
        print("rest", rest)
    return steps + 1


def documented_formula(size, kernel_size, stride=1, padding=0, dilation=1):
    # the formula of PyTorch's documentation, with an argument more
    return math.floor((size + 2 * padding - dilation * (kernel_size - 1) - 1) / stride + 1)


def measured_by_a_pooling(size, kernel_size, stride=1, padding=0):
    # lets the library pool a row of zeros; it takes no padding above half a window
    return F.max_pool1d(torch.zeros(1, 1, size), kernel_size, stride, padding).shape[-1]


def arguments_looked_at(size, kernel_size, stride=1, padding=0):
    # refuses windows that see nothing but padding, and windows with gaps between them
    assert 0 <= padding < kernel_size
    assert 1 <= stride <= kernel_size
    return (size - kernel_size + 2 * padding) // stride + 1
