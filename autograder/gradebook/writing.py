"""What is written into nbgrader's gradebook, by nbgrader's own pass; and what must be taken out of force."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from nbgrader.api import Grade, GradeCell, MissingEntry, SubmittedAssignment, SubmittedNotebook
from nbgrader.converters.base import NbGraderException

from autograder.course import Assignment, Course
from autograder.gradebook.book import nbgrader_log, nbgrader_settings, open_book
from autograder.gradebook.converter import CourseAutograde
from autograder.gradebook.reasons import reasons
from autograder.gradebook.rules import Rules, changed, rules
from autograder.submissions import handed_in_digest


@dataclass(frozen=True)
class Standing:
    """What the gradebook holds of an assignment before a class is written.

    Attributes:
        students: Whose automatic scores are in force, every one of them.
        late: The deadline and the rule by which nbgrader takes points off, as one word: grades rest on them as well.
        rules: What else of the configuration grades rest on.
    """

    students: frozenset[str]
    late: str
    rules: Rules


def standing(course: Course, assignment: Assignment, dataset: str = "") -> Standing:
    """Read what stands in the gradebook, once for a class."""
    config, _ = nbgrader_settings(course, assignment)
    penalties = config.get("AssignLatePenalties", {})
    plugin = penalties.get("plugin_class", "")
    name = getattr(plugin, "__name__", str(plugin).rpartition(".")[2]) or "LateSubmissionPlugin"
    rule = [str(plugin), str(config.get(name, ""))]
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
        due = str(found.duedate)
    late = hashlib.sha256(json.dumps([due, *rule]).encode()).hexdigest()[:16]
    return Standing(students, late, rules(course, assignment, dataset))


def already_written(
    course: Course, assignment: Assignment, student: str, keys: dict[str, str], before: Standing
) -> bool:
    """Say whether the gradebook and the autograded notebooks hold these very results, under today's deadline."""
    if student not in before.students:  # withdrawn, or the gradebook is another one
        return False
    folder = course.root / "autograded" / student / assignment.name
    handed_in = handed_in_digest(course.root / "submitted" / student / assignment.name)
    for notebook, key in keys.items():
        try:
            own = json.loads((folder / f"{notebook}.ipynb").read_text(encoding="utf-8"))["metadata"][
                "autograder"
            ]
        except (OSError, ValueError, KeyError):
            return False
        if own.get("key") != key or own.get("late") != before.late or own.get("handed_in") != handed_in:
            return False
        if changed(own.get("rules"), before.rules):
            return False
    return True


def write(
    course: Course, assignment: Assignment, student: str, dataset: str, unsafe: bool, before: Standing
) -> None:
    """Write one student's grades; raise what kept nbgrader from it."""
    config, coursedir = nbgrader_settings(course, assignment)
    config.GradeNotebook.dataset = dataset
    config.GradeNotebook.unsafe = unsafe
    config.GradeNotebook.late = before.late
    coursedir.student_id = student
    log = nbgrader_log(course)
    converter = CourseAutograde(coursedir=coursedir, config=config, log=log)
    converter.force = True
    converter.fresh = False
    with reasons(log) as found:
        try:
            converter.start()
        except NbGraderException as error:  # it says only that something stands in the log
            raise found.first or error from error


def withdraw(course: Course, assignment: Assignment, student: str) -> None:
    """Take older automatic scores out of force: a failed re-grade must not leave them standing as if they were new."""
    with open_book(course, assignment) as gradebook:
        try:
            submission = gradebook.find_submission(assignment.name, student)
        except MissingEntry:
            return
        for notebook in submission.notebooks:
            for grade in notebook.grades:
                grade.auto_score = None
                grade.needs_manual_grade = True
        gradebook.db.commit()
