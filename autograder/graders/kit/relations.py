"""Compare results of a student's own function with one another: relations hold whatever the results are worth.

A comparison says whether it holds, and raises an error (`LookupError`, `ValueError`) where there is nothing to tell it by.
"""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Callable
from typing import Any

import torch

from autograder.graders.kit.forms import values_of
from autograder.grading.own import Own
from autograder.grading.rng import Rng

_CLOSE = 1e-4


def number_of(result: Any) -> float:
    """Return a number as one; a result that is none tells nothing."""
    if isinstance(result, torch.Tensor):
        return float(result)
    if not isinstance(result, (int, float)):
        raise ValueError(result)
    return float(result)


def tensor_of(result: Any) -> torch.Tensor:
    values = values_of(result)
    if not isinstance(values, torch.Tensor):
        raise ValueError(result)
    return values


def alike(a: torch.Tensor, b: torch.Tensor) -> bool:
    """Say whether two results are the same; those of one value throughout tell nothing."""
    if not b.numel() or float(b.max() - b.min()) == 0:
        raise ValueError("one value throughout")
    return a.shape == b.shape and float((a - b).abs().max()) <= _CLOSE * float(b.abs().max())


def unless_wrong_anyway(true: bool, right: bool) -> bool:
    """Return whether a relation holds; one that does not tells nothing where the plain result is not right to begin with."""
    if true or right:
        return true
    raise ValueError("wrong anyway")


def alike_in_common(a: torch.Tensor, b: torch.Tensor) -> bool:
    """Say whether two results (N, C, H, W) are the same as far as both reach; at least two rows and columns."""
    rows, columns = (min(a.shape[axis], b.shape[axis]) for axis in (2, 3))
    if a.shape[:2] != b.shape[:2] or min(rows, columns) < 2:
        raise ValueError("nothing in common")
    return alike(a[:, :, :rows, :columns], b[:, :, :rows, :columns])


def somewhere_in(got: torch.Tensor, right: torch.Tensor) -> bool:
    """Say whether a result holds the right values, be it in another size or order: rows or columns too many or too few, axes swapped."""
    if got.ndim > right.ndim + 1:
        raise ValueError(got.shape)
    orders = (got.permute(order) for order in itertools.permutations(range(got.ndim)))
    laid_out = [got.reshape(right.shape)] if got.numel() == right.numel() else []
    laid_out += [each for each in orders if each.shape == right.shape]
    if any(alike(each, right) for each in laid_out):
        return True
    if got.ndim != 4 or got.shape[:2] != right.shape[:2] or min(got.shape[2:]) < 2:
        raise ValueError("other values")
    steps = [range(min(abs(a - b), 4) + 1) for a, b in zip(got.shape[2:], right.shape[2:], strict=True)]
    rows, columns = (min(a, b) for a, b in zip(got.shape[2:], right.shape[2:], strict=True))

    def cut(full: torch.Tensor, down: int, across: int) -> torch.Tensor:
        down, across = (
            step if full.shape[axis] > least else 0
            for axis, step, least in ((2, down, rows), (3, across, columns))
        )
        return full[:, :, down : down + rows, across : across + columns]

    return unless_wrong_anyway(
        any(alike(cut(got, *step), cut(right, *step)) for step in itertools.product(*steps)), False
    )


def maps(result: Any, channels: int) -> torch.Tensor:
    """Return a result of square maps as (N, C, H, W), be its channels last or lost, its maps flattened, or an axis too many."""
    values = tensor_of(result)
    if values.ndim == 5 and 1 in values.shape:
        values = values.squeeze(values.shape.index(1))
    if values.ndim == 3 and values.shape[1] == values.shape[2]:
        values = values.unsqueeze(1)
    elif values.ndim == 3 and (side := math.isqrt(values.shape[2])) ** 2 == values.shape[2]:
        values = values.unflatten(2, (side, side))
    if values.ndim != 4:
        raise ValueError(values.shape)
    if values.shape[1] != channels and values.shape[3] == channels:
        return values.movedim(3, 1)
    return values


def same(got: torch.Tensor, wanted: torch.Tensor, plain: torch.Tensor, right: torch.Tensor) -> bool:
    """Say whether two results are the same; where the plain one has another size than the right one, as far as both reach."""
    if plain.shape == right.shape:
        return unless_wrong_anyway(alike(got, wanted), alike(plain, right))
    return unless_wrong_anyway(alike_in_common(got, wanted), False)


def is_of(result: Any, dtype: torch.dtype) -> bool:
    return isinstance(result, torch.Tensor) and result.dtype == dtype


def or_of_one_channel(relation: Callable[[Own, Rng, int, int, int], bool]) -> Callable[[Own, Rng], bool]:
    """Own of several images and channels; where that tells nothing, of one image and one channel, which no mistake can mix."""

    @functools.wraps(relation)
    def either(own: Own, rng: Rng) -> bool:
        try:
            return relation(own, rng, 2, 3, 5)
        except ValueError:
            return relation(own, rng, 1, 1, 1)

    return either


def close(a: Any, b: Any, rtol: float = 1e-3, atol: float = 1e-5) -> bool:
    """Say whether two results agree, nan with nan and infinity with infinity."""
    a, b = (torch.as_tensor(each).detach().double() for each in (a, b))
    return a.shape == b.shape and torch.allclose(a, b, rtol=rtol, atol=atol, equal_nan=True)
