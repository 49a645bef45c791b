"""What a wrong loss of one number has to do with the right one: most mistakes that are no misconception are told by their value."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

import math
from typing import Any

import torch

SIGN = "Your loss has the wrong sign: it is never below zero."
TWICE = "You divide twice: take one mean, and no division beside it."


def told_by(got: Any, expected: Any, mistakes: dict[float, str]) -> str:
    """Return what is said of the mistake that gives this loss; "" where none does, or no loss of one number came back."""
    loss, right = float(got), float(expected)
    rounded = {round(right, digits): "You round the loss. Return it as it is: rounding is for printing." for digits in range(5)}  # fmt: skip
    for value, said in (*mistakes.items(), *rounded.items()):
        if (
            math.isfinite(value)
            and abs(value - right) > 1e-4 * abs(right)
            and abs(loss - value) <= 2e-5 * abs(value)
        ):
            return said
    return ""


def left_out(terms: torch.Tensor, what: str) -> dict[float, str]:
    """Return the losses in which one of the terms (n,) is missing, or all but one, or the count is made up, and what is said of each."""
    n, total = len(terms), float(terms.sum())
    said = f"You leave out {what} {{}}: let the loop or slice run over all {n}, from 0 to {n - 1}."
    rests = [(total - term, said.format(i)) for i, term in enumerate(terms.tolist()) if n > 2]
    return {
        float(terms[0]) / n: "Your loop ends in its first round: is `return` inside it? Move it out.",
        float(terms[-1]) / n: "Only the last round of your loop is left: add to the sum, `+=`, where you write over it.",
        **{total / size: f"You divide by {size}, a number written in. Divide by how many there are." for size in (8, 10, 16, 32, 64, 100, 128)},
        **{rest / below: words for rest, words in rests for below in (n, n - 1)},
    }  # fmt: skip
