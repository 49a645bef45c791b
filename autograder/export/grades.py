"""What every format needs: the students' results, who they are elsewhere, and what a missing one is worth."""

from __future__ import annotations

from dataclasses import dataclass, field

from autograder.course.model import Assignment
from autograder.export.tables import number
from autograder.gradebook.results import StudentResult
from autograder.repos.record import Entry, Record
from autograder.repos.roster import Person


@dataclass
class Grades:
    """An assignment's grades, ready to be written.

    Attributes:
        zero: Count a missing submission as zero points. What is handed in and not graded yet never counts as zero, nor what is excused.
        record: The last import of repositories, if there was one.
    """

    assignment: Assignment
    results: list[StudentResult]
    zero: bool = False
    record: Record | None = None
    warnings: list[str] = field(default_factory=list)

    def points(self, result: StudentResult) -> float | None:
        """Return a student's points, or None where there is no grade to give."""
        return 0.0 if result.status == "missing" and self.zero else result.score

    def cell(self, result: StudentResult) -> str:
        points = self.points(result)
        return "" if points is None else number(points)

    def person(self, result: StudentResult) -> Person:
        """Return what the roster says of a student, names and address from the gradebook where it says nothing."""
        known = self.record.person(result.student) if self.record is not None else Person(result.student)
        values = known.to_json()
        for name in ("first_name", "last_name", "email", "name"):
            values[name] = values[name] or getattr(result, name)
        return Person.from_json(values)

    def entry(self, result: StudentResult) -> Entry | None:
        return self.record.entry(result.student) if self.record is not None else None

    def summary(self, result: StudentResult) -> str:
        """Return a line for a student: the notebooks' points and a penalty."""
        parts = []
        for name in self.assignment.notebooks:
            score, most = result.notebook_score(name)
            parts.append(f"{name} {'-' if score is None else number(score)}/{number(most)}")
        return ", ".join(parts) + (f"; late: {number(-result.penalty)}" if result.penalty else "")
