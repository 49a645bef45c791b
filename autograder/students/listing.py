"""The course's students in a table: who they are, and for each assignment where they stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from autograder.course.dates import shown, span
from autograder.course.model import Assignment, Course
from autograder.export.tables import number
from autograder.gradebook import roll
from autograder.gradebook.book import open_book
from autograder.gradebook.due import in_gradebook
from autograder.gradebook.results import StudentResult, class_results
from autograder.students import moving


@dataclass
class Row:
    """One student. `dropped` says since when; of such a student nothing else is said."""

    student: str
    name: str = ""
    email: str = ""
    standings: list[str] = field(default_factory=list)
    dropped: str = ""


def rows(course: Course, assignments: Sequence[Assignment]) -> list[Row]:
    """Return all students, in order, and behind them those who have dropped."""
    with open_book(course) as gradebook:
        given = roll.read(gradebook)
        there = [each for each in assignments if in_gradebook(gradebook, each)]
        known = moving.everybody(course, gradebook) - set(given.dropped)
    found = {student: Row(student) for student in known}
    for assignment in assignments:
        results = (
            {each.student: each for each in class_results(course, assignment)} if assignment in there else {}
        )
        for student, row in found.items():
            result = results.get(student)
            if result is None:
                row.standings.append("" if assignment in there else "not in the gradebook yet")
                continue
            row.name, row.email = result.name, result.email
            extension = given.extensions.get((result.student, assignment.name))
            until = f"; extension until {shown(extension, course.time_zone)}" if extension is not None else ""
            row.standings.append(standing(result) + until)
    gone = [Row(student, dropped=since[:10]) for student, since in sorted(given.dropped.items())]
    return [*(found[student] for student in sorted(found)), *gone]


def standing(result: StudentResult) -> str:
    """Return where a student stands with one assignment, in a few words."""
    if result.status in ("missing", "excused"):
        return "nothing handed in" if result.status == "missing" else "excused"
    late = f", {span(result.seconds_late)} late" if result.seconds_late > 0 else ""
    penalty = f" (−{number(result.penalty)})" if result.penalty else ""
    if result.score is None:
        return f"handed in{late}, not graded"
    return f"{number(result.score)} of {number(result.max_score)}{late}{penalty}"
