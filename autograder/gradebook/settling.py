"""Penalties of a course's submissions, settled or compared: with the rule that the course's settings give, in its own gradebook."""

from __future__ import annotations

from collections.abc import Collection

from autograder.course.model import Assignment, Course
from autograder.gradebook.book import nbgrader_log, nbgrader_settings, open_book
from autograder.gradebook.penalties import Rule, Settled, rule_of, settle


def rule(course: Course, assignment: Assignment) -> Rule:
    """Return what takes points off.

    Raises:
        CourseError: The plugin cannot be used, or there are two policies.
    """
    return rule_of(course, assignment, nbgrader_settings(course, assignment)[0], nbgrader_log(course))


def settle_class(
    course: Course, assignment: Assignment, students: Collection[str] | None = None, write: bool = True
) -> Settled:
    """Bring the penalties of these students' submissions (of all) up to date, or (without `write`) only say what they would be."""
    with open_book(course, assignment) as gradebook:
        return settle(course, assignment, gradebook, rule(course, assignment), students, write)
