"""Judge a fact by several calls: one number is soon the same by chance."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograder.grading.outcomes import Failed


def all_of(*checks: Callable[[], Any]) -> None:
    """Make several checks, and fail with the first that does; only a misconception that all of them name explains it."""
    failures: list[Failed] = []
    where: list[int] = []
    for number, check in enumerate(checks):
        try:
            check()
        except Failed as failure:
            failures.append(failure)
            where.append(number)
            if failure.stop:
                break
    if failures:
        first = failures[0]
        first.where = tuple(where)
        first.matches = [name for name in first.matches if all(name in each.matches for each in failures)]
        raise first
