"""What notebooks may import besides what the course itself needs: a list in course_config.py, there wherever they are graded."""

from __future__ import annotations

import importlib.metadata
import shlex
import sys

from packaging.requirements import InvalidRequirement, Requirement

from autograder.course.model import Course, load
from autograder.errors import AutograderError, CourseError


def versions(course: Course) -> dict[str, str]:
    """Return the installed version of each of the course's libraries; "" of one that is not here, or in another version than is asked for.

    Raises:
        CourseError: One is written so that nobody could install it.
    """
    found = {}
    for each in course.libraries:
        try:
            wanted = Requirement(each)
            version = importlib.metadata.version(wanted.name)
        except InvalidRequirement as error:
            raise CourseError(
                f'`libraries` in course_config.py has {each!r}, which names no package: write "tqdm" or "pandas>=2".'
            ) from error
        except importlib.metadata.PackageNotFoundError:
            version = ""
        found[each] = version if version and wanted.specifier.contains(version, prereleases=True) else ""
    return found


def require(course: Course) -> None:
    """See that they are there: without them, right answers would lose points.

    Raises:
        CourseError: Some are not; the message says how to install them.
    """
    if missing := [each for each, version in versions(course).items() if not version]:
        raise CourseError(
            f"Notebooks of this course may import {', '.join(missing)} (`libraries` in course_config.py), and that is not installed here. Install it: `{recipe(missing)}`. Or take it out of the list, if no student was told so."
        )


def recipe(missing: list[str]) -> str:
    """Return the command that installs them beside this program."""
    return f"{shlex.quote(sys.executable)} -m pip install {' '.join(map(shlex.quote, missing))}"


if __name__ == "__main__":  # for the set-up: one requirement a line
    try:
        print(*versions(load()), sep="\n")
    except AutograderError as error:
        sys.exit(str(error))
