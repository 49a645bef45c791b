"""What is said of a whole submission: when it was due and handed in, and what is taken off, once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from nbgrader.api import SubmittedAssignment

from autograder.course.dates import shown, span
from autograder.course.model import Assignment, Course
from autograder.gradebook.due import own_due
from autograder.grading.render import points


@dataclass(frozen=True)
class Facts:
    """What is to be said of one submission. Moments are in UTC; `score` is None where something still waits for a grade.

    Attributes:
        due: The student's own due date.
        extended: Whether that is later than the others'.
        penalty: What late work loses, before any care that a grade does not fall below 0.
    """

    due: datetime | None = None
    extended: bool = False
    handed_in: datetime | None = None
    seconds_late: float = 0.0
    penalty: float = 0.0
    score: float | None = None
    max_score: float = 0.0
    excused: bool = False


def sentences(course: Course, assignment: Assignment, facts: Facts) -> list[str]:
    """Return the facts in sentences, as a page of a student's feedback says them."""
    said, zone, policy = [], course.time_zone, course.late_policy(assignment)
    if facts.excused:
        said.append("You are excused from this assignment: it does not count, whatever the points below.")
    if facts.due is not None:
        own = "Due for you, with your extension" if facts.extended else "Due"
        said.append(f"{own}: {shown(facts.due, zone)}.")
    if facts.handed_in is not None:
        late = f", {span(facts.seconds_late)} late" if facts.seconds_late > 0 else ""
        said.append(f"Handed in: {shown(facts.handed_in.replace(microsecond=0), zone)}{late}.")
    if facts.penalty > 0:
        total = (
            f"With that the assignment has {points(facts.score)} of {points(facts.max_score)} points; no grade falls below 0."
            if facts.score is not None
            else ""
        )
        said.append(
            f"For that, {points(facts.penalty)} points are taken off the assignment as a whole, once, and not off each notebook. {total}".strip()
        )
        said += [policy.words()] if policy is not None else []
    elif facts.seconds_late > 0:
        said.append("Nothing is taken off for that.")
    return said


def facts_of(submission: SubmittedAssignment, excused: bool) -> Facts:
    """Return what the gradebook says of a submission."""
    extension: timedelta | None = submission.extension
    due = own_due(submission.assignment.duedate, extension)
    stamp: datetime | None = submission.timestamp
    handed_in = stamp.replace(tzinfo=UTC) if stamp is not None else None
    late = max(0.0, (handed_in - due).total_seconds()) if handed_in is not None and due is not None else 0.0
    penalty = float(submission.late_submission_penalty or 0.0)
    waits = any(
        grade.auto_score is None and grade.manual_score is None and grade.max_score
        for notebook in submission.notebooks
        for grade in notebook.grades
    )
    return Facts(
        due, bool(extension), handed_in, late, penalty,
        None if waits else round(max(0.0, float(submission.score) - penalty), 2), float(submission.max_score),
        excused,
    )  # fmt: skip
