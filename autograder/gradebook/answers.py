"""Answers that a person grades: which of them wait, and what commands and feedback pages say meanwhile."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal

from nbgrader.api import Assignment as AssignmentRow
from nbgrader.api import Grade, Gradebook, GradeCell, Notebook, SubmittedAssignment, SubmittedNotebook

from autograder.course import Assignment

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


_LISTED = re.compile(
    r'(<a href="#([\w-]+)">)(?:Written response|Coding free-response)</a> \(Score: ([\d.]+) / ([\d.]+)\)'
)
_HEADED = re.compile(
    r'(<a name="([\w-]+)"></a>\s*<div class="panel-heading">\s*<span class="nbgrader-label">)Student\'s answer'
    r'(</span>\s*<span class="pull-right">\s*)Score: ([\d.]+) / ([\d.]+)'
)


def said_on_page(page: str, found: dict[str, State]) -> str:
    """Return nbgrader's feedback page with each such answer named, and none called 0 points that nobody has read yet.

    Args:
        page: The HTML.
        found: What became of the notebook's answers, by item.
    """

    def score(item: str, points: str, most: str) -> str:
        return {
            "waiting": f"Not graded yet: a person will read it, {most} points",
            "unanswered": f"Not answered: {points} / {most}",
            "graded": f"Score: {points} / {most}",
        }[found[item]]

    def listed(match: re.Match[str]) -> str:
        link, item, points, most = match.groups()
        return f"{link}<code>{item}</code></a> ({score(item, points, most)})" if item in found else match[0]

    def headed(match: re.Match[str]) -> str:
        begin, item, middle, points, most = match.groups()
        if item not in found:
            return match[0]
        return f"{begin}<code>{item}</code>, your answer{middle}{score(item, points, most)}"

    page = _HEADED.sub(headed, _LISTED.sub(listed, page))
    return page.replace("(Score: ", "(Score so far: ", 1) if "waiting" in found.values() else page
