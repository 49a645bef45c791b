"""An item's hidden material: its reference, scale, canonical form and misconceptions, from its folder."""

from __future__ import annotations

import functools
import importlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.errors import CourseError
from autograder.grading.misconceptions import Misconception, of_module

LEAST = 5  # misconceptions of an item, where it asks for no more


@dataclass(frozen=True)
class Material:
    """What the graders know of one item.

    Attributes:
        lenient: Whether any kind of sequence and any floating dtype will do.
        results: What its several results are called, in their order; none where it returns one thing.
        taken: What of the libraries is gone where the item is judged, as arguments of `bare.take_away`; None for nothing.
        uses: Items that it may rest on: another's bug is not its own, so a stand-in is tried before it loses a point.
        answers: What a stand-in gives in a call, by its name, where the library's own answer is taken (`standins.answering`).
        picture: What is drawn of a wrong result beside the right one (`pictures.picture_of`); "" for nothing.
        least: How many misconceptions it must have.
        also_in: Cells of other notebooks into which students paste their answer.
    """

    item: str
    reference: Callable[..., Any] | None
    misconceptions: tuple[Misconception, ...] = ()
    scale: Callable[..., Any] | None = None
    normalise: Callable[[Any], Any] = lambda value: value
    lenient: bool = False
    results: tuple[str, ...] = ()
    taken: dict[str, Any] | None = None
    uses: tuple[str, ...] = ()
    answers: Callable[..., dict[str, Any]] = lambda *args, **kwargs: {}
    picture: str = ""
    least: int = LEAST
    also_in: tuple[str, ...] = ()


def graders_folder(assignment: str) -> Path:
    """Return the folder with an assignment's hidden tests."""
    return Path(__file__).parents[1] / "graders" / assignment


def item_folder(assignment: str, item: str) -> Path:
    """Return the folder with what the graders know of an item."""
    return graders_folder(assignment) / item.lower()


def test_module(assignment: str, item: str) -> Path:
    """Return the file with an item's hidden tests."""
    return item_folder(assignment, item) / f"test_{item.lower()}.py"


def has_module(assignment: str, item: str) -> bool:
    """Say whether an item has a reference of its own; one that is graded without a stub has none."""
    return (item_folder(assignment, item) / "reference.py").is_file()


@functools.cache
def material(assignment: str, item: str) -> Material:
    """Import an item's module.

    Raises:
        CourseError: There is none, or it has no reference.
    """
    name = f"autograder.graders.{assignment}.{item.lower()}.reference"
    if not has_module(assignment, item):
        raise CourseError(f"The item {item!r} has no module {name}.")
    module = importlib.import_module(name)
    return Material(
        item,
        getattr(module, "reference", None),
        tuple(of_module(module)),
        getattr(module, "scale", None),
        getattr(module, "normalise", lambda value: value),
        bool(getattr(module, "LENIENT", False)),
        tuple(getattr(module, "RESULTS", ())),
        getattr(module, "TAKEN", None),
        tuple(getattr(module, "USES", "").split()),
        getattr(module, "answers", lambda *args, **kwargs: {}),
        getattr(module, "PICTURE", ""),
        int(getattr(module, "LEAST_MISCONCEPTIONS", LEAST)),
        tuple(getattr(module, "ALSO_IN", "").split()),
    )
