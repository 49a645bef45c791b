"""Unusual right answers for `receptive_field`: each must earn every point."""

# CANARY-5b0c2f6e-hidden-grader

import math
from functools import reduce

import numpy as np
import torch


def from_the_end(layers):
    size, stride = 1, 1
    for k, s in reversed(layers):
        size = (size - 1) * s + k
        stride *= s
    return size, stride


def as_a_sum(layers):
    strides = [s for _, s in layers]
    size = 1 + sum((k - 1) * math.prod(strides[:i]) for i, (k, _) in enumerate(layers))
    return [size, math.prod(strides)]


def folded(layers):
    return reduce(
        lambda so_far, layer: (so_far[0] + (layer[0] - 1) * so_far[1], so_far[1] * layer[1]), layers, (1, 1)
    )


def recursive(layers):
    def seen(rest):
        if not rest:
            return 1, 1
        (k, s), (size, stride) = rest[0], seen(rest[1:])
        return (size - 1) * s + k, s * stride

    return seen(layers)


def by_numpy(layers):
    table = np.array(layers)
    jumps = np.concatenate([[1], np.cumprod(table[:, 1])])
    return 1 + ((table[:, 0] - 1) * jumps[:-1]).sum(), jumps[-1]


def first_and_last_pixel(layers):
    # which input pixels the outputs 0 and 1 see, from the last layer to the first
    first, last, second = 0, 0, 1
    for k, s in layers[::-1]:
        first, last, second = first * s, last * s + k - 1, second * s
    return last - first + 1, second - first


def tensors_of_numbers(layers):
    size, jump = torch.tensor(1), torch.tensor(1)
    for k, s in layers:
        size, jump = size + (k - 1) * jump, jump * s
    return size, jump
