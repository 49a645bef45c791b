"""What can be true of a wrong layer: relations of its own results, whatever they are worth.

Each returns whether it holds, and raises an error (`LookupError`, `ValueError`) where there is nothing to tell it by.
Images and kernels are square and of few sides, so that a side that is taken for another one hides nothing else.
"""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

import itertools

import torch
import torch.nn.functional as F

from autograder.graders.kit.relations import (
    alike,
    is_of,
    maps,
    number_of,
    or_of_one_channel,
    same,
    somewhere_in,
    tensor_of,
    unless_wrong_anyway,
)
from autograder.grading.own import Own
from autograder.grading.rng import Rng
from autograder.sandbox.inside.parts import Net

# ---------------------------------------------------------------------------------------------------------- numbers


def size_rounds_down(own: Own, rng: Rng) -> bool:
    """A rest changes nothing; or the numbers for a stride follow from those for stride 1 by rounding down."""
    kernel, found = 4, {}
    for stride, size in itertools.product((1, 3, 4), range(kernel + 8, kernel + 21)):
        found[stride, size - kernel] = number_of(own(size, kernel, stride, 0))
    cases = [(stride, free, got) for (stride, free), got in found.items() if stride > 1]
    steady = all(got == found.get((stride, free - free % stride), got) for stride, free, got in cases)
    if steady and len({got for *_, got in cases}) > 2:
        return True
    # (n - 1) // stride + 1, or n // stride where the one is forgotten, and so on
    if any(
        all(got == (found[1, free] - n) // stride + n for stride, free, got in cases) for n in range(-3, 5)
    ):
        return True
    right = all(got == free // stride + 1 for stride, free, got in cases if free % stride == 0)
    return unless_wrong_anyway(False, right)


def size_has_its_defaults(own: Own, rng: Rng) -> bool:
    """What is left out counts as stride 1 and padding 0."""
    size = rng.number(12, 30)
    return (
        number_of(own(size, 5)) == number_of(own(size, 5, 1, 0))
        and number_of(own(size, 5, padding=2)) == number_of(own(size, 5, 1, 2))
        and number_of(own(size, kernel_size=4, stride=3)) == number_of(own(size, 4, 3, 0))
    )


def parameters_are_found_everywhere(own: Own, rng: Rng) -> bool:
    """A layer inside another adds as much as beside it, or more, and so does a parameter of the model's own."""
    outside, inside = ["Linear", 4, 6], ["Linear", 6, 3]
    alone, beside, nested = (
        number_of(own(Net("model", layers, {})))
        for layers in (
            [outside],
            [outside, inside],
            [outside, ["Sequential", inside, ["Sequential", inside]]],
        )
    )
    with_own = number_of(own(Net("model", [outside], {}, own={"gain": [7, 5]})))
    true = nested - alone >= 2 * (beside - alone) > 0 and with_own > alone
    return unless_wrong_anyway(true, (alone, beside) == (30, 51))


def shared_tensors_count_once(own: Own, rng: Rng) -> bool:
    """A second layer whose only tensor is the first one's adds nothing."""
    layers = [["Linear", 5, 5], ["Linear", 5, 5, {"bias": False}]]
    alone = number_of(own(Net("model", layers[:1], {})))
    shared = number_of(own(Net("model", layers, {}, tied={"1.weight": "0.weight"})))
    if alone == 0:
        raise ValueError("nothing counts")
    return unless_wrong_anyway(shared == alone, alone == 30)


def frozen_parameters_do_not_count(own: Own, rng: Rng) -> bool:
    """A model whose parameters are all frozen counts as one that has none, and otherwise than one that learns."""
    layers, names = [["Linear", 6, 4], ["Linear", 4, 3]], ("0.weight", "0.bias", "1.weight", "1.bias")
    learning = number_of(own(Net("model", layers, {})))
    frozen = number_of(own(Net("model", layers, {}, frozen=list(names))))
    empty = own(Net("model", [["ReLU"]], {}))
    if learning == 0:
        raise ValueError("nothing counts")
    return frozen == (0 if empty is None else number_of(empty)) != learning


# ---------------------------------------------------------------------------------------- convolution and pooling


def conv_has_right_values(own: Own, rng: Rng) -> bool:
    """The right sums are there, be it with a bias alone, in another order, or with rows and columns too many or too few."""
    x, weight = rng.normal(2, 3, 7, 9), rng.normal(4, 3, 3, 2)
    right = F.conv2d(x.double(), weight.double())
    try:
        return somewhere_in(tensor_of(own(x, weight)), right)
    except ValueError:
        return somewhere_in(tensor_of(own(x, weight, torch.zeros(4))), right)


@or_of_one_channel
def conv_adds_its_bias(own: Own, rng: Rng, images: int, c_in: int, c_out: int) -> bool:
    """With a bias minus without it is the bias, on numbers that are all positive."""
    x, weight = rng.uniform(images, c_in, 10, 10), rng.uniform(c_out, c_in, 3, 3)
    bias = rng.uniform(c_out, low=0.5, high=9)
    plain = maps(own(x, weight), c_out)
    added = maps(own(x, weight, bias), c_out) - plain
    wanted = bias.double().view(1, -1, 1, 1).expand(images, -1, *added.shape[2:])
    true = added.shape == wanted.shape and float((added - wanted).abs().max()) < 1e-3
    return unless_wrong_anyway(true, alike(plain, F.conv2d(x.double(), weight.double())))


@or_of_one_channel
def conv_moves_by_its_stride(own: Own, rng: Rng, images: int, c_in: int, c_out: int) -> bool:
    """With a stride it is every stride-th row and column of without."""
    x, weight = rng.normal(images, c_in, 10, 10), rng.normal(c_out, c_in, 3, 3)
    plain, right = maps(own(x, weight), c_out), F.conv2d(x.double(), weight.double())
    return all(
        same(maps(own(x, weight, stride=step), c_out), plain[:, :, ::step, ::step], plain, right)
        for step in (2, 3)
    )


@or_of_one_channel
def conv_pads_with_zeros(own: Own, rng: Rng, images: int, c_in: int, c_out: int) -> bool:
    """With padding it is what it is of an image that comes padded."""
    x, weight = rng.normal(images, c_in, 10, 10), rng.normal(c_out, c_in, 3, 3)
    pairs = [
        (maps(own(x, weight, padding=p), c_out), maps(own(F.pad(x, (p,) * 4), weight), c_out)) for p in (1, 2)
    ]
    right = F.conv2d(x.double(), weight.double(), padding=1)
    return unless_wrong_anyway(all(alike(*pair) for pair in pairs), alike(pairs[0][1], right))


@or_of_one_channel
def conv_takes_all_inputs(own: Own, rng: Rng, images: int, c_in: int, c_out: int) -> bool:
    """A view gives what its copy gives, and a 1×1 kernel as many rows and columns as it should, beside a larger one."""
    x = rng.normal(images, 10, 10, c_in).permute(0, 3, 1, 2)
    weight = rng.normal(c_out, c_in, 3, 3).transpose(2, 3)
    plain = maps(own(x.contiguous(), weight.contiguous()), c_out)
    small = maps(own(x.contiguous(), weight[..., :1, :1].contiguous()), c_out)
    sizes = {small.shape[axis] - plain.shape[axis] for axis in (2, 3)} <= {0, 2}
    true = sizes and small.shape[:2] == plain.shape[:2] and alike(maps(own(x, weight), c_out), plain)
    return unless_wrong_anyway(true, alike(plain, F.conv2d(x.double(), weight.double())))


def conv_keeps_the_dtype(own: Own, rng: Rng) -> bool:
    """The result is a tensor, of single precision as of double."""
    x, weight = rng.normal(2, 3, 10, 10), rng.normal(5, 3, 3, 3)
    return is_of(own(x, weight), torch.float32) and is_of(own(x.double(), weight.double()), torch.float64)


def pool_has_right_values(own: Own, rng: Rng) -> bool:
    """The right maxima are there, be it at stride 1 alone, in another order, or with rows and columns too many or too few."""
    x = rng.spread(2, 3, 8, 12)
    for window in (2, 3):
        try:
            somewhere_in(tensor_of(own(x, window, window)), F.max_pool2d(x.double(), window))
        except ValueError:
            somewhere_in(tensor_of(own(x, window, 1)), F.max_pool2d(x.double(), window, 1))
    return True


@or_of_one_channel
def pool_moves_by_its_stride(own: Own, rng: Rng, images: int, channels: int, _: int) -> bool:
    """With a stride it is every stride-th row and column of stride 1; without one, that of the window's size."""
    x = rng.spread(images, channels, 9, 9)
    for window, stride in ((3, 2), (2, 3), (3, 3)):
        plain, right = maps(own(x, window, 1), channels), F.max_pool2d(x.double(), window, 1)
        wanted = plain[:, :, ::stride, ::stride]
        if not same(maps(own(x, window, stride), channels), wanted, plain, right):
            return False
    return alike(tensor_of(own(x, 3)), tensor_of(own(x, 3, 3)))


@or_of_one_channel
def pool_leaves_the_rest_out(own: Own, rng: Rng, images: int, channels: int, _: int) -> bool:
    """Rows and columns that fill no window change nothing, and a view gives what its copy gives."""
    x = rng.spread(images, 9, 9, channels).permute(0, 3, 2, 1)
    whole = maps(own(x[:, :, :8, :8].contiguous(), 2, 2), channels)
    right = F.max_pool2d(x.double(), 2)
    return all(same(maps(own(each, 2, 2), channels), whole, whole, right) for each in (x.contiguous(), x))


def pool_keeps_the_dtype(own: Own, rng: Rng) -> bool:
    """The result is a tensor, of single precision as of double."""
    x = rng.spread(1, 2, 6, 6)
    return is_of(own(x, 2, 2), torch.float32) and is_of(own(x.double(), 2, 2), torch.float64)


# ------------------------------------------------------------------------------------------------------------- ReLU


def relu_has_right_values(own: Own, rng: Rng) -> bool:
    """The right values are there, be it in another shape."""
    x = rng.normal(4, 7)
    return somewhere_in(tensor_of(own(x)), x.double().clamp(min=0))


def relu_takes_views(own: Own, rng: Rng) -> bool:
    """A view gives what its copy gives."""
    x = rng.normal(7, 7).t()[1:]
    plain = tensor_of(own(x.contiguous()))
    return unless_wrong_anyway(alike(tensor_of(own(x)), plain), alike(plain, x.double().clamp(min=0)))


def relu_keeps_the_dtype(own: Own, rng: Rng) -> bool:
    """The result is a tensor, of single precision as of double."""
    x = rng.normal(5, 5)
    return is_of(own(x), torch.float32) and is_of(own(x.double()), torch.float64)
