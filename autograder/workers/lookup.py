"""What the nbgrader process needs to find results in the cache, without torch and pytest."""

from __future__ import annotations

from autograder.course import data
from autograder.course.model import Course
from autograder.course.secret import course_secret
from autograder.grading.cache import Cache, Keys
from autograder.grading.scorecard import Scorecard, invalid_card, under_rules
from autograder.intake.submissions import released
from autograder.sandbox.view import sandbox_name


class Lookup:
    """Keys and cache of one assignment.

    Raises:
        CourseError, DataError: The course or its data set is not usable.
    """

    def __init__(self, course: Course, assignment: str, dataset: str = "", unsafe: bool = False) -> None:
        self.course = course
        self.assignment = course.assignment(assignment)
        self.dataset = dataset or course.dataset
        self.unsafe = unsafe
        data.load(course.data, self.dataset)
        self.releases = released(course, assignment)
        self.cache = Cache(course.private / "cache")
        self.keys = Keys(
            course, self.assignment, self.dataset, data.digest(course.data, self.dataset), course_secret(course.private),
            sandbox_name(unsafe), self.releases,
        )  # fmt: skip

    def invalid(self, notebook: str, student: str, problem: object) -> Scorecard:
        """Return the scorecard of a file that is no notebook which can be graded."""
        card = invalid_card(self.assignment, notebook, student, problem, self.keys.version(notebook))
        return under_rules(card, self.assignment)
