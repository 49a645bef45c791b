"""What is written into nbgrader's gradebook, by nbgrader's own pass; and what must be taken out of force."""

from __future__ import annotations

import hashlib
import json
import logging
import warnings
from dataclasses import dataclass
from pathlib import Path

import autograder.gradebook.quick  # noqa: F401  before nbgrader, which would import jsonschema the slow way

# isort: split
from nbgrader.api import Grade, Gradebook, MissingEntry, SubmittedAssignment, SubmittedNotebook
from nbgrader.coursedir import CourseDirectory
from sqlalchemy.exc import SAWarning
from traitlets.config import Config

from autograder.course import Assignment, Course
from autograder.errors import CourseError
from autograder.gradebook.answers import same_answers
from autograder.gradebook.converter import CourseAutograde
from autograder.gradebook.settings import configure
from autograder.submissions import PREPARED, timestamp

# nbgrader's own models warn about sessions at every re-grade; nothing is wrong, and a class would see three lines a student.
warnings.filterwarnings("ignore", category=SAWarning, module="nbgrader")


def nbgrader_settings(course: Course, assignment: Assignment) -> tuple[Config, CourseDirectory]:
    config = Config()
    configure(config, course.root)
    coursedir = CourseDirectory(config=config)
    coursedir.assignment_id = assignment.name
    return config, coursedir


def require_in_gradebook(course: Course, assignment: Assignment) -> None:
    """Raise a CourseError unless nbgrader's gradebook knows the assignment."""
    _, coursedir = nbgrader_settings(course, assignment)
    try:
        with Gradebook(coursedir.db_url, coursedir.course_id) as gradebook:
            known = {notebook.name for notebook in gradebook.find_assignment(assignment.name).notebooks}
    except MissingEntry:
        known = set()
    if not known >= set(assignment.notebooks):
        raise CourseError(
            f"The gradebook does not know {assignment.name} with all its notebooks. Run `nbgrader generate_assignment {assignment.name} "
            "--force` first."
        )


@dataclass(frozen=True)
class Standing:
    """What the gradebook holds of an assignment before a class is written.

    Attributes:
        students: Whose automatic scores are in force.
        late: The deadline and the rule by which nbgrader takes points off, as one word: grades rest on them as well.
    """

    students: frozenset[str]
    late: str


def standing(course: Course, assignment: Assignment) -> Standing:
    """Read what stands in the gradebook, once for a class."""
    config, coursedir = nbgrader_settings(course, assignment)
    penalties = config.get("AssignLatePenalties", {})
    plugin = penalties.get("plugin_class", "")
    name = getattr(plugin, "__name__", str(plugin).rpartition(".")[2]) or "LateSubmissionPlugin"
    rule = [str(plugin), str(config.get(name, ""))]
    with Gradebook(coursedir.db_url, coursedir.course_id) as gradebook:
        found = gradebook.find_assignment(assignment.name)
        scored = (
            gradebook.db.query(SubmittedAssignment.student_id)
            .join(SubmittedNotebook, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
            .join(Grade, Grade.notebook_id == SubmittedNotebook.id)
            .filter(SubmittedAssignment.assignment_id == found.id, Grade.auto_score.isnot(None))
            .distinct()
        )
        students = frozenset(str(student) for (student,) in scored)
        due = str(found.duedate)
    return Standing(students, hashlib.sha256(json.dumps([due, *rule]).encode()).hexdigest()[:16])


def already_written(
    course: Course, assignment: Assignment, student: str, keys: dict[str, str], before: Standing
) -> bool:
    """Say whether the gradebook and the autograded notebooks hold these very results, under today's deadline."""
    if student not in before.students:  # withdrawn, or the gradebook is another one
        return False
    folder = course.root / "autograded" / student / assignment.name
    for notebook, key in keys.items():
        try:
            written = json.loads((folder / f"{notebook}.ipynb").read_text(encoding="utf-8"))
            own = written["metadata"]["autograder"]
        except (OSError, ValueError, KeyError):
            return False
        if own.get("key") != key or own.get("late") != before.late:
            return False
        prepared = course.root / PREPARED / student / assignment.name / f"{notebook}.ipynb"
        if not same_answers(prepared, written, [item.id for item in assignment.manual_items(notebook)]):
            return False
    return timestamp(course.root / "submitted" / student / assignment.name) == timestamp(folder)


def write(
    course: Course, assignment: Assignment, student: str, dataset: str, unsafe: bool, before: Standing
) -> None:
    config, coursedir = nbgrader_settings(course, assignment)
    config.GradeNotebook.dataset = dataset
    config.GradeNotebook.unsafe = unsafe
    config.GradeNotebook.late = before.late
    coursedir.student_id = student
    converter = CourseAutograde(coursedir=coursedir, config=config, log=nbgrader_log(course))
    converter.force = True
    converter.fresh = False
    converter.start()


def withdraw(course: Course, assignment: Assignment, student: str) -> None:
    """Take older automatic scores out of force: a failed re-grade must not leave them standing as if they were new."""
    _, coursedir = nbgrader_settings(course, assignment)
    with Gradebook(coursedir.db_url, coursedir.course_id) as gradebook:
        try:
            submission = gradebook.find_submission(assignment.name, student)
        except MissingEntry:
            return
        for notebook in submission.notebooks:
            for grade in notebook.grades:
                grade.auto_score = None
                grade.needs_manual_grade = True
        gradebook.db.commit()


def nbgrader_log(course: Course) -> logging.Logger:
    """Return a logger that writes nbgrader's words into a file, not over the progress display."""
    logger = logging.getLogger(f"autograder.nbgrader.{course.root}")
    if not logger.handlers:
        course.private.mkdir(parents=True, exist_ok=True)
        handler = logging.FileHandler(Path(course.private) / "nbgrader.log")
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)
        logger.propagate = False
    return logger
