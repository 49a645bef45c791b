"""What a wrong loss of one number has to do with the right one: most mistakes that are no misconception are told by their value."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

import torch

from autograder.grading.misconceptions import Misconception


def told_by(got: Any, expected: Any, mistakes: dict[float, str], terms: torch.Tensor, what: str) -> str:
    """Return what is said of the mistake that gives this loss; "" where none does, or no loss of one number came back.

    Args:
        got, expected: The loss, and the right one.
        mistakes: Losses that mistakes give, and what is said of each; those that every mean invites are known.
        terms: What the right one is the mean of, (n,), each the loss of
        what: such a thing, "element", "image" or "row".
    """
    loss, right = float(got), float(expected)
    for value, said in (*mistakes.items(), *_of_means(right, terms, what)):
        apart = math.isfinite(value) and abs(value - right) > 1e-4 * abs(right)
        if apart and abs(loss - value) <= 2e-5 * abs(value):
            return said
    return "Your loss has the wrong sign: it is never below zero." if loss < 0 else ""


def _of_means(right: float, terms: torch.Tensor, what: str) -> Iterator[tuple[float, str]]:
    """Yield the losses of a mean that is taken wrongly, or of only some terms, and what is said of each."""
    n, each = len(terms), terms.tolist()
    total = sum(each)
    everything = {"element": f"all {n} elements", "image": f"all {n} images", "row": f"all {n} rows"}[what]
    yield right / 2, "You halve the loss. Take the plain mean."
    yield right * 2, "Your loss is twice the right one. Take the plain mean."
    yield total, f"You add up the losses of {everything}. Take their mean."
    yield right / n, "You divide twice: take one mean, and no division beside it."
    yield total / max(n - 1, 1), f"You divide by one less than there are. Take the mean over {everything}."
    yield float(terms.median()), "You take the median. The loss is the mean."
    yield max(each), f"You return one loss alone, the largest. Take the mean over {everything}."
    yield min(each), f"You return one loss alone, the smallest. Take the mean over {everything}."
    yield each[0], f"You return one loss alone, the first. Take the mean over {everything}."
    yield each[-1], f"You return one loss alone, the last. Take the mean over {everything}."
    yield each[0] / n, "Your loop ends in its first round: is `return` inside it? Move it out."
    yield each[-1] / n, "Only your loop’s last round is left: add to the sum, `+=`, where you write over it."
    for size in (8, 10, 16, 32, 64, 100, 128):
        yield total / size, f"You divide by {size}, a number written in. Divide by how many there are."
    for i, term in enumerate(each if n > 2 else ()):
        one = {"element": f"element {i}", "image": f"image {i}", "row": f"row {i}"}[what]
        said = f"You leave out {one}: let the loop or slice run over {everything}, from 0 to {n - 1}."
        yield from (((total - term) / below, said) for below in (n, n - 1))
    for base in (2, 10):
        yield right / math.log(base), f"You use the logarithm to base {base}. Use the natural one."
    for digits in range(5):
        yield round(right, digits), "You round the loss. Return it as it is: rounding is for printing."


def common(instead: Callable[..., Misconception], item: str, one_for_each: str) -> dict[str, Misconception]:
    """Return the misconceptions of form that a mean invites, by name; `one_for_each` is said where it is not taken."""
    return {
        "mean_missing": instead(
            one_for_each,
            {".mean()": ""},
            about=f"test_{item}_is_a_scalar test_{item}_values",
        ),
        "double_precision_lost": instead(
            "Your loss is float32 although the input is float64. Keep its dtype.",
            {"mean()": "mean().float()"},
        ),
    }
