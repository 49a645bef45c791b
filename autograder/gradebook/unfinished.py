"""A change that takes several steps leaves a note until it is done: after a kill the same command goes on, and nothing else does before."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from autograder.course.model import Course
from autograder.errors import CourseError
from autograder.intake.files import locked

# Where nbgrader and we keep a folder for each student, below the course's.
FOLDERS = ("submitted", "autograded", "feedback", ".autograder/prepared")


@contextmanager
def change(course: Course, *command: str) -> Iterator[bool]:
    """Hold the course's assignments, so that nobody grades meanwhile. Yield whether an interrupted run of this command is continued.

    The body calls `begin` when it has looked at everything that could stop it, and must do right what is half done.

    Raises:
        CourseError: An assignment is being graded, or another change waits to be finished.
    """
    with ExitStack() as held:
        for assignment in course.assignments:
            held.enter_context(
                locked(
                    course.private / f"{assignment.name}.lock",
                    f"{assignment.name} is being graded by another command. Wait until that ends, then run this one again.",
                )
            )
        before = _read(course)
        if before is not None and before != list(command):
            raise CourseError(_words(before))
        yield before is not None
        _note(course).unlink(missing_ok=True)


def begin(course: Course, *command: str) -> None:
    """Leave the note."""
    path = _note(course)
    partial = path.with_suffix(".partial")
    partial.write_text(json.dumps(list(command)), encoding="utf-8")
    os.replace(partial, path)


def require_finished(course: Course) -> None:
    """Raise a CourseError if a change was interrupted: grades could be written beside the student's own."""
    before = _read(course)
    if before is not None:
        raise CourseError(_words(before))


def move(source: Path, target: Path) -> bool:
    """Move a file or folder where nothing is; one that was moved already stays. Say whether it stands there now."""
    if os.path.lexists(source) and not os.path.lexists(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        os.replace(source, target)
    return os.path.lexists(target)


def _words(command: list[str]) -> str:
    said = " ".join(command)
    return f"`autograder students {said}` was interrupted. Run it again: it goes on where it stopped. Nothing else is done before."


def _note(course: Course) -> Path:
    return course.private / "unfinished.json"


def _read(course: Course) -> list[str] | None:
    path = _note(course)
    if not path.exists():
        return None
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        if isinstance(values, list) and all(isinstance(each, str) for each in values):
            return values
    except (OSError, ValueError):
        pass
    raise CourseError(
        f"{path} cannot be read. It says which change of students was interrupted: look into it."
    )
