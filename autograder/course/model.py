"""The course as data: assignments, notebooks, items, thresholds and limits, loaded from `course_config.py`."""

from __future__ import annotations

import importlib.util
import math
import os
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from autograder.course.dates import moment, zone_of
from autograder.course.late import Late as Late
from autograder.errors import CourseError

CONFIG = "course_config.py"
_STUDENTS_WORK = ("submitted", "autograded", "feedback", ".autograder")  # folders of a course
# What names files and folders on every system, in nbgrader's patterns and in addresses.
_NAME = re.compile(r"\w[\w.-]{0,99}", re.ASCII)


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

    def __post_init__(self) -> None:
        if not (_whole(self.images) and _whole(self.epochs)):
            raise CourseError(
                f"A training takes whole numbers of images and epochs, not {self.images!r} and {self.epochs!r}."
            )
        if not (_number(self.threshold) and 0 < self.threshold < 1):
            raise CourseError(
                f"A threshold is a share of the test images between 0 and 1 (such as 0.85), not {self.threshold!r}."
            )


@dataclass(frozen=True)
class Limits:
    """What one submission may use. Sizes in MiB; times in seconds, without those in which others had the processor that it waited for."""

    cell: float = 60.0
    call: float = 20.0
    training_call: float = 120.0
    notebook: float = 300.0
    own_cells: float = 120.0  # those that a student added, in all; later ones only define what they define
    memory: int = 2048  # of one process
    memory_in_sum: int = 3072  # of all of them together
    tmp: int = 256
    processes: int = 64
    open_files: int = 256
    reply: int = 64
    output: int = 1
    notebook_file: int = 20  # without the outputs
    notebook_with_outputs: int = 128
    notebook_cells: int = 2000

    def hurried(self, share: float) -> Limits:
        """Return the limits with a share of their times."""
        times = ("cell", "call", "training_call", "notebook", "own_cells")
        return replace(self, **{name: share * getattr(self, name) for name in times})


@dataclass(frozen=True)
class Assignment:
    """One assignment: its notebooks in order, each with its items and their points.

    Hidden tests grade an item, unless its points are `by_hand(4)`: then a person does, in the formgrader.

    Attributes:
        training: By data set, what `trained_accuracy` trains on.
        without_stub: Items that are graded without a solution cell of their own.
        follow_through: What a fact keeps of its points where it fails only because of another mistake, which was named (0 to 1). Exam
            boards call it "error carried forward". Nothing is kept where something else was done than asked.
        hidden_inputs: Whether feedback shows the inputs of hidden tests, so that a student can make a failed call again: "never", or
            "after_due", from then on.
        free: Items whose points everybody has who handed in, whatever was found: for a task that turned out to be faulty.
        due: A time in the course's time zone, such as "2026-10-01 23:59"; where it is absent, nbgrader's gradebook decides.
        late: What late work loses, in place of the course's policy.

    Raises:
        CourseError: It cannot be graded as it stands; the message names what is wrong.
    """

    name: str
    notebooks: dict[str, dict[str, float]]
    training: dict[str, Training] = field(default_factory=dict)
    without_stub: tuple[str, ...] = ()
    follow_through: float = 0.5
    hidden_inputs: str = "never"
    free: tuple[str, ...] = ()
    due: str = ""
    late: Late | None = None

    def __post_init__(self) -> None:
        names = [item for items in self.notebooks.values() for item in items]
        for name in (self.name, *self.notebooks, *names):
            if not isinstance(name, str) or not _NAME.fullmatch(name):
                raise CourseError(
                    f"{name!r} cannot name an assignment, a notebook or an item: use letters, digits, _ - and a dot."
                )
        for item in self.all_items():
            if not _number(item.points) or not 0 <= item.points <= 1_000_000:
                raise CourseError(
                    f"The points of {item.id!r} are {item.points!r}; they must be a number from 0 on (0 drops the item)."
                )
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise CourseError(f"More than one notebook of {self.name} has the item {', '.join(twice)}.")
        if not _number(self.follow_through) or not 0 <= self.follow_through <= 1:
            raise CourseError(
                f"`follow_through` of {self.name} is a share from 0 to 1, such as 0.5, not {self.follow_through!r}."
            )
        if self.hidden_inputs not in ("never", "after_due"):
            raise CourseError(
                f'`hidden_inputs` of {self.name} is "never" or "after_due", not {self.hidden_inputs!r}.'
            )
        if self.hidden_inputs == "after_due" and not self.due:
            raise CourseError(
                f'`hidden_inputs="after_due"` of {self.name} needs a `due`: the inputs are shown from then on.'
            )
        for what, those in (("without_stub", self.without_stub), ("free", self.free)):
            if isinstance(those, str) or (unknown := sorted(set(those) - set(names))):
                said = repr(those) if isinstance(those, str) else ", ".join(unknown)
                raise CourseError(
                    f'`{what}` of {self.name} must list items, such as ("{names[0]}",), not {said}.'
                )

        for item in self.manual_items():
            if item.id in (*self.free, *self.without_stub) or item.id.startswith("test_"):
                raise CourseError(
                    f"A person grades {item.id!r} (`by_hand`). Give it a name that does not begin with test_, and take it out of `free` and `without_stub`: a person can give everybody full points."
                )

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

    def training_on(self, dataset: str) -> Training | None:
        """Return what is trained on a data set; None for an assignment that trains nothing.

        Raises:
            CourseError: `course_config.py` does not say it.
        """
        if not self.training:
            return None
        if dataset not in self.training:
            raise CourseError(
                f"{CONFIG} does not say what {self.name} trains on {dataset!r} (`training`). It does for: {', '.join(self.training)}."
            )
        return self.training[dataset]


@dataclass(frozen=True)
class Course:
    """The whole course. `root` is the folder that holds `course_config.py`."""

    name: str
    assignments: tuple[Assignment, ...]
    languages: tuple[str, ...] = ("en",)
    dataset: str = "mnist"
    limits: Limits = Limits()
    libraries: tuple[
        str, ...
    ] = ()  # of PyPI, which notebooks may import besides what the course needs itself
    time_zone: str = ""  # of due dates, such as "Europe/Berlin"
    late: Late | None = None  # what late work loses, unless an assignment says otherwise
    nbgrader: Callable[[Any], None] | None = None  # changes nbgrader's configuration object
    root: Path = Path()

    def __post_init__(self) -> None:
        if isinstance(self.languages, str) or "en" not in self.languages:
            raise CourseError(
                f'`languages` lists the languages of the release, English among them, such as ("en", "es"), not {self.languages!r}.'
            )
        if isinstance(self.libraries, str) or not all(isinstance(each, str) for each in self.libraries):
            raise CourseError(
                f'`libraries` lists packages of PyPI, such as ("tqdm", "pandas>=2"), not {self.libraries!r}.'
            )

    def assignment(self, name: str) -> Assignment:
        for assignment in self.assignments:
            if assignment.name == name:
                return assignment
        known = ", ".join(a.name for a in self.assignments)
        raise CourseError(f"There is no assignment {name!r} in this course. It has: {known}.")

    def due(self, assignment: Assignment) -> datetime | None:
        """Return when the assignment is due by `course_config.py`, in UTC; None where that does not say."""
        return moment(assignment.due, self.time_zone, f"{assignment.name}: due") if assignment.due else None

    def shows_inputs(self, assignment: Assignment) -> bool:
        """Say whether feedback that is made now shows the inputs of hidden tests."""
        due = self.due(assignment)
        return assignment.hidden_inputs == "after_due" and due is not None and datetime.now(UTC) > due

    def late_policy(self, assignment: Assignment) -> Late | None:
        """Return what late work loses, or None where the course leaves that to nbgrader."""
        return self.late if assignment.late is None else assignment.late

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


def _number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def find_root(start: Path | None = None) -> Path:
    """Return the nearest folder at or above `start` that holds `course_config.py`.

    Raises:
        CourseError: There is none.
    """
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / CONFIG).is_file() and _among_students_work(folder) is None:
            return folder
    raise CourseError(
        f"No {CONFIG} in {here} or above it. Go to the course's folder (`cd`), or name it with --course."
    )


def _among_students_work(folder: Path) -> Path | None:
    """Return the course in whose folders of students' work a folder lies: a `course_config.py` there is a student's, and is never run."""
    for outer in folder.parents:
        if (outer / CONFIG).is_file() and folder.relative_to(outer).parts[0] in _STUDENTS_WORK:
            return outer
    return None


def load(root: Path | None = None) -> Course:
    """Load the course whose folder is `root` (default: the nearest at or above the working directory)."""
    root = (root or find_root()).resolve()
    path = root / CONFIG
    if (outer := _among_students_work(root)) is not None:
        raise CourseError(
            f"{root} holds students' work of the course in {outer}: no {CONFIG} there is run. Name the course with --course {outer}."
        )
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
        if not isinstance(course, Course):
            raise CourseError(f"`course` is a {type(course).__name__}, not a Course.")
        _check_dates(course)
    except CourseError as error:
        raise CourseError(f"{path} cannot be used: {error}") from error
    except Exception as error:
        raise CourseError(f"{path} cannot be used: {type(error).__name__}: {error}") from error
    dataset = os.environ.get("AUTOGRADER_DATASET") or course.dataset
    return replace(course, root=root, dataset=dataset)


def _check_dates(course: Course) -> None:
    """Raise a CourseError unless the time zone, due dates and policies can be read."""
    if course.time_zone:
        zone_of(course.time_zone)
    for assignment in course.assignments:
        course.due(assignment)
        for policy in (course.late, assignment.late):
            if policy is not None and not isinstance(policy, Late):
                raise CourseError(f"late={policy!r}: write it as late=Late(per_day=10, most=50).")
