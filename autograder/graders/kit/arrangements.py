"""In how many ways one network's weights may be written: cut into tensors, ordered, laid out, flattened."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Callable, Iterator, Sequence

import torch

from autograder.graders.kit.architecture import Architecture, Tensors

Arrange = Callable[[Tensors], Tensors]

# ----------------------------------------------------------------------------------------------- cut into tensors


def as_they_are(tensors: Tensors) -> Tensors:
    return list(tensors)


def arrangements(architecture: Architecture, tensors: Tensors) -> Iterator[Arrange]:
    """Yield the ways in which tensors may be joined or cut so that each plays a role, the plainest first."""
    yield as_they_are
    yield _stacked
    for first in (False, True):
        yield functools.partial(_bias_in_matrix, roles=architecture.roles, first=first)
    line = [role for pair in architecture.pairs for role in pair]
    yield functools.partial(_one_vector, roles=[architecture.roles[i] for i in line])
    yield from _rejoinings(architecture, tensors)


def _stacked(tensors: Tensors) -> Tensors:
    """Join tensors of one shape (1, …) in their order: ten heads, or a convolution for each filter."""
    alone: dict[tuple[int, ...], Tensors] = {}
    for each in tensors:
        if each.ndim and each.shape[0] == 1:
            alone.setdefault(tuple(each.shape), []).append(each)
    others = [each for each in tensors if not (each.ndim and each.shape[0] == 1)]
    return others + [torch.cat(group) for group in alone.values()]


def _bias_in_matrix(tensors: Tensors, roles: tuple[tuple[int, ...], ...], first: bool) -> Tensors:
    """Cut matrices (out, in + 1), or their transposes, into weight and bias."""
    shapes = {(role[0], math.prod(role[1:]) + 1) for role in roles if len(role) > 1}
    cut: Tensors = []
    for each in tensors:
        rows = each.t() if each.ndim == 2 and tuple(each.shape) not in shapes else each
        if tuple(rows.shape) in shapes:
            cut += [rows[:, 1:], rows[:, 0]] if first else [rows[:, :-1], rows[:, -1]]
        else:
            cut.append(each)
    return cut


def _one_vector(tensors: Tensors, roles: list[tuple[int, ...]]) -> Tensors:
    """Cut a vector of all numbers layer by layer, each weight before its bias."""
    sizes = [math.prod(role) for role in roles]
    if len(tensors) != 1 or tensors[0].numel() != sum(sizes):
        return list(tensors)
    parts = tensors[0].reshape(-1).split(sizes)
    return [part.reshape(role) for part, role in zip(parts, roles, strict=True)]


# A layer cut into several tensors is found where its parts follow one another, as they do in a network that was written
# layer by layer: weights apart from biases, each in the order of `parameters()`.


def _rejoinings(architecture: Architecture, tensors: Tensors) -> Iterator[Arrange]:
    """Yield the ways to put layers together again that were cut into several tensors, or share one."""
    weights, biases = (
        [math.prod(architecture.roles[pair[i]]) for pair in architecture.pairs] for i in (0, 1)
    )
    lines = [each.numel() for each in tensors if each.ndim < 2]
    cuts: list[Arrange] = [as_they_are]
    if sorted(lines) != sorted(biases) and sum(lines) == sum(biases):
        cuts = [functools.partial(_cut_biases, sizes=order) for order in itertools.permutations(biases)]
    runs = _runs(tensors, set(weights))
    joins: list[Arrange] = [as_they_are]
    if runs is not None and len(runs) < sum(runs):
        joins = [functools.partial(_joined, runs=runs, way=way) for way in (0, 1, 2)]
    for join, cut in itertools.product(joins, cuts):
        if (join, cut) != (as_they_are, as_they_are):
            yield functools.partial(_both, first=join, then=cut)


def _cut_biases(tensors: Tensors, sizes: tuple[int, ...]) -> Tensors:
    """Join all vectors and numbers, and cut biases of these sizes from them."""
    line = torch.cat([each.reshape(-1) for each in tensors if each.ndim < 2])
    return [*(each for each in tensors if each.ndim > 1), *line.split(list(sizes))]


def _joined(tensors: Tensors, runs: tuple[int, ...], way: int) -> Tensors:
    """Join runs of neighbouring weights along their first axis (0), their second (1), or a new one (2)."""
    weights = [each for each in tensors if each.ndim > 1]
    joined, begin = [each for each in tensors if each.ndim < 2], 0
    for length in runs:
        part = weights[begin : begin + length]
        joined.append(part[0] if length == 1 else torch.stack(part) if way == 2 else torch.cat(part, way))
        begin += length
    return joined


def _runs(tensors: Tensors, left: set[int]) -> tuple[int, ...] | None:
    """Return how many neighbouring weights make up each layer, by the layers' sizes; None where they do not."""
    runs, length, total = [], 0, 0
    for each in tensors:
        if each.ndim > 1:
            length, total = length + 1, total + each.numel()
            if total in left:
                left.remove(total)
                runs.append(length)
                length, total = 0, 0
    return tuple(runs) if not left and not length else None


def _both(tensors: Tensors, first: Arrange, then: Arrange) -> Tensors:
    return then(first(tensors))


# --------------------------------------------------------------------------------------- which role a tensor may take


def in_order(tensors: Tensors, shapes: Sequence[tuple[int, ...]]) -> Tensors:
    """Return tensors in the order of these shapes. A bias is what stands behind its weight, where that fits: two layers may have as many.

    Raises:
        StopIteration: None is left that has a shape, or as many numbers.
    """
    left = list(tensors)
    found, behind = [], 0
    for shape in shapes:
        same = [i for i, each in enumerate(left) if tuple(each.shape) == shape]
        if not same:
            same = [next(i for i, each in enumerate(left) if each.numel() == math.prod(shape))]
        place = behind if behind in same and len(shape) == 1 else same[0]
        found.append(left.pop(place))
        behind = place  # where the next one of the list now stands
    return found


def layouts(tensor: torch.Tensor, role: tuple[int, ...], maps: tuple[int, ...] = ()) -> Tensors:
    """Return the ways in which a tensor may play a role, the plainest first; `maps` is the shape of what its layer flattens, if it does."""
    if len(role) == 1:
        ways = [tensor.reshape(role)]
    elif len(role) == 4:
        ways = _kernels(tensor, role)
    else:
        ways = _matrices(tensor, role, maps)
    unique: Tensors = []
    for way in ways:
        if not any(torch.equal(way, other) for other in unique):
            unique.append(way)
    return unique


def _kernels(tensor: torch.Tensor, role: tuple[int, ...]) -> Tensors:
    """Return a convolution's weight from any order of its axes, from a matrix of patches, or turned (transposed convolution)."""
    out, inside, height, width = role
    if tensor.ndim == 3 and height * width in tensor.shape:  # as many taps, a tensor each
        tensor = tensor.unflatten(tensor.shape.index(height * width), (height, width))
    if tensor.ndim == 4:
        orders = [o for o in itertools.permutations(range(4)) if tuple(tensor.shape[i] for i in o) == role]
        ways = [tensor.permute(o) for o in orders]
    else:
        matrices = [tensor.t()] if tensor.ndim == 2 and tensor.shape[1] == out else []
        ways = []
        for rows in (*matrices, tensor):
            ways += [rows.reshape(role), rows.reshape(out, height, width, inside).permute(0, 3, 1, 2)]
    return ways + [way.flip(2, 3) for way in ways]


def _matrices(tensor: torch.Tensor, role: tuple[int, ...], maps: tuple[int, ...]) -> Tensors:
    """Return a linear layer's weight (out, in) for every order and direction in which maps can be flattened."""
    out = role[0]
    if tensor.shape[0] != out and tensor.shape[-1] == out:
        tensor = tensor.reshape(-1, out).t()
    rows = tensor.reshape(role)
    if not maps:
        return [rows]
    every = range(1, len(maps) + 1)
    wide = [i for i in every if maps[i - 1] > 1]
    ways = []
    for flips in itertools.chain.from_iterable(itertools.combinations(wide, n) for n in range(len(wide) + 1)):
        for order in itertools.permutations(wide):
            full = (*order, *(i for i in every if i not in order))
            grid = rows.reshape(out, *(maps[i - 1] for i in full))  # as the student flattened
            back = (0, *(1 + full.index(i) for i in every))
            ways.append(grid.permute(back).flip(flips).reshape(role))
    return ways
