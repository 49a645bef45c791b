"""Feedback pages, by nbgrader's own converter."""

from __future__ import annotations

from nbgrader.converters.base import NbGraderException

from autograder.course import Assignment, Course
from autograder.errors import CourseError
from autograder.gradebook.book import nbgrader_log, nbgrader_settings
from autograder.gradebook.converter import CourseFeedback
from autograder.gradebook.results import current_results


def write_feedback(course: Course, assignment: Assignment) -> int:
    """Write the pages of all graded students; return how many there are.

    Raises:
        CourseError: Nothing has been graded.
    """
    config, coursedir = nbgrader_settings(course, assignment)
    current_results(course, assignment)  # here, so that its words are ours and not in nbgrader's log
    converter = CourseFeedback(coursedir=coursedir, config=config, log=nbgrader_log(course))
    converter.force = True
    try:
        converter.start()
    except NbGraderException as error:
        raise CourseError(
            f"No feedback was written: {error}. Grade first: `autograder grade {assignment.name}`."
        ) from error
    return len(list((course.root / "feedback").glob(f"*/{assignment.name}/*.html")))
