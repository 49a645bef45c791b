"""What notebooks may import besides what the course itself needs: a list in course_config.py, there wherever they are graded."""

from __future__ import annotations

import importlib.metadata
import re
import shlex
import sys

from autograder.course import Course
from autograder.errors import CourseError

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def versions(course: Course) -> dict[str, str]:
    """Return the installed version of each of the course's libraries; "" of one that is not here."""
    found = {}
    for each in course.libraries:
        name = _NAME.match(each)
        try:
            found[each] = importlib.metadata.version(name[0] if name else each)
        except importlib.metadata.PackageNotFoundError:
            found[each] = ""
    return found


def require(course: Course) -> None:
    """See that they are there: without them, right answers would lose points.

    Raises:
        CourseError: Some are not; the message says how to install them.
    """
    if missing := [each for each, version in versions(course).items() if not version]:
        raise CourseError(
            f"Notebooks of this course may import {', '.join(missing)} (`libraries` in course_config.py), and that is not installed here. "
            f"Install it: `{recipe(missing)}`. Or take it out of the list, if no student was told so."
        )


def recipe(missing: list[str]) -> str:
    """Return the command that installs them beside this program."""
    return f"{shlex.quote(sys.executable)} -m pip install {' '.join(map(shlex.quote, missing))}"
