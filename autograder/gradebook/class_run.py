"""Grade a class: notebooks side by side in workers, then nbgrader's own pass, which finds every result in the cache."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from nbgrader.converters.base import NbGraderException

from autograder.course import Assignment, Course
from autograder.errors import CourseError, GraderFault
from autograder.gradebook.lookup import Lookup
from autograder.gradebook.writing import already_written, require_in_gradebook, withdraw, write
from autograder.notebooks import read_json, sanitise
from autograder.scorecard import Scorecard, invalid_card
from autograder.submissions import PREPARED, prepare_student
from autograder.workers.tasks import Executor, Task

Cards = dict[str, dict[str, Scorecard]]  # student: notebook: scorecard


@dataclass
class Report:
    """What became of a class: every student's scorecards, and those whose grades could not be written."""

    cards: Cards = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)  # student: why no grade was written
    notes: dict[str, list[str]] = field(default_factory=dict)
    unchanged: int = 0


@dataclass(frozen=True)
class Progress:
    """What the command line shows while a class is graded."""

    start: Callable[[int], None] = lambda total: None
    running: Callable[[Task], None] = lambda task: None
    done: Callable[[Task, Scorecard], None] = lambda task, card: None
    writing: Callable[[str], None] = lambda student: None


def students_of(course: Course, assignment: Assignment, chosen: Iterable[str] = ()) -> list[str]:
    """Return the students with a submission.

    Raises:
        CourseError: There is none, or a chosen student has none.
    """
    folder = course.root / "submitted"
    found = sorted(
        path.parent.name
        for path in folder.glob(f"*/{assignment.name}")
        if path.is_dir() and not path.parent.is_symlink()
    )
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
    lookup: Lookup, students: list[str], executor: Executor, force: bool, progress: Progress = Progress()
) -> Judged:
    """Grade what is not in the cache. Writes the cache and nothing else.

    Raises:
        CourseError, DataError, SandboxError: Nothing can be graded on this machine or in this course.
    """
    assignment = lookup.assignment
    require_in_gradebook(lookup.course, assignment)
    report = Report()
    tasks, keys = _prepare(lookup, students, report, force)
    progress.start(len(tasks))
    for i, result in executor.run(tasks, lambda i: progress.running(tasks[i])):
        task = tasks[i]
        assert task.notebook is not None
        if "scorecard" not in result:
            card = Scorecard(assignment.name, task.notebook, task.student, "grader_fault", 0.0, 0.0,
                             message=f"The grading worker ended ({result['crashed']}).")  # fmt: skip
        else:
            card = Scorecard.from_json(result["scorecard"])
        report.cards.setdefault(task.student, {})[task.notebook] = card
        if card.status == "grader_fault":
            report.faults[task.student] = f"{task.notebook}: {card.message}"
        progress.done(task, card)
    return Judged(report, keys)


def grade_class(
    lookup: Lookup,
    students: list[str],
    executor: Executor,
    force: bool = False,
    progress: Progress = Progress(),
) -> Report:
    """Grade the students' submissions and write the grades into nbgrader's gradebook.

    A grader's own fault writes no grade for that student, and takes an older one out of force.

    Raises:
        CourseError, DataError, SandboxError: Nothing can be graded on this machine or in this course.
    """
    course, assignment = lookup.course, lookup.assignment
    with lookup.cache.in_use():
        judged = judge_class(lookup, students, executor, force, progress)
        report = judged.report
        for student in students:
            if student in report.faults:
                withdraw(course, assignment, student)
                continue
            progress.writing(student)
            if not force and already_written(course, assignment, student, judged.keys[student]):
                report.unchanged += 1
                continue
            try:
                write(course, assignment, student, lookup.dataset, lookup.unsafe)
            except (NbGraderException, GraderFault) as error:
                report.faults[student] = str(error)
                withdraw(course, assignment, student)
    return report


def _prepare(
    lookup: Lookup, students: list[str], report: Report, force: bool
) -> tuple[list[Task], dict[str, dict[str, str]]]:
    """Prepare every submission; return the notebooks to grade, and the key under which each result lies."""
    tasks: list[Task] = []
    keys: dict[str, dict[str, str]] = {}
    for student in students:
        folder = lookup.course.root / PREPARED / student / lookup.assignment.name
        for handed in prepare_student(lookup.course, lookup.assignment, student, lookup.releases):
            path = folder / f"{handed.notebook}.ipynb"
            key = f"problem: {handed.problem}"
            if handed.path is not None:
                cells = lookup.releases[handed.notebook].cells
                key = lookup.key(sanitise(read_json(path, lookup.course.limits), cells, handed.notebook))
            keys.setdefault(student, {})[handed.notebook] = key
            if handed.note:
                report.notes.setdefault(student, []).append(handed.note)
            known = None if force else lookup.cache.get(key)
            if handed.path is None:
                card = invalid_card(
                    lookup.assignment,
                    handed.notebook,
                    student,
                    handed.problem,
                    lookup.keys.version(handed.notebook),
                )
                report.cards.setdefault(student, {})[handed.notebook] = card
            elif known is not None:
                card = Scorecard.from_json({**known["scorecard"], "student": student})
                report.cards.setdefault(student, {})[handed.notebook] = card
            else:
                tasks.append(Task(student, str(path), handed.notebook, force))
    return tasks, keys
