"""What graders and pages say to students: the sources that say it, and the messages in them."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path

from autograder.authoring.sentences import said_in
from autograder.course.model import Assignment, Course
from autograder.grading.items import graders_folder, has_module, material
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
    "sandbox/session.py",
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
    speak = [path for pattern in _SPEAK for path in sorted(_PACKAGE.glob(pattern))]
    said = [each for path in show for each in _said(path, all=False)]
    said += [each for path in speak if path.stem not in _SILENT for each in _said(path)]
    return _but(said, [])


def of_kit() -> list[Message]:
    """Return what the graders say that labs share, and the engine does not say as well."""
    return _but(_of_graders(graders_folder("kit")), of_engine())


def of_lab(assignment: Assignment) -> list[Message]:
    """Return what a lab's own graders say: hints, titles of hidden tests, clues, and what its misconceptions are called."""
    said = _of_graders(graders_folder(assignment.name))
    for item in _items(assignment):
        for each in material(assignment.name, item).misconceptions:
            # A hint too: it may be made by a function for several items.
            said += [
                Message(text, SAID, f"{assignment.name}/{item}") for text in (spoken(each.name), each.hint)
            ]
    return _but(said, [*of_engine(), *of_kit()])


def _items(assignment: Assignment) -> list[str]:
    """Return the folders of the items, the course's first: whoever leaves out an item shares the catalogue with who does not."""
    folders = sorted(path.parent.name for path in graders_folder(assignment.name).glob("*/reference.py"))
    ours = [item.id.lower() for item in assignment.items() if has_module(assignment.name, item.id)]
    return list(dict.fromkeys([*ours, *folders]))


def of_graders(course: Course) -> Iterator[tuple[str, Callable[[], list[Message]]]]:
    """Yield the folders of graders, by their names in `graders/`, each with what is said in it."""
    yield "kit", of_kit
    for assignment in course.assignments:
        yield assignment.name, partial(of_lab, assignment)


def _but(said: Iterable[Message], others: Iterable[Message]) -> list[Message]:
    """Return messages, each once, without those that stand in another catalogue already."""
    known = {each.text for each in others}
    return list({each.text: each for each in said if each.text not in known}.values())


def _of_graders(folder: Path) -> list[Message]:
    paths = [path for path in sorted(folder.rglob("*.py")) if path.parent.name != "inside"]
    return [each for path in paths if path.name not in _ANSWERS for each in _said(path)]


@functools.cache
def _said(path: Path, all: bool = True) -> tuple[Message, ...]:
    """Return what a module or a template says; with `all`, each string of a module that holds words."""
    text, file = path.read_text("utf-8"), path.relative_to(_PACKAGE).as_posix().removeprefix("graders/")
    if path.suffix == ".py":
        said = said_in(text, all, "graders" in path.parts)
    else:
        found = re.findall(r'words(?:\.count)?\("([^"]*)"(?:, "([^"]*)")?', text)
        said = [each for pair in found for each in pair if each]
    return tuple(Message(each, SAID, file) for each in said)
