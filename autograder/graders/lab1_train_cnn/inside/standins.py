"""This lab's stand-ins for an item that another item uses, so that one bug costs one item. They run inside the sandbox.

They are PyTorch's own library calls, or scripted: a scripted `train_one_epoch` sets gradients from a list and makes one
optimizer step, a scripted `evaluate` returns numbers that follow smoothly from the weights. None of them is a solution.
"""

from __future__ import annotations

import math
from typing import Any

import torch
import torch.nn.functional as F

_conv2d, _max_pool2d, _relu = F.conv2d, F.max_pool2d, torch.relu
_softmax, _log_softmax, _cross_entropy = torch.softmax, torch.log_softmax, F.cross_entropy
_empty, _full_like, _randn, _arange, _generator = (
    torch.empty,
    torch.full_like,
    torch.randn,
    torch.arange,
    torch.Generator,
)


def conv_output_size(size: int, kernel_size: int, stride: int = 1, padding: int = 0) -> int:
    line = _empty(1, 1, size, 1, device="meta")
    kernel = _empty(1, 1, kernel_size, 1, device="meta")
    return int(_conv2d(line, kernel, None, (stride, 1), (padding, 0)).shape[2])


def conv2d(x: Any, weight: Any, bias: Any = None, stride: int = 1, padding: int = 0) -> Any:
    return _conv2d(x, weight, bias, stride, padding)


def max_pool2d(x: Any, kernel_size: int, stride: int | None = None) -> Any:
    return _max_pool2d(x, kernel_size, stride)


def relu(x: Any) -> Any:
    return _relu(x)


def softmax(z: Any, dim: int = -1) -> Any:
    return _softmax(z, dim)


def log_softmax(z: Any, dim: int = -1) -> Any:
    return _log_softmax(z, dim)


def cross_entropy(logits: Any, targets: Any) -> Any:
    return _cross_entropy(logits, targets)


LIBRARY = {
    function.__name__: function
    for function in (conv_output_size, conv2d, max_pool2d, relu, softmax, log_softmax, cross_entropy)
}


def _settings(group: dict[str, Any]) -> list[Any]:
    """Return what a group of an Adam's parameters is trained with; what an optimizer does not name is Adam's default."""
    numbers = (
        group["lr"],
        group.get("weight_decay", 0),
        *group.get("betas", (0.9, 0.999)),
        group.get("eps", 1e-8),
    )
    return [*map(float, numbers), bool(group.get("amsgrad")), bool(group.get("maximize"))]


class Script:
    """Scripted `train_one_epoch` and `evaluate` that write down how they were called."""

    def __init__(self, numbers: list[float], names: dict[int, str]) -> None:
        self._numbers = list(numbers)
        self._counts: dict[str, int] = {}
        self._names = names  # id of an object -> its key
        self._optimizers: list[Any] = []
        generator = _generator().manual_seed(len(self._numbers))
        self._logits, self._labels = _randn(5, 4, generator=generator), _arange(5) % 4
        self.log: list[Any] = []

    def _next(self, stream: str) -> float:
        """Return the next number of a stream, so that extra calls of one kind do not shift those of another."""
        count = self._counts[stream] = self._counts.get(stream, -1) + 1
        return self._numbers[(sum(map(ord, stream)) + 7 * count) % len(self._numbers)]

    def _measure(self, model: Any, stream: str) -> float:
        """Return a number that follows smoothly from the weights: it says which training it was measured after."""
        start = sum(map(ord, stream))
        total, count = 0.0, 0
        for i, parameter in enumerate(model.parameters()):
            weight = 0.5 + self._numbers[(start + 7 * i) % len(self._numbers)]
            total += weight * float(parameter.detach().double().sum())
            count += parameter.numel()
        return 0.5 + 0.4 * math.sin(start + 20 * total / max(count, 1))

    def _key(self, thing: Any) -> str:
        inner = getattr(thing, "iterable", None)  # a loader inside a progress bar
        return self._names.get(id(thing), self._names.get(id(inner), "another"))

    def _worth(self, criterion: Any) -> float:
        """Return what the criterion gives for logits of our own: its name and form are free."""
        return round(float(criterion(self._logits.clone(), self._labels.clone())), 4)

    def train_one_epoch(
        self, model: Any, loader: Any, criterion: Any, optimizer: Any, device: Any = "cpu"
    ) -> float:
        if not any(optimizer is known for known in self._optimizers):
            self._optimizers.append(optimizer)
        which = next(i for i, known in enumerate(self._optimizers) if optimizer is known)
        settings = [_settings(group) for group in optimizer.param_groups]
        settings = [each for i, each in enumerate(settings) if each not in settings[:i]]
        self.log.append(["train", self._key(model), self._key(loader), type(optimizer).__name__, which, settings,
                         self._worth(criterion)])  # fmt: skip
        gradient = self._next("gradient")
        for parameter in model.parameters():
            if parameter.requires_grad:
                parameter.grad = _full_like(parameter, gradient - 0.5)
        optimizer.step()
        return self._next("train" + self._key(loader))

    def evaluate(self, model: Any, loader: Any, criterion: Any, device: Any = "cpu") -> tuple[float, float]:
        worth = self._worth(criterion)
        self.log.append(["evaluate", self._key(model), self._key(loader), worth])
        accuracy = self._measure(model, "accuracy" + self._key(loader))
        return worth * self._measure(model, "loss" + self._key(loader)), accuracy

    def parts(self) -> dict[str, Any]:
        """Return the scripted functions by the names of those that they stand in for."""
        return {"train_one_epoch": self.train_one_epoch, "evaluate": self.evaluate}
