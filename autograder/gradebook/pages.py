"""Feedback pages, by nbgrader's own converter: each student's in a process of its own, so that nobody's work holds up the others'."""

from __future__ import annotations

import gc
import multiprocessing
import os
import shutil
import signal
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from multiprocessing.connection import Connection, wait
from pathlib import Path

from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from nbgrader.converters.base import NbGraderException

from autograder.course.model import Assignment, Course
from autograder.errors import CourseError
from autograder.gradebook.book import nbgrader_log, nbgrader_settings
from autograder.gradebook.converter import CourseFeedback
from autograder.gradebook.feedback import PAGE, read_once
from autograder.gradebook.feedback_page import Book, Grade, page_of
from autograder.gradebook.filters import written
from autograder.gradebook.quick import quick
from autograder.gradebook.reasons import grouped, in_words, reasons
from autograder.gradebook.results import Steps, current_results
from autograder.gradebook.whose_language import require_spoken
from autograder.intake.files import locked
from autograder.workers.worker import end_with_parent, limit_memory

_PARTIAL = "pages"  # in the private folder: what is made there is put in place file by file
DEADLINE = 60.0  # seconds for one student's pages; usual ones take about one
_MEMORY = 5 << 29  # bytes, 2.5 GiB, for one student's pages
_LOOK = 0.2  # seconds between two looks at the clock


@dataclass
class _Making:
    """A student's pages being made by a process of their own."""

    student: str
    plain: bool
    process: multiprocessing.process.BaseProcess
    said: Connection
    until: float


def write_feedback(
    course: Course,
    assignment: Assignment,
    jobs: int = 1,
    done: Callable[[int, int], None] = lambda count, total: None,
    steps: Steps = lambda items, what: items,
    language: str = "",
) -> int:
    """Write the pages of all graded students; return how many there are.

    Whose pages take too long gets them with their Markdown as it was written; whose cannot be made has none, and no older ones.

    Args:
        course: The course.
        assignment: The assignment.
        jobs: How many processes make pages side by side.
        done: Is told how many students' pages are made, of how many; and now and then besides.
        steps: Shows how far the reading of the grades is.
        language: That of all pages; "" for each student's own.

    Raises:
        CourseError: Nothing has been graded, nothing is said in that language, or some students' pages could not be made.
    """
    require_spoken(course, language)
    folders = (course.root / "autograded").glob(f"*/{assignment.name}/*.ipynb")
    students = sorted({path.parents[1].name for path in folders})
    if not students:
        raise CourseError(
            f"Nothing of {assignment.name} has been graded. Grade first: `autograder grade {assignment.name}`."
        )
    alone = locked(
        course.private / f"{_PARTIAL}.lock",
        "Another command is making feedback pages of this course. Wait until that ends, then run this one again.",
    )
    with alone:
        current_results(course, assignment, steps)
        with read_once(course, assignment, language):
            faults = _make_all(course, assignment, students, jobs, done, language)
    if faults:
        raise CourseError(
            f"Not every feedback page could be made: {grouped(faults.items())}. The pages of these students are missing, and the others' are made: {_pages(course, assignment)} pages are there. All that was said is in .autograder/nbgrader.log; `autograder doctor` tries what feedback needs. Run the command again when what is named is mended; or let these students know their points by an export."
        )
    return _pages(course, assignment)


def _make_all(
    course: Course,
    assignment: Assignment,
    students: list[str],
    jobs: int,
    done: Callable[[int, int], None],
    language: str,
) -> dict[str, str]:
    """Make every student's pages; return why some could not be made, by student."""
    partial = course.private / _PARTIAL
    shutil.rmtree(partial, ignore_errors=True)  # of a command that was killed
    waiting = deque((student, False) for student in students)
    running: list[_Making] = []
    faults: dict[str, str] = {}
    made = 0
    try_page(course)  # loads here, once, what a first page needs
    gc.collect()
    gc.freeze()  # keeps the loaded pages shared
    try:
        while waiting or running:
            while waiting and len(running) < jobs:
                running.append(_begin(course, assignment, *waiting.popleft(), language))
            done(made, len(students))
            wait([each.process.sentinel for each in running], _LOOK)
            for each in [e for e in running if not e.process.is_alive() or time.monotonic() >= e.until]:
                running.remove(each)
                why = _outcome(each)
                if why is None and not each.plain:
                    waiting.appendleft((each.student, True))
                    continue
                made += 1
                if why != "":
                    faults[each.student] = (
                        why or f"took longer than {DEADLINE:g} s, or more memory than there is for it"
                    )
                    folder = course.root / "feedback" / each.student / assignment.name
                    shutil.rmtree(folder, ignore_errors=True)  # what lies there shows an older grade
        done(made, len(students))
    finally:
        for each in running:
            each.process.kill()
            each.process.join()
        shutil.rmtree(partial, ignore_errors=True)
    return faults


def _begin(course: Course, assignment: Assignment, student: str, plain: bool, language: str) -> _Making:
    """Fork a process that makes one student's pages. It opens the gradebook itself: SQLite's handles must not be shared by forks."""
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(
        target=_make, args=(course, assignment, student, plain, language, theirs, os.getpid())
    )
    process.start()
    theirs.close()
    return _Making(student, plain, process, ours, time.monotonic() + DEADLINE)


def _outcome(making: _Making) -> str | None:
    """End a process and return why it made no pages: "" if it made them, None if it did not come to an end of its own."""
    making.process.kill()
    making.process.join()
    try:
        return str(making.said.recv()) if making.said.poll() else None
    except (EOFError, OSError):
        return None
    finally:
        making.said.close()
        making.process.close()


def _make(
    course: Course,
    assignment: Assignment,
    student: str,
    plain: bool,
    language: str,
    said: Connection,
    parent: int,
) -> None:
    """Make one student's pages, in a process of their own, and say why that failed ("" if it did not)."""
    signal.signal(
        signal.SIGINT, signal.SIG_IGN
    )  # Ctrl-C is the command's matter, and reaches the whole group
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    end_with_parent()
    if os.getppid() != parent:  # it ended before the kernel was asked
        return
    limit_memory(_MEMORY)
    try:
        with quick():
            _convert(course, assignment, student, plain, language)
        why = ""
    except (MemoryError, RecursionError):
        return  # as if it had been ended
    except Exception as error:
        why = in_words(error)
    said.send(why)


def _convert(course: Course, assignment: Assignment, student: str, plain: bool, language: str) -> None:
    config, coursedir = nbgrader_settings(course, assignment)
    config.CoursePage.language = language
    coursedir.student_id = student
    place = coursedir.feedback_directory
    coursedir.feedback_directory = str(course.private / _PARTIAL)
    if plain:
        config.HTMLExporter.filters["markdown2html"] = written
        config.HTMLExporter.filters["highlight_code"] = lambda source, **_: (
            f"<pre>{escape(str(source))}</pre>"
        )
    log = nbgrader_log(course)
    converter = CourseFeedback(coursedir=coursedir, config=config, log=log)
    converter.force, converter.fresh = True, False
    with reasons(log) as found:
        try:
            converter.start()
        except NbGraderException as error:
            raise found.first or error from error
    made = Path(coursedir.format_path(coursedir.feedback_directory, student, assignment.name))
    _put_in_place(made, Path(coursedir.format_path(place, student, assignment.name)))


def _put_in_place(made: Path, target: Path) -> None:
    """Copy files one by one over the older ones: a kill leaves each page whole, an older one or a new one."""
    target.mkdir(parents=True, exist_ok=True)
    shutil.copymode(made, target)
    kept = {path.relative_to(made) for path in made.rglob("*") if path.is_file()}
    for path in sorted(kept):
        place = target / path
        place.parent.mkdir(parents=True, exist_ok=True)
        partial = place.with_name(f".{place.name}.partial")
        try:
            shutil.copy(made / path, partial)  # `feedback/` may lie on another disk
            os.replace(partial, place)
        finally:
            partial.unlink(missing_ok=True)
    for path in target.rglob("*"):
        if path.is_file() and path.relative_to(target) not in kept:
            path.unlink()


def try_page(course: Course) -> str:
    """Render a small notebook as feedback pages are; return why that fails, "" if it does not."""
    assignment = course.assignments[0]
    config, coursedir = nbgrader_settings(course, assignment)
    notebook = new_notebook(
        cells=[
            new_markdown_cell("# Words, `code`, **more**\n\n| a | b |\n|---|---|\n| $x^2$ | <b>2</b> |"),
            new_code_cell("x = 1", outputs=[new_output("display_data", {"text/html": "<p class='a'>1</p>"})]),
        ]
    )
    try:
        converter = CourseFeedback(coursedir=coursedir, config=config)
        exporter = converter.exporter_class(parent=converter, config=converter.config)
        said = page_of(notebook, "trial", [], Book({}, Grade(1, 1)), [])
        page, _ = exporter.from_notebook_node(notebook, {"nbgrader": {PAGE: said}})
    except Exception as error:  # whatever it is, it would stop every page
        return in_words(error)
    whole = "<table" in page and "<math" in page
    return "" if whole else "The page of a small notebook lacks its table or its formula."


def _pages(course: Course, assignment: Assignment) -> int:
    return len(list((course.root / "feedback").glob(f"*/{assignment.name}/*.html")))
