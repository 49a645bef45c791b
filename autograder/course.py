"""The course as data: assignments, notebooks, items, thresholds and limits, loaded from `course_config.py`."""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from autograder.errors import CourseError

CONFIG = "course_config.py"


class ByHand(float):
    """The points of an answer that a person reads and grades in the formgrader."""


def by_hand(points: float) -> ByHand:
    """Say in `course_config.py` that an item's answer is graded by a person: `"why_pooling": by_hand(4)`."""
    return ByHand(points)


@dataclass(frozen=True)
class Item:
    """One thing that is graded: the id is the solution cell's grade id, everywhere."""

    id: str
    points: float
    notebook: str
    solution: bool = True  # False: graded without a stub of its own (trained_accuracy)
    by_hand: bool = False  # True: one cell holds the answer and its grade, which a person gives

    @property
    def graded_cell(self) -> str:
        return self.id if self.by_hand else f"test_{self.id}"


@dataclass(frozen=True)
class Training:
    """What `trained_accuracy` trains on, and the accuracy on the test images that earns its points."""

    images: int
    epochs: int
    threshold: float


@dataclass(frozen=True)
class Limits:
    """What one submission may use. Times in seconds of wall clock, sizes in MiB."""

    cell: float = 60.0
    call: float = 20.0
    training_call: float = 120.0
    notebook: float = 600.0
    memory: int = 2048  # of one process
    memory_in_sum: int = 3072  # of all of them together
    tmp: int = 256
    processes: int = 64
    open_files: int = 256
    reply: int = 64
    output: int = 1
    notebook_file: int = 20
    notebook_cells: int = 2000


@dataclass(frozen=True)
class Assignment:
    """One assignment: its notebooks in order, each with its items and their points.

    Hidden tests grade an item, unless its points are `by_hand(4)`: then a person does, in the formgrader.
    """

    name: str
    notebooks: dict[str, dict[str, float]]
    training: dict[str, Training] = field(default_factory=dict)
    without_stub: tuple[str, ...] = ()

    def all_items(self, notebook: str | None = None) -> list[Item]:
        """Return the items of one notebook, or of all, in order."""
        return [
            Item(item, points, name, item not in self.without_stub, isinstance(points, ByHand))
            for name, items in self.notebooks.items()
            if notebook in (None, name)
            for item, points in items.items()
        ]

    def items(self, notebook: str | None = None) -> list[Item]:
        """Return those that hidden tests grade, in order."""
        return [item for item in self.all_items(notebook) if not item.by_hand]

    def manual_items(self, notebook: str | None = None) -> list[Item]:
        """Return those that a person grades, in order."""
        return [item for item in self.all_items(notebook) if item.by_hand]

    @property
    def tested_points(self) -> float:
        """The points that hidden tests give."""
        return sum(item.points for item in self.items())

    @property
    def points(self) -> float:
        """All points, those that a person gives among them."""
        return sum(item.points for item in self.all_items())


@dataclass(frozen=True)
class Course:
    """The whole course. `root` is the folder that holds `course_config.py`."""

    name: str
    assignments: tuple[Assignment, ...]
    languages: tuple[str, ...] = ("en",)
    dataset: str = "mnist"
    limits: Limits = Limits()
    nbgrader: Callable[[Any], None] | None = None  # changes nbgrader's configuration object
    root: Path = Path()

    def assignment(self, name: str) -> Assignment:
        for assignment in self.assignments:
            if assignment.name == name:
                return assignment
        known = ", ".join(a.name for a in self.assignments)
        raise CourseError(f"There is no assignment {name!r} in this course. It has: {known}.")

    def notebooks(self) -> Iterator[tuple[Assignment, str]]:
        for assignment in self.assignments:
            for notebook in assignment.notebooks:
                yield assignment, notebook

    @property
    def private(self) -> Path:
        """The folder for the secret, the cache and prepared submissions; git ignores it."""
        return self.root / ".autograder"

    @property
    def data(self) -> Path:
        return self.root / "data"

    def source(self, assignment: str) -> Path:
        return self.root / "source" / assignment

    def release(self, assignment: str, language: str = "en") -> Path:
        return self.root / "release" / language / assignment


def find_root(start: Path | None = None) -> Path:
    """Return the nearest folder at or above `start` that holds `course_config.py`.

    Raises:
        CourseError: There is none.
    """
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / CONFIG).is_file():
            return folder
    raise CourseError(
        f"No {CONFIG} in {here} or above it. Go to the course's folder (`cd`), or name it with --course."
    )


def load(root: Path | None = None) -> Course:
    """Load the course whose folder is `root` (default: the nearest at or above the working directory)."""
    root = (root or find_root()).resolve()
    path = root / CONFIG
    if not path.is_file():
        raise CourseError(f"{path} does not exist. Name the course's folder with --course.")
    spec = importlib.util.spec_from_file_location(f"course_config_{abs(hash(str(root)))}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    try:
        spec.loader.exec_module(module)
        course: Course = module.course
    except Exception as error:
        raise CourseError(f"{path} cannot be used: {type(error).__name__}: {error}") from error
    dataset = os.environ.get("AUTOGRADER_DATASET") or course.dataset
    return replace(course, root=root, dataset=dataset)
