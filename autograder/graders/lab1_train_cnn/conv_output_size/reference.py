"""Reference and misconceptions of `conv_output_size`: how many windows fit along one side."""

# CANARY-5b0c2f6e-hidden-grader

import math

from autograder.grading.misconceptions import misconception


def reference(size, kernel_size, stride=1, padding=0):
    return (size + 2 * padding - kernel_size) // stride + 1


@misconception(
    "You round up. A window that does not fit whole is left out, so the division has to be rounded down."
)
def rounded_up(size, kernel_size, stride=1, padding=0):
    return math.ceil((size + 2 * padding - kernel_size) / stride) + 1


@misconception(
    "You round to the nearest whole number. A window that does not fit whole is left out: always round down."
)
def rounded_to_nearest(size, kernel_size, stride=1, padding=0):
    return round((size + 2 * padding - kernel_size) / stride) + 1


@misconception(
    "Your result keeps a fraction. Count whole windows only: round the division down before you add one."
)
def not_rounded(size, kernel_size, stride=1, padding=0):
    return (size + 2 * padding - kernel_size) / stride + 1


@misconception(
    "You count the steps of the window, not its positions. The starting position counts too: add one."
)
def plus_one_forgotten(size, kernel_size, stride=1, padding=0):
    return (size + 2 * padding - kernel_size) // stride


@misconception("You add the one before you divide by the stride. Divide and round down first, then add one.")
def plus_one_inside_the_division(size, kernel_size, stride=1, padding=0):
    return (size + 2 * padding - kernel_size + 1) // stride


@misconception(
    "You add one twice, before and after the division. Check your formula with size 5, kernel 3: 3 fit."
)
def plus_one_twice(size, kernel_size, stride=1, padding=0):
    return (size + 2 * padding - kernel_size + 1) // stride + 1


@misconception("You count the padding once. It is added on both sides, so it makes the input longer twice.")
def padding_counted_once(size, kernel_size, stride=1, padding=0):
    return (size + padding - kernel_size) // stride + 1


@misconception("Your result is the one without padding. Padding makes the input longer on both sides.")
def padding_ignored(size, kernel_size, stride=1, padding=0):
    return (size - kernel_size) // stride + 1


@misconception("You subtract the padding. Padding makes the input longer, so it has to be added.")
def padding_subtracted(size, kernel_size, stride=1, padding=0):
    return (size - 2 * padding - kernel_size) // stride + 1


@misconception(
    "You add the padding to the result. It belongs to the input: add it before you divide by the stride."
)
def padding_added_to_the_output(size, kernel_size, stride=1, padding=0):
    return (size - kernel_size) // stride + 1 + 2 * padding


@misconception("Your result is the one with stride 1. Divide the free way of the window by the stride.")
def stride_ignored(size, kernel_size, stride=1, padding=0):
    return size + 2 * padding - kernel_size + 1


@misconception(
    "You use the rule for “same” padding, size over stride. It forgets the kernel and the padding you are "
    "given.",
    other_task=True,
)
def same_padding_assumed(size, kernel_size, stride=1, padding=0):
    return math.ceil(size / stride)


@misconception(
    "You do not subtract the kernel. The last window starts one kernel before the end of the padded input."
)
def kernel_not_subtracted(size, kernel_size, stride=1, padding=0):
    return (size + 2 * padding) // stride + 1


@misconception(
    "You subtract half the kernel. A window must fit in whole: subtract the full kernel from the padded size."
)
def half_the_kernel_subtracted(size, kernel_size, stride=1, padding=0):
    return (size + 2 * padding - kernel_size // 2) // stride + 1


@misconception(
    "You divide only the kernel by the stride. Subtract first: brackets go round the whole difference, and "
    "the stride divides all of it."
)
def brackets_missing(size, kernel_size, stride=1, padding=0):
    return size + 2 * padding - kernel_size // stride + 1


@misconception(
    "You count without a given stride as if it were 2. It is 1 unless it is given: mind the default."
)
def stride_two_by_default(size, kernel_size, stride=2, padding=0):
    return (size + 2 * padding - kernel_size) // stride + 1


@misconception(
    "You count without a given padding as if it were 1. It is 0 unless it is given: mind the default."
)
def padding_one_by_default(size, kernel_size, stride=1, padding=1):
    return (size + 2 * padding - kernel_size) // stride + 1


@misconception(
    "Your last window is lost where it fits exactly: a window that ends on the last pixel counts, so "
    "compare with `<=`."
)
def window_that_fits_exactly_lost(size, kernel_size, stride=1, padding=0):
    return -((kernel_size - size - 2 * padding) // stride)


@misconception(
    "You add one before you round, so halves go to the even neighbour, now up and now down. A window that does "
    "not fit whole is left out: round down, always."
)
def rounded_after_adding_one(size, kernel_size, stride=1, padding=0):
    return round((size + 2 * padding - kernel_size) / stride + 1)


@misconception(
    "You add the one to the stride. Divide by the stride alone, round down, and add one to the result: mind the "
    "brackets."
)
def divided_by_stride_plus_one(size, kernel_size, stride=1, padding=0):
    return (size + 2 * padding - kernel_size) // (stride + 1)
