"""Simpler inputs for `relu`."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch

from autograder.graders.kit.simpler import Change, Simpler, plainer


def _changes(x: torch.Tensor, **others: Any) -> Iterator[Change]:
    if x.ndim != 2:
        yield {"x": x.reshape(x.shape[0], -1)}, "Your result is right for two axes only. Compare all elements at once, whatever the shape: `torch.where` or a product with `x > 0` needs no loop."  # fmt: skip
    yield {"x": x / x.abs().max()}, "Your result is right for values up to 1. ReLU has no limit above: positive values stay as they are."  # fmt: skip
    yield from plainer(x=x)


check = Simpler("relu", _changes).check
