"""Python lines that make a hidden call again: for a student who may have the inputs, after the deadline."""

from __future__ import annotations

import math
from typing import Any

import torch

from autograder.grading.rng import Rng

_MOST_NUMBERS = 40  # of a tensor that is written out
_MOST_DRAWS = 12  # before the last that a call needs


def lines(rng: Rng | None, item: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> str:
    """Return lines that define the arguments and make the call; "" where they are no plain numbers and tensors, or too many.

    A small tensor is written out; a larger one comes from the test's seed, by the draws up to its own.
    """
    draws = rng.drawn if rng is not None else []
    named: dict[int, str] = {}
    written: list[str] = []
    values = [_written(each, draws, named, written) for each in args]
    keywords = {name: _written(each, draws, named, written) for name, each in kwargs.items()}
    if None in (*values, *keywords.values()):
        return ""
    if named:
        assert rng is not None
        last = max(named)
        if last >= _MOST_DRAWS:
            return ""
        drawn = [f"{named.get(i, '_')} = {how}" for i, (_, how) in enumerate(draws[: last + 1])]
        written = [f"g = torch.Generator().manual_seed({rng.seed})", *drawn, *written]
    call = ", ".join([*map(str, values), *(f"{name}={value}" for name, value in keywords.items())])
    return "\n".join([*written, f"{item}({call})"])


def _written(
    value: Any, draws: list[tuple[torch.Tensor, str]], named: dict[int, str], written: list[str]
) -> str | None:
    """Return what stands for a value in the call; lines that define it go into `written`, or its draw into `named`."""
    if value is None or (isinstance(value, (bool, int, float)) and math.isfinite(value)):
        return repr(value)
    if not isinstance(value, torch.Tensor):
        return None
    name = f"x{len(named) + len(written) + 1}"
    if value.numel() <= _MOST_NUMBERS and bool(value.isfinite().all()):
        written.append(f"{name} = torch.tensor({value.tolist()}, dtype={value.dtype})")
        return name
    at = next((i for i, (made, _) in enumerate(draws) if made is value), None)
    if at is None:
        return None
    return named.setdefault(at, name)
