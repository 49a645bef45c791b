"""One mistake in `conv_output_size`."""

# CANARY-5b0c2f6e-hidden-grader

import math

from autograder.graders.kit.answers import false


@false("test_output_size_rounds_down")
def ceil_of_the_quotient(size, kernel_size, stride=1, padding=0):
    return math.ceil((size - kernel_size + 2 * padding) / stride + 1)


@false("test_output_size_rounds_down")
def true_division(size, kernel_size, stride=1, padding=0):
    free = size + 2 * padding - kernel_size
    return free / stride + 1


@false("test_output_size_rounds_down")
def one_window_more_where_there_is_a_rest(size, kernel_size, stride=1, padding=0):
    whole, rest = divmod(size + 2 * padding - kernel_size, stride)
    return whole + 1 + (rest != 0)


@false("test_output_size_of_many_layers")
def padding_on_one_side(size, kernel_size, stride=1, padding=0):
    return len(range(0, size + padding - kernel_size + 1, stride))


@false("test_output_size_of_many_layers")
def dilation_of_two(size, kernel_size, stride=1, padding=0, dilation=2):
    return (size + 2 * padding - dilation * (kernel_size - 1) - 1) // stride + 1


@false("test_output_size_of_many_layers")
def half_the_kernel(size, kernel_size, stride=1, padding=0):
    return (size + 2 * padding - kernel_size // 2) // stride + 1


@false("test_output_size_of_many_layers")
def steps_in_place_of_positions(size, kernel_size, stride=1, padding=0):
    steps = 0
    while (steps + 1) * stride + kernel_size <= size + 2 * padding:
        steps += 1
    return steps


@false("test_output_size_of_many_layers")
def padding_is_not_strided(size, kernel_size, stride=1, padding=0):
    return int((size - kernel_size) / stride) + 2 * padding + 1


@false("test_output_size_defaults")
def halves_by_default(size, kernel_size, stride=2, padding=0):
    return math.floor((size + 2 * padding - kernel_size) / stride + 1)


@false("test_output_size_defaults")
def same_padding_by_default(size, kernel_size, stride=1, padding=None):
    padding = kernel_size // 2 if padding is None else padding
    return (size + 2 * padding - kernel_size) // stride + 1
