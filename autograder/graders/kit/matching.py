"""Match a network's weights by shape and behaviour, never by name: any order, bare parameters, other layouts and cuts."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

import hashlib
import itertools
import math
from collections import OrderedDict
from dataclasses import dataclass

import torch
import torch.nn.functional as F

from autograder.graders.kit.architecture import Architecture, Tensors
from autograder.graders.kit.arrangements import Arrange, arrangements, as_they_are, layouts

_MOST_CHOICES = 400  # of weights of the hidden layers, in one arrangement
_MOST_PLAIN = 8  # tries before other orders of flattening are looked at; the search after it makes them again
_MOST_TRIES = 40_000  # last layers tried, over all arrangements: some seconds
_MOST_TENSORS = 200
_RELATIVE, _ABSOLUTE = 1e-3, 1e-4  # what rounding may change


@dataclass(frozen=True)
class Match:
    """The reference network with a student's weights, in the roles' order.

    Attributes:
        architecture: The network.
        weights: One tensor a role, in float64.
        arrange: How the student's tensors were joined or cut before they took a role; gradients go the same way.
        where: Which of the arranged tensors took which role.
    """

    architecture: Architecture
    weights: tuple[torch.Tensor, ...]
    arrange: Arrange
    where: tuple[int, ...]

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        return self.architecture.forward(self.weights, x)

    def places(self, parameters: Tensors) -> Tensors:
        """Return for each role where its numbers stand in the student's parameters, taken one after the other: gradients stand there too."""
        sizes = [each.numel() for each in parameters]
        flat = torch.cat([each.detach().reshape(-1).double() for each in parameters])
        numbers = torch.arange(len(flat), dtype=torch.float64).split(sizes)
        tensors = self.arrange(
            [each.reshape(like.shape) for each, like in zip(numbers, parameters, strict=True)]
        )
        maps = {self.architecture.pairs[self.architecture.flat][0]: self.architecture.maps[-1]}
        return [
            next(
                way.long()
                for way in layouts(tensors[self.where[role]], shape, maps.get(role, ()))
                if torch.equal(flat[way.long()], self.weights[role])
            )
            for role, shape in enumerate(self.architecture.roles)
        ]

    def accuracy(self, images: torch.Tensor, labels: torch.Tensor, chunk: int = 250) -> float:
        """Return the share of images that it gets right, in float32, `chunk` at once: so features stay in the processor's cache."""
        weights = tuple(each.float() for each in self.weights)
        with torch.no_grad():
            right = sum(
                int((self.architecture.forward(weights, x).argmax(1) == y).sum())
                for x, y in zip(images.split(chunk), labels.split(chunk), strict=True)
            )
        return right / len(labels)


_LATEST: OrderedDict[tuple[Architecture, bytes], Match | None] = OrderedDict()


def match(
    architecture: Architecture, parameters: Tensors, images: torch.Tensor, outputs: torch.Tensor
) -> Match | None:
    """Return the reference network with those of the student's tensors that reproduce the student's outputs.

    Several facts ask for the same match: the latest are remembered.
    """
    digest = hashlib.blake2b(digest_size=16)
    for each in (*parameters, images, outputs):
        digest.update(str((each.dtype, tuple(each.shape))).encode())
        digest.update(each.detach().contiguous().reshape(-1).view(torch.uint8).numpy().tobytes())
    place = (architecture, digest.digest())
    if place not in _LATEST:
        _LATEST[place] = _search(architecture, parameters, images, outputs)
        while len(_LATEST) > 64:
            _LATEST.popitem(last=False)
    return _LATEST[place]


def _search(
    architecture: Architecture, parameters: Tensors, images: torch.Tensor, outputs: torch.Tensor
) -> Match | None:
    images, wanted = images.double(), outputs.detach().double()
    numbers = [p.detach().double() for p in parameters if p.is_floating_point()]
    if len(numbers) != len(parameters) or len(numbers) > _MOST_TENSORS:
        return None
    found, _ = _search_arranged(architecture, numbers, images, wanted, _MOST_PLAIN, plainly=True)
    if found is not None:  # most students' layers are plain: that costs no look at other orders of flattening
        return Match(architecture, found[0], as_they_are, found[1])
    left = _MOST_TRIES
    plain = [tuple(each.shape) for each in numbers]
    for arrange in arrangements(architecture, numbers):
        try:
            tensors = arrange(numbers)
        except RuntimeError:  # parts of other shapes cannot be joined this way
            continue
        if arrange is not as_they_are and [tuple(each.shape) for each in tensors] == plain:
            continue
        found, tries = _search_arranged(architecture, tensors, images, wanted, left)
        if found is not None:
            return Match(architecture, found[0], arrange, found[1])
        left -= tries
    return None


def _search_arranged(
    architecture: Architecture,
    tensors: Tensors,
    images: torch.Tensor,
    wanted: torch.Tensor,
    most: int,
    plainly: bool = False,
) -> tuple[tuple[tuple[torch.Tensor, ...], tuple[int, ...]] | None, int]:
    """Return the weights by role, and which tensor took which, such that the network gives what is wanted; and the tries."""
    scale = _scale(4 * wanted)
    roles, flat = architecture.roles, architecture.flat
    fitting = [[i for i, p in enumerate(tensors) if p.numel() == math.prod(role)] for role in roles]
    if not all(fitting) or not math.isfinite(scale):
        return None, 0
    maps = {} if plainly else {architecture.pairs[flat][0]: architecture.maps[-1]}
    *hidden, last, biases = (
        [(i, way) for i in places for way in layouts(tensors[i], role, maps.get(number, ()))]
        for number, (places, role) in enumerate(zip(fitting, roles, strict=True))
    )
    ways_of = [
        (i, torch.stack([way for _, way in group]))
        for i, group in itertools.groupby(last, key=lambda each: each[0])
    ]
    begun: dict[tuple[int, ...], torch.Tensor] = {
        (): images
    }  # choices that share their first layers share their maps
    some = 2 if architecture.log_probabilities else 1
    tries = 0
    for chosen in itertools.islice(itertools.product(*hidden), _MOST_CHOICES):
        features = _features(architecture, [way for _, way in chosen], begun)  # the same for every last layer
        for i, ways in ways_of:  # (L, K, D): one product for all ways to flatten
            # The first score tells nearly all of the wrong ways; the others are asked only where it fits.
            for way in _fitting(architecture, features, ways[:, :some], wanted[:, :some], scale):
                if not _fitting(architecture, features, ways[way : way + 1], wanted, scale):
                    continue
                for j, b in biases:
                    if close(architecture.end(F.linear(features, ways[way], b)), wanted):
                        where = (*(k for k, _ in chosen), i, j)
                        return ((*(weight for _, weight in chosen), ways[way], b), where), tries
            tries += len(ways)
            if tries > most:
                return None, tries
    return None, tries


def _features(
    architecture: Architecture, weights: Tensors, begun: dict[tuple[int, ...], torch.Tensor]
) -> torch.Tensor:
    """Return what goes into the last layer (N, D); `begun` takes what goes into each layer before, under the ids of the weights so far."""
    place: tuple[int, ...] = ()
    x = begun[place]
    for i, (weight, bias) in enumerate(architecture.pairs[:-1]):
        place = (*place, id(weights[weight]), id(weights[bias]))
        if place in begun:
            x = begun[place]
            continue
        x = architecture.after(i, architecture.before(i, x, weights[weight], weights[bias]))
        if i < len(architecture.layers) - 2:
            begun[place] = x
    return x.flatten(1)


def _fitting(
    architecture: Architecture, features: torch.Tensor, ways: torch.Tensor, wanted: torch.Tensor, scale: float
) -> list[int]:
    """Return which of the last layer's weights (L, K, D) give the scores wanted (N, K) but for a bias, the same for every image.

    A log-softmax also takes a number from all scores of an image: there, they are compared as distances from the first.
    """
    left = wanted[:, None] - (features @ ways.flatten(0, 1).t()).unflatten(1, ways.shape[:2])  # (N, L, K)
    if architecture.log_probabilities:
        left = left - left[..., :1]
    bias = left[:1]
    same = (left - bias).abs() <= _RELATIVE * bias.abs() + _ABSOLUTE * scale
    return [int(way) for way in same.all(2).all(0).nonzero().flatten()]


def _scale(like: torch.Tensor) -> float:
    """Return the size of the numbers in a tensor, which rounding goes with; not finite where they are not."""
    return max(float(like.abs().max()) if like.numel() else 1.0, 1e-3)


def close(a: torch.Tensor, b: torch.Tensor) -> bool:
    """Say whether two tensors are the same up to rounding in numbers of the size of `a`."""
    if a.shape != b.shape or not math.isfinite(scale := _scale(a)):
        return False
    return bool(torch.allclose(a.double(), b.detach().double(), rtol=_RELATIVE, atol=_ABSOLUTE * scale))
