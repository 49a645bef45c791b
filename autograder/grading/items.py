"""An item's hidden material: its reference, scale, canonical form and misconceptions, from its module."""

from __future__ import annotations

import functools
import importlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.errors import CourseError
from autograder.misconceptions import Misconception, of_module


@dataclass(frozen=True)
class Material:
    """What the graders know of one item."""

    item: str
    reference: Callable[..., Any] | None
    misconceptions: tuple[Misconception, ...] = ()
    scale: Callable[..., Any] | None = None
    normalise: Callable[[Any], Any] = lambda value: value
    lenient: bool = False  # any kind of sequence and any floating dtype will do


def graders_folder(assignment: str) -> Path:
    """Return the folder with an assignment's hidden tests."""
    return Path(__file__).parents[1] / "graders" / assignment


def test_module(assignment: str, notebook: str) -> Path:
    return graders_folder(assignment) / f"test_{notebook}.py"


@functools.cache
def material(assignment: str, item: str) -> Material:
    """Import an item's module.

    Raises:
        CourseError: There is none, or it has no reference.
    """
    name = f"autograder.graders.{assignment}.{item.lower()}"
    if not (graders_folder(assignment) / f"{item.lower()}.py").is_file():
        raise CourseError(f"The item {item!r} has no module {name}.")
    module = importlib.import_module(name)
    return Material(
        item,
        getattr(module, "reference", None),
        tuple(of_module(module)),
        getattr(module, "scale", None),
        getattr(module, "normalise", lambda value: value),
        bool(getattr(module, "LENIENT", False)),
    )
