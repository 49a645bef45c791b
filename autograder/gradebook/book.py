"""nbgrader's gradebook of a course: its settings, how it is opened, and where nbgrader's own words go."""

from __future__ import annotations

import logging
import warnings
from pathlib import Path

import autograder.gradebook.quick  # noqa: F401  before nbgrader, which would import jsonschema the slow way

# isort: split
from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory
from sqlalchemy.exc import SAWarning
from traitlets.config import Config

from autograder.course import Assignment, Course
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
