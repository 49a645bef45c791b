"""What is written into nbgrader's gradebook, by nbgrader's own pass; and what must be taken out of force."""

from __future__ import annotations

import json
from dataclasses import dataclass

from nbgrader.api import Grade, GradeCell, SubmittedAssignment, SubmittedNotebook
from nbgrader.converters.base import NbGraderException

from autograder.course.model import Assignment, Course
from autograder.errors import GraderFault
from autograder.gradebook import roll
from autograder.gradebook.book import nbgrader_log, nbgrader_settings, open_book
from autograder.gradebook.converter import CourseAutograde
from autograder.gradebook.penalties import Lateness
from autograder.gradebook.reasons import reasons
from autograder.gradebook.rules import Rules, changed, rules
from autograder.gradebook.withdrawal import out_of_force
from autograder.intake.submissions import handed_in_digest


@dataclass(frozen=True)
class Standing:
    """What the gradebook holds of an assignment before a class is written.

    Attributes:
        students: Whose automatic scores are in force, every one of them.
        dropped: Who is graded no more, though something of theirs may lie in `submitted/`.
        rules: What of the configuration grades rest on.
    """

    students: frozenset[str]
    dropped: frozenset[str]
    rules: Rules


def standing(course: Course, assignment: Assignment, dataset: str = "") -> Standing:
    """Read what stands in the gradebook, once for a class."""
    graded = [item.graded_cell for item in assignment.items()]
    with open_book(course, assignment) as gradebook:
        found = gradebook.find_assignment(assignment.name)
        rows = (
            gradebook.db.query(SubmittedAssignment.student_id, Grade.auto_score.isnot(None))
            .join(SubmittedNotebook, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
            .join(Grade, Grade.notebook_id == SubmittedNotebook.id)
            .join(GradeCell, GradeCell.id == Grade.cell_id)
            .filter(SubmittedAssignment.assignment_id == found.id, GradeCell.name.in_(graded))
            .distinct()
        )
        scored: dict[str, set[bool]] = {}
        for student, known in rows:
            scored.setdefault(str(student), set()).add(bool(known))
        students = frozenset(student for student, known in scored.items() if known == {True})
        dropped = frozenset(roll.read(gradebook).dropped)
    return Standing(students, dropped, rules(course, assignment, dataset))


def already_written(
    course: Course, assignment: Assignment, student: str, keys: dict[str, str], before: Standing
) -> bool:
    """Say whether the gradebook and the autograded notebooks hold these very results."""
    if student not in before.students:  # withdrawn, or the gradebook is another one
        return False
    folder = course.root / "autograded" / student / assignment.name
    handed_in = handed_in_digest(course.root / "submitted" / student / assignment.name)
    for notebook, key in keys.items():
        try:
            written = json.loads((folder / f"{notebook}.ipynb").read_text(encoding="utf-8"))
            own = written["metadata"]["autograder"]
        except (OSError, ValueError, KeyError):
            return False
        if own.get("key") != key or own.get("handed_in") != handed_in:
            return False
        if changed(own.get("rules"), before.rules):
            return False
    return True


def write(
    course: Course, assignment: Assignment, student: str, dataset: str, unsafe: bool
) -> dict[str, Lateness]:
    """Let nbgrader write one submission, and return how late it is; raise what kept nbgrader from it.

    Raises:
        GraderFault: The late-penalty plugin failed; no grade is in force.
    """
    config, coursedir = nbgrader_settings(course, assignment)
    config.GradeNotebook.dataset = dataset
    config.GradeNotebook.unsafe = unsafe
    coursedir.student_id = student
    log = nbgrader_log(course)
    converter = CourseAutograde(coursedir=coursedir, config=config, log=log)
    converter.force = True
    converter.fresh = False
    with reasons(log) as found:
        try:
            converter.start()
        except NbGraderException as error:  # it says only that something stands in the log
            if converter.settled is not None and converter.settled.faults:
                raise GraderFault(converter.settled.faults[student]) from None
            raise found.first or error from error
        except SystemExit as error:  # nbgrader's way with a file that it cannot read
            raise found.first or GraderFault("nbgrader ended; its log says why.") from error
    return converter.settled.late if converter.settled is not None else {}


def withdraw(course: Course, assignment: Assignment, student: str) -> None:
    """Take older automatic scores out of force: a failed re-grade must not leave them standing as if they were new."""
    with open_book(course, assignment) as gradebook:
        out_of_force(gradebook, assignment.name, student)
