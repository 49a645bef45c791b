"""Wrong answers for `conv_output_size`, in the style of students: each must lose the item."""

# CANARY-5b0c2f6e-hidden-grader


def counted_by_a_loop_one_short(size, kernel_size, stride=1, padding=0):
    # `<` in place of `<=` loses the last window when it fits exactly
    n, start = 0, 0
    while start + kernel_size < size + 2 * padding:
        n += 1
        start += stride
    return n


def padding_on_one_side(size, kernel_size, stride=1, padding=0):
    # one padding, not two
    total = size + padding
    return int((total - kernel_size) / stride) + 1


def stride_default_of_two(size, kernel_size, stride=2, padding=0):
    # another default
    return (size - kernel_size + 2 * padding) // stride + 1


def float_result(size, kernel_size, stride=1, padding=0):
    # keeps the fraction
    out = size - kernel_size + 2 * padding
    out = out / stride
    return out + 1.0


def rounds_up_with_minus_signs(size, kernel_size, stride=1, padding=0):
    # ceiling by a double negation
    return -(-(size + 2 * padding - kernel_size) // stride) + 1


def forgets_the_plus_one(size, kernel_size, stride=1, padding=0):
    # counts steps
    windows = (size + padding * 2 - kernel_size) // stride
    return windows


def rounds_halves_to_even(size, kernel_size, stride=1, padding=0):
    n = (size - kernel_size + 2 * padding) / stride + 1
    return round(n)


def brackets_around_stride_and_one(size, kernel_size, stride=1, padding=0):
    return int((size + 2 * padding - kernel_size) / (stride + 1))
