"""Points off for late work: worked out once a submission, and written into the gradebook such that its sums are right.

nbgrader keeps a penalty with each notebook and adds them up. The whole of it stands with the assignment's first notebook here, and as it
is: cut to what has been earned so far, it would be too small once a person has graded the rest. Whoever adds up lets no grade fall below 0.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from nbgrader.api import Gradebook, Notebook, SubmittedAssignment, SubmittedNotebook
from traitlets.config import Config

from autograder.course.dates import plain_utc
from autograder.course.model import Assignment, Course
from autograder.errors import CourseError
from autograder.gradebook import roll
from autograder.gradebook.due import own_due
from autograder.gradebook.late_plugin import LatePlugin, PluginError, is_set

_FEW = (
    100  # students whom a query may name: a class is written one by one, and must not be read whole each time
)
Rule = Callable[[str, float, Callable[[], float], float], float]  # student, seconds late, score, most points


@dataclass(frozen=True)
class Lateness:
    """How late a submission is, and what it loses. `before` is the penalty that stood in the gradebook."""

    seconds: float
    penalty: float
    before: float
    dated: bool = True  # False: nobody knows when it was handed in

    @property
    def differs(self) -> bool:
        """Whether the gradebook's penalty is not today's."""
        return abs(self.penalty - self.before) > 1e-9


@dataclass
class Settled:
    """What was found for each student, and why nothing was, where a plugin failed. `due`: whether there is a due date."""

    due: bool
    late: dict[str, Lateness] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)


def rule_of(course: Course, assignment: Assignment, config: Config, log: Any) -> Rule:
    """Return what takes points off.

    Raises:
        CourseError: The plugin cannot be used, or there are two policies.
    """
    policy = course.late_policy(assignment)
    if policy is not None and is_set(config):
        raise CourseError(
            f"Two rules take points off {assignment.name} for late work: late=… in course_config.py, and nbgrader's plugin (AssignLatePenalties). Leave one of them out."
        )
    if policy is not None:
        return lambda student, seconds, score, most: policy.taken(seconds, most)
    if not is_set(config):
        return lambda student, seconds, score, most: 0.0
    plugin = LatePlugin(course.root, config, log)
    return lambda student, seconds, score, most: min(plugin.taken(student, score(), seconds), most)


def settle(
    course: Course,
    assignment: Assignment,
    gradebook: Gradebook,
    rule: Rule,
    students: Collection[str] | None = None,
    write: bool = True,
) -> Settled:
    """Bring extensions and penalties of these students' submissions (of all) up to date, in one transaction.

    What changed does not matter: the policy, the due date, an extension, the time of handing in, or for a plugin the score.
    """
    found = gradebook.find_assignment(assignment.name)
    wanted = course.due(assignment)
    due = found.duedate or (plain_utc(wanted) if wanted is not None else None)
    most, given = float(found.max_score), roll.read(gradebook)
    settled = Settled(due is not None)
    few = list(students) if students is not None and len(students) < _FEW else None
    notebooks = _notebooks(gradebook, found.id, list(assignment.notebooks), few)
    rows = gradebook.db.query(
        SubmittedAssignment.id,
        SubmittedAssignment.student_id,
        SubmittedAssignment.timestamp,
        SubmittedAssignment.extension,
    ).filter(SubmittedAssignment.assignment_id == found.id)
    rows = rows.filter(SubmittedAssignment.student_id.in_(few)) if few is not None else rows
    for id_, student, handed_in, before in rows.all():
        if students is not None and student not in students:
            continue
        until = given.extensions.get((student, assignment.name))
        extension = _extension(due, until, before)
        own = own_due(due, extension)
        seconds = (
            max(0.0, (handed_in - plain_utc(own)).total_seconds())
            if handed_in is not None and own is not None
            else 0.0
        )
        held = [(notebook, points or 0.0) for notebook, points in notebooks.get(id_, [])]
        try:
            penalty = rule(student, seconds, lambda id_=id_: _score(gradebook, id_), most) if seconds else 0.0  # type: ignore[misc]
        except PluginError as error:
            settled.faults[student] = str(error)
            penalty = 0.0
        settled.late[student] = Lateness(seconds, penalty, sum(p for _, p in held), handed_in is not None)
        if write:
            if extension != before:
                gradebook.db.get(SubmittedAssignment, id_).extension = extension
            for place, (notebook, points) in enumerate(held):
                share = penalty if place == 0 else 0.0
                if share != points:
                    gradebook.db.get(SubmittedNotebook, notebook).late_submission_penalty = share
    if write:
        gradebook.db.commit()
    return settled


def warnings(course: Course, assignment: Assignment, due: bool, late: dict[str, Lateness]) -> list[str]:
    """Return why nobody, or somebody, cannot be late, where the course takes points off for it."""
    policy = course.late_policy(assignment)
    if policy is None or not policy.per_day:
        return []
    if not due:
        return [
            f"Late work loses points by course_config.py, but {assignment.name} has no due date, there or in the gradebook: nobody is late."
        ]
    undated = sorted(student for student, each in late.items() if not each.dated)
    return (
        [
            f"When it was handed in is not known (no timestamp.txt), so it counts as on time: {', '.join(undated[:20])}."
        ]
        if undated
        else []
    )


def _notebooks(
    gradebook: Gradebook, assignment: str, order: list[str], few: list[str] | None
) -> dict[str, list[tuple[str, float | None]]]:
    """Return id and penalty of each submission's notebooks, in the assignment's order."""
    rows = (
        gradebook.db.query(
            SubmittedNotebook.assignment_id,
            SubmittedNotebook.id,
            SubmittedNotebook.late_submission_penalty,
            Notebook.name,
        )
        .join(Notebook, Notebook.id == SubmittedNotebook.notebook_id)
        .filter(Notebook.assignment_id == assignment)
    )
    if few is not None:
        submissions = SubmittedAssignment.id == SubmittedNotebook.assignment_id
        rows = rows.join(SubmittedAssignment, submissions).filter(SubmittedAssignment.student_id.in_(few))
    found: dict[str, list[tuple[str, float | None]]] = {}
    for submission, id_, penalty, _ in sorted(
        rows.all(), key=lambda row: order.index(row[3]) if row[3] in order else len(order)
    ):
        found.setdefault(submission, []).append((id_, penalty))
    return found


def _extension(due: datetime | None, until: datetime | None, before: timedelta | None) -> timedelta | None:
    """Return the extension as nbgrader keeps it; one that was given there alone stays."""
    if due is None:
        return None  # nbgrader fails on an extension of no due date
    if until is None:
        return before
    return max(timedelta(), plain_utc(until) - due) or None


def _score(gradebook: Gradebook, submission: str) -> float:
    return float(gradebook.db.get(SubmittedAssignment, submission).score or 0.0)
