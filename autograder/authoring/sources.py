"""Read a notebook's text source: its cells with nbgrader's metadata and their ids, the placeholders not yet filled in."""

from __future__ import annotations

from pathlib import Path

import jupytext
import nbformat
from nbformat import NotebookNode

from autograder.authoring import by_hand
from autograder.authoring.translations.voices import Voice
from autograder.course.model import Assignment, Course, Item
from autograder.errors import CourseError

SUFFIX = ".nb.py"
_KERNEL = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def source_path(course: Course, assignment: Assignment, name: str) -> Path:
    """Return where a notebook's source lies.

    Raises:
        CourseError: It is missing.
    """
    path = course.source(assignment.name) / f"{name}{SUFFIX}"
    if not path.is_file():
        raise CourseError(f"{path} is missing, but course_config.py names the notebook {name!r}.")
    return path


def read_source(course: Course, assignment: Assignment, name: str) -> NotebookNode:
    """Return one notebook as its author wrote it, with nbgrader's metadata; each cell's id comes from the grade id before it.

    Raises:
        CourseError: The source is missing, or its cells and `course_config.py` disagree.
    """
    path = source_path(course, assignment, name)
    notebook = jupytext.reads(path.read_text("utf-8"), fmt="py:percent")
    notebook.metadata = nbformat.from_dict(_KERNEL)
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    items = {item.id: item for item in assignment.all_items(name)}
    place, steps = "top", 0
    for cell in notebook.cells:
        grade_id = _mark(cell, items, path)
        place, steps = (grade_id, 0) if grade_id else (place, steps + 1)
        cell.id = f"{place}-{steps}" if steps else place
    _agree(notebook, assignment, name, path)
    return notebook


def due_line(moment: str, voice: Voice) -> str:
    """Return the line that says when an assignment is due."""
    return voice.at("due")("**Due: {moment}.**", "when the assignment is due").format(moment=moment)


def _mark(cell: NotebookNode, items: dict[str, Item], path: Path) -> str:
    """Turn a cell's shorthand (`solution=`, `graded=`, `manual=`, `locked=`, `hide=`, `tags=`) into full metadata."""
    short = {key: value for key, value in cell.metadata.items() if key != "lines_to_next_cell"}
    cell.metadata = NotebookNode()
    if tags := short.pop("tags", None):
        cell.metadata["tags"] = list(tags)
    if short.pop("hide", False):
        cell.metadata["jupyter"] = {"source_hidden": True}
        cell.metadata["cellView"] = "form"
    roles = [role for role in ("solution", "graded", "manual", "locked") if role in short]
    if not roles:
        if short:
            raise CourseError(f"{path}: a cell has settings that mean nothing here: {', '.join(short)}.")
        return ""
    if len(roles) > 1:
        raise CourseError(f"{path}: a cell cannot be {' and '.join(roles)} at once.")
    (role,) = roles
    name: str = short[role]
    grade_id = f"test_{name}" if role == "graded" else name
    meta: dict[str, object] = {
        "grade": role in ("graded", "manual"),
        "grade_id": grade_id,
        "locked": role in ("graded", "locked"),
        "schema_version": 3,
        "solution": role in ("solution", "manual"),
        "task": False,
    }
    item = items.get(name)
    if item is not None:
        by_hand.require_same_way(item, role, cell.cell_type, path)
    if meta["grade"]:
        if item is None:
            raise CourseError(
                f"{path}: course_config.py gives no points to {name!r} in this notebook. To drop an item that students have, give it 0."
            )
        meta["points"] = int(item.points) if float(item.points).is_integer() else float(item.points)
    cell.metadata["nbgrader"] = NotebookNode(meta)
    return grade_id


def _agree(notebook: NotebookNode, assignment: Assignment, name: str, path: Path) -> None:
    """Make sure that each item has its cells, in the configured order: a solution and a graded cell, or one cell that is both."""
    marked = [cell.metadata["nbgrader"] for cell in notebook.cells if "nbgrader" in cell.metadata]
    items = assignment.all_items(name)
    graded = [meta["grade_id"] for meta in marked if meta["grade"]]
    wanted = [item.graded_cell for item in items]
    if graded != wanted:
        here, there = ([each for each in a if each not in b] for a, b in ((graded, wanted), (wanted, graded)))
        said = [f"only in the notebook: {', '.join(here)}"] * bool(here)
        said += [f"only in course_config.py: {', '.join(there)}"] * bool(there)
        raise CourseError(
            f"{path}: the graded cells are not the items of course_config.py ({'; '.join(said) or 'they are in another order, or twice'}). Mend one of the two. To drop an item that students have, give it 0 points."
        )
    solutions = [meta["grade_id"] for meta in marked if meta["solution"]]
    for item in items:
        if solutions.count(item.id) != int(item.solution):
            raise CourseError(f"{path}: {item.id!r} must have {int(item.solution)} solution cell(s).")
