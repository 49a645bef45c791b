"""What graders and pages say to students: the sources that say it, and the messages in them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

from autograder.authoring.sentences import said_in
from autograder.course.model import Assignment, Course
from autograder.grading.items import graders_folder, has_module, item_folder, material
from autograder.grading.render import spoken
from autograder.locale import Message
from autograder.pages.language import SAID

CANARY = "# CANARY-" + "5b0c2f6e-hidden-grader\n"  # in two pieces: this file is no hidden file
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


def of_engine() -> list[Message]:
    """Return what the engine says to students, whatever the lab."""
    show = [path for pattern in _SHOW for path in sorted(_PACKAGE.glob(pattern))]
    speak = [
        path for pattern in _SPEAK for path in sorted(_PACKAGE.glob(pattern)) if path.stem not in _SILENT
    ]
    found = [(path, each) for path in show for each in _marked(path)]
    return _each_once(
        [*found, *((path, each) for path in speak for each in said_in(path.read_text("utf-8")))]
    )


def of_kit() -> list[Message]:
    """Return what the graders say that labs share."""
    return _of_graders(graders_folder("kit"))


def of_lab(assignment: Assignment) -> list[Message]:
    """Return what a lab's own graders say: hints, titles of hidden tests, clues, and what its misconceptions are called."""
    folder, names = graders_folder(assignment.name), []
    for item in assignment.items():
        if has_module(assignment.name, item.id):
            place = item_folder(assignment.name, item.id)
            names += [
                (place, spoken(each.name)) for each in material(assignment.name, item.id).misconceptions
            ]
    return _each_once([*((folder.parent / each.note, each.text) for each in _of_graders(folder)), *names])


def hidden(course: Course) -> list[tuple[Path, Callable[[], Iterable[Message]]]]:
    """Return the folders of graders, each with what is said in it."""
    labs = [(graders_folder(each.name), partial(of_lab, each)) for each in course.assignments]
    return [(graders_folder("kit"), of_kit), *labs]


def _of_graders(folder: Path) -> list[Message]:
    found = []
    for path in sorted(folder.rglob("*.py")):
        if path.name not in _ANSWERS and path.parent.name != "inside":
            tests = path.stem.startswith("test_")
            found += [(path, each) for each in said_in(path.read_text("utf-8"), tests=tests)]
    return _each_once(found)


def _each_once(found: Iterable[tuple[Path, str]]) -> list[Message]:
    """Return messages for a catalogue, each with the file that says it first."""
    files: dict[str, str] = {}
    for path, text in found:
        files.setdefault(text, path.relative_to(_PACKAGE).as_posix().removeprefix("graders/"))
    return [Message(text, SAID, file) for text, file in files.items()]


def _marked(path: Path) -> list[str]:
    text = path.read_text("utf-8")
    if path.suffix == ".py":
        return said_in(text, all=False)
    found = re.findall(r'words(?:\.count)?\("([^"]*)"(?:, "([^"]*)")?', text)
    return [each for pair in found for each in pair if each]
