"""Take the expected notebooks out of whatever a student handed in, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Set
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from autograder.course.model import Assignment, Limits
from autograder.errors import AutograderError
from autograder.intake.notebooks import Cell, parse, released_cells, too_large
from autograder.intake.submissions import Released, recognise

_MOST_CANDIDATES = 40
_MOST_LOOKED_AT = 256 << 20  # bytes of all notebooks under names of the student's own
PASSED_OVER = frozenset(
    {".ipynb_checkpoints", ".git", "__MACOSX", "node_modules", "site-packages", "venv", ".venv", "env"}
)


@dataclass
class Picked:
    """What is taken: file names with their content, what was refused (by notebook, in words for the student), and warnings."""

    files: dict[str, bytes] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)


def pick(
    files: list[tuple[str, int]],
    read: Callable[[str], bytes],
    assignment: Assignment,
    stubs: dict[str, list[Cell]],
    limits: Limits,
) -> Picked:
    """Return the notebooks of one submission: by name, else by the grade ids inside.

    Args:
        files: Every plain file, with its size; -1 where the file is not there.
        read: Reads one of them.
    """
    picked = Picked()
    most = limits.notebook_with_outputs << 20
    candidates = sorted(
        ((PurePosixPath(path), size) for path, size in files if path.lower().endswith(".ipynb")),
        key=lambda each: (len(each[0].parts), str(each[0])),
    )
    candidates = [
        (path, size)
        for path, size in candidates
        if not PASSED_OVER & set(path.parts) and not path.name.startswith(".")
    ][:_MOST_CANDIDATES]
    for name in assignment.notebooks:
        same = [each for each in candidates if each[0].name == f"{name}.ipynb"]
        if not same:
            continue
        path, size = same[0]
        if len(same) > 1:
            picked.warnings.append(f"{name}.ipynb is there {len(same)} times; {path} is taken.")
        try:
            if not 0 <= size <= most:
                raise AutograderError(_too_large(name, size, limits))
            picked.files[path.name] = read(str(path))
        except AutograderError as error:
            picked.refused[name] = str(error)
            picked.warnings.append(str(error))
    room = _MOST_LOOKED_AT
    for path, size in candidates:
        if path.stem in assignment.notebooks or not 0 <= size <= min(most, room):
            continue
        room -= size
        try:
            content = read(str(path))
            known = recognise("", parse(content, path.name, limits), stubs)
        except AutograderError:
            continue
        if known is None:
            continue
        if f"{known}.ipynb" in picked.files or known in picked.refused:
            picked.warnings.append(f"{path} looks like {known}, too; the one that has the right name counts.")
        elif any(f"as {known}," in said for said in picked.warnings):
            picked.warnings.append(f"{path} looks like {known}, too; it is left out.")
        else:
            picked.files[path.name] = content
            picked.warnings.append(f"{path} is taken as {known}, recognised by its cells.")
    return picked


def _too_large(name: str, size: int, limits: Limits) -> str:
    if size < 0:
        return f"{name}.ipynb is named in the repository, but its content is not there."
    return too_large(f"{name}.ipynb", size, limits.notebook_with_outputs)


def texts_of(releases: Iterable[Released]) -> frozenset[str]:
    """Return what stands in the cells that a student may fill, as released in any of the course's languages."""
    languages = [each for release in releases for each in (release, *release.others.values())]
    return frozenset(cell.source.strip() for each in languages for cell in each.cells)


def untouched(content: bytes, known: Set[str], limits: Limits) -> bool:
    """Say whether a notebook's solution cells are all as released, and no code was added."""
    try:
        cells = released_cells(parse(content, "", limits))
    except AutograderError:
        return False
    return all(not cell.source.strip() or cell.source.strip() in known for cell in cells)
