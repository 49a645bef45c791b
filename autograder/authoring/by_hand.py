"""Answers that a person grades, as far as the build is concerned: their cells."""

from __future__ import annotations

from pathlib import Path

from autograder.course.model import Item
from autograder.errors import CourseError


def require_same_way(item: Item, role: str, kind: str, path: Path) -> None:
    """Raise a CourseError where a cell of an item and `course_config.py` do not agree on who grades it."""
    if item.by_hand and role in ("solution", "graded"):
        raise CourseError(
            f'{path}: course_config.py says that a person grades {item.id!r} (`by_hand`). Mark the one cell that takes its answer manual="{item.id}"; it has no cell {role}="{item.id}".'
        )
    if not item.by_hand and role == "manual":
        raise CourseError(
            f'{path}: the cell manual="{item.id}" is graded by a person, so course_config.py must say so: "{item.id}": by_hand({item.points:g}).'
        )
    if kind != "code" and role in ("solution", "graded"):
        raise CourseError(
            f'{path}: the cell {role}={item.id!r} must hold code. Text is graded by a person: manual="{item.id}", and by_hand({item.points:g}) in course_config.py.'
        )
