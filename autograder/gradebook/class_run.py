"""Grade a class: notebooks side by side in workers, then nbgrader's own pass, which finds every result in the cache."""

from __future__ import annotations

import json
import logging
import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from sqlalchemy.exc import SAWarning
from traitlets.config import Config

from autograder.course import Assignment, Course
from autograder.errors import CourseError, GraderFault
from autograder.gradebook.converter import CourseAutograde
from autograder.gradebook.lookup import Lookup
from autograder.gradebook.settings import configure
from autograder.grading.pool import Pool, Setup, Task
from autograder.notebooks import read_json, sanitise
from autograder.scorecard import Scorecard, invalid_card
from autograder.submissions import PREPARED, prepare_student, timestamp

# nbgrader's own models warn about sessions at every re-grade; nothing is wrong, and a class would see three lines a student.
warnings.filterwarnings("ignore", category=SAWarning, module="nbgrader")

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
    running: Callable[[str], None] = lambda name: None
    done: Callable[[str, Scorecard], None] = lambda name, card: None
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
        if path.is_dir() and not path.is_symlink() and not path.parent.is_symlink()
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


def grade_class(
    course: Course,
    assignment: Assignment,
    students: list[str],
    dataset: str,
    jobs: int,
    force: bool = False,
    unsafe: bool = False,
    progress: Progress = Progress(),
) -> Report:
    """Grade the students' submissions and write the grades into nbgrader's gradebook.

    A grader's own fault writes no grade for that student, and takes an older one out of force.

    Raises:
        CourseError, DataError, SandboxError: Nothing can be graded on this machine or in this course.
    """
    lookup = Lookup(course, assignment.name, dataset, unsafe)
    require_in_gradebook(course, assignment)
    report = Report()
    tasks, keys = _prepare(lookup, students, report, force)
    progress.start(len(tasks))
    setup = Setup(str(course.root), assignment.name, dataset, unsafe)

    def starting(i: int) -> None:
        progress.running(f"{tasks[i].student} · {tasks[i].notebook}")

    for i, result in Pool(setup, jobs).run(tasks, starting):
        task = tasks[i]
        assert task.notebook is not None
        if "scorecard" not in result:
            card = Scorecard(assignment.name, task.notebook, task.student, "grader_fault", 0.0, 0.0,
                             message=f"The grading worker ended (exit code {result['crashed']}).")  # fmt: skip
        else:
            card = Scorecard.from_json(result["scorecard"])
        report.cards.setdefault(task.student, {})[task.notebook] = card
        if card.status == "grader_fault":
            report.faults[task.student] = f"{task.notebook}: {card.message}"
        progress.done(f"{task.student} · {task.notebook}", card)
    for student in students:
        if student in report.faults:
            withdraw(course, assignment, student)
            continue
        progress.writing(student)
        if not force and _already_written(course, assignment, student, keys[student]):
            report.unchanged += 1
            continue
        try:
            _write(course, assignment, student, dataset, unsafe)
        except Exception as error:  # one submission never stops the class
            known = isinstance(error, (NbGraderException, GraderFault))
            report.faults[student] = str(error) if known else f"{type(error).__name__}: {error}"
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
        try:
            found = prepare_student(lookup.course, lookup.assignment, student, lookup.releases)
        except Exception as error:  # one submission never stops the class
            report.faults[student] = f"The submission cannot be prepared ({type(error).__name__}: {error})."
            continue
        for handed in found:
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
                    lookup.assignment, handed.notebook, student, handed.problem, lookup.keys.version
                )
                report.cards.setdefault(student, {})[handed.notebook] = card
            elif known is not None:
                card = Scorecard.from_json({**known["scorecard"], "student": student})
                report.cards.setdefault(student, {})[handed.notebook] = card
            else:
                tasks.append(Task(student, str(path), handed.notebook, force))
    return tasks, keys


def _nbgrader(course: Course, assignment: Assignment) -> tuple[Config, CourseDirectory]:
    config = Config()
    configure(config, course.root)
    coursedir = CourseDirectory(config=config)
    coursedir.assignment_id = assignment.name
    return config, coursedir


def require_in_gradebook(course: Course, assignment: Assignment) -> None:
    """Raise a CourseError unless nbgrader's gradebook knows the assignment."""
    _, coursedir = _nbgrader(course, assignment)
    try:
        with Gradebook(coursedir.db_url, coursedir.course_id) as gradebook:
            known = {notebook.name for notebook in gradebook.find_assignment(assignment.name).notebooks}
    except MissingEntry:
        known = set()
    if not known >= set(assignment.notebooks):
        raise CourseError(
            f"The gradebook does not know {assignment.name} with all its notebooks. Run `nbgrader generate_assignment {assignment.name} "
            "--force` first."
        )


def _already_written(course: Course, assignment: Assignment, student: str, keys: dict[str, str]) -> bool:
    """Say whether the autograded notebooks on disk are those of these very results."""
    folder = course.root / "autograded" / student / assignment.name
    for notebook, key in keys.items():
        try:
            own = json.loads((folder / f"{notebook}.ipynb").read_text(encoding="utf-8"))["metadata"][
                "autograder"
            ]
        except (OSError, ValueError, KeyError):
            return False
        if own.get("key") != key:
            return False
    return timestamp(course.root / "submitted" / student / assignment.name) == timestamp(folder)


def _write(course: Course, assignment: Assignment, student: str, dataset: str, unsafe: bool) -> None:
    config, coursedir = _nbgrader(course, assignment)
    config.GradeNotebook.dataset = dataset
    config.GradeNotebook.unsafe = unsafe
    coursedir.student_id = student
    converter = CourseAutograde(coursedir=coursedir, config=config, log=_log(course))
    converter.force = True
    converter.start()


def withdraw(course: Course, assignment: Assignment, student: str) -> None:
    """Take older automatic scores out of force: a failed re-grade must not leave them standing as if they were new."""
    _, coursedir = _nbgrader(course, assignment)
    with Gradebook(coursedir.db_url, coursedir.course_id) as gradebook:
        try:
            submission = gradebook.find_submission(assignment.name, student)
        except MissingEntry:
            return
        for notebook in submission.notebooks:
            for grade in notebook.grades:
                grade.auto_score = None
                grade.needs_manual_grade = True
        gradebook.db.commit()


def _log(course: Course) -> logging.Logger:
    """Return a logger that writes nbgrader's words into a file, not over the progress display."""
    logger = logging.getLogger(f"autograder.nbgrader.{course.root}")
    if not logger.handlers:
        course.private.mkdir(parents=True, exist_ok=True)
        handler = logging.FileHandler(Path(course.private) / "nbgrader.log")
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)
        logger.propagate = False
    return logger
