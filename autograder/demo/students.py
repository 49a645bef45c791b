"""The sample students: what each hands in, and the scores that it deserves."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from autograder.course.model import Assignment, Course


@dataclass(frozen=True)
class SampleStudent:
    """What one sample student hands in for one assignment.

    Attributes:
        name: The student's id.
        does: What is special, for the table.
        change: Changes a folder that holds the full solution into what the student hands in.
        lost: The score of each item that does not earn full points.
    """

    name: str
    does: str
    change: Callable[[Path], None]
    lost: dict[str, float] = field(default_factory=dict)
    late: bool = False

    def expected(self, assignment: Assignment) -> dict[str, float]:
        """Return the expected score of every item."""
        return {item.id: self.lost.get(item.id, item.points) for item in assignment.items()}


def sample_students(course: Course, assignment: Assignment) -> list[SampleStudent]:
    """Return an assignment's class: what the module of its name says, or nobody."""
    module = f"autograder.demo.{assignment.name}"
    if importlib.util.find_spec(module) is None:
        return []
    students: list[SampleStudent] = importlib.import_module(module).sample_class(course, assignment)
    return students
