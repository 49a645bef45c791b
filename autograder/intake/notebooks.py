"""Read a submitted notebook and bring it into a form that can be trusted: known cells, in order, and nothing else."""

from __future__ import annotations

import ast
import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from autograder.course.model import Limits
from autograder.errors import NotebookError
from autograder.intake.files import NotPlainError, TooLargeError, read_plain
from autograder.intake.stripping import TooManyValues, without_outputs
from autograder.pages.html import plain, plain_characters

# A person grades "manual" cells, which run, and "essay" cells, which hold Markdown.
Kind = Literal["solution", "graded", "locked", "own", "demo", "manual", "essay"]
BY_HAND = ("manual", "essay")
NEVER_RUN = ("graded", "essay")
_MAX_SOURCE = 200_000  # characters in one cell
_MAX_ID = 200
# Of brackets, and of commas, in the file: each may cost many times its own byte in memory. Those in texts count as well.
_MAX_BRACKETS = 500_000
_MAX_COMMAS = 3_000_000
# Where a cell that is no code cell any more keeps its grade id after `clean_notebook`: nbgrader must not take it for one of its own.
TURNED = "autograder_turned"
LANGUAGE = "language"  # where the metadata of a notebook of ours, under "autograder", says in which it is; English says nothing
_HALF = re.compile(r"\\u[dD][89a-fA-F]")


@dataclass(frozen=True)
class Cell:
    """One code cell, or an answer in Markdown that a person grades: what it is, its grade id (empty for the student's own cells), its source."""

    kind: Kind
    grade_id: str
    source: str
    origin: int = field(
        default=-1, compare=False
    )  # index in the file's list of cells; -1 where it was put back


@dataclass(frozen=True)
class Notebook:
    """A submitted notebook after sanitising: locked cells as released, graded cells left out of what runs.

    `notes` tell of this file, not of what runs; `turned` are the grade ids of solution cells that are no code cells any more.
    """

    name: str
    cells: tuple[Cell, ...]
    notes: tuple[str, ...] = ()
    turned: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        """Digest of everything that runs, and of what does not run and is said."""
        runs = [[cell.kind, cell.grade_id, cell.source] for cell in self.cells if cell.kind not in NEVER_RUN]
        runs += [["turned", grade_id, ""] for grade_id in self.turned]
        return hashlib.sha256(json.dumps(runs).encode()).hexdigest()

    def solution(self, item: str) -> str:
        return next((c.source for c in self.cells if c.grade_id == item and c.kind == "solution"), "")


def read_json(path: Path, limits: Limits) -> dict[str, Any]:
    """Read a notebook file and check its form as far as grading needs it.

    Raises:
        NotebookError: It cannot be graded; the message says why, in words for the student.
    """
    name = plain(path.name)
    try:
        content = read_plain(path, limits.notebook_with_outputs << 20)
    except (NotPlainError, ValueError) as error:
        raise NotebookError(f"{name} is not a plain file.") from error
    except TooLargeError as error:
        raise NotebookError(too_large(name, error.size, limits.notebook_with_outputs)) from error
    except OSError as error:
        raise NotebookError(f"{name} cannot be read ({error.strerror}).") from error
    return parse(content, name, limits)


def too_large(name: str, size: int, most: int) -> str:
    """Return the words for a notebook that is larger than is read; `most` in MiB."""
    return f"{name} has {size >> 20} MiB; at most {most} are read. Clear large outputs and hand in again."


def parse(content: bytes, name: str, limits: Limits) -> dict[str, Any]:
    """Return a notebook's JSON, checked as by `read_json`; of a large one without outputs and attachments, which nothing rests on.

    Raises:
        NotebookError: It cannot be graded.
    """
    many = NotebookError(f"{name} holds more values than are read. Clear large outputs and hand in again.")
    stripped = len(content) > limits.notebook_file << 20 or _many_values(content)
    if stripped:
        try:
            content = without_outputs(content)
        except TooManyValues as error:
            raise many from error
    if len(content) > limits.notebook_file << 20:
        raise NotebookError(
            f"{name} has {len(content) >> 20} MiB without its outputs and attached pictures; at most {limits.notebook_file} are read. Take pictures and long texts out of its cells and hand in again."
        )
    if _many_values(content):
        raise many
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise NotebookError(
            f"{name} is not UTF-8 text. Save it again with Jupyter and hand it in anew."
        ) from error
    try:
        values = json.loads(text)
        if _HALF.search(text):
            values = _whole(values)
    except (ValueError, RecursionError) as error:
        if "<<<<<<<" in text and ">>>>>>>" in text:
            raise NotebookError(
                f"{name} holds merge-conflict markers (<<<<<<<, >>>>>>>), so it is no notebook any more. Resolve the conflict, open the notebook once in Jupyter to see that it loads, and hand it in again."
            ) from error
        raise NotebookError(
            f"{name} is not a notebook: its JSON cannot be read. Open it in Jupyter; if that fails too, go back to an earlier version, and hand it in again."
        ) from error
    values = _checked(values, name, limits)
    attached = (
        [cell.get("attachments") for cell in values["cells"] if isinstance(cell, dict)] if stripped else []
    )
    if any(isinstance(each, dict) and {} in each.values() for each in attached):
        values["metadata"] = {
            **_metadata(values),
            "autograder": {**_marks(values), "pictures_left_out": True},
        }
    return values


def _metadata(values: dict[str, Any]) -> dict[str, Any]:
    metadata = values.get("metadata")
    return metadata if isinstance(metadata, dict) else {}


def _marks(values: dict[str, Any]) -> dict[str, Any]:
    """Return what reading a file left in its metadata."""
    marks = _metadata(values).get("autograder")
    return marks if isinstance(marks, dict) else {}


def language_of(values: dict[str, Any]) -> str:
    """Return the language that a notebook says it is in; "" where it says none, as those in English do."""
    found = _marks(values).get(LANGUAGE)
    return found if isinstance(found, str) else ""


def language_kept(values: dict[str, Any]) -> dict[str, str]:
    """Return what new metadata of ours keep of a notebook's language: nothing where it is in English."""
    return {LANGUAGE: language} if (language := language_of(values)) else {}


def most_used(languages: Iterable[str]) -> str:
    """Return the language of most notebooks, of as many the one that comes first; "" stands for English, and for none at all."""
    return max(Counter(languages).items(), key=lambda each: each[1], default=("", 0))[0]


def _many_values(content: bytes) -> bool:
    return content.count(b"{") + content.count(b"[") > _MAX_BRACKETS or content.count(b",") > _MAX_COMMAS


def _whole(value: Any) -> Any:
    """Replace halves of characters, which no file, database or terminal takes; lists are changed in place."""
    match value:
        case str():
            return value if value.isascii() else plain_characters(value)
        case list():
            for i, each in enumerate(value):
                value[i] = _whole(each)
        case dict():
            return {_whole(key): _whole(each) for key, each in value.items()}
    return value


def _of_format_3(values: Any) -> Any:
    """Return a notebook of format 3, which Jupyter wrote until 2015 and converters still write, as one of format 4; any other as it is."""
    if not isinstance(values, dict) or values.get("nbformat") != 3 or "worksheets" not in values:
        return values
    import nbformat

    try:
        converted = nbformat.reads(json.dumps(values), as_version=4)
        converted.metadata["autograder"] = {"was_of_format": 3}
        return json.loads(json.dumps(converted))
    except Exception:  # whatever a file may hold that is no such notebook
        return values


def _checked(values: Any, name: str, limits: Limits) -> dict[str, Any]:
    values = _of_format_3(values)
    if not isinstance(values, dict) or not isinstance(values.get("cells"), list):
        raise NotebookError(
            f"{name} is not a notebook of format 4: it has no list of cells. Save it again with Jupyter."
        )
    if values.get("nbformat") != 4:
        raise NotebookError(
            f"{name} has notebook format {str(values.get('nbformat'))[:20]}, not 4. Save it again with Jupyter."
        )
    if len(values["cells"]) > limits.notebook_cells:
        raise NotebookError(
            f"{name} has {len(values['cells'])} cells; at most {limits.notebook_cells} are read."
        )
    return values


def source_of(cell: dict[str, Any]) -> str:
    """Return a cell's text, its lines ended as in Unix: editors elsewhere end them otherwise, and Python reads all alike."""
    source = cell.get("source", "")
    if isinstance(source, list):
        source = "".join(each for each in source if isinstance(each, str))
    return source.replace("\r\n", "\n").replace("\r", "\n") if isinstance(source, str) else ""


def _plain_cells(values: dict[str, Any]) -> list[tuple[str, str, dict[str, Any], list[str]]]:
    """Return (type, source, nbgrader metadata, tags) of every cell, in the file's order, whatever the file holds."""
    cells: list[tuple[str, str, dict[str, Any], list[str]]] = []
    for cell in values["cells"]:
        if not isinstance(cell, dict):
            cell = {}  # its place counts
        metadata = cell.get("metadata")
        metadata = metadata if isinstance(metadata, dict) else {}
        kind = cell.get("cell_type")
        nbgrader = metadata.get("nbgrader" if kind == "code" else TURNED, metadata.get("nbgrader"))
        tags = metadata.get("tags")
        cells.append(
            (
                kind if isinstance(kind, str) else "",
                source_of(cell),
                nbgrader if isinstance(nbgrader, dict) else {},
                [tag for tag in tags if isinstance(tag, str)] if isinstance(tags, list) else [],
            )
        )
    return cells


def released_cells(values: dict[str, Any]) -> list[Cell]:
    """Return the code cells of a notebook of ours, and the answers that a person grades."""
    cells = []
    for kind, source, nbgrader, tags in _plain_cells(values):
        if kind == "code":
            cells.append(Cell(_kind(nbgrader, tags), _grade_id(nbgrader), source))
        elif nbgrader.get("grade") and nbgrader.get("solution"):
            cells.append(Cell("essay", _grade_id(nbgrader), source))
    return cells


def _grade_id(nbgrader: dict[str, Any]) -> str:
    """Return a cell's grade id; "" where it has none, or one that is no text."""
    found = nbgrader.get("grade_id")
    return found if isinstance(found, str) and len(found) <= _MAX_ID else ""


def _kind(nbgrader: dict[str, Any], tags: list[str]) -> Kind:
    if nbgrader.get("grade"):
        return "manual" if nbgrader.get("solution") else "graded"
    if nbgrader.get("solution"):
        return "solution"
    if "demo" in tags:
        return "demo"
    return "locked" if nbgrader.get("locked") else "own"


def sanitise(values: dict[str, Any], released: list[Cell], name: str) -> Notebook:
    """Return what of a submission runs, in order.

    Grade ids, not metadata, decide what a cell is: it is what the released cell with that id is. Of cells with one grade
    id the last counts, as in nbgrader; the others stay as the student's own. Locked cells run as released, and are put back
    where they are missing; so are answers that a person grades, which are kept whatever type of cell they became.
    """
    known = {cell.grade_id: cell for cell in released if cell.grade_id}
    by_hand = {cell.grade_id for cell in released if cell.kind in BY_HAND}
    cells = _plain_cells(values)
    counts = [kind == "code" or _grade_id(nbgrader) in by_hand for kind, _, nbgrader, _ in cells]
    last = {_grade_id(n): i for i, (_, _, n, _) in enumerate(cells) if counts[i]}
    result: list[Cell] = []
    notes: list[str] = []
    turned: list[str] = []
    marks = _marks(values)
    if marks.get("was_of_format") == 3:
        notes.append(
            "The notebook was of format 3; it was read as one of format 4. Save it with a newer Jupyter."
        )
    if marks.get("pictures_left_out") is True:
        notes.append(
            "The pictures attached to texts were left out, and outputs: with them the notebook holds more than is read."
        )
    for i, (kind, source, nbgrader, tags) in enumerate(cells):
        if kind != "code" and not counts[i]:
            grade_id = _grade_id(nbgrader)
            if grade_id in known and known[grade_id].kind == "solution" and grade_id not in last:
                turned.append(grade_id)
            continue
        grade_id = _grade_id(nbgrader)
        if not counts[i] or (kind != "code" and last[grade_id] != i):
            continue
        source = source[:_MAX_SOURCE]
        original = known.get(grade_id)
        if original is None or last[grade_id] != i:
            if original is not None:
                notes.append(f"The cell {grade_id!r} is there more than once; the last one counts.")
                if original.kind == "graded":
                    continue
            result.append(Cell("demo" if "demo" in tags else "own", "", source, i))
        elif original.kind == "solution":
            result.append(Cell("solution", grade_id, source, i))
        elif original.kind == "demo":
            result.append(Cell("demo", grade_id, source, i))
        elif original.kind in BY_HAND:
            result.append(Cell(original.kind, grade_id, _answer(source, original.source), i))
        else:
            if original.kind == "locked" and not same_code(source, original.source):
                notes.append(
                    f"The locked cell {grade_id!r} is not as it is released now; it runs as released."
                )
            result.append(replace(original, origin=i))
    present = {cell.grade_id for cell in result}
    for position, cell in enumerate(released):
        if cell.grade_id and cell.grade_id not in present and cell.kind in ("locked", "graded", *BY_HAND):
            if cell.kind == "locked":
                notes.append(f"The locked cell {cell.grade_id!r} was missing; it was put back.")
            before = [c.grade_id for c in released[:position] if c.grade_id]
            at = max((i for i, c in enumerate(result) if c.grade_id in before and c.grade_id), default=-1)
            result.insert(at + 1, cell)
            present.add(cell.grade_id)
    return Notebook(name, tuple(result), tuple(dict.fromkeys(notes)), tuple(dict.fromkeys(turned)))


def turned_cells(values: dict[str, Any], notebook: Notebook) -> dict[int, str]:
    """Return the places in the file of solution cells that are no code cells any more, with their grade ids."""
    return {
        i: grade_id
        for i, (kind, _, nbgrader, _) in enumerate(_plain_cells(values))
        if kind != "code" and (grade_id := _grade_id(nbgrader)) in notebook.turned
    }


def _answer(source: str, released: str) -> str:
    """Return an answer that a person grades: as released where nothing was written, so that nbgrader sees that, too."""
    return released if source.split() in ([], released.split()) else source


def same_code(a: str, b: str) -> bool:
    """Say whether two cells hold the same code, comments and layout aside."""
    a, b = _flat(a), _flat(b)
    if a == b:
        return True
    try:
        return ast.dump(ast.parse(a)) == ast.dump(ast.parse(b))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False


def _flat(source: str) -> str:
    """Return a cell's text without what editors change on their own: ends of lines, spaces there, kinds of space, a mark of order."""
    lines = re.split(r"\r\n|\r|\n", source.lstrip("\ufeff").replace("\xa0", " "))
    return "\n".join(line.rstrip() for line in lines).strip()


def grade_ids(values: dict[str, Any]) -> set[str]:
    """Return the grade ids in a notebook, to recognise one that was renamed."""
    return {_grade_id(nbgrader) for _, _, nbgrader, _ in _plain_cells(values)} - {""}
