"""What is said of the answers that graders are tested by."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

from collections.abc import Callable
from typing import Any


def false(*facts: str) -> Callable[[Any], Any]:
    """Say which hidden tests' facts are false of an answer with one mistake; all the others are true of it."""

    def wrap(answer: Any) -> Any:
        answer.false = facts
        return answer

    return wrap
