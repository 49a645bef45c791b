"""Three places hold the course: configuration, built notebooks, gradebook. Where they disagree nothing is graded, generated or exported.

nbgrader gives full points to a graded cell that nobody fills, reads points from the notebook that it has released, and keeps older
scores where points change: a course that disagrees with itself gives wrong grades and no error.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from nbgrader.api import MissingEntry
from nbgrader.api import Notebook as BookNotebook

from autograder.authoring.build import built_files
from autograder.course.model import Assignment, Course
from autograder.errors import CourseError
from autograder.gradebook.book import open_book
from autograder.gradebook.due import due_disagreement

_SHOWN = 12
_MEANING = ("grade", "grade_id", "locked", "points", "solution", "task")
Cell = dict[str, Any]


class DisagreementError(CourseError):
    """Configuration, built notebooks and gradebook do not hold the same course."""


def require_agreement(course: Course, assignment: Assignment, gradebook: bool = True) -> None:
    """Raise unless the built notebooks are what configuration and sources give, and the gradebook holds the same cells and points.

    Args:
        course, assignment: What is compared.
        gradebook: Compare the gradebook as well.

    Raises:
        DisagreementError: They differ; the message says where, and the one command that mends it.
        CourseError: Sources and configuration cannot be built, or the gradebook does not know the assignment.
    """
    built = built_files(course, assignment)
    found = list(unbuilt(course, assignment, built))
    if gradebook:
        found += differing_book(course, assignment, built)
    if found:
        lines = [*found[:_SHOWN], *([f"and {len(found) - _SHOWN} more"] if len(found) > _SHOWN else [])]
        raise DisagreementError(
            "course_config.py, the built notebooks and the gradebook disagree, so nothing was done:\n"
            + "".join(f"  {line}\n" for line in lines)
            + f"Run `autograder sync {assignment.name}`: it builds the notebooks and brings the gradebook in line. (With --diff it only shows what that changes.)"
        )


def unbuilt(course: Course, assignment: Assignment, built: dict[Path, str]) -> Iterator[str]:
    """Yield where the built files are not what a build gives."""
    for path, text in built.items():
        name = path.relative_to(course.root).as_posix()
        try:
            there = path.read_text("utf-8")
        except (OSError, ValueError):
            yield f"{name} is missing, or cannot be read"
            continue
        if there == text:
            continue
        if path.suffix != ".ipynb":
            yield f"{name} is not what a build gives"
            continue
        try:
            yield from _cells_differ(name, _cells(json.loads(there)), _cells(json.loads(text)))
        except (ValueError, KeyError, TypeError, AttributeError):
            yield f"{name} is no notebook"
    for path in left_over(built):
        yield f"{path.relative_to(course.root).as_posix()} is no notebook of {assignment.name} by course_config.py"


def left_over(built: dict[Path, str]) -> list[Path]:
    """Return the notebooks beside those of a build: nbgrader would release and grade them."""
    folders = {path.parent for path in built}
    return sorted(path for folder in folders for path in folder.glob("*.ipynb") if path not in built)


def _cells(values: dict[str, Any]) -> list[Cell]:
    """Return what matters of a notebook's cells: kinds, sources, nbgrader's meaning, tags. Ids and layout do not."""
    cells = []
    for cell in values["cells"]:
        metadata = cell.get("metadata", {})
        own = metadata.get("nbgrader", {})
        cells.append(
            {
                "type": cell["cell_type"], "source": "".join(cell["source"]), "tags": metadata.get("tags", []),
                **{name: own.get(name) for name in _MEANING},
            }
        )  # fmt: skip
    return cells


def _cells_differ(name: str, there: list[Cell], wanted: list[Cell]) -> Iterator[str]:
    if there == wanted:
        return
    graded_there, graded = ({c["grade_id"]: c for c in cells if c["grade"]} for cells in (there, wanted))
    said = [f"{name} lacks the graded cell {each!r}" for each in graded if each not in graded_there]
    said += [
        f"{name} has a graded cell {each!r} that its text source and course_config.py do not have"
        for each in graded_there
        if each not in graded
    ]
    said += [
        f"{name} gives {graded_there[each]['points']} points to {each!r}, course_config.py {cell['points']}"
        for each, cell in graded.items()
        if each in graded_there and graded_there[each]["points"] != cell["points"]
    ]
    yield from said or [f"{name} has other cells or words than a build gives"]


def differing_book(course: Course, assignment: Assignment, built: dict[Path, str]) -> list[str]:
    """Return where nbgrader's gradebook holds other cells or points than the notebooks of a build.

    Raises:
        CourseError: It does not know the assignment.
    """
    said: list[str] = []
    with open_book(course, assignment) as gradebook:
        try:
            known = {each.name: each for each in gradebook.find_assignment(assignment.name).notebooks}
        except MissingEntry:
            raise CourseError(
                f"The gradebook does not know {assignment.name} yet. Run `nbgrader generate_assignment {assignment.name} --force` first."
            ) from None
        for name in assignment.notebooks:
            if name not in known:
                said.append(f"the gradebook does not know the notebook {name}")
                continue
            released = marked_cells(built[course.release(assignment.name) / f"{name}.ipynb"])
            said += _book_differs(f"the gradebook, {name}:", known[name], released)
        said += [f"the gradebook has a notebook {name}" for name in known if name not in assignment.notebooks]
        said += [due] if (due := due_disagreement(course, assignment, gradebook)) else []
    return said


def marked_cells(text: str) -> dict[str, Cell]:
    """Return the cells of a built notebook that nbgrader keeps in its gradebook, by grade id."""
    cells = json.loads(text)["cells"]
    return {c["metadata"]["nbgrader"]["grade_id"]: c for c in cells if "nbgrader" in c["metadata"]}


def solutions_of(released: dict[str, Cell]) -> set[str]:
    """Return the grade ids of a notebook's solution cells."""
    return {name for name, cell in released.items() if cell["metadata"]["nbgrader"]["solution"]}


def source_of(cell: Cell) -> tuple[str, bool, str]:
    """Return what nbgrader keeps of a cell: its type, whether it is locked, its text."""
    return cell["cell_type"], bool(cell["metadata"]["nbgrader"]["locked"]), "".join(cell["source"])


def points_of(released: dict[str, Cell]) -> dict[str, float]:
    """Return the points of a notebook's graded cells, by grade id."""
    own = {name: cell["metadata"]["nbgrader"] for name, cell in released.items()}
    return {name: float(meta["points"]) for name, meta in own.items() if meta["grade"]}


def _book_differs(where: str, known: BookNotebook, released: dict[str, Cell]) -> Iterator[str]:
    points = points_of(released)
    held = {cell.name: float(cell.max_score) for cell in known.grade_cells}
    named = set()
    for name in sorted(points.keys() | held.keys()):
        if points.get(name) == held.get(name):
            continue
        named.add(name)
        if name not in held:
            yield f"{where} there is no graded cell {name!r}"
        elif name not in points:
            yield f"{where} there is a graded cell {name!r} that the notebook does not have"
        else:
            yield f"{where} {name!r} is worth {held[name]:g} points, by course_config.py {points[name]:g}"
    solutions = solutions_of(released)
    for name in sorted(solutions ^ {cell.name for cell in known.solution_cells}):
        named.add(name)
        yield f"{where} the solution cell {name!r} is only {'in the notebook' if name in solutions else 'there'}"
    sources = {cell.name: (cell.cell_type, bool(cell.locked), cell.source) for cell in known.source_cells}
    wanted = {name: source_of(cell) for name, cell in released.items()}
    for name in sorted((sources.keys() | wanted.keys()) - named):
        if sources.get(name) != wanted.get(name):
            yield f"{where} the cell {name!r} is another than in the notebook"
