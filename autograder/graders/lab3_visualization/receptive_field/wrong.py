"""Wrong answers for `receptive_field`, in the style of students: each must lose the item."""

# CANARY-5b0c2f6e-hidden-grader


def power_of_the_first_stride(layers):
    # every stride is taken for the first layer's
    size, jump = 1, 1
    for k, _ in layers:
        size += (k - 1) * jump
        jump *= layers[0][1]
    return size, jump


def largest_kernel(layers):
    jump = 1
    for _, s in layers:
        jump *= s
    return max(k for k, _ in layers), jump


def all_strides_for_every_layer(layers):
    jump = 1
    for _, s in layers:
        jump *= s
    return 1 + sum((k - 1) * jump for k, _ in layers), jump


def previous_stride_alone(layers):
    # the layer before in the place of all before
    size, jump, before = 1, 1, 1
    for k, s in layers:
        size += (k - 1) * before
        before = s
        jump *= s
    return size, jump


def gaps_not_seen(layers):
    # counts no pixel that a stride steps over
    size, jump = 1, 1
    for k, s in layers:
        size += (k - 1) * min(jump, k)
        jump *= s
    return size, jump


def steps_in_place_of_size(layers):
    # one less
    size, jump = 0, 1
    for k, s in layers:
        size += (k - 1) * jump
        jump *= s
    return size, jump


def result_forgotten(layers):
    size, jump = 1, 1
    for k, s in layers:
        size += (k - 1) * jump
        jump *= s
