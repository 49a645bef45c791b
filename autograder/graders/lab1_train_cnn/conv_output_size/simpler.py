"""Simpler inputs for `conv_output_size`."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from autograder.graders.kit.simpler import Change, Simpler


def _changes(
    size: int, kernel_size: int, stride: int = 1, padding: int = 0, **others: Any
) -> Iterator[Change]:
    if padding and stride > 1:
        return
    if padding:
        yield {"padding": 0}, "Your result is right without padding. The padding makes the input longer on both sides: size + 2 · padding."  # fmt: skip
    if stride > 1:
        yield {"stride": 1}, "Your result is right with stride 1. Divide by the stride what is left of the padded size when the kernel is taken off, round down, and add one last."  # fmt: skip


check = Simpler("conv_output_size", _changes).check
