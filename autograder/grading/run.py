"""Grade one notebook: run its cells in a sandbox, its hidden tests out here, and write the scorecard."""

from __future__ import annotations

import contextlib
import io
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from autograder.course.data import Digits
from autograder.course.model import Assignment, Course, Item, Training
from autograder.course.secret import derive
from autograder.errors import GraderFault, SandboxError
from autograder.grading import causes
from autograder.grading.cells import Cells, homes
from autograder.grading.items import Material, material, test_module
from autograder.grading.misconceptions import Misconception
from autograder.grading.observers import LocalObserver, NotebookObserver
from autograder.grading.plugin import GradingPlugin, Raw
from autograder.grading.points import diagnosis, score_item
from autograder.grading.scorecard import ItemResult, Scorecard, empty_items
from autograder.grading.student import Student
from autograder.grading.versions import items_used
from autograder.intake.notebooks import Cell, Notebook, same_code
from autograder.sandbox import CellRun, Place

# What the hidden tests have no use for, above all `logging`: it walks through every library's loggers three times a test.
_QUIET = [
    "cacheprovider",
    "capture",
    "debugging",
    "doctest",
    "faulthandler",
    "junitxml",
    "logging",
    "pastebin",
    "recwarn",
    "setuponly",
    "setupplan",
    "stepwise",
    "subtests",
    "terminal",
    "threadexception",
    "tmpdir",
    "unittest",
    "unraisableexception",
    "warnings",
]


@contextlib.contextmanager
def _without(*names: str) -> Iterator[None]:
    """Leave out of the environment what an instructor's own tests may need: options of theirs must not change a grade."""
    kept = {name: os.environ.pop(name) for name in names if name in os.environ}
    try:
        yield
    finally:
        os.environ.update(kept)


@dataclass(frozen=True)
class Context:
    """What the hidden tests of a notebook may ask for besides the student."""

    training: Training | None
    digits: Digits
    items: tuple[Item, ...]


@dataclass
class Graded:
    """A scorecard, what each of the student's cells gave when it ran (by position in the notebook), and what it took."""

    scorecard: Scorecard
    runs: dict[int, CellRun]
    cpu: dict[str, float]  # processor seconds: of this process, of the sandbox's start, of the student's code
    starved: bool = False  # something was ended because the machine had no time for it


def run_hidden_tests(
    assignment: Assignment, notebook: str, plugin: GradingPlugin, timeout: float = 900.0
) -> list[Raw]:
    """Run a notebook's hidden tests in this process.

    Raises:
        GraderFault: pytest itself failed, or did not run the tests of every item.
    """
    items = [item.id for item in assignment.items(notebook)]
    wanted = [each for each in items if each in (plugin.chosen or items)]
    arguments = [
        *(str(test_module(assignment.name, each)) for each in wanted or items),
        "--import-mode=importlib",
        "-c",
        os.devnull,
        "--rootdir",
        "/",
        "--disable-plugin-autoload",
        "-p",
        "pytest_timeout",
    ]
    for name in _QUIET:
        arguments += ["-p", f"no:{name}"]
    arguments += [
        "-o",
        f"timeout={timeout}",
        "-o",
        "timeout_method=thread" if os.name == "nt" else "timeout_method=signal",
    ]
    said = io.StringIO()
    with (
        contextlib.redirect_stdout(said),
        contextlib.redirect_stderr(said),
        _without("PYTEST_ADDOPTS", "PYTEST_PLUGINS"),
    ):
        code = pytest.main(arguments, plugins=[plugin])
    if code not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
        raise GraderFault(f"pytest ended with {code!r}: {said.getvalue()[-1500:]}")
    missing = set(wanted) - {raw.item for raw in plugin.results}
    if missing:
        raise GraderFault(f"No hidden test ran for {', '.join(sorted(missing))}.")
    return plugin.results


def grade_notebook(
    course: Course,
    assignment: Assignment,
    notebook: Notebook,
    released: list[Cell],
    student: str,
    digits: Digits,
    place: Place,
    secret: bytes,
    version: str,
) -> Graded:
    """Grade one sanitised notebook. Ends in a scorecard whatever the student's code does.

    Raises:
        SandboxError: No sandbox can be had on this machine.
    """
    begin, own_cpu = time.monotonic(), time.process_time()
    card = Scorecard(
        assignment.name, notebook.name, student, "graded", 0.0, sum(i.points for i in assignment.items(notebook.name)),
        dataset=digits.name, seed=derive(secret, notebook.digest), grader_version=version, sandbox=place.name,
        notes=[f"The cell {name!r} was turned into text, so its code was not run." for name in notebook.turned],
    )  # fmt: skip
    if place.unsafe:
        card.notes.append("Graded WITHOUT a sandbox (--unsafe-no-sandbox): this grade cannot be trusted.")
    items = tuple(assignment.items(notebook.name))
    stubs = {cell.grade_id: cell.source for cell in released if cell.kind == "solution"}
    untouched = frozenset(name for name in stubs if same_code(notebook.solution(name), stubs[name]))
    cells = Cells(
        notebook, course.limits, homes(notebook, untouched, {item.id for item in assignment.items()})
    )
    observer = NotebookObserver(place, cells, course.limits.notebook)
    asked = Student(
        observer, assignment.name, course.limits, tuple(item.id for item in items), frozenset(stubs) - untouched | cells.defined,
        cells,
    )  # fmt: skip
    context = Context(assignment.training_on(digits.name), digits, items)
    plugin = GradingPlugin(asked, secret, notebook.digest, tuple(item.id for item in items), context)
    try:
        observer.open()
        raws = run_hidden_tests(assignment, notebook.name, plugin) if items else []
        if any(raw.outcome == "grader_fault" for raw in raws):
            raws = _settle_faults(assignment, notebook, raws, context, course, secret)
        _fill_card(card, score_items(assignment, notebook.name, raws, plugin, course), notebook, released)
    except GraderFault as fault:
        card.status, card.message = "grader_fault", str(fault)
    except SandboxError as error:
        if observer.spent == 0.0:
            raise
        card.status, card.message = "crashed", f"The notebook's cells end the Python process. {error}"
        card.items = empty_items(
            items, "failed", "The notebook's cells end the Python process, so nothing could be tested."
        )
    finally:
        observer.close()
    if observer.out_of_time and card.status == "graded":
        card.status = "timeout"
        card.message = (
            f"The notebook used up its {course.limits.notebook:.0f} seconds; what came later was not tested."
        )
    card.notes = list(
        dict.fromkeys(
            [
                *card.notes,
                *cells.notes(),
                *asked.advice,
                *_overtaken(asked),
                *_odd_standins(asked, card),
            ]
        )
    )
    card.seconds = round(time.monotonic() - begin, 2)
    card.student_seconds = round(observer.spent, 2)
    cpu = {"own": time.process_time() - own_cpu, "start": observer.start_cpu, "student": observer.student_cpu}
    return Graded(
        card, cells.runs, {name: round(seconds, 3) for name, seconds in cpu.items()}, observer.starved
    )


def _settle_faults(
    assignment: Assignment,
    notebook: Notebook,
    raws: list[Raw],
    context: Context,
    course: Course,
    secret: bytes,
) -> list[Raw]:
    """Tell our faults from claims of a form that we did not foresee: the reference must pass where the test is right."""
    from autograder.grading.outcomes import Failed

    faulty = tuple({raw.item for raw in raws if raw.outcome == "grader_fault"})
    reference = reference_student(assignment, notebook.name, course)
    again = run_hidden_tests(
        assignment, notebook.name, GradingPlugin(reference, secret, notebook.digest, faulty, context)
    )
    broken = {raw.name: raw for raw in again if raw.outcome != "passed"}
    for raw in raws:
        if raw.outcome == "grader_fault":
            if raw.name in broken:
                raise GraderFault(f"{raw.name}: {raw.fault}")
            raw.outcome = "error"
            raw.failure = Failed(raw.item, "an answer of an unexpected form", "a plain result as the task describes it",
                                 "Return plain tensors and numbers.")  # fmt: skip
    return raws


def reference_student(assignment: Assignment, notebook: str, course: Course) -> Student:
    """Return a student whose every answer is the reference's, for trying the graders themselves."""
    return local_student(assignment, notebook, course, {})


def local_student(assignment: Assignment, notebook: str, course: Course, changes: dict[str, Any]) -> Student:
    """Return a student made of references with some functions of our own changed."""
    namespace: dict[str, Any] = {}
    for item in items_used(assignment, notebook):  # what the cache's key covers, and nothing else
        namespace[item] = material(assignment.name, item).reference
    observer = LocalObserver({**namespace, **changes}, frozenset(namespace) - set(changes))
    items = tuple(item.id for item in assignment.items(notebook))
    return Student(observer, assignment.name, course.limits, items)


def score_items(
    assignment: Assignment, notebook: str, raws: list[Raw], plugin: GradingPlugin, course: Course
) -> list[ItemResult]:
    """Return the results of a notebook's items, each with the misconception that explains its failures best."""
    results = []
    for item in assignment.items(notebook):
        if plugin.chosen is not None and item.id not in plugin.chosen:
            continue
        known = material(assignment.name, item.id) if item.solution else Material(item.id, None)
        mine = [raw for raw in raws if raw.item == item.id]

        def rerun(misconception: Misconception, item: Item = item) -> list[Raw]:
            student = local_student(assignment, notebook, course, {item.id: misconception.function})
            again = GradingPlugin(student, plugin.secret, plugin.digest, (item.id,), plugin.context)
            with causes.not_sought():
                return run_hidden_tests(assignment, notebook, again)

        results.append(score_item(item, mine, known, diagnosis(mine, rerun, known)))
    return results


def _overtaken(asked: Student) -> list[str]:
    """Say what was graded where a name has more than one meaning."""
    names = [f"`{name}`" for name in sorted(asked.cells.overtaken) if name in asked.items]
    said = [
        f"A later cell gives the name {', '.join(names)} to something else. What counts is what the task's own cell defines; what came later counts where that is wrong and the later one is right."
    ] if names else []  # fmt: skip
    return said + [
        f"`{item}` was right only as later cells left it."
        for item in sorted(asked.ways)
        if asked.ways[item] == "later"
    ]


def _odd_standins(asked: Student, card: Scorecard) -> list[str]:
    """Say where an item was right only with others replaced: those of which nothing is right, or all, so that it may ask who is there."""
    whole = {each.id for each in card.items if each.status == "passed"}
    nothing = {each.id for each in card.items if each.score == 0 and each.status != "passed"}
    return [
        f"`{item}` was judged with the right {' and '.join(f'`{name}`' for name in names)} in place of the notebook's own, which earned nothing."
        for item, names in asked.replaced.items()
        if names and nothing.issuperset(names)
    ] + [
        f"`{item}` was right only while {' and '.join(f'`{name}`' for name in names)}, right as well, stood replaced. A person should look why."
        for item, names in asked.replaced.items()
        if names and whole.issuperset(names)
    ]


def _fill_card(card: Scorecard, results: list[ItemResult], notebook: Notebook, released: list[Cell]) -> None:
    stubs = {cell.grade_id: cell.source for cell in released if cell.kind == "solution"}
    for result in results:
        if (
            result.score == 0
            and result.id in stubs
            and same_code(notebook.solution(result.id), stubs[result.id])
        ):
            result.status = "not_attempted"
    card.items = results
    card.score = round(sum(each.score for each in results), 2)
