"""Change what a student fetched into what the student hands in."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

from autograder.course.model import Assignment, Course

Notebook = dict[str, Any]
_MARKERS = re.compile(r"^\s*### (BEGIN|END) SOLUTION\n?", re.MULTILINE)


def solved(course: Course, assignment: Assignment, fetched: Path) -> None:
    """Fill the solutions into the notebooks that a student fetched."""
    for name in assignment.notebooks:
        path = fetched / f"{name}.ipynb"
        notebook = read(path)
        source = read(course.source(assignment.name) / f"{name}.ipynb")
        solutions = {
            i: _MARKERS.sub("", text)
            for i, text in ((grade_id(c), _text(c)) for c in source["cells"] if _is_solution(c))
        }
        for cell in notebook["cells"]:
            if _is_solution(cell):
                cell["source"] = solutions[grade_id(cell)]
        write(path, notebook)


def read(path: Path) -> Notebook:
    return json.loads(path.read_text(encoding="utf-8"))


def write(path: Path, notebook: Notebook) -> None:
    path.chmod(0o644)
    path.write_text(json.dumps(notebook, indent=1), encoding="utf-8")


def grade_id(cell: dict[str, Any]) -> str:
    return str(cell["metadata"].get("nbgrader", {}).get("grade_id", ""))


def _is_solution(cell: dict[str, Any]) -> bool:
    nbgrader = cell["metadata"].get("nbgrader", {})
    return cell["cell_type"] == "code" and bool(nbgrader.get("solution"))


def _text(cell: dict[str, Any]) -> str:
    return "".join(cell["source"])


def edit(folder: Path, item: str, change: Callable[[str], str]) -> None:
    """Change the source of the cell with this grade id, wherever it is."""
    for path in folder.glob("*.ipynb"):
        notebook = read(path)
        for cell in notebook["cells"]:
            if grade_id(cell) == item:
                cell["source"] = change(_text(cell))
        write(path, notebook)


def instead(item: str, code: str) -> Callable[[Path], None]:
    """Return what hands in other code for an item."""
    return lambda folder: edit(folder, item, lambda source: code)


def all_instead(answers: ModuleType, pasted: dict[str, str]) -> Callable[[Path], None]:
    """Return what hands in a module's own functions and classes for the items of their names, and for the cells they are pasted into.

    Args:
        answers: The module.
        pasted: For some names, the grade id of such a cell.
    """

    def change(folder: Path) -> None:
        for item, answer in inspect.getmembers(
            answers, lambda each: inspect.isfunction(each) or inspect.isclass(each)
        ):
            if answer.__module__ == answers.__name__:
                for cell in (item, pasted.get(item, item)):
                    instead(cell, inspect.getsource(answer))(folder)

    return change


def add_cell(folder: Path, name: str, code: str, at: int = 3) -> None:
    """Insert a cell of the student's own."""
    path = folder / f"{name}.ipynb"
    notebook = read(path)
    cell: dict[str, Any] = {
        "cell_type": "code",
        "execution_count": None,
        "id": "mine",
        "metadata": {},
        "outputs": [],
        "source": code,
    }
    notebook["cells"].insert(at, cell)
    write(path, notebook)


def stub(course: Course, assignment: Assignment) -> Callable[[Path], None]:
    """Return what hands in the release as it is."""

    def change(folder: Path) -> None:
        for name in assignment.notebooks:
            write(folder / f"{name}.ipynb", read(course.release(assignment.name) / f"{name}.ipynb"))

    return change


def zero(assignment: Assignment, *notebooks: str) -> dict[str, float]:
    """Return no points for each item of some notebooks."""
    return {item.id: 0.0 for name in notebooks for item in assignment.items(name)}
