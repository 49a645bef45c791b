"""Match a network's weights by shape and behaviour, never by name: any order, bare parameters, other layouts."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

import hashlib
import itertools
from collections import OrderedDict
from dataclasses import dataclass

import torch
import torch.nn.functional as F

CONVOLUTIONS = ((8, 1, 3, 3), (16, 8, 3, 3), (32, 16, 3, 3))
ROLES = (*CONVOLUTIONS, (8,), (16,), (32,), (10, 1568), (10,))
_MOST_TRIES = 400


@dataclass(frozen=True)
class Match:
    """The reference network with a student's weights, in the roles' order, and which tensor took which role."""

    weights: tuple[torch.Tensor, ...]
    where: tuple[int, ...]

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        return forward(self.weights, x)


def forward(weights: tuple[torch.Tensor, ...], x: torch.Tensor) -> torch.Tensor:
    """Return the reference network's logits (N, 10) for images (N, 1, 28, 28)."""
    w1, w2, w3, b1, b2, b3, w, b = weights
    x = F.max_pool2d(F.relu(F.conv2d(x, w1, b1, padding=1)), 2)  # (N, 8, 14, 14)
    x = F.max_pool2d(F.relu(F.conv2d(x, w2, b2, padding=1)), 2)  # (N, 16, 7, 7)
    x = F.relu(F.conv2d(x, w3, b3, padding=1))  # (N, 32, 7, 7)
    return F.linear(x.flatten(1), w, b)


def _layouts(tensor: torch.Tensor, role: tuple[int, ...]) -> list[torch.Tensor]:
    """Return the ways in which a tensor may play a role, the plainest first."""
    ways: list[torch.Tensor] = []
    if len(role) == 1:
        ways = [tensor.reshape(role)]
    elif len(role) == 4:
        if tensor.ndim == 4:
            orders = [
                o for o in itertools.permutations(range(4)) if tuple(tensor.shape[i] for i in o) == role
            ]
            ways = [tensor.permute(o) for o in orders]
        else:
            ways = [tensor.reshape(role)]
            if tensor.ndim == 2 and tensor.shape[1] == role[0]:
                ways.insert(0, tensor.t().reshape(role))
    else:
        rows = tensor.reshape(10, -1) if tensor.shape[0] == 10 else None
        if rows is None and tensor.shape[-1] == 10:
            rows = tensor.reshape(-1, 10).t()
        if rows is None:
            rows = tensor.reshape(role)
        grids = {
            "hwc": rows.reshape(10, 7, 7, 32).permute(0, 3, 1, 2),
            "cwh": rows.reshape(10, 32, 7, 7).transpose(2, 3),
        }
        ways = [rows, *(grid.reshape(role) for grid in grids.values())]
    unique: list[torch.Tensor] = []
    for way in ways:
        if not any(torch.equal(way, other) for other in unique):
            unique.append(way)
    return unique


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


def _search(parameters: list[torch.Tensor], images: torch.Tensor, outputs: torch.Tensor) -> Match | None:
    options: list[list[tuple[int, torch.Tensor]]] = []
    for role in ROLES:
        numel = torch.Size(role).numel()
        fitting = [
            (i, way) for i, p in enumerate(parameters) if p.numel() == numel and p.is_floating_point()
            for way in _layouts(p.detach().double(), role)
        ]  # fmt: skip
        if not fitting:
            return None
        options.append(fitting)
    images, wanted = images.double(), outputs.detach().double()
    for chosen in itertools.islice(itertools.product(*options), _MOST_TRIES):
        weights = tuple(way for _, way in chosen)
        if close(forward(weights, images), wanted):
            return Match(weights, tuple(i for i, _ in chosen))
    return None


def close(a: torch.Tensor, b: torch.Tensor) -> bool:
    if a.shape != b.shape:
        return False
    scale = float(a.abs().max()) if a.numel() else 1.0
    return bool(torch.allclose(a.double(), b.detach().double(), rtol=1e-3, atol=1e-4 * max(scale, 1e-3)))
