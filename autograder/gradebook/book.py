"""nbgrader's gradebook of a course: its settings, how it is opened, and where nbgrader's own words go."""

from __future__ import annotations

import logging
import warnings

from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory
from sqlalchemy import text
from sqlalchemy.exc import SAWarning
from traitlets.config import Config

from autograder.course.model import Assignment, Course
from autograder.gradebook.settings import configure

# nbgrader's own models warn about sessions at every re-grade; nothing is wrong, and a class would see three lines a student.
warnings.filterwarnings("ignore", category=SAWarning, module="nbgrader")


def nbgrader_settings(course: Course, assignment: Assignment) -> tuple[Config, CourseDirectory]:
    config = Config()
    configure(config, course.root)
    coursedir = CourseDirectory(config=config)
    coursedir.assignment_id = assignment.name
    return config, coursedir


def open_book(course: Course, assignment: Assignment | None = None) -> Gradebook:
    """Return the gradebook, to be used as a context; it is the same one for all assignments."""
    _, coursedir = nbgrader_settings(course, assignment or course.assignments[0])
    return Gradebook(coursedir.db_url, coursedir.course_id)


def require_writable(course: Course, assignment: Assignment) -> None:
    """Raise SQLAlchemy's error if the gradebook cannot be written now: better before a class is graded than after it."""
    with open_book(course, assignment) as gradebook:
        # SQLite writes no page that stays the same, so it must be another value; it is never committed.
        value = "'tried'" if gradebook.engine.dialect.name == "sqlite" else "version_num"
        gradebook.db.execute(text(f"UPDATE alembic_version SET version_num = {value}"))
        gradebook.db.rollback()


class _Quiet(logging.FileHandler):
    """A log that cannot be written, as on a full disk, is no reason for thirty lines on the terminal."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 -- logging's name
        pass


def nbgrader_log(course: Course) -> logging.Logger:
    """Return a logger that writes nbgrader's words into a file, not over the progress display."""
    logger = logging.getLogger(f"autograder.nbgrader.{course.root}")
    if not logger.handlers:
        course.private.mkdir(parents=True, exist_ok=True)
        handler = _Quiet(course.private / "nbgrader.log", delay=True)
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)
        logger.propagate = False
    return logger
