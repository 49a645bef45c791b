"""Answers that a person grades: which of them wait, and what commands say meanwhile."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal

from nbgrader.api import Assignment as AssignmentRow
from nbgrader.api import Grade, Gradebook, GradeCell, Notebook, SubmittedAssignment, SubmittedNotebook

from autograder.course.model import Assignment

if TYPE_CHECKING:
    from autograder.gradebook.results import StudentResult

State = Literal["waiting", "unanswered", "graded"]


def states(
    gradebook: Gradebook, assignment: Assignment, student: str | None = None
) -> dict[tuple[str, str, str], State]:
    """Return by (student, notebook, item) what became of the answers that a person grades.

    nbgrader gives 0 to a cell that stands as it was released: it is "unanswered", and no person need look at it.
    """
    wanted = {(item.notebook, item.id) for item in assignment.manual_items() if item.points}
    if not wanted:
        return {}
    rows = (
        gradebook.db.query(
            SubmittedAssignment.student_id,
            Notebook.name,
            GradeCell.name,
            Grade.auto_score,
            Grade.manual_score,
        )
        .join(SubmittedNotebook, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
        .join(Notebook, Notebook.id == SubmittedNotebook.notebook_id)
        .join(AssignmentRow, AssignmentRow.id == SubmittedAssignment.assignment_id)
        .join(Grade, Grade.notebook_id == SubmittedNotebook.id)
        .join(GradeCell, GradeCell.id == Grade.cell_id)
        .filter(AssignmentRow.name == assignment.name)
    )
    if student is not None:
        rows = rows.filter(SubmittedAssignment.student_id == student)
    return {
        (who, notebook, cell): "graded" if manual is not None else "waiting" if auto is None else "unanswered"
        for who, notebook, cell, auto, manual in rows
        if (notebook, cell) in wanted
    }


def unread(results: Iterable[StudentResult], assignment: Assignment) -> Counter[str]:
    """Return how many answers wait for a person, by item."""
    by_hand = {item.id for item in assignment.manual_items()}
    return Counter(
        item.id for each in results for item in each.items if item.id in by_hand and item.score is None
    )


def sentence(counts: Counter[str]) -> str:
    """Say how many answers wait for a person, and what that means."""
    total, named = counts.total(), ", ".join(f"{item} {count}" for item, count in counts.items())
    which = f"{total} answers wait" if total != 1 else "1 answer waits"
    return f"{which} for a person ({named}): grade them in the formgrader, under Manual Grading. Until then these students have no total."
