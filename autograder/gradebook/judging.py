"""Judge a class: prepare what was handed in, and grade what is not in the cache. Nothing is written but the cache."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from autograder.course import Assignment, Course
from autograder.errors import CourseError
from autograder.gradebook.lookup import Lookup
from autograder.notebooks import read_json, sanitise
from autograder.scorecard import Scorecard, with_free_items
from autograder.submissions import PREPARED, handed_in_by, prepare_student, timestamp
from autograder.trouble import concerns_all
from autograder.workers.tasks import Executor, Task, card_of

if TYPE_CHECKING:
    from autograder.gradebook.penalties import Lateness

Cards = dict[str, dict[str, Scorecard]]  # student: notebook: scorecard


@dataclass
class Report:
    """What became of a class: every student's scorecards, and those whose grades could not be written."""

    cards: Cards = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)  # student: why no grade was written
    notes: dict[str, list[str]] = field(default_factory=dict)
    unchanged: int = 0
    late: dict[str, Lateness] = field(default_factory=dict)
    dropped: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Progress:
    """What the command line shows while a class is graded."""

    start: Callable[[int], None] = lambda total: None
    running: Callable[[Task], None] = lambda task: None
    done: Callable[[Task, Scorecard], None] = lambda task, card: None
    writing: Callable[[str], None] = lambda student: None


SILENT = Progress()


def students_of(course: Course, assignment: Assignment, chosen: Iterable[str] = ()) -> list[str]:
    """Return the students with a submission.

    Raises:
        CourseError: There is none, or a chosen student has none.
    """
    folder = course.root / "submitted"
    found = sorted(handed_in_by(course, assignment))
    wanted = list(chosen)
    if missing := [student for student in wanted if student not in found]:
        raise CourseError(f"No submission of {assignment.name} by {', '.join(missing)} in {folder}.")
    if not found:
        raise CourseError(
            f"There is no submission of {assignment.name} in {folder}. Collect them with `nbgrader collect {assignment.name}`, or "
            f"put them in submitted/STUDENT/{assignment.name}/."
        )
    return wanted or found


@dataclass(frozen=True)
class Judged:
    """A class whose every notebook has a scorecard, with nothing written yet."""

    report: Report
    keys: dict[str, dict[str, str]]  # student: notebook: the key under which its result lies


def judge_class(
    lookup: Lookup, students: list[str], executor: Executor, force: bool, progress: Progress = SILENT
) -> Judged:
    """Grade what is not in the cache. Writes the cache and nothing else.

    Raises:
        CourseError, DataError, SandboxError: Nothing can be graded on this machine or in this course.
    """
    from autograder.gradebook.agreement import require_agreement
    from autograder.gradebook.settling import rule

    assignment = lookup.assignment
    rule(lookup.course, assignment)  # a late-penalty plugin that cannot be used is said now
    require_agreement(lookup.course, assignment)  # before workers start: there may be nothing for them to do
    report = Report()
    tasks, keys = _prepare(lookup, students, report, force, executor.begin)
    progress.start(len(tasks))
    for i, result in executor.run(tasks, lambda i: progress.running(tasks[i])):
        task = tasks[i]
        assert task.notebook is not None
        card = card_of(result, assignment, task.notebook, task.student)
        report.cards.setdefault(task.student, {})[task.notebook] = card
        if card.status == "grader_fault":
            report.faults[task.student] = f"the grader itself failed on {task.notebook}: {card.message}"
        progress.done(task, card)
    return Judged(report, keys)


def _prepare(
    lookup: Lookup, students: list[str], report: Report, force: bool, begin: Callable[[], None]
) -> tuple[list[Task], dict[str, dict[str, str]]]:
    """Prepare every submission; return the notebooks to grade, and the key under which each result lies."""
    tasks: list[Task] = []
    keys: dict[str, dict[str, str]] = {}
    if force or any(_looks_new(lookup, student) for student in students):
        begin()  # workers take seconds to start; the class is read meanwhile
    for student in students:
        folder = lookup.course.root / PREPARED / student / lookup.assignment.name
        try:
            found = prepare_student(lookup.course, lookup.assignment, student, lookup.releases)
        except Exception as error:  # one submission never stops the class
            if concerns_all(error):
                raise
            report.faults[student] = f"the submission cannot be prepared ({type(error).__name__}: {error})"
            continue
        for handed in found:
            path = folder / f"{handed.notebook}.ipynb"
            key = f"problem: {handed.problem}"
            if handed.values is not None:
                cells = lookup.releases[handed.notebook].cells
                key = lookup.keys.key(sanitise(read_json(path, lookup.course.limits), cells, handed.notebook))
            keys.setdefault(student, {})[handed.notebook] = key
            if handed.note:
                report.notes.setdefault(student, []).append(handed.note)
            if handed.values is None:
                card = lookup.invalid(handed.notebook, student, handed.problem)
                report.cards.setdefault(student, {})[handed.notebook] = card
            elif not force and (known := lookup.cache.get(key)) is not None:
                card = Scorecard.from_json({**known["scorecard"], "student": student})
                card = with_free_items(card, lookup.assignment)
                report.cards.setdefault(student, {})[handed.notebook] = card
            else:
                if not tasks:
                    begin()
                tasks.append(Task(student, str(path), handed.notebook, force))
    return tasks, keys


def _looks_new(lookup: Lookup, student: str) -> bool:
    """Guess from the folders alone whether there is something to grade; nothing but the time to begin rests on it."""
    root, name, zone = lookup.course.root, lookup.assignment.name, lookup.course.time_zone
    written = root / "autograded" / student / name
    return not written.is_dir() or (
        timestamp(root / "submitted" / student / name, zone) != timestamp(written, zone)
    )
