"""Judge a class: prepare what was handed in, and grade what is not in the cache. Nothing is written but the cache."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from autograder.course.model import Assignment, Course
from autograder.errors import CourseError, concerns_all
from autograder.grading.scorecard import Scorecard, under_rules
from autograder.intake.folder_names import refusal
from autograder.intake.stamps import timestamp
from autograder.intake.submissions import handed_in_by, prepare_student
from autograder.workers.lookup import Lookup
from autograder.workers.tasks import Executor, Result, Task, card_of

if TYPE_CHECKING:
    from autograder.gradebook.penalties import Lateness

Cards = dict[str, dict[str, Scorecard]]  # student: notebook: scorecard


@dataclass
class Report:
    """What became of a class: every student's scorecards, and those whose grades could not be written."""

    cards: Cards = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)  # student: why no grade was written
    busy: list[str] = field(default_factory=list)  # whose result the machine had no time for: it is not kept
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
            f"There is no submission of {assignment.name} in {folder}. Collect them with `nbgrader collect {assignment.name}`, or put them in submitted/STUDENT/{assignment.name}/."
        )
    return wanted or found


@dataclass(frozen=True)
class Judged:
    """A class whose every notebook has a scorecard, with nothing written yet."""

    report: Report
    keys: dict[str, dict[str, str]]  # student: notebook: the key under which its result lies
    unkept: dict[str, Result]  # by key: what the cache does not hold, for the machine had no time for it


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
    class_ = _prepare(lookup, students, report, force, executor.begin)
    tasks, keys = class_.tasks, class_.keys
    progress.start(len(tasks))
    unkept: dict[str, Result] = {}
    for i, result in executor.run(tasks, lambda i: progress.running(tasks[i])):
        task = tasks[i]
        assert task.notebook is not None
        card = card_of(result, assignment, task.notebook, task.student)
        card.notes = [*class_.notes[task.student, task.notebook], *card.notes]
        if lookup.cache.get(key := keys[task.student][task.notebook]) is None:
            unkept[key] = result
        if result.get("busy"):
            report.busy.append(task.student)
        report.cards.setdefault(task.student, {})[task.notebook] = card
        if card.status == "grader_fault":
            report.faults[task.student] = f"the grader itself failed on {task.notebook}: {card.message}"
        progress.done(task, card)
    return Judged(report, keys, unkept)


@dataclass
class _Class:
    """What there is to grade, under which keys, and what is said of the files that were handed in."""

    tasks: list[Task] = field(default_factory=list)
    keys: dict[str, dict[str, str]] = field(default_factory=dict)
    notes: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)  # student, notebook


def _prepare(
    lookup: Lookup, students: list[str], report: Report, force: bool, begin: Callable[[], None]
) -> _Class:
    """Prepare every submission; note what there is to grade, and in the report what is known already."""
    found = _Class()
    if force or any(_looks_new(lookup, student) for student in students):
        begin()  # workers take seconds to start; the class is read meanwhile
    for student in students:
        try:
            tasks = _prepare_one(lookup, student, report, force, found)
        except Exception as error:  # one submission never stops the class
            if concerns_all(error):
                raise
            report.cards.pop(student, None)
            said = f"the submission cannot be prepared ({type(error).__name__}: {error})"
            report.faults[student] = str(error) if isinstance(error, CourseError) else said
            continue
        if tasks and not found.tasks:
            begin()
        found.tasks += tasks
    return found


def _prepare_one(lookup: Lookup, student: str, report: Report, force: bool, found: _Class) -> list[Task]:
    """Prepare a submission, and return its notebooks that are to be graded. What is prepared is ours: it is not read again."""
    tasks = []
    if why := refusal(student):
        raise CourseError(why)
    for each in prepare_student(lookup.course, lookup.assignment, student, lookup.releases):
        key = f"problem: {each.problem}" if each.cells is None else lookup.keys.key(each.cells, each.release)
        found.keys.setdefault(student, {})[each.notebook] = key
        found.notes[student, each.notebook] = each.notes
        if each.notes:
            report.notes.setdefault(student, []).extend(each.notes)
        if each.cells is None:
            card = lookup.invalid(each.notebook, student, each.problem)
        elif not force and (known := lookup.cache.get(key)) is not None:
            card = Scorecard.from_json({**known["scorecard"], "student": student})
            card = under_rules(card, lookup.assignment)
            card.notes = [*each.notes, *card.notes]
        else:
            tasks.append(Task(student, str(each.path), each.notebook, force, prepared=True))
            continue
        report.cards.setdefault(student, {})[each.notebook] = card
    return tasks


def _looks_new(lookup: Lookup, student: str) -> bool:
    """Guess from the folders alone whether there is something to grade; nothing but the time to begin rests on it."""
    root, name, zone = lookup.course.root, lookup.assignment.name, lookup.course.time_zone
    written = root / "autograded" / student / name
    return not written.is_dir() or (
        timestamp(root / "submitted" / student / name, zone) != timestamp(written, zone)
    )
