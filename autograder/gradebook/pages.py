"""Feedback pages, by nbgrader's own converter."""

from __future__ import annotations

from nbgrader.converters.base import NbGraderException

from autograder.course import Assignment, Course
from autograder.errors import CourseError
from autograder.gradebook.book import nbgrader_log, nbgrader_settings
from autograder.gradebook.converter import CourseFeedback
from autograder.gradebook.reasons import reasons
from autograder.gradebook.results import current_results


def write_feedback(course: Course, assignment: Assignment) -> int:
    """Write the pages of all graded students; return how many there are.

    Raises:
        CourseError: Nothing has been graded, or some students' pages could not be made.
    """
    if not any((course.root / "autograded").glob(f"*/{assignment.name}/*.ipynb")):
        raise CourseError(
            f"Nothing of {assignment.name} has been graded. Grade first: `autograder grade {assignment.name}`."
        )
    config, coursedir = nbgrader_settings(course, assignment)
    current_results(course, assignment)  # here, so that its words are ours and not in nbgrader's log
    log = nbgrader_log(course)
    converter = CourseFeedback(coursedir=coursedir, config=config, log=log)
    converter.force = True
    with reasons(log) as found:
        try:
            converter.start()
        except NbGraderException as error:
            raise CourseError(
                f"{_pages(course, assignment)} feedback pages were written, and not all: {found.words() or error}. "
                "What was said in full is in .autograder/nbgrader.log. `autograder doctor` tries what feedback needs."
            ) from error
    return _pages(course, assignment)


def _pages(course: Course, assignment: Assignment) -> int:
    return len(list((course.root / "feedback").glob(f"*/{assignment.name}/*.html")))
