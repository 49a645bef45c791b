"""What can be true of a wrong layer: relations of its own results, whatever they are worth.

Each returns whether it holds, and raises an error (`LookupError`, `ValueError`) where there is nothing to tell it by.
Images and kernels are square and of few sides, so that a side that is taken for another one hides nothing else.
"""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F

from autograder.graders.kit.forms import values_of
from autograder.grading.own import Own
from autograder.grading.rng import Rng
from autograder.sandbox.inside.parts import Net

_CLOSE = 1e-4

# --------------------------------------------------------------------------------------------------------- comparing


def _number_of(result: Any) -> float:
    """Return a number as one; a result that is none tells nothing."""
    if isinstance(result, torch.Tensor):
        return float(result)
    if not isinstance(result, (int, float)):
        raise ValueError(result)
    return float(result)


def _tensor_of(result: Any) -> torch.Tensor:
    values = values_of(result)
    if not isinstance(values, torch.Tensor):
        raise ValueError(result)
    return values


def _alike(a: torch.Tensor, b: torch.Tensor) -> bool:
    """Say whether two results are the same; those of one value throughout tell nothing."""
    if not b.numel() or float(b.max() - b.min()) == 0:
        raise ValueError("one value throughout")
    return a.shape == b.shape and float((a - b).abs().max()) <= _CLOSE * float(b.abs().max())


def _unless_wrong_anyway(true: bool, right: bool) -> bool:
    """Return whether a relation holds; one that does not tells nothing where the plain result is not right to begin with."""
    if true or right:
        return true
    raise ValueError("wrong anyway")


def _alike_in_common(a: torch.Tensor, b: torch.Tensor) -> bool:
    """Say whether two results (N, C, H, W) are the same as far as both reach; at least two rows and columns."""
    rows, columns = (min(a.shape[axis], b.shape[axis]) for axis in (2, 3))
    if a.shape[:2] != b.shape[:2] or min(rows, columns) < 2:
        raise ValueError("nothing in common")
    return _alike(a[:, :, :rows, :columns], b[:, :, :rows, :columns])


def _somewhere_in(got: torch.Tensor, right: torch.Tensor) -> bool:
    """Say whether a result holds the right values, be it in another size or order: rows or columns too many or too few, axes swapped."""
    if got.ndim > right.ndim + 1:
        raise ValueError(got.shape)
    orders = (got.permute(order) for order in itertools.permutations(range(got.ndim)))
    laid_out = [got.reshape(right.shape)] if got.numel() == right.numel() else []
    laid_out += [each for each in orders if each.shape == right.shape]
    if any(_alike(each, right) for each in laid_out):
        return True
    if got.ndim != 4 or got.shape[:2] != right.shape[:2] or min(got.shape[2:]) < 2:
        raise ValueError("other values")
    steps = [range(min(abs(a - b), 4) + 1) for a, b in zip(got.shape[2:], right.shape[2:], strict=True)]
    rows, columns = (min(a, b) for a, b in zip(got.shape[2:], right.shape[2:], strict=True))

    def cut(full: torch.Tensor, down: int, across: int) -> torch.Tensor:
        down, across = (
            step if full.shape[axis] > least else 0
            for axis, step, least in ((2, down, rows), (3, across, columns))
        )
        return full[:, :, down : down + rows, across : across + columns]

    return _unless_wrong_anyway(
        any(_alike(cut(got, *step), cut(right, *step)) for step in itertools.product(*steps)), False
    )


def _maps(result: Any, channels: int) -> torch.Tensor:
    """Return a result of square maps as (N, C, H, W), be its channels last or lost, its maps flattened, or an axis too many."""
    values = _tensor_of(result)
    if values.ndim == 5 and 1 in values.shape:
        values = values.squeeze(values.shape.index(1))
    if values.ndim == 3 and values.shape[1] == values.shape[2]:
        values = values.unsqueeze(1)
    elif values.ndim == 3 and (side := math.isqrt(values.shape[2])) ** 2 == values.shape[2]:
        values = values.unflatten(2, (side, side))
    if values.ndim != 4:
        raise ValueError(values.shape)
    if values.shape[1] != channels and values.shape[3] == channels:
        return values.movedim(3, 1)
    return values


def _same(got: torch.Tensor, wanted: torch.Tensor, plain: torch.Tensor, right: torch.Tensor) -> bool:
    """Say whether two results are the same; where the plain one has another size than the right one, as far as both reach."""
    if plain.shape == right.shape:
        return _unless_wrong_anyway(_alike(got, wanted), _alike(plain, right))
    return _unless_wrong_anyway(_alike_in_common(got, wanted), False)


# ---------------------------------------------------------------------------------------------------------- numbers


def size_rounds_down(own: Own, rng: Rng) -> bool:
    """A rest changes nothing; or the numbers for a stride follow from those for stride 1 by rounding down."""
    kernel, found = 4, {}
    for stride, size in itertools.product((1, 3, 4), range(kernel + 8, kernel + 21)):
        found[stride, size - kernel] = _number_of(own(size, kernel, stride, 0))
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
    return _unless_wrong_anyway(False, right)


def size_has_its_defaults(own: Own, rng: Rng) -> bool:
    """What is left out counts as stride 1 and padding 0."""
    size = rng.number(12, 30)
    return (
        _number_of(own(size, 5)) == _number_of(own(size, 5, 1, 0))
        and _number_of(own(size, 5, padding=2)) == _number_of(own(size, 5, 1, 2))
        and _number_of(own(size, kernel_size=4, stride=3)) == _number_of(own(size, 4, 3, 0))
    )


def parameters_are_found_everywhere(own: Own, rng: Rng) -> bool:
    """A layer inside another adds as much as beside it, or more, and so does a parameter of the model's own."""
    outside, inside = ["Linear", 4, 6], ["Linear", 6, 3]
    alone, beside, nested = (
        _number_of(own(Net("model", layers, {})))
        for layers in (
            [outside],
            [outside, inside],
            [outside, ["Sequential", inside, ["Sequential", inside]]],
        )
    )
    with_own = _number_of(own(Net("model", [outside], {}, own={"gain": [7, 5]})))
    true = nested - alone >= 2 * (beside - alone) > 0 and with_own > alone
    return _unless_wrong_anyway(true, (alone, beside) == (30, 51))


def shared_tensors_count_once(own: Own, rng: Rng) -> bool:
    """A second layer whose only tensor is the first one's adds nothing."""
    layers = [["Linear", 5, 5], ["Linear", 5, 5, {"bias": False}]]
    alone = _number_of(own(Net("model", layers[:1], {})))
    shared = _number_of(own(Net("model", layers, {}, tied={"1.weight": "0.weight"})))
    if alone == 0:
        raise ValueError("nothing counts")
    return _unless_wrong_anyway(shared == alone, alone == 30)


def frozen_parameters_do_not_count(own: Own, rng: Rng) -> bool:
    """A model whose parameters are all frozen counts as one that has none, and otherwise than one that learns."""
    layers, names = [["Linear", 6, 4], ["Linear", 4, 3]], ("0.weight", "0.bias", "1.weight", "1.bias")
    learning = _number_of(own(Net("model", layers, {})))
    frozen = _number_of(own(Net("model", layers, {}, frozen=list(names))))
    empty = own(Net("model", [["ReLU"]], {}))
    if learning == 0:
        raise ValueError("nothing counts")
    return frozen == (0 if empty is None else _number_of(empty)) != learning


# ---------------------------------------------------------------------------------------- convolution and pooling


def _or_of_one_channel(relation: Callable[[Own, Rng, int, int, int], bool]) -> Callable[[Own, Rng], bool]:
    """Own of several images and channels; where that tells nothing, of one image and one channel, which no mistake can mix."""

    @functools.wraps(relation)
    def either(own: Own, rng: Rng) -> bool:
        try:
            return relation(own, rng, 2, 3, 5)
        except ValueError:
            return relation(own, rng, 1, 1, 1)

    return either


def conv_has_right_values(own: Own, rng: Rng) -> bool:
    """The right sums are there, be it with a bias alone, in another order, or with rows and columns too many or too few."""
    x, weight = rng.normal(2, 3, 7, 9), rng.normal(4, 3, 3, 2)
    right = F.conv2d(x.double(), weight.double())
    try:
        return _somewhere_in(_tensor_of(own(x, weight)), right)
    except ValueError:
        return _somewhere_in(_tensor_of(own(x, weight, torch.zeros(4))), right)


@_or_of_one_channel
def conv_adds_its_bias(own: Own, rng: Rng, images: int, c_in: int, c_out: int) -> bool:
    """With a bias minus without it is the bias, on numbers that are all positive."""
    x, weight = rng.uniform(images, c_in, 10, 10), rng.uniform(c_out, c_in, 3, 3)
    bias = rng.uniform(c_out, low=0.5, high=9)
    plain = _maps(own(x, weight), c_out)
    added = _maps(own(x, weight, bias), c_out) - plain
    wanted = bias.double().view(1, -1, 1, 1).expand(images, -1, *added.shape[2:])
    true = added.shape == wanted.shape and float((added - wanted).abs().max()) < 1e-3
    return _unless_wrong_anyway(true, _alike(plain, F.conv2d(x.double(), weight.double())))


@_or_of_one_channel
def conv_moves_by_its_stride(own: Own, rng: Rng, images: int, c_in: int, c_out: int) -> bool:
    """With a stride it is every stride-th row and column of without."""
    x, weight = rng.normal(images, c_in, 10, 10), rng.normal(c_out, c_in, 3, 3)
    plain, right = _maps(own(x, weight), c_out), F.conv2d(x.double(), weight.double())
    return all(
        _same(_maps(own(x, weight, stride=step), c_out), plain[:, :, ::step, ::step], plain, right)
        for step in (2, 3)
    )


@_or_of_one_channel
def conv_pads_with_zeros(own: Own, rng: Rng, images: int, c_in: int, c_out: int) -> bool:
    """With padding it is what it is of an image that comes padded."""
    x, weight = rng.normal(images, c_in, 10, 10), rng.normal(c_out, c_in, 3, 3)
    pairs = [
        (_maps(own(x, weight, padding=p), c_out), _maps(own(F.pad(x, (p,) * 4), weight), c_out))
        for p in (1, 2)
    ]
    right = F.conv2d(x.double(), weight.double(), padding=1)
    return _unless_wrong_anyway(all(_alike(*pair) for pair in pairs), _alike(pairs[0][1], right))


@_or_of_one_channel
def conv_takes_all_inputs(own: Own, rng: Rng, images: int, c_in: int, c_out: int) -> bool:
    """A view gives what its copy gives, and a 1×1 kernel as many rows and columns as it should, beside a larger one."""
    x = rng.normal(images, 10, 10, c_in).permute(0, 3, 1, 2)
    weight = rng.normal(c_out, c_in, 3, 3).transpose(2, 3)
    plain = _maps(own(x.contiguous(), weight.contiguous()), c_out)
    small = _maps(own(x.contiguous(), weight[..., :1, :1].contiguous()), c_out)
    sizes = {small.shape[axis] - plain.shape[axis] for axis in (2, 3)} <= {0, 2}
    true = sizes and small.shape[:2] == plain.shape[:2] and _alike(_maps(own(x, weight), c_out), plain)
    return _unless_wrong_anyway(true, _alike(plain, F.conv2d(x.double(), weight.double())))


def conv_keeps_the_dtype(own: Own, rng: Rng) -> bool:
    """The result is a tensor, of single precision as of double."""
    x, weight = rng.normal(2, 3, 10, 10), rng.normal(5, 3, 3, 3)
    return _is_of(own(x, weight), torch.float32) and _is_of(own(x.double(), weight.double()), torch.float64)


def _is_of(result: Any, dtype: torch.dtype) -> bool:
    return isinstance(result, torch.Tensor) and result.dtype == dtype


def pool_has_right_values(own: Own, rng: Rng) -> bool:
    """The right maxima are there, be it at stride 1 alone, in another order, or with rows and columns too many or too few."""
    x = rng.spread(2, 3, 8, 12)
    for window in (2, 3):
        try:
            _somewhere_in(_tensor_of(own(x, window, window)), F.max_pool2d(x.double(), window))
        except ValueError:
            _somewhere_in(_tensor_of(own(x, window, 1)), F.max_pool2d(x.double(), window, 1))
    return True


@_or_of_one_channel
def pool_moves_by_its_stride(own: Own, rng: Rng, images: int, channels: int, _: int) -> bool:
    """With a stride it is every stride-th row and column of stride 1; without one, that of the window's size."""
    x = rng.spread(images, channels, 9, 9)
    for window, stride in ((3, 2), (2, 3), (3, 3)):
        plain, right = _maps(own(x, window, 1), channels), F.max_pool2d(x.double(), window, 1)
        wanted = plain[:, :, ::stride, ::stride]
        if not _same(_maps(own(x, window, stride), channels), wanted, plain, right):
            return False
    return _alike(_tensor_of(own(x, 3)), _tensor_of(own(x, 3, 3)))


@_or_of_one_channel
def pool_leaves_the_rest_out(own: Own, rng: Rng, images: int, channels: int, _: int) -> bool:
    """Rows and columns that fill no window change nothing, and a view gives what its copy gives."""
    x = rng.spread(images, 9, 9, channels).permute(0, 3, 2, 1)
    whole = _maps(own(x[:, :, :8, :8].contiguous(), 2, 2), channels)
    right = F.max_pool2d(x.double(), 2)
    return all(_same(_maps(own(each, 2, 2), channels), whole, whole, right) for each in (x.contiguous(), x))


def pool_keeps_the_dtype(own: Own, rng: Rng) -> bool:
    """The result is a tensor, of single precision as of double."""
    x = rng.spread(1, 2, 6, 6)
    return _is_of(own(x, 2, 2), torch.float32) and _is_of(own(x.double(), 2, 2), torch.float64)


# ------------------------------------------------------------------------------------------------------------- ReLU


def relu_has_right_values(own: Own, rng: Rng) -> bool:
    """The right values are there, be it in another shape."""
    x = rng.normal(4, 7)
    return _somewhere_in(_tensor_of(own(x)), x.double().clamp(min=0))


def relu_takes_views(own: Own, rng: Rng) -> bool:
    """A view gives what its copy gives."""
    x = rng.normal(7, 7).t()[1:]
    plain = _tensor_of(own(x.contiguous()))
    return _unless_wrong_anyway(_alike(_tensor_of(own(x)), plain), _alike(plain, x.double().clamp(min=0)))


def relu_keeps_the_dtype(own: Own, rng: Rng) -> bool:
    """The result is a tensor, of single precision as of double."""
    x = rng.normal(5, 5)
    return _is_of(own(x), torch.float32) and _is_of(own(x.double()), torch.float64)
