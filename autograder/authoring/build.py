"""Build the course: text sources to nbgrader notebooks, and those to what students get."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import jupytext
import nbformat
from nbformat import NotebookNode

from autograder.authoring import by_hand
from autograder.authoring.figures import figures
from autograder.authoring.handout import handout
from autograder.authoring.public_checks import CHECKS, public_checks
from autograder.authoring.release import student_version
from autograder.course.dates import shown
from autograder.course.model import Assignment, Course, Item
from autograder.errors import CourseError
from autograder.intake.files import write_text

SUFFIX = ".nb.py"
_PLACEHOLDER = re.compile(r"\{\{ ?([\w.]+?)(?::([^{}\s]*))? ?\}\}")
_KERNEL = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def build(course: Course, check: bool = False) -> list[str]:
    """Build every notebook of the course, in every language, and return the files that changed.

    With `check=True` nothing is written: the list names the files that differ from what a build gives,
    missing and left-over ones too, so an empty list is good news. Two builds of the same sources give
    the same bytes.

    Raises:
        CourseError: A source is missing, or its cells and `course_config.py` disagree.
    """
    files = {path: text for each in course.assignments for path, text in built_files(course, each).items()}
    changed = differing(files)
    extra = [path for path in _built_before(course) if path not in files]
    if not check:
        for path in changed:
            write_text(path, files[path])
        for path in extra:
            path.unlink()
    return sorted(path.relative_to(course.root).as_posix() for path in (*changed, *extra))


def differing(files: dict[Path, str]) -> list[Path]:
    """Return the files that are missing, or hold another text."""
    return [
        path
        for path, text in files.items()
        if not path.is_file() or path.read_text("utf-8", "replace") != text
    ]


def built_files(course: Course, assignment: Assignment) -> dict[Path, str]:
    """Return what a build of one assignment gives: every file with its text.

    Raises:
        CourseError: A source is missing, or its cells and `course_config.py` disagree.
    """
    files = {}
    checks = public_checks(course, assignment)
    notebooks = {name: source_notebook(course, assignment, name, checks) for name in assignment.notebooks}
    for name, notebook in notebooks.items():
        files[course.source(assignment.name) / f"{name}.ipynb"] = _text(notebook)
    for language in course.languages:
        release = course.release(assignment.name, language)
        released = {name: student_version(translated(each, language)) for name, each in notebooks.items()}
        files |= {release / f"{name}.ipynb": _text(each) for name, each in released.items()}
        files[release / CHECKS] = checks
        files |= {release / name: text for name, text in handout(assignment, released).items()}
    return files


def _built_before(course: Course) -> Iterator[Path]:
    """Yield the files that earlier builds may have left."""
    for assignment in course.assignments:
        yield from sorted(course.source(assignment.name).glob("*.ipynb"))
    for path in sorted((course.root / "release").rglob("*")):
        if path.is_file() and not {"__pycache__", ".ipynb_checkpoints"} & set(path.parts):
            yield path


def _text(notebook: NotebookNode) -> str:
    text: str = nbformat.writes(notebook)
    return text if text.endswith("\n") else text + "\n"


def translated(notebook: NotebookNode, language: str) -> NotebookNode:
    """Return the notebook in another language. English is the source's own."""
    if language != "en":
        raise CourseError(f"There is no translation to {language!r} yet. Take it out of `languages`.")
    return notebook


def source_notebook(course: Course, assignment: Assignment, name: str, checks: str) -> NotebookNode:
    """Return one notebook with its solutions and nbgrader's metadata, read from its text source."""
    path = course.source(assignment.name) / f"{name}{SUFFIX}"
    if not path.is_file():
        raise CourseError(f"{path} is missing, but course_config.py names the notebook {name!r}.")
    notebook = jupytext.reads(path.read_text("utf-8"), fmt="py:percent")
    notebook.metadata = nbformat.from_dict(_KERNEL)
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    items = {item.id: item for item in assignment.all_items(name)}
    place, steps = "top", 0
    for cell in notebook.cells:
        cell.source = _filled(cell.source, course, assignment, checks, path)
        grade_id = _mark(cell, items, path)
        place, steps = (grade_id, 0) if grade_id else (place, steps + 1)
        cell.id = f"{place}-{steps}" if steps else place
    _agree(notebook, assignment, name, path)
    return notebook


def _filled(text: str, course: Course, assignment: Assignment, checks: str, path: Path) -> str:
    """Replace `{{ training.mnist.images:, }}`, `{{ figures.NAME }}`, `{{ checks }}`, `{{ due }}`, `{{ file.NAME }}` and the like."""

    def value(match: re.Match[str]) -> str:
        head, *rest = match[1].split(".")
        try:
            if head == "checks":
                return repr(checks)
            if head == "file" and len(rest) == 1:
                return repr(_beside(path, rest[0]))
            if head == "training":
                found = getattr(assignment.training[rest[0]], rest[1])
            elif head == "points":
                found = (
                    next(i.points for i in assignment.all_items() if i.id == rest[0])
                    if rest
                    else assignment.points
                )
            elif head == "limits":
                found = getattr(course.limits, rest[0])
            elif head == "libraries" and not rest:
                return ", ".join(course.libraries)
            elif head == "due" and not rest:
                return _due(course, assignment)
            elif head == "figures":
                found = figures(course, assignment)[rest[0]].value
            else:
                raise KeyError(head)
        except (KeyError, IndexError, AttributeError, StopIteration) as error:
            raise CourseError(f"{path}: course_config.py has nothing for {match[0]}.") from error
        return format(found, match[2] or "g")

    return _PLACEHOLDER.sub(value, text)


def _beside(path: Path, name: str) -> str:
    """Return the text of `NAME.txt` beside a source: what a cell holds and nobody types, such as weights."""
    file = path.parent / f"{name}.txt"
    if not file.is_file():
        raise CourseError(f"{file} is missing, but {path.name} takes {{{{ file.{name} }}}} from it.")
    return file.read_text("utf-8").strip()


def _due(course: Course, assignment: Assignment) -> str:
    """Return the line that says when the assignment is due; nothing where `course_config.py` does not say."""
    due = course.due(assignment)
    return f"\n\n**Due: {shown(due, course.time_zone)}.**" if due is not None else ""


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
