"""The words and ideas that a lab teaches, and the notebook in which each is met: `source/<lab>/ideas.toml`.

One table for each notebook, and in it a regular expression for each idea, which its text or its code must match (capitals do not count).
"""

from __future__ import annotations

import re
import tomllib

import nbformat
from rich.table import Table

from autograder.course.model import Assignment, Course
from autograder.errors import CourseError

IDEAS = "ideas.toml"


def ideas(course: Course, assignment: Assignment) -> dict[str, dict[str, str]]:
    """Return the patterns of a lab's ideas, by notebook and idea; none where it has no such file.

    Raises:
        CourseError: The file cannot be read, or names a notebook that the lab has not.
    """
    path = course.source(assignment.name) / IDEAS
    if not path.is_file():
        return {}
    try:
        found = tomllib.loads(path.read_text("utf-8"))
        for pattern in (pattern for table in found.values() for pattern in table.values()):
            re.compile(pattern)
    except (tomllib.TOMLDecodeError, AttributeError, TypeError, re.error) as error:
        raise CourseError(f"{path}: {error}") from error
    if unknown := sorted(set(found) - set(assignment.notebooks)):
        raise CourseError(f"{path} names {', '.join(unknown)}, which {assignment.name} has not.")
    return found


def missing(course: Course, assignment: Assignment) -> list[str]:
    """Return the ideas that their notebooks do not have."""
    return [
        f"{name}: nothing is said of {idea!r} ({IDEAS} looks for {pattern!r})"
        for name, table in ideas(course, assignment).items()
        for text in [_text(course, assignment, name)]
        for idea, pattern in table.items()
        if not re.search(pattern, text, re.IGNORECASE)
    ]


def table(course: Course, assignment: Assignment) -> Table:
    """Return which notebook has which ideas, as a table."""
    shown = Table("notebook", "has")
    for name, patterns in ideas(course, assignment).items():
        shown.add_row(name, ", ".join(patterns))
    return shown


def _text(course: Course, assignment: Assignment, name: str) -> str:
    """Return what students read in a notebook, words and code, each run of blanks as one."""
    path = course.source(assignment.name) / f"{name}.ipynb"
    if not path.is_file():
        return ""
    notebook = nbformat.read(path, as_version=4)
    return " ".join(
        " ".join(cell.source for cell in notebook.cells if "CHECKS = " not in cell.source).split()
    )
