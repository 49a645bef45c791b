"""What nbgrader's `generate_assignment` writes, with the build behind it: the due date too, and the built files as they were."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from nbgrader.converters import GenerateAssignment
from nbgrader.converters.base import BaseConverter, NbGraderException

from autograder.authoring.build import built_files, differing
from autograder.course.model import Assignment, Course, load
from autograder.errors import AutograderError
from autograder.gradebook.book import open_book
from autograder.gradebook.due import write_due
from autograder.intake.files import write_text


def checked(converter: BaseConverter, check: Callable[[Course, Assignment], object]) -> None:
    """End a converter with a line in nbgrader's log where a check of its course and assignment does not hold."""
    try:
        course = load(Path(converter.coursedir.root))
        check(course, course.assignment(converter.coursedir.assignment_id))
    except AutograderError as error:
        converter.log.error("%s", error)
        raise NbGraderException(str(error)) from error


class Generate(GenerateAssignment):
    """Generate what the build gives, with the configured due date."""

    def start(self) -> None:
        super().start()
        # nbgrader made the folder anew, without the public checks: their parts stand in a folder that it leaves out.
        checked(self, _restore_built)


def _restore_built(course: Course, assignment: Assignment) -> None:
    built = built_files(course, assignment)
    for path in differing(built):
        write_text(path, built[path])
    with open_book(course, assignment) as gradebook:
        write_due(course, assignment, gradebook)
