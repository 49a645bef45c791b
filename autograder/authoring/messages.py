"""What graders and pages say to students: the sources that say it, and the messages in them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from autograder.authoring.sentences import said_in
from autograder.course.model import Assignment
from autograder.grading.items import has_module, material
from autograder.grading.render import spoken

_PACKAGE = Path(__file__).parents[1]
_ANSWERS = ("unusual.py", "wrong.py", "one_mistake.py", "written.py")  # of students, to test graders by
# Of the engine: where each string that holds words is said, and where only what is marked.
_SPEAK = (
    "grading/*.py",
    "intake/notebooks.py",
    "intake/submissions.py",
    "pages/drawing.py",
    "repos/picking.py",
    "repos/archives.py",
)
_SHOW = (
    "grading/render.py",
    "gradebook/*.py",
    "gradebook/templates/**/*.j2",
    "repos/pages.py",
    "repos/feedback.py",
)
_SILENT = frozenset(
    [
        "render",
        "cache",
        "versions",
        "engine",
        "standalone",
        "rng",
        "again",
        "pictures",
        "plugin",
        "public_names",
    ]
)


def of_engine() -> list[str]:
    """Return what the engine says to students, whatever the lab."""
    show = [path for pattern in _SHOW for path in sorted(_PACKAGE.glob(pattern))]
    speak = [path for pattern in _SPEAK for path in sorted(_PACKAGE.glob(pattern))]
    said = [each for path in show for each in _marked(path)]
    return list(dict.fromkeys([*said, *_all(path for path in speak if path.stem not in _SILENT)]))


def of_graders(folder: str) -> list[str]:
    """Return what graders say that lie in a folder of `graders/`: a lab's, or those that labs share."""
    paths = sorted((_PACKAGE / "graders" / folder).rglob("*.py"))
    return _all(path for path in paths if path.name not in _ANSWERS and path.parent.name != "inside")


def names_of_mistakes(assignment: Assignment) -> list[str]:
    """Return what the misconceptions of an assignment are called, as a student reads it."""
    items = [item.id for item in assignment.items() if has_module(assignment.name, item.id)]
    known = [each for item in items for each in material(assignment.name, item).misconceptions]
    return list(dict.fromkeys(spoken(each.name) for each in known))


def of_assignment(assignment: Assignment) -> list[str]:
    """Return all that may be said to a student of an assignment."""
    graders = [*of_graders("kit"), *of_graders(assignment.name)]
    return list(dict.fromkeys([*of_engine(), *graders, *names_of_mistakes(assignment)]))


def _all(paths: Iterable[Path]) -> list[str]:
    read = [(path.read_text("utf-8"), path.stem.startswith("test_")) for path in paths]
    return list(dict.fromkeys(each for text, tests in read for each in said_in(text, tests=tests)))


def _marked(path: Path) -> list[str]:
    text = path.read_text("utf-8")
    if path.suffix == ".py":
        return said_in(text, all=False)
    found = re.findall(r'words(?:\.count)?\("([^"]*)"(?:, "([^"]*)")?', text)
    return [each for pair in found for each in pair if each]
