"""Build the course: text sources to nbgrader notebooks, and those to what students get."""

from __future__ import annotations

import functools
import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from autograder.authoring.figures import Figure, figures
from autograder.authoring.handout import handout
from autograder.authoring.public_checks import CHECKS, public_checks
from autograder.authoring.release import student_version
from autograder.authoring.sources import due_line, read_source, source_path
from autograder.authoring.translations.books import changed_catalogues, is_own, sources_of, voice_of
from autograder.authoring.translations.notebooks import translated
from autograder.authoring.translations.voices import ORIGINAL, Voice
from autograder.course.dates import shown
from autograder.course.model import Assignment, Course
from autograder.errors import CourseError
from autograder.intake.files import write_text
from autograder.locale import ENGLISH

_PLACEHOLDER = re.compile(r"\{\{ ?([\w.]+?)(?::([^{}\s]*))? ?\}\}")
_MOST_KEPT = 8  # assignments of which the built files are kept
_kept: dict[bytes, dict[Path, str]] = {}  # by what they were built from, under their paths in the course


def build(course: Course, check: bool = False) -> list[str]:
    """Build every notebook of the course, in every language, and return the files that changed.

    The catalogues of the languages that the course lists are brought up to date with the English texts; those of an
    installed package are left alone.

    With `check=True` nothing is written: the list names the files that differ from what a build gives,
    missing and left-over ones too, so an empty list is good news. Two builds of the same sources give
    the same bytes.

    Raises:
        CourseError: A source is missing, or its cells and `course_config.py` disagree.
    """
    catalogues = changed_catalogues(course, [each for each in course.languages if each != ENGLISH])
    files = {path: text for path, text in catalogues.items() if is_own(course, path)}
    for each in course.assignments:
        files |= built_files(course, each)
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

    A build takes seconds, and most commands ask more than once: what the same sources gave in this process is kept.

    Raises:
        CourseError: A source is missing, or its cells and `course_config.py` disagree.
    """
    try:
        key = built_from(course, assignment)
    except OSError:  # the build says which file it cannot read
        return _built(course, assignment)
    if key not in _kept:
        built = _built(course, assignment)
        while len(_kept) >= _MOST_KEPT:
            del _kept[next(iter(_kept))]
        _kept[key] = {path.relative_to(course.root): text for path, text in built.items()}
    return {course.root / path: text for path, text in _kept[key].items()}


def built_from(course: Course, assignment: Assignment) -> bytes:
    """Return a digest of all that the built files are made from, but for this package's own code."""
    settings = (course.languages, course.limits, course.libraries, course.time_zone)
    asked = (*settings, replace(assignment, late=None))
    digest = hashlib.sha256(repr(asked).encode())
    for path in sources_of(course, assignment):
        inside = path.is_relative_to(course.root)
        name = path.relative_to(course.root) if inside else Path(*path.parts[-3:])
        found = path.read_bytes()
        digest.update(f"\n{name} {len(found)}\n".encode() + found)
    return digest.digest()


def _built(course: Course, assignment: Assignment) -> dict[Path, str]:
    files = {}
    for language in course.languages:
        voice = voice_of(course, assignment, language)
        checks = public_checks(course, assignment, voice)
        notebooks = {
            name: source_notebook(course, assignment, name, checks, voice) for name in assignment.notebooks
        }
        if language == ENGLISH:  # the instructor's, with their solutions
            for name, notebook in notebooks.items():
                files[course.source(assignment.name) / f"{name}.ipynb"] = _text(notebook)
        release = course.release(assignment.name, language)
        released = {name: student_version(each) for name, each in notebooks.items()}
        files |= {release / f"{name}.ipynb": _text(each) for name, each in released.items()}
        files[release / CHECKS] = checks
        files |= {release / name: text for name, text in handout(assignment, released, voice).items()}
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


def source_notebook(
    course: Course, assignment: Assignment, name: str, checks: str, voice: Voice = ORIGINAL
) -> NotebookNode:
    """Return one notebook with its solutions and nbgrader's metadata, read from its text source, in the language of `voice`."""
    notebook = read_source(course, assignment, name)
    if voice.language != ENGLISH:
        notebook = translated(notebook, name, voice)
    path = source_path(course, assignment, name)
    due = _due(course, assignment, voice)
    known = functools.cache(functools.partial(figures, course, assignment))
    for cell in notebook.cells:
        cell.source = _filled(cell.source, course, assignment, checks, path, due, known)
    return notebook


def _filled(
    text: str,
    course: Course,
    assignment: Assignment,
    checks: str,
    path: Path,
    due: str,
    known: Callable[[], dict[str, Figure]],
) -> str:
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
                return due
            elif head == "figures":
                found = known()[rest[0]].value
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


def _due(course: Course, assignment: Assignment, voice: Voice) -> str:
    """Return the line that says when the assignment is due; nothing where `course_config.py` does not say."""
    due = course.due(assignment)
    return f"\n\n{due_line(shown(due, course.time_zone), voice)}" if due is not None else ""
