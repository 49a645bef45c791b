"""What is translated, place by place: each has a folder `locale` with one catalogue a language."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from autograder.authoring import messages
from autograder.authoring.handout import handout_texts
from autograder.authoring.public_checks import PARTS, lab_texts, shared_texts
from autograder.authoring.sources import SUFFIX, due_line, read_source
from autograder.authoring.translations.answers import said_answers
from autograder.authoring.translations.notebooks import translated
from autograder.authoring.translations.voices import ORIGINAL, Collector, Translator, Voice
from autograder.course.model import Assignment, Course
from autograder.course.questions import FOLDER as ANSWERS
from autograder.errors import CourseError
from autograder.locale import ENGLISH, Catalogue, Message
from autograder.locale.catalogue import FOLDER, languages_in, read, require_language

ENGINE = Path(__file__).resolve().parents[2]  # the package: its catalogues lie in `autograder/locale/`
_MOST_KEPT = 16  # assignments whose messages are kept
_kept: dict[tuple[object, ...], list[Message]] = {}  # of assignments, by what they were collected from


@dataclass(frozen=True)
class Book:
    """The texts whose translations lie in one folder."""

    folder: Path
    messages: Callable[[], Iterable[Message]]
    mark: str = ""  # on top of its catalogues: hidden files carry one

    def place(self, course: Course) -> str:
        """Return what the folder is called: by the course's, or by the package's where that lies elsewhere."""
        root = course.root if self.folder.is_relative_to(course.root) else ENGINE.parent
        return self.folder.relative_to(root).as_posix()

    def catalogue(self, language: str) -> Catalogue:
        """Return the catalogue of a language, brought up to date with the English texts."""
        return read(self.folder, language).updated(self.messages())


def books(course: Course) -> list[Book]:
    """Return everything that is translated: what is the engine's own first, then each assignment's."""
    labs = [lab_book(course, each) for each in course.assignments]
    hidden = [
        Book(ENGINE / "graders" / name, said, messages.CANARY) for name, said in messages.of_graders(course)
    ]
    return [Book(ENGINE, _engine), *labs, *hidden]


def lab_book(course: Course, assignment: Assignment) -> Book:
    """Return what students read of one assignment, but for what all assignments share."""
    return Book(course.source(assignment.name), partial(_lab, course, assignment))


@functools.cache
def _engine() -> list[Message]:
    collector = Collector()
    shared_texts(collector)
    handout_texts(collector)
    due_line("{moment}", collector)
    return [*collector, *messages.of_engine()]


def _lab(course: Course, assignment: Assignment) -> list[Message]:
    """Return what students read of an assignment. Each language asks, and most commands more than once: the same sources are read once."""
    folder = course.source(assignment.name)
    patterns = (f"*{SUFFIX}", f"{PARTS}/*.py", f"{ANSWERS}/*")
    paths = sorted(path for pattern in patterns for path in folder.glob(pattern) if path.is_file())
    key = (repr(assignment), *((path.relative_to(folder), path.read_bytes()) for path in paths))
    if key not in _kept:
        while len(_kept) >= _MOST_KEPT:
            del _kept[next(iter(_kept))]
        _kept[key] = _collected(course, assignment)
    return _kept[key]


def _collected(course: Course, assignment: Assignment) -> list[Message]:
    collector = Collector()
    for name in assignment.notebooks:
        translated(read_source(course, assignment, name), name, collector)
        said_answers(course, assignment, name, collector)
    lab_texts(course, assignment, collector)
    return list(collector)


def voice_of(course: Course, assignment: Assignment, language: str) -> Voice:
    """Return who says what students read of an assignment in a language.

    Raises:
        CourseError: A catalogue cannot be read, or a translation in it lacks something that must stay.
    """
    if language == ENGLISH:
        return ORIGINAL
    engine = Book(ENGINE, _engine)
    found = [book.catalogue(language) for book in (lab_book(course, assignment), engine)]
    if broken := [line for each in found for line in each.broken()]:
        raise CourseError(
            "These translations must keep what the English text has:\n"
            + "\n".join(f"  {line}" for line in broken)
        )
    return Translator(language, *found)


def sources_of(course: Course, assignment: Assignment) -> list[Path]:
    """Return the files that a build reads: all of the assignment's but the notebooks, and of the package what is no code of the build."""
    folder = course.source(assignment.name)
    own = [path for pattern in ("*", "*/*") for path in folder.glob(pattern) if path.suffix != ".ipynb"]
    of_package = (
        *(f"{FOLDER}/*.po", "authoring/checks/*.py", "authoring/handout_texts/*"),
        f"graders/{assignment.name}/*/reference.py",  # which says whether its item is from scratch
    )
    package = [path for pattern in of_package for path in ENGINE.glob(pattern)]
    return [path for path in (*sorted(own), *sorted(package)) if path.is_file()]


def lacking(course: Course, languages: Iterable[str]) -> list[str]:
    """Return which messages have no translation that holds, or one that lacks something, in these languages."""
    return [
        line
        for book in books(course)
        for language in languages
        if language != ENGLISH
        for line in _named(book, course, book.catalogue(language))
    ]


def _named(book: Book, course: Course, catalogue: Catalogue) -> list[str]:
    return [f"{book.place(course)}/locale/{line}" for line in catalogue.lacking()]


def known_languages(course: Course) -> list[str]:
    """Return the languages that the course lists, and those that have catalogues."""
    found = {language for book in books(course) for language in languages_in(book.folder)}
    return sorted((found | set(course.languages)) - {ENGLISH})


def is_own(course: Course, path: Path) -> bool:
    """Say whether a catalogue is of this course: the package's are where it lies beside `course_config.py`, not where it is installed."""
    return not path.is_relative_to(ENGINE) or ENGINE.parent == course.root


def changed_catalogues(course: Course, languages: Iterable[str], new: bool = False) -> dict[Path, str]:
    """Return the catalogues that are not up to date with the English texts, as they should be; with `new`, those that are not there yet."""
    found = {}
    for language in map(require_language, languages):
        for book in books(course):
            before = read(book.folder, language)
            after = before.updated(book.messages())
            if (
                after.entries
                and before.path.is_file() != new
                and list(before.entries.items()) != list(after.entries.items())
            ):
                found[after.path] = book.mark + after.to_text()
    return found
