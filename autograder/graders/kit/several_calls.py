"""Judge a fact by several calls: one number is soon the same by chance."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from autograder.grading.outcomes import Failed


def all_of(*checks: Callable[[], Any]) -> None:
    """Make several checks, and fail with the first that does; only a misconception that all of them name explains it."""
    failures: dict[int, Failed] = {}
    for number, check in enumerate(checks):
        try:
            check()
        except Failed as failure:
            failures[number] = failure
            if failure.stop:
                break
    if failures:
        first = next(iter(failures.values()))
        of_each = [each.matches for each in failures.values()]
        first.calls = {number: replace(each) for number, each in failures.items()}
        first.matches = [name for name in first.matches if all(name in each for each in of_each)]
        raise first
