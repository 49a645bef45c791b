"""Match a network's weights by shape and behaviour, never by name: any order, bare parameters, other layouts and cuts."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

import functools
import hashlib
import itertools
import math
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch
import torch.nn.functional as F

CONVOLUTIONS = ((8, 1, 3, 3), (16, 8, 3, 3), (32, 16, 3, 3))
_MATRIX = (10, 1568)
ROLES = (*CONVOLUTIONS, (8,), (16,), (32,), _MATRIX, (10,))
_MOST_CONVOLUTIONS = 400  # choices of them, in one arrangement
_MOST_TRIES = 40_000  # last layers tried, over all arrangements: some seconds
_MOST_TENSORS = 200
_RELATIVE, _ABSOLUTE = 1e-3, 1e-4  # what rounding may change
_LAST = (10, 32, 7, 7)  # the linear layer's weight, with the axes of the maps that were flattened

Tensors = list[torch.Tensor]
Arrange = Callable[[Tensors], Tensors]


@dataclass(frozen=True)
class Match:
    """The reference network with a student's weights, in the roles' order.

    Attributes:
        weights: One tensor a role, in float64.
        arrange: How the student's tensors were joined or cut before they took a role; gradients go the same way.
        where: Which of the arranged tensors took which role.
    """

    weights: tuple[torch.Tensor, ...]
    arrange: Arrange
    where: tuple[int, ...]

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        return forward(self.weights, x)


def forward(weights: tuple[torch.Tensor, ...], x: torch.Tensor) -> torch.Tensor:
    """Return the reference network's logits (N, 10) for images (N, 1, 28, 28)."""
    *convolutions, w, b = weights
    return F.linear(_features(tuple(convolutions), {(): x}), w, b)


def _features(weights: tuple[torch.Tensor, ...], begun: dict[tuple[int, ...], torch.Tensor]) -> torch.Tensor:
    """Return the flattened maps; `begun` holds the images, and takes the maps after the first layers under the ids of their weights."""
    w1, w2, w3, b1, b2, b3 = weights
    one, two = (id(w1), id(b1)), (id(w1), id(b1), id(w2), id(b2))
    if two not in begun:
        if one not in begun:
            begun[one] = F.max_pool2d(F.relu(F.conv2d(begun[()], w1, b1, padding=1)), 2)  # (N, 8, 14, 14)
        begun[two] = F.max_pool2d(F.relu(F.conv2d(begun[one], w2, b2, padding=1)), 2)  # (N, 16, 7, 7)
    return F.relu(F.conv2d(begun[two], w3, b3, padding=1)).flatten(1)  # (N, 32 · 7 · 7)


def _fitting(features: torch.Tensor, ways: torch.Tensor, wanted: torch.Tensor, scale: float) -> list[int]:
    """Return which of the last layer's weights (L, K, 1568) give the scores wanted (N, K) but for a bias, the same for every image."""
    left = wanted[:, None] - (features @ ways.flatten(0, 1).t()).unflatten(1, ways.shape[:2])  # (N, L, K)
    bias = left[:1]
    same = (left - bias).abs() <= _RELATIVE * bias.abs() + _ABSOLUTE * scale
    return [int(way) for way in same.all(2).all(0).nonzero().flatten()]


# --------------------------------------------------------------------------------- how weights may be cut into tensors


def _as_they_are(tensors: Tensors) -> Tensors:
    return list(tensors)


def _stacked(tensors: Tensors) -> Tensors:
    """Join tensors of one shape (1, …) in their order: ten heads, or a convolution for each filter."""
    alone: dict[tuple[int, ...], Tensors] = {}
    for each in tensors:
        if each.ndim and each.shape[0] == 1:
            alone.setdefault(tuple(each.shape), []).append(each)
    return [each for each in tensors if not (each.ndim and each.shape[0] == 1)] + [
        torch.cat(group) for group in alone.values()
    ]


def _bias_in_matrix(tensors: Tensors, first: bool) -> Tensors:
    """Cut matrices (out, in + 1), or their transposes, into weight and bias."""
    shapes = {(role[0], torch.Size(role[1:]).numel() + 1) for role in ROLES if len(role) > 1}
    cut: Tensors = []
    for each in tensors:
        rows = each.t() if each.ndim == 2 and tuple(each.shape) not in shapes else each
        if tuple(rows.shape) in shapes:
            cut += [rows[:, 1:], rows[:, 0]] if first else [rows[:, :-1], rows[:, -1]]
        else:
            cut.append(each)
    return cut


def _one_vector(tensors: Tensors) -> Tensors:
    """Cut a vector of all numbers layer by layer, each weight before its bias."""
    if len(tensors) != 1:
        return list(tensors)
    roles = [ROLES[i] for i in (0, 3, 1, 4, 2, 5, 6, 7)]
    sizes = [torch.Size(role).numel() for role in roles]
    flat = tensors[0].reshape(-1)
    if flat.numel() != sum(sizes):
        return list(tensors)
    return [part.reshape(role) for part, role in zip(flat.split(sizes), roles, strict=True)]


# A layer cut into several tensors is found where its parts follow one another, as they do in a network that was written
# layer by layer: weights apart from biases, each in the order of `parameters()`.

_WEIGHTS = (0, 1, 2, 6)  # roles
_BIASES = (3, 4, 5, 7)


def _size(role: int) -> int:
    return torch.Size(ROLES[role]).numel()


def _cut_biases(tensors: Tensors, order: tuple[int, ...]) -> Tensors:
    """Join all vectors and numbers, and cut the biases from them in this order of roles."""
    line = torch.cat([each.reshape(-1) for each in tensors if each.ndim < 2])
    return [*(each for each in tensors if each.ndim > 1), *line.split([_size(role) for role in order])]


def _joined(tensors: Tensors, runs: tuple[int, ...], way: int) -> Tensors:
    """Join runs of neighbouring weights along their first axis (0), their second (1), or a new one (2)."""
    weights = [each for each in tensors if each.ndim > 1]
    joined, begin = [each for each in tensors if each.ndim < 2], 0
    for length in runs:
        part = weights[begin : begin + length]
        joined.append(part[0] if length == 1 else torch.stack(part) if way == 2 else torch.cat(part, way))
        begin += length
    return joined


def _runs(tensors: Tensors) -> tuple[int, ...] | None:
    """Return how many neighbouring weights make up each layer; None where they do not."""
    sizes = [each.numel() for each in tensors if each.ndim > 1]
    left = {_size(role) for role in _WEIGHTS}
    runs, length, total = [], 0, 0
    for size in sizes:
        length, total = length + 1, total + size
        if total in left:
            left.remove(total)
            runs.append(length)
            length, total = 0, 0
    return tuple(runs) if not left and not length else None


def _rejoinings(tensors: Tensors) -> Iterator[Arrange]:
    """Yield the ways to put layers together again that were cut into several tensors, or share one."""
    lines = [each.numel() for each in tensors if each.ndim < 2]
    cuts: list[Arrange] = [_as_they_are]
    if sorted(lines) != sorted(map(_size, _BIASES)) and sum(lines) == sum(map(_size, _BIASES)):
        cuts = [functools.partial(_cut_biases, order=order) for order in itertools.permutations(_BIASES)]
    runs = _runs(tensors)
    joins: list[Arrange] = [_as_they_are]
    if runs is not None and len(runs) < sum(runs):
        joins = [functools.partial(_joined, runs=runs, way=way) for way in (0, 1, 2)]
    for join, cut in itertools.product(joins, cuts):
        if (join, cut) != (_as_they_are, _as_they_are):
            yield functools.partial(_both, first=join, then=cut)


def _both(tensors: Tensors, first: Arrange, then: Arrange) -> Tensors:
    return then(first(tensors))


_ARRANGEMENTS: tuple[Arrange, ...] = (
    _as_they_are,
    _stacked,
    functools.partial(_bias_in_matrix, first=False),
    functools.partial(_bias_in_matrix, first=True),
    _one_vector,
)


# --------------------------------------------------------------------------------------- which role a tensor may take


def _layouts(tensor: torch.Tensor, role: tuple[int, ...]) -> Tensors:
    """Return the ways in which a tensor may play a role, the plainest first."""
    if len(role) == 1:
        ways = [tensor.reshape(role)]
    elif len(role) == 4:
        ways = _kernels(tensor, role)
    else:
        ways = _flattenings(tensor)
    unique: Tensors = []
    for way in ways:
        if not any(torch.equal(way, other) for other in unique):
            unique.append(way)
    return unique


def _kernels(tensor: torch.Tensor, role: tuple[int, ...]) -> Tensors:
    """Return a convolution's weight from any order of its axes, from a matrix of patches, or turned (transposed convolution)."""
    out, inside, height, width = role
    if tensor.ndim == 3 and 9 in tensor.shape:  # nine taps, a tensor each
        tensor = tensor.unflatten(tensor.shape.index(9), (3, 3))
    if tensor.ndim == 4:
        orders = [o for o in itertools.permutations(range(4)) if tuple(tensor.shape[i] for i in o) == role]
        ways = [tensor.permute(o) for o in orders]
    else:
        matrices = [tensor.t()] if tensor.ndim == 2 and tensor.shape[1] == out else []
        ways = []
        for rows in (*matrices, tensor):
            ways += [rows.reshape(role), rows.reshape(out, height, width, inside).permute(0, 3, 1, 2)]
    return ways + [way.flip(2, 3) for way in ways]


def _flattenings(tensor: torch.Tensor) -> Tensors:
    """Return the linear layer's weight (10, 1568) for every order and direction in which maps can be flattened."""
    if tensor.shape[0] != 10 and tensor.shape[-1] == 10:
        tensor = tensor.reshape(-1, 10).t()
    rows = tensor.reshape(10, -1)
    ways = []
    for flips in itertools.chain.from_iterable(itertools.combinations((1, 2, 3), n) for n in range(4)):
        for order in itertools.permutations((1, 2, 3)):
            grid = rows.reshape(10, *(_LAST[i] for i in order))  # as the student flattened
            back = (0, *(1 + order.index(i) for i in (1, 2, 3)))
            ways.append(grid.permute(back).flip(flips).reshape(10, -1))
    return ways


_LATEST: OrderedDict[bytes, Match | None] = OrderedDict()


def match(parameters: list[torch.Tensor], images: torch.Tensor, outputs: torch.Tensor) -> Match | None:
    """Return the reference network with those of the student's tensors that reproduce the student's outputs.

    Several facts ask for the same match: the latest are remembered.
    """
    digest = hashlib.blake2b(digest_size=16)
    for each in (*parameters, images, outputs):
        digest.update(str((each.dtype, tuple(each.shape))).encode())
        digest.update(each.detach().contiguous().reshape(-1).view(torch.uint8).numpy().tobytes())
    place = digest.digest()
    if place not in _LATEST:
        _LATEST[place] = _search(parameters, images, outputs)
        while len(_LATEST) > 64:
            _LATEST.popitem(last=False)
    return _LATEST[place]


def _search(parameters: Tensors, images: torch.Tensor, outputs: torch.Tensor) -> Match | None:
    images, wanted = images.double(), outputs.detach().double()
    numbers = [p.detach().double() for p in parameters if p.is_floating_point()]
    if len(numbers) != len(parameters):
        return None
    if len(numbers) > _MOST_TENSORS:
        return None
    left = _MOST_TRIES
    as_they_are = [tuple(each.shape) for each in numbers]
    for arrange in itertools.chain(_ARRANGEMENTS, _rejoinings(numbers)):
        try:
            tensors = arrange(numbers)
        except RuntimeError:  # parts of other shapes cannot be joined this way
            continue
        if arrange is not _as_they_are and [tuple(each.shape) for each in tensors] == as_they_are:
            continue
        found, tries = _search_arranged(tensors, images, wanted, left)
        if found is not None:
            return Match(found[0], arrange, found[1])
        left -= tries
    return None


def _search_arranged(
    tensors: Tensors, images: torch.Tensor, wanted: torch.Tensor, most: int
) -> tuple[tuple[tuple[torch.Tensor, ...], tuple[int, ...]] | None, int]:
    """Return the weights by role, and which tensor took which, such that the network gives what is wanted; and the tries."""
    scale = _scale(4 * wanted)
    fitting = [[i for i, p in enumerate(tensors) if p.numel() == torch.Size(role).numel()] for role in ROLES]
    if not all(fitting) or not math.isfinite(scale):
        return None, 0
    *convolutions, biases = (
        [(i, way) for i in places for way in _layouts(tensors[i], role)]
        for places, role in zip(fitting, ROLES, strict=True)
        if role != _MATRIX
    )
    last = [(i, torch.stack(_layouts(tensors[i], _MATRIX))) for i in fitting[ROLES.index(_MATRIX)]]
    begun: dict[tuple[int, ...], torch.Tensor] = {
        (): images
    }  # choices that share their first layers share their maps
    tries = 0
    for chosen in itertools.islice(itertools.product(*convolutions), _MOST_CONVOLUTIONS):
        features = _features(tuple(way for _, way in chosen), begun)  # the same for every last layer
        for i, ways in last:  # (L, 10, 1568): one product for all ways to flatten
            # The first score tells nearly all of the wrong ways; the others are asked only where it fits.
            for way in _fitting(features, ways[:, :1], wanted[:, :1], scale):
                if not _fitting(features, ways[way : way + 1], wanted, scale):
                    continue
                for j, b in biases:
                    if close(F.linear(features, ways[way], b), wanted):
                        where = (*(k for k, _ in chosen), i, j)
                        return ((*(kernel for _, kernel in chosen), ways[way], b), where), tries
            tries += len(ways)
            if tries > most:
                return None, tries
    return None, tries


def _scale(like: torch.Tensor) -> float:
    """Return the size of the numbers in a tensor, which rounding goes with; not finite where they are not."""
    return max(float(like.abs().max()) if like.numel() else 1.0, 1e-3)


def close(a: torch.Tensor, b: torch.Tensor, size: torch.Tensor | None = None) -> bool:
    """Say whether two tensors are the same up to rounding in numbers of the size of `size` (by default: of `a`)."""
    if a.shape != b.shape:
        return False
    scale = _scale(a if size is None else size)
    if not math.isfinite(scale):
        return False
    return bool(torch.allclose(a.double(), b.detach().double(), rtol=_RELATIVE, atol=_ABSOLUTE * scale))
