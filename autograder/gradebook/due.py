"""When an assignment is due: what `course_config.py` says, what the gradebook says, and what holds for one student."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from nbgrader.api import Assignment as GradebookAssignment
from nbgrader.api import Gradebook, MissingEntry

from autograder.course.dates import plain_utc, shown
from autograder.course.model import Assignment, Course


def due_disagreement(course: Course, assignment: Assignment, gradebook: Gradebook) -> str:
    """Return in words how the gradebook's due date differs from the configured one; "" where it does not.

    A gradebook without a due date differs too; one that does not know the assignment is somebody else's matter.
    """
    wanted, held = course.due(assignment), _held(assignment, gradebook)
    if wanted is None or held is None or held.duedate == plain_utc(wanted):
        return ""
    word = f"the due date {shown(held.duedate, course.time_zone)}" if held.duedate else "no due date"
    return f"{assignment.name} is due {shown(wanted, course.time_zone)} by course_config.py, but the gradebook has {word}."


def write_due(course: Course, assignment: Assignment, gradebook: Gradebook) -> bool:
    """Write the configured due date into the gradebook, and say whether that changed something."""
    wanted, held = course.due(assignment), _held(assignment, gradebook)
    if wanted is None or held is None or held.duedate == plain_utc(wanted):
        return False
    held.duedate = plain_utc(wanted)
    gradebook.db.commit()
    return True


def in_gradebook(gradebook: Gradebook, assignment: Assignment) -> bool:
    """Say whether the gradebook knows the assignment."""
    return _held(assignment, gradebook) is not None


def own_due(due: datetime | None, extension: timedelta | None) -> datetime | None:
    """Return when a student's work is due, in UTC: nbgrader's own property fails for an extension without a due date."""
    if due is None:
        return None
    return (due + (extension or timedelta())).replace(tzinfo=UTC)


def _held(assignment: Assignment, gradebook: Gradebook) -> GradebookAssignment | None:
    """Return the gradebook's own assignment, or None where it does not know it."""
    try:
        return gradebook.find_assignment(assignment.name)
    except MissingEntry:
        return None
