"""What a wrong loss of one number has to do with the right one: by which factor it is off."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

from typing import Any

import torch

SIGN = "Your loss has the wrong sign: it is never below zero."
TWICE = "You divide twice: take one mean, and no division beside it."


def off_by(got: Any, expected: Any, advice: dict[float, str], tolerance: float = 1e-3) -> str:
    """Return what is said of the factor between two losses; "" where it is none of these, or no loss of one number came back."""
    ratio = float(got) / float(expected)
    for factor, said in advice.items():
        if factor not in (0, 1) and abs(ratio - factor) < tolerance * abs(factor):
            return said
    return ""


def left_out(got: Any, terms: torch.Tensor, what: str) -> str:
    """Say which one of the terms (n,) is missing in their mean; "" where none is."""
    n, total = len(terms), float(terms.sum())
    for i, term in enumerate(terms.tolist()):
        rest = total - term
        if n > 2 and any(abs(float(got) - each) < 2e-5 * abs(rest) for each in (rest / n, rest / (n - 1))):
            return f"You leave out {what} {i}: let the loop or slice run over all {n}, from 0 to {n - 1}."
    return ""
