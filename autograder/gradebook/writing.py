"""What is written into nbgrader's gradebook, by nbgrader's own pass; and what must be taken out of force."""

from __future__ import annotations

import json
import logging
import warnings
from pathlib import Path

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.coursedir import CourseDirectory
from sqlalchemy.exc import SAWarning
from traitlets.config import Config

from autograder.course import Assignment, Course
from autograder.errors import CourseError
from autograder.gradebook.converter import CourseAutograde
from autograder.gradebook.settings import configure
from autograder.submissions import timestamp

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


def already_written(course: Course, assignment: Assignment, student: str, keys: dict[str, str]) -> bool:
    """Say whether the autograded notebooks on disk are those of these very results."""
    folder = course.root / "autograded" / student / assignment.name
    for notebook, key in keys.items():
        try:
            own = json.loads((folder / f"{notebook}.ipynb").read_text(encoding="utf-8"))["metadata"][
                "autograder"
            ]
        except (OSError, ValueError, KeyError):
            return False
        if own.get("key") != key:
            return False
    return timestamp(course.root / "submitted" / student / assignment.name) == timestamp(folder)


def write(course: Course, assignment: Assignment, student: str, dataset: str, unsafe: bool) -> None:
    config, coursedir = nbgrader_settings(course, assignment)
    config.GradeNotebook.dataset = dataset
    config.GradeNotebook.unsafe = unsafe
    coursedir.student_id = student
    converter = CourseAutograde(coursedir=coursedir, config=config, log=nbgrader_log(course))
    converter.force = True
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
