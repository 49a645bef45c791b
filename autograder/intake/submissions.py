"""From what was handed in to what nbgrader reads: clean notebooks, under their names, one folder a student."""

from __future__ import annotations

import contextlib
import copy
import errno
import hashlib
import json
import os
import re
import secrets
import shutil
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from autograder.course.model import Assignment, Course, Limits
from autograder.errors import CourseError, NotebookError, of_system
from autograder.intake import marks
from autograder.intake.files import folder_digest, joined_digest, read_plain
from autograder.intake.notebooks import (
    BY_HAND,
    TURNED,
    Cell,
    Notebook,
    grade_ids,
    language_kept,
    language_of,
    most_used,
    read_json,
    released_cells,
    sanitise,
    source_of,
    turned_cells,
)
from autograder.intake.stamps import timestamp
from autograder.pages.html import clean_markdown, clean_outputs, clean_text

PREPARED = ".autograder/prepared"
SECRET = "submission_secret.txt"
_MOST_CANDIDATES = 30
_MOST_DIGESTED = 256 << 20  # bytes of one file
_MOST_LOOKED_AT = 256 << 20  # bytes of all notebooks under names of the student's own
# Characters of the student's own Markdown, in one cell and in all: what renders it takes time that grows faster than the text.
_MOST_WORDS = 20_000
_MOST_WORDS_IN_ALL = 200_000


@dataclass(frozen=True)
class Released:
    """A released notebook: its JSON and its code cells, the measure of what a submission may change.

    `others` are the same notebook in the course's other languages.
    """

    values: dict[str, Any]
    cells: list[Cell]
    others: dict[str, Released] = field(default_factory=dict)

    def like(self, values: dict[str, Any]) -> Released:
        """Return the notebook in the language of a submission: the one that it says, or else the one whose cells it has most of."""
        if not self.others:
            return self
        if (said := self.others.get(language_of(values))) is not None:
            return said
        cells = {source_of(cell) for cell in values.get("cells", []) if isinstance(cell, dict)}
        return max((self, *self.others.values()), key=lambda each: len(cells & each.sources))

    @property
    def sources(self) -> set[str]:
        """The texts of all cells."""
        return {source_of(cell) for cell in self.values["cells"]}


def released(course: Course, assignment: str) -> dict[str, Released]:
    """Return an assignment's released notebooks by name, in English, with those in the other languages beside them.

    Raises:
        CourseError: The course has not been built.
    """
    languages = [each for each in course.languages if each != "en"]
    return {
        name: replace(
            _released(course.release(assignment) / f"{name}.ipynb"),
            others={
                each: _released(course.release(assignment, each) / f"{name}.ipynb") for each in languages
            },
        )
        for name in course.assignment(assignment).notebooks
    }


def _released(path: Path) -> Released:
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        return Released(values, released_cells(values))
    except (FileNotFoundError, ValueError) as error:
        raise CourseError(f"{path} is not there, or damaged. Run `autograder build`.") from error
    except OSError as error:
        raise CourseError(of_system(error)) from error


def recognise(stem: str, values: dict[str, Any], stubs: dict[str, list[Cell]]) -> str | None:
    """Return the notebook that a file is: by its name, else by most of the grade ids inside."""
    if stem in stubs:
        return stem
    inside = grade_ids(values)

    def share(name: str) -> float:
        solutions = {cell.grade_id for cell in stubs[name] if cell.kind in ("solution", *BY_HAND)}
        return len(inside & solutions) / max(1, len(solutions))

    best = max(stubs, key=share)
    return best if share(best) > 0.5 else None


@dataclass(frozen=True)
class Handed:
    """What a student handed in for one notebook: its JSON as it was read, or why there is none that can be graded."""

    notebook: str
    values: dict[str, Any] | None
    problem: str = ""
    note: str = ""


def handed_in_by(course: Course, assignment: Assignment) -> frozenset[str]:
    """Return the students who have a folder with a submission."""
    return frozenset(
        path.parent.name
        for path in (course.root / "submitted").glob(f"*/{assignment.name}")
        if path.is_dir() and not path.is_symlink() and not path.parent.is_symlink()
    )


def find(folder: Path, assignment: Assignment, stubs: dict[str, list[Cell]], limits: Limits) -> list[Handed]:
    """Look for each of the assignment's notebooks in a folder: by name, else by the grade ids inside."""
    result = []
    files = sorted(p for p in folder.glob("*.ipynb") if not p.name.startswith("."))[:_MOST_CANDIDATES]
    spare: dict[str, tuple[Path, dict[str, Any]]] = {}
    room = _MOST_LOOKED_AT
    for path in files:
        if path.stem not in assignment.notebooks and (size := path.lstat().st_size) <= room:
            room -= size
            try:
                values = read_json(path, limits)
            except NotebookError:
                continue
            name = recognise(path.stem, values, stubs)
            if name is not None:
                spare.setdefault(name, (path, values))
    for name in assignment.notebooks:
        path = folder / f"{name}.ipynb"
        if path.is_symlink() or path.exists():
            try:
                result.append(Handed(name, read_json(path, limits)))
            except NotebookError as problem:
                result.append(Handed(name, None, str(problem)))
        elif name in spare:
            other, values = spare[name]
            note = f"Taken from {other.name!r}, recognised by its cells. Keep the notebook's name next time."
            result.append(Handed(name, values, note=note))
        else:
            missing = f"The notebook {name}.ipynb was not handed in."
            result.append(Handed(name, None, _refused(folder, name) or missing))
    return result


def _refused(folder: Path, name: str) -> str:
    """Return why an import took no such notebook, if it said so of what lies here now."""
    try:
        mark = marks.read(folder)
        said = (
            mark.refused.get(name, "")
            if mark is not None and mark.digests[0] == folder_digest(folder)
            else ""
        )
        return clean_text(said, 500)
    except OSError:
        return ""


@dataclass(frozen=True)
class Prepared:
    """A clean notebook of ours: where it lies, why it holds no answers or the cells that run, and what is said of the file handed in.

    `release` is what it was compared with, in the submission's language.

    The notes are the submission's: another student may hand in the same cells without what they tell of.
    """

    notebook: str
    path: Path
    release: Released
    problem: str = ""
    cells: Notebook | None = None
    notes: tuple[str, ...] = ()


def prepare_student(
    course: Course, assignment: Assignment, student: str, releases: dict[str, Released]
) -> list[Prepared]:
    """Write the clean notebooks of one student's submission into the folder that nbgrader reads. The original stays."""
    folder = course.root / "submitted" / student / assignment.name
    target = course.root / PREPARED / student / assignment.name
    partial = target.with_name(f".{assignment.name}.{os.getpid()}.{secrets.token_hex(4)}")
    partial.mkdir(parents=True)
    prepared = []
    try:
        digest = handed_in_digest(folder)  # first: what comes meanwhile is seen as newer
        handed = find(
            folder, assignment, {name: each.cells for name, each in releases.items()}, course.limits
        )
        like = _in_its_language(handed, releases)
        for each in handed:
            raw, release = each.values, like[each.notebook]
            if raw is None:
                values = copy.deepcopy(release.values)
                values["metadata"]["autograder"] = {
                    **language_kept(values),
                    "problem": each.problem,
                    "handed_in": digest,
                }
                cells, notes = None, ()
            else:
                notebook = sanitise(raw, release.cells, each.notebook)
                values = clean_notebook(raw, release, notebook)
                cells = sanitise(values, release.cells, each.notebook)
                notes = (*((each.note,) if each.note else ()), *notebook.notes)
                values["metadata"]["autograder"] = {
                    **language_kept(release.values),  # whatever an editor left of the metadata
                    "notes": list(notes),
                    "handed_in": digest,
                }
            name = f"{each.notebook}.ipynb"
            # As it is: an escape makes six bytes of one or two.
            (partial / name).write_text(json.dumps(values, ensure_ascii=False), encoding="utf-8")
            prepared.append(Prepared(each.notebook, target / name, release, each.problem, cells, notes))
        if stamp := timestamp(folder, course.time_zone):
            (partial / "timestamp.txt").write_text(stamp)
        if secret := _exchange_secret(folder):
            (partial / SECRET).write_text(secret)
        _put_in_place(partial, target)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return prepared


def _in_its_language(handed: list[Handed], releases: dict[str, Released]) -> dict[str, Released]:
    """Return the release to compare each notebook with; what cannot be read is in the language of most of the others."""
    found = {
        each.notebook: releases[each.notebook].like(each.values) for each in handed if each.values is not None
    }
    language = most_used(language_of(each.values) for each in found.values())
    return {name: each.others.get(language, each) for name, each in releases.items()} | found


def read_prepared(path: Path) -> dict[str, Any]:
    """Return a clean notebook of ours. No student's limits hold for it: with what was put back it may be larger than the file handed in.

    Raises:
        OSError, ValueError: It is not there, or damaged.
    """
    values: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return values


def notes_of(values: dict[str, Any]) -> list[str]:
    """Return what is said of the file from which a clean notebook was made."""
    own = values.get("metadata", {}).get("autograder", {})
    notes = own.get("notes") if isinstance(own, dict) else None
    return [str(note) for note in notes] if isinstance(notes, list) else []


def _put_in_place(partial: Path, target: Path) -> None:
    """Let a folder take another's place. `nbgrader autograde` and the formgrader may do the same at the same moment.

    The same content stays where it is: somebody may be reading it, and would find nothing between the two renames.
    """
    if _content(partial) == _content(target):
        return
    while partial.exists():
        old = partial.with_name(f"{partial.name}.{secrets.token_hex(4)}")
        try:
            with contextlib.suppress(FileNotFoundError):
                target.rename(old)
            partial.rename(target)
        except OSError as error:
            if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):  # else another was quicker: once more
                raise
        finally:
            shutil.rmtree(old, ignore_errors=True)


def _content(folder: Path) -> dict[str, bytes] | None:
    """Return a prepared submission's files; None where it is not there, or not as a whole."""
    try:
        return {path.name: path.read_bytes() for path in folder.iterdir()}
    except OSError:
        return None


def handed_in_digest(folder: Path) -> str:
    """Return a digest of what of a submission can change its grade: its notebooks and its time stamp."""
    parts = []
    for path in [*sorted(folder.glob("*.ipynb"))[:_MOST_CANDIDATES], folder / "timestamp.txt"]:
        try:
            content = hashlib.sha256(read_plain(path, _MOST_DIGESTED)).digest()
        except OSError as error:  # no plain file, or a huge one: no grade comes of it
            content = f"{type(error).__name__} {error.strerror or error}".encode()
        parts.append((path.name, content))
    return joined_digest(parts)


def _exchange_secret(folder: Path) -> str:
    """Return what nbgrader's `submit` put beside the notebooks, by which the student's feedback is found; "" where it is not in its form."""
    try:
        text = read_plain(folder / SECRET, 200).decode()
    except (OSError, ValueError):
        return ""
    return text if re.fullmatch(r"[0-9a-f]{32,200}", text) else ""


def clean_notebook(raw: dict[str, Any], release: Released, notebook: Notebook) -> dict[str, Any]:
    """Return a notebook of known form: our cells with our metadata, the student's cells with none.

    Cells come in the order of `notebook`, the student's Markdown where it stood. Only the outputs of `demo` cells are
    taken over, cleaned, since those cells are not run again.
    """
    ours = {str(c["metadata"].get("nbgrader", {}).get("grade_id", "")): c for c in release.values["cells"]}
    words = {"".join(c["source"]) for c in release.values["cells"] if c["cell_type"] == "markdown"}
    by_origin = {cell.origin: cell for cell in notebook.cells if cell.origin >= 0}
    inserted_after: dict[int, list[Cell]] = {}
    position = -1
    for cell in notebook.cells:
        if cell.origin >= 0:
            position = cell.origin
        else:
            inserted_after.setdefault(position, []).append(cell)
    cells: list[dict[str, Any]] = [_known(cell, ours, []) for cell in inserted_after.get(-1, [])]
    turned = turned_cells(raw, notebook)
    room = _MOST_WORDS_IN_ALL
    for i, original in enumerate(raw["cells"]):
        known = by_origin.get(i)
        if known is not None:
            outputs = clean_outputs(original.get("outputs")) if known.kind == "demo" else []
            cells.append(_known(known, ours, outputs, original.get("attachments")))
        elif isinstance(original, dict) and (original.get("cell_type") == "markdown" or i in turned):
            source = _markdown(original, words, min(room, _MOST_WORDS))
            room = max(0, room - (0 if source in words else len(source)))
            metadata = {TURNED: {"grade_id": turned[i]}} if i in turned else {}
            cells.append({"cell_type": "markdown", "metadata": metadata, "source": source})
        cells += [_known(cell, ours, []) for cell in inserted_after.get(i, [])]
    for i, each in enumerate(cells):
        each["id"] = f"cell-{i}"
    return {**copy.deepcopy({k: v for k, v in release.values.items() if k != "cells"}), "cells": cells}


def _known(
    cell: Cell, ours: dict[str, dict[str, Any]], outputs: list[dict[str, Any]], attachments: Any = None
) -> dict[str, Any]:
    original = ours.get(cell.grade_id) if cell.grade_id else None
    metadata = copy.deepcopy(original["metadata"]) if original else {}
    if cell.kind == "demo" and not original:
        metadata = {"tags": ["demo"]}
    if cell.kind == "essay":
        assert original is not None
        return {"cell_type": "markdown", "metadata": metadata, "source": _essay(cell, original, attachments)}
    return {
        "cell_type": "code", "execution_count": None, "metadata": metadata, "outputs": outputs, "source": cell.source,
    }  # fmt: skip


def _essay(cell: Cell, original: dict[str, Any], attachments: Any) -> str:
    """Return an answer in Markdown for the person who grades it. It has its own room, whatever else the notebook holds."""
    source = _markdown({"source": cell.source}, {"".join(original["source"])}, _MOST_WORDS)
    pictures = len(attachments) if isinstance(attachments, dict) else 0
    if not pictures:
        return source
    are = "1 picture is" if pictures == 1 else f"{pictures} pictures are"
    return f"{source}\n\n({are} not shown here. Look at the notebook as it was handed in.)"


def _markdown(original: dict[str, Any], words: set[str], most: int) -> str:
    """Return the text of a Markdown cell: ours as it is, the student's own shortened and without live HTML."""
    source = source_of(original)
    if source in words:
        return source
    more = len(source) - most
    return clean_markdown(source[:most]) + (f"\n\n… ({more:,} characters left out)" if more > 0 else "")
