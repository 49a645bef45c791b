"""Misconceptions as changes: most wrong answers are a right one with a place or two changed, and are written as that."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

import math  # noqa: F401  (what a student's notebook imports, for the answers that are made here)
from collections.abc import Callable
from typing import Any

import numpy as np  # noqa: F401
import torch  # noqa: F401
import torch.nn.functional as F  # noqa: F401
from torch import nn  # noqa: F401
from torch.utils.data import DataLoader, Subset, TensorDataset, random_split  # noqa: F401

from autograder.grading.misconceptions import Misconception, source_of


def changes_of(written: Callable[..., Any]) -> Callable[..., Misconception]:
    """Return what makes misconceptions of a right answer, which is written as a student writes it.

        instead = changes_of(conv2d)
        kernel_flipped = instead("You flip the kernel. …", {"windows, weight": "windows, weight.flip(2, 3)"})

    A misconception is called what it is assigned to. What it changes must stand in the answer's source once: a change that fits
    nowhere, or in two places, raises ValueError when the module is imported.
    """
    right = source_of(written)

    def instead(
        hint: str, changes: dict[str, str], about: str = "", other_task: bool = False
    ) -> Misconception:
        text = right
        for old, new in changes.items():
            if (times := text.count(old)) != 1:
                raise ValueError(f"{old!r} stands {times} times in {written.__module__}.{written.__name__}.")
            text = text.replace(old, new)
        text = "\n".join(line for line in text.splitlines() if line.strip())
        names = dict(globals())
        exec(compile(text, f"<{written.__module__}, changed>", "exec"), names)
        made = names[written.__name__]
        return Misconception("", hint, made, tuple(about.split()), other_task, text, written)

    return instead
