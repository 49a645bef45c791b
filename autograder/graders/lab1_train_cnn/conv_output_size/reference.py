"""Reference and misconceptions of `conv_output_size`: how many windows fit along one side."""

# CANARY-5b0c2f6e-hidden-grader

import math

from autograder.graders.kit.changes import changes_of
from autograder.grading.misconceptions import misconception


def reference(size, kernel_size, stride=1, padding=0):
    return (size + 2 * padding - kernel_size) // stride + 1


def conv_output_size(size, kernel_size, stride=1, padding=0):
    return (size + 2 * padding - kernel_size) // stride + 1


instead = changes_of(conv_output_size)


@misconception(
    "You round up. A window that does not fit whole is left out, so the division has to be rounded down."
)
def rounded_up(size, kernel_size, stride=1, padding=0):
    return math.ceil((size + 2 * padding - kernel_size) / stride) + 1


rounded_to_nearest = instead(
    "You round to the nearest whole number. A window that does not fit whole is left out: always round down.",
    {"(size + 2 * padding - kernel_size) // stride": "round((size + 2 * padding - kernel_size) / stride)"},
)
not_rounded = instead(
    "Your result keeps a fraction. Count whole windows only: round the division down before you add one.",
    {"/ stride": " stride"},
)
plus_one_forgotten = instead(
    "You count the steps of the window, not its positions. The starting position counts too: add one.",
    {"stride + 1": "stride"},
)
plus_one_inside_the_division = instead(
    "You add the one before you divide by the stride. Divide and round down first, then add one.",
    {") // stride + 1": " + 1) // stride"},
)
plus_one_twice = instead(
    "You add one twice, before and after the division. Check your formula with size 5, kernel 3: 3 fit.",
    {"- kernel_size": "- kernel_size + 1"},
)
padding_counted_once = instead(
    "You count the padding once. It is added on both sides, so it makes the input longer twice.",
    {"2 * padding": "padding"},
)
padding_ignored = instead(
    "Your result is the one without padding. Padding makes the input longer on both sides.",
    {"+ 2 * padding -": "-"},
)
padding_subtracted = instead(
    "You subtract the padding. Padding makes the input longer, so it has to be added.",
    {"+ 2": "- 2"},
)
padding_added_to_the_output = instead(
    "You add the padding to the result. It belongs to the input: add it before you divide by the stride.",
    {"(size + 2 * padding - kernel_size) // stride + 1": "(size - kernel_size) // stride + 1 + 2 * padding"},
)
stride_ignored = instead(
    "Your result is the one with stride 1. Divide the free way of the window by the stride.",
    {"(size + 2 * padding - kernel_size) // stride": "size + 2 * padding - kernel_size"},
)
same_padding_assumed = instead(
    "You use the rule for “same” padding, size over stride. It forgets the kernel and the padding you are given.",
    {"(size + 2 * padding - kernel_size) // stride + 1": "math.ceil(size / stride)"},
    other_task=True,
)
kernel_not_subtracted = instead(
    "You do not subtract the kernel. The last window starts one kernel before the end of the padded input.",
    {"padding - kernel_size": "padding"},
)
half_the_kernel_subtracted = instead(
    "You subtract half the kernel. A window must fit in whole: subtract the full kernel from the padded size.",
    {"- kernel_size": "- kernel_size // 2"},
)
brackets_missing = instead(
    "You divide only the kernel by the stride. Subtract first: brackets go round the whole difference, and the stride divides all of it.",
    {"(size + 2 * padding - kernel_size)": "size + 2 * padding - kernel_size"},
)
stride_two_by_default = instead(
    "You count without a given stride as if it were 2. It is 1 unless it is given: mind the default.",
    {"=1,": "=2,"},
)
padding_one_by_default = instead(
    "You count without a given padding as if it were 1. It is 0 unless it is given: mind the default.",
    {"padding=0": "padding=1"},
)
window_that_fits_exactly_lost = instead(
    "Your last window is lost where it fits exactly: a window that ends on the last pixel counts, so compare with `<=`.",
    {"(size + 2 * padding - kernel_size) // stride + 1": "-((kernel_size - size - 2 * padding) // stride)"},
)


@misconception(
    "You add one before you round, so halves go to the even neighbour, now up and now down. A window that does not fit whole is left out: round down, always."
)
def rounded_after_adding_one(size, kernel_size, stride=1, padding=0):
    return round((size + 2 * padding - kernel_size) / stride + 1)


divided_by_stride_plus_one = instead(
    "You add the one to the stride. Divide by the stride alone, round down, and add one to the result: mind the brackets.",
    {"stride + 1": "(stride + 1)"},
)
