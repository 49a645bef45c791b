"""A sequential network as data: its layers' weights, what lies between them, and what it computes with given ones."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

import functools
import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
import torch.nn.functional as F

Tensors = list[torch.Tensor]
Function = Callable[[torch.Tensor], torch.Tensor]


@dataclass(frozen=True)
class Layer:
    """A layer with a weight and a bias, and what follows it. (Max pooling and ReLU may stand in either order: they give the same.)

    Attributes:
        weight: Its weight's shape: (out, in, kH, kW) of a convolution, (out, in) of a linear layer.
        padding: Zeros on each side, of a convolution.
        pool: The side of the max pooling's window, which moves by as much; 0 for none.
        rectified: Whether a ReLU follows.
        dropout: The share that is dropped in training mode, of a convolution whole maps.
    """

    weight: tuple[int, ...]
    padding: int = 0
    pool: int = 0
    rectified: bool = True
    dropout: float = 0.0

    @property
    def convolution(self) -> bool:
        return len(self.weight) == 4

    @property
    def numbers(self) -> int:
        return math.prod(self.weight) + self.weight[0]


@dataclass(frozen=True)
class Architecture:
    """A network: convolutions, if any, then linear layers, of which the last gives the scores.

    Attributes:
        image: The shape of one image: (C, H, W), or any where there is no convolution.
        layers: Its layers, from the images on.
        log_probabilities: Whether it ends in log-probabilities, and not in logits.
    """

    image: tuple[int, ...]
    layers: tuple[Layer, ...]
    log_probabilities: bool = False

    @functools.cached_property
    def roles(self) -> tuple[tuple[int, ...], ...]:
        """The shapes of weights, in the order in which a match lists them: weights and biases of all layers but the last, then its own two."""
        *hidden, last = (each.weight for each in self.layers)
        return (*hidden, *(each[:1] for each in hidden), last, last[:1])

    @functools.cached_property
    def pairs(self) -> tuple[tuple[int, int], ...]:
        """For each layer the roles of its weight and its bias."""
        last = len(self.layers) - 1
        return (*((i, last + i) for i in range(last)), (2 * last, 2 * last + 1))

    @property
    def convolutions(self) -> tuple[Layer, ...]:
        return tuple(each for each in self.layers if each.convolution)

    @property
    def count(self) -> int:
        return sum(each.numbers for each in self.layers)

    @property
    def classes(self) -> int:
        return self.layers[-1].weight[0]

    @property
    def flat(self) -> int:
        """Return which layer gets the flattened maps."""
        return len(self.convolutions)

    @functools.cached_property
    def maps(self) -> tuple[tuple[int, ...], ...]:
        """The shapes of the image and of the maps (C, H, W) after each convolution."""
        shapes = [self.image]
        for each in self.convolutions:
            sides = (
                side + 2 * each.padding - kernel + 1
                for side, kernel in zip(shapes[-1][1:], each.weight[2:], strict=True)
            )
            height, width = (side // each.pool if each.pool else side for side in sides)
            shapes.append((each.weight[0], height, width))
        return tuple(shapes)

    @property
    def drops(self) -> bool:
        return any(each.dropout for each in self.layers)

    def before(
        self, i: int, x: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor, pad: str = "constant"
    ) -> torch.Tensor:
        """Return what one layer makes of x, before anything acts on it."""
        layer = self.layers[i]
        if not layer.convolution:
            return F.linear(x.flatten(1), weight, bias)
        if pad == "constant":
            return F.conv2d(x, weight, bias, padding=layer.padding)
        return F.conv2d(F.pad(x, (layer.padding,) * 4, mode=pad), weight, bias)

    def after(
        self, i: int, x: torch.Tensor, activation: Function = F.relu, pool_first: bool = False
    ) -> torch.Tensor:
        """Return what lies between one layer and the next makes of that."""
        layer = self.layers[i]
        x = activation(x) if layer.rectified and not pool_first else x
        x = F.max_pool2d(x, layer.pool) if layer.pool else x
        return activation(x) if layer.rectified and pool_first else x

    def end(self, scores: torch.Tensor) -> torch.Tensor:
        return scores.log_softmax(1) if self.log_probabilities else scores

    def forward(
        self,
        weights: tuple[torch.Tensor, ...],
        x: torch.Tensor,
        activations: tuple[Function, ...] = (),
        pad: str = "constant",
        pool_first: bool = False,
    ) -> torch.Tensor:
        """Return the scores (N, K) for images (N, C, H, W), in evaluation mode.

        Args:
            weights: One tensor a role.
            x: The images.
            activations: What acts in the place of each layer's ReLU; () for ReLUs.
            pad: What convolutions are padded with, as `F.pad` calls it.
            pool_first: Whether activations act after pools.
        """
        for i, (weight, bias) in enumerate(self.pairs):
            x = self.before(i, x, weights[weight], weights[bias], pad)
            x = self.after(i, x, activations[i] if activations else F.relu, pool_first)
        return self.end(x)
