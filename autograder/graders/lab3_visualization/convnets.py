"""Small convolutional networks that tell evaluation mode from training mode, for `features` and `maximise_activation`."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from autograder.grading.aspects import compare_aspect
from autograder.grading.compare import Difference
from autograder.grading.items import Material
from autograder.grading.rng import Rng
from autograder.sandbox.inside.parts import Net, Workshop

IMAGE = (2, 6, 5)  # channels, rows, columns
MODEL = ("modes", "hooks", "weights", "gradients", "learning", "grad")  # what must be as it was found

FLAT: list[Any] = [
    ["Conv2d", 2, 4, [3, 2]], ["BatchNorm2d", 4], ["ReLU"], ["Flatten"],
    ["Linear", 64, 7], ["ReLU"], ["Dropout", 0.4], ["Linear", 7, 5],
]  # fmt: skip
NESTED: list[Any] = [
    ["Sequential", ["Conv2d", 2, 5, 3], ["BatchNorm2d", 5], ["SiLU"]],
    ["Sequential", ["Dropout2d", 0.5], ["Conv2d", 5, 4, [3, 2]], ["Tanh"]],
    ["Flatten"],
    [
        "Sequential",
        ["Linear", 16, 9],
        ["Tanh"],
        ["Linear", 9, 8],
        ["Sequential", ["Dropout", 0.3], ["Linear", 8, 6]],
    ],
    ["LogSoftmax", {"dim": 1}],
]
ONE_LINEAR: list[Any] = [
    *(["Conv2d", 2, 3, [2, 3], {"padding": [1, 0]}], ["Tanh"], ["BatchNorm2d", 3], ["Conv2d", 3, 4, 2], ["ReLU"]),
    *(["AdaptiveAvgPool2d", [2, 1]], ["Flatten"], ["Linear", 8, 7], ["Softmax", {"dim": 1}]),
]  # fmt: skip
# A skip connection, more layers than one digit counts, and weights behind the last linear layer.
LONG: list[Any] = [
    ["Conv2d", 2, 4, 3, {"padding": 1}], ["BatchNorm2d", 4], ["Tanh"],
    ["Residual", ["Conv2d", 4, 4, 3, {"padding": 1}], ["BatchNorm2d", 4]], ["MaxPool2d", 2], ["Flatten"], ["Linear", 24, 9],
    *(["Tanh"], ["Dropout", 0.3], ["Linear", 9, 8], ["Tanh"], ["Linear", 8, 7], ["BatchNorm1d", 7]),
]  # fmt: skip


def network(
    rng: Rng,
    layers: list[Any],
    training: bool = True,
    dtype: torch.dtype = torch.float32,
    hooked: Sequence[str] = (),
) -> Net:
    """Return a network of these layers, in whose weights and statistics nothing is 0 or 1; on some of them lies a hook of somebody else's."""
    with torch.random.fork_rng(devices=[]):
        shapes = Workshop().build(Net("model", layers, {})).state_dict()
    state = {}
    for name, value in shapes.items():
        if not value.is_floating_point():
            state[name] = torch.tensor(3)
        elif name.endswith("running_var") or (name.endswith("weight") and value.ndim == 1):
            state[name] = rng.uniform(*value.shape, low=0.5, high=2.0, dtype=dtype)
        else:
            state[name] = rng.normal(*value.shape, dtype=dtype) * (1.5 / max(value[0].numel(), 2) ** 0.5)
    return Net("model", layers, state, training, hooked=[*hooked])


def images(rng: Rng, n: int, dtype: torch.dtype = torch.float32) -> torch.Tensor:
    return rng.uniform(n, *IMAGE, dtype=dtype)


def as_found(
    seen: dict[str, Any], expected: dict[str, Any], known: Material, *more: str
) -> Difference | None:
    """Return in what the network or the gradient state is not as it was, or in which of `more` aspects a call is wrong; None where in nothing."""
    for aspect in (*MODEL, *more):
        if (found := compare_aspect(aspect, seen, expected, known, None, False)) is not None:
            return found
    return None
