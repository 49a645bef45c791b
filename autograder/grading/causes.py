"""Whether the cause of a failure is looked for: not while a misconception is tried, of which only how it ends is asked.

A diagnosis runs an item's tests again on the likeliest misconceptions. If each failure in there were explained in its turn, all
misconceptions would run for each of them, and a wrong answer would take ten times as long as a right one for words that nobody reads.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_SOUGHT = ContextVar("sought", default=True)


def sought() -> bool:
    """Say whether anybody wants to know why something fails."""
    return _SOUGHT.get()


@contextmanager
def not_sought() -> Iterator[None]:
    """Let failures come without misconceptions and advice."""
    before = _SOUGHT.set(False)
    try:
        yield
    finally:
        _SOUGHT.reset(before)
