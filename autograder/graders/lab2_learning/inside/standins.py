"""This lab's stand-ins for an item that another item uses, so that one bug costs one item. They run inside the sandbox."""

from __future__ import annotations

from typing import Any

import torch.nn.functional as F

_dropout = F.dropout


def dropout(x: Any, p: float = 0.5, training: bool = True) -> Any:
    return _dropout(x, p, training)


def _by_factors(drawn: list[Any]) -> Any:
    """Return a `dropout` that multiplies with numbers that came with the call: for each p, those of one element after the other."""
    used = 0

    def dropout(x: Any, p: float = 0.5, training: bool = True) -> Any:
        nonlocal used
        if not training:
            return x
        for q, factors in drawn:
            if q == p and used + x.numel() <= len(factors):
                used += x.numel()
                return x * factors[used - x.numel() : used].reshape(x.shape).to(x.dtype)
        raise LookupError("no answer came for these arguments")

    return dropout


LIBRARY = {"dropout": dropout}
ANSWERING = {"dropout": _by_factors}
