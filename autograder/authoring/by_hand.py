"""Answers that a person grades, as far as the build is concerned: their cells, and what the public checks say of them."""

from __future__ import annotations

from pathlib import Path

from autograder.course.model import Assignment, Item
from autograder.errors import CourseError

_MAIN = 'if __name__ == "__main__":\n'
# Goes behind the public checks of a lab with such answers; `_progress(groups)` gives text and HTML there.
_IN_CHECKS = """\
# What a person grades: the build writes this part from the course's configuration.
BY_HAND = {table}


def _with_those_by_hand(progress):
    def both(groups):
        text, page = progress(groups)
        said = "A person reads and grades: {named}. They count besides, and no check can say how good they are."
        return f"{{text}}\\n{{said}}", page + _box(html.escape(said), COLOURS[UNTRIED])

    return both


_progress = _with_those_by_hand(_progress)
"""


def with_those_by_hand(checks: str, assignment: Assignment, path: Path) -> str:
    """Return the public checks with what else they must say, so that `progress()` does not pass for the whole lab.

    Raises:
        CourseError: They have no `_progress(groups)` to add it to.
    """
    items = assignment.manual_items()
    if not items:
        return checks
    if "\ndef _progress(groups):\n" not in checks:
        raise CourseError(
            f"{path} must have a function `_progress(groups)` that returns text and HTML: the build adds what a person grades."
        )
    table = {item.id: float(item.points) for item in items}
    named = ", ".join(f"{item.id} ({item.points:g} points)" for item in items)
    head, main, rest = checks.partition(_MAIN)
    return _joined(head, _IN_CHECKS.format(table=table, named=named), main + rest)


def _joined(*parts: str) -> str:
    """Join parts of a module, two empty lines between them."""
    return "\n\n\n".join(part.strip("\n") for part in parts if part.strip()) + "\n"


def require_same_way(item: Item, role: str, kind: str, path: Path) -> None:
    """Raise a CourseError where a cell of an item and `course_config.py` do not agree on who grades it."""
    if item.by_hand and role in ("solution", "graded"):
        raise CourseError(
            f"{path}: course_config.py says that a person grades {item.id!r} (`by_hand`). Mark the one cell that takes its answer "
            f'manual="{item.id}"; it has no cell {role}="{item.id}".'
        )
    if not item.by_hand and role == "manual":
        raise CourseError(
            f'{path}: the cell manual="{item.id}" is graded by a person, so course_config.py must say so: '
            f'"{item.id}": by_hand({item.points:g}).'
        )
    if kind != "code" and role in ("solution", "graded"):
        raise CourseError(
            f"{path}: the cell {role}={item.id!r} must hold code. Text is graded by a person: "
            f'manual="{item.id}", and by_hand({item.points:g}) in course_config.py.'
        )
