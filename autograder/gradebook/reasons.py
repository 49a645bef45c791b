"""Why nbgrader's converters failed: they write it into their log, and raise an error that names the log alone."""

from __future__ import annotations

import contextlib
import logging
import sys
from collections.abc import Iterator
from pathlib import Path

from autograder.errors import AutograderError
from autograder.trouble import of_gradebook, of_system


class Reasons(logging.Handler):
    """The errors that were being handled when something was logged, in order, each with the student's submission if it was said."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.found: dict[BaseException, str] = {}

    def emit(self, record: logging.LogRecord) -> None:
        error = sys.exc_info()[1]
        if error is None:
            return
        # nbgrader names the folder: …/STUDENT/ASSIGNMENT
        named = str(record.args[0]) if isinstance(record.args, tuple) and record.args else ""
        self.found[error] = self.found.get(error) or (Path(named).parent.name if "/" in named else "")

    def words(self) -> str:
        """Return each reason once, with the students whom it kept back."""
        by_reason: dict[str, list[str]] = {}
        for error, student in self.found.items():
            by_reason.setdefault(in_words(error), []).append(student)
        return "; ".join(
            reason + (f" ({_list(students)})" if any(students) else "")
            for reason, students in by_reason.items()
        )


def in_words(error: BaseException) -> str:
    """Return an error as one line."""
    if isinstance(error, OSError):
        return of_system(error)
    text = " ".join(str(error).split())[:500]
    if isinstance(error, AutograderError):
        return text
    return of_gradebook(error) or f"{type(error).__name__}: {text}"


def _list(students: list[str]) -> str:
    named = [student for student in students if student]
    return ", ".join(named[:5]) + (f" and {len(named) - 5} more" if len(named) > 5 else "")


@contextlib.contextmanager
def reasons(log: logging.Logger) -> Iterator[Reasons]:
    """Note, while nbgrader works, what it logs as an error."""
    handler = Reasons()
    log.addHandler(handler)
    try:
        yield handler
    finally:
        log.removeHandler(handler)
