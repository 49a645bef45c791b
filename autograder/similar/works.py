"""One text a student: the code of their own in what they handed in, read by the same readers as for grading."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from autograder.course.model import Assignment, Course
from autograder.errors import CourseError, NotebookError
from autograder.intake.notebooks import Cell, Notebook, read_json, sanitise
from autograder.intake.submissions import Released, find, handed_in_by, recognise
from autograder.pages.html import plain
from autograder.repos.record import Record

_MOST_CODE = 60_000  # characters of one submission; the solution of lab 1 has 15,000
_MOST_ALSO = 2_000  # submissions of --also
_MOST_FOLDERS = 20_000
_DEEPEST = 5


@dataclass(frozen=True)
class Piece:
    """A cell of a student's own code. `id` is the grade id, or "" for a cell that they added."""

    notebook: str
    id: str
    source: str


@dataclass(frozen=True)
class Work:
    """What one student, or a group with one text, wrote; `elsewhere` says that it is not of this class."""

    name: str
    pieces: tuple[Piece, ...] = ()
    group: str = ""
    elsewhere: bool = False
    notes: tuple[str, ...] = ()


Progress = Callable[[Iterable[Path], str], Iterator[Path]]


def class_works(
    course: Course,
    assignment: Assignment,
    releases: dict[str, Released],
    record: Record | None,
    bar: Progress,
) -> list[Work]:
    """Return the class's works by name; members of a group who handed in the same are one work."""
    groups = _groups(record) if record is not None else {}
    found: dict[tuple[str, tuple[Piece, ...]], Work] = {}
    folders = [course.root / "submitted" / each for each in sorted(handed_in_by(course, assignment))]
    for folder in bar(folders, "Reading submissions"):
        name = plain(folder.name) or "?"
        work = _work(name, folder / assignment.name, course, assignment, releases)
        work = replace(work, group=groups.get(folder.name, ""))
        key = (work.group or f"\0{folder.name}", work.pieces)
        known = found.get(key)
        notes = tuple(dict.fromkeys((*known.notes, *work.notes))) if known else work.notes
        found[key] = replace(known, name=f"{known.name}, {name}", notes=notes) if known else work
    return list(found.values())


def _groups(record: Record) -> dict[str, str]:
    """Return the group of each student who has one, by the roster or by a repository in common."""
    groups = {person.student: person.group for person in record.roster if person.group}
    for entry in record.entries:
        if len(entry.students) > 1:
            group = next((groups[each] for each in entry.students if each in groups), entry.group)
            for student in entry.students:
                groups.setdefault(student, group or entry.repository)
    return groups


def other_works(
    place: Path, course: Course, assignment: Assignment, releases: dict[str, Released], bar: Progress
) -> list[Work]:
    """Return the works in a folder of notebooks, or of submissions at any depth.

    A folder that holds one of the assignment's notebooks by name is one submission; any other notebook is one by itself.

    Raises:
        CourseError: There are none, or it is this class's own folder.
    """
    if not place.is_dir():
        raise CourseError(f"{place} is no folder. Name a folder of notebooks or of submissions with --also.")
    if place.resolve().is_relative_to((course.root / "submitted").resolve()):
        raise CourseError(f"{place} is this class itself. Name another folder with --also.")
    place = place.resolve()
    found = []
    for path in bar(
        list(islice(_places(place, course, assignment), _MOST_ALSO + 1)), f"Reading {place.name}"
    ):
        away = path.parent if path.name == assignment.name and path.parent != place.parent else path
        name = plain(f"{place.name}/{away.relative_to(place)}" if away != place else place.name)
        if path.is_dir():
            work = _work(name, path, course, assignment, releases)
        else:
            try:
                pieces, notes = _pieces([_any_notebook(path, course, releases)], releases)
                work = Work(name, pieces, notes=notes)
            except NotebookError as error:
                work = Work(name, notes=(str(error),))
        found.append(replace(work, elsewhere=True))
    if not found:
        raise CourseError(f"{place} holds no notebook (*.ipynb). Name another folder with --also.")
    if len(found) > _MOST_ALSO:
        raise CourseError(
            f"{place} holds more than {_MOST_ALSO:,} submissions. Name a part of it with --also."
        )
    return found


def _places(place: Path, course: Course, assignment: Assignment) -> Iterator[Path]:
    others = {each.name for each in course.assignments} - {assignment.name}
    for count, (folder, folders, files) in enumerate(os.walk(place)):
        here = Path(folder)
        deep = len(here.relative_to(place).parts) >= _DEEPEST
        folders[:] = [] if deep else sorted(f for f in folders if not f.startswith(".") and f not in others)
        notebooks = sorted(f for f in files if f.endswith(".ipynb") and not f.startswith("."))
        if any(name.removesuffix(".ipynb") in assignment.notebooks for name in notebooks):
            yield here
        else:
            yield from (here / name for name in notebooks)
        if count >= _MOST_FOLDERS:
            raise CourseError(
                f"{place} holds more than {_MOST_FOLDERS:,} folders. Name a part of it with --also."
            )


def _any_notebook(path: Path, course: Course, releases: dict[str, Released]) -> Notebook:
    values = read_json(path, course.limits)
    name = recognise(path.stem, values, {name: each.cells for name, each in releases.items()})
    return sanitise(values, releases[name].like(values).cells if name else [], name or plain(path.stem))


def _work(
    name: str, folder: Path, course: Course, assignment: Assignment, releases: dict[str, Released]
) -> Work:
    notebooks, notes = [], []
    for each in find(folder, assignment, {key: r.cells for key, r in releases.items()}, course.limits):
        if each.values is not None:
            notebooks.append(
                sanitise(each.values, releases[each.notebook].like(each.values).cells, each.notebook)
            )
        elif os.path.lexists(
            folder / f"{each.notebook}.ipynb"
        ):  # else it is missing, which is no matter here
            notes.append(plain(each.problem, 300))
    pieces, more = _pieces(notebooks, releases)
    return Work(name, pieces, notes=(*notes, *more))


def _pieces(
    notebooks: list[Notebook], releases: dict[str, Released]
) -> tuple[tuple[Piece, ...], tuple[str, ...]]:
    """Return the cells that are not as released, in the release's order, cells of one's own last; and what was left out."""
    pieces: list[Piece] = []
    room, length = _MOST_CODE, 0
    for notebook in notebooks:
        release = releases.get(notebook.name)
        known = [release, *release.others.values()] if release is not None else []
        order = {cell.grade_id: i for i, cell in enumerate(known[0].cells if known else []) if cell.grade_id}
        ours = {cell.source.strip() for each in known for cell in each.cells}
        cells = [cell for cell in notebook.cells if _is_own(cell, ours)]
        for cell in sorted(cells, key=lambda each: order.get(each.grade_id, len(order))):
            length += len(cell.source)
            if room > 0:
                pieces.append(Piece(notebook.name, cell.grade_id, cell.source[:room]))
            room -= len(cell.source)
    left_out = (f"Only the first {_MOST_CODE:,} of {length:,} characters of code are compared.",)
    return tuple(pieces), left_out if room < 0 else ()


def _is_own(cell: Cell, ours: set[str]) -> bool:
    text = cell.source.strip()
    return cell.kind in ("solution", "own", "demo") and bool(text) and text not in ours
