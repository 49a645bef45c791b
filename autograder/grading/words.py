"""Calls in words, for messages."""

from __future__ import annotations

from typing import Any

import torch

from autograder.grading.compare import short
from autograder.sandbox.inside import parts


def call_text(item: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> str:
    """Return the call as a student would write it, with shapes in the place of values."""
    words = [_argument(each) for each in args] + [
        f"{name}={_argument(value)}" for name, value in kwargs.items()
    ]
    return f"{item}({', '.join(words)})"


def _argument(value: Any) -> str:
    if isinstance(value, torch.Tensor):
        if value.numel() <= 6 and value.ndim == 1:
            return f"tensor({[round(each, 4) for each in value.tolist()]})"
        return f"{short(value.dtype)} tensor {tuple(value.shape)}"
    if isinstance(value, parts.Net):
        return "a small network"
    if isinstance(value, parts.Loader):
        n, size = len(value.data.x), value.batch_size
        return f"a loader of {n} samples in batches of {size}"
    if isinstance(value, parts.Criterion) and value.name.islower():
        return value.name
    if isinstance(value, (parts.Criterion, parts.Optimizer)):
        return f"{value.name}(…)"
    return repr(value)
