"""Why nbgrader's converters failed: they write it into their log, and raise an error that names the log alone."""

from __future__ import annotations

import contextlib
import logging
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from autograder.errors import AutograderError, of_gradebook, of_system
from autograder.pages.html import plain

_MOST_NAMED = 20


class Reasons(logging.Handler):
    """The errors that were being handled when something was logged: the first, and each one's words with whom it kept back."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.first: BaseException | None = None
        self._latest: BaseException | None = None
        self._students: dict[str, list[str]] = {}  # by reason

    def emit(self, record: logging.LogRecord) -> None:
        error = sys.exc_info()[1]
        if error is None or error is self._latest:  # not in a handler, or once more about the same
            return
        self.first, self._latest = self.first or error, error
        # nbgrader names the folder: …/STUDENT/ASSIGNMENT
        named = str(record.args[0]) if isinstance(record.args, tuple) and record.args else ""
        self._students.setdefault(in_words(error), []).append(Path(named).parent.name)

    def words(self) -> str:
        """Return each reason once, with the students whom it kept back."""
        return grouped((name, reason) for reason, names in self._students.items() for name in names)


def grouped(faults: Iterable[tuple[str, str]]) -> str:
    """Return each reason once, with the students whom it kept back; `faults` are pairs of student and reason."""
    students: dict[str, list[str]] = {}
    for student, reason in faults:
        students.setdefault(reason, []).extend([plain(student)] if student else [])
    said = []
    for reason, named in students.items():
        more = f" and {len(named) - _MOST_NAMED} more" if len(named) > _MOST_NAMED else ""
        said.append(reason + (f" ({', '.join(named[:_MOST_NAMED])}{more})" if named else ""))
    return "; ".join(said)


def in_words(error: BaseException) -> str:
    """Return an error as one line."""
    if isinstance(error, OSError):
        return of_system(error)
    text = " ".join(str(error).split())[:500]
    if isinstance(error, AutograderError):
        return text
    return of_gradebook(error) or f"{type(error).__name__}: {text}"


@contextlib.contextmanager
def reasons(log: logging.Logger) -> Iterator[Reasons]:
    """Note, while nbgrader works, what it logs as an error."""
    handler = Reasons()
    log.addHandler(handler)
    try:
        yield handler
    finally:
        log.removeHandler(handler)
