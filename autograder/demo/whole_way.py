"""Release, fetch, submit, collect, grade, feedback: nbgrader's own commands on a real exchange folder."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shlex import quote

from nbgrader.api import Gradebook
from rich.console import Console
from rich.table import Table

from autograder.authoring.build import build
from autograder.course import data as datasets
from autograder.course.model import Assignment, Course, load
from autograder.demo import forked
from autograder.demo.editing import solved
from autograder.demo.students import SampleStudent, sample_students
from autograder.errors import AutograderError
from autograder.grading.render import points
from autograder.workers import children

_Classes = dict[str, list[SampleStudent]]  # by the assignment's name
_Folder = tuple[str, SampleStudent]
_STUDENT_CONFIG = '''"""A student's settings: where the exchange is."""
c = get_config()
c.CourseDirectory.course_id = {course!r}
c.Exchange.root = {exchange!r}
c.Exchange.cache = {cache!r}
'''


def run(
    course: Course,
    dataset: str,
    folder: Path | None,
    jobs: int,
    out: Console,
    err: Console,
    most: int | None = None,
) -> None:
    """Go the whole way with all sample students, or the first few; raise an AutograderError unless each gets the expected scores."""
    begin = time.monotonic()
    forked.begin()
    datasets.load(course.data, dataset)
    root = Path(folder or tempfile.mkdtemp(prefix="autograder-demo-")).absolute()
    if (root / "course").exists():
        raise AutograderError(f"{root} already holds a demo course. Name another folder, or delete it.")
    out.print(f"A temporary course in {root}, graded on {dataset}.", highlight=False)
    demo = make_course(course, dataset, root)
    classes = _classes(demo, most)
    steps = _Steps(demo, out, err)
    steps.seconds["a course of its own"] = time.monotonic() - begin
    for name in classes:
        steps.nbgrader("generate_assignment", name, "--force")
        steps.nbgrader("release_assignment", name)
    steps.each("fetch and submit", _folders(classes, late=False), demo, root)
    for name, students in classes.items():
        if any(student.late for student in students):
            due = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=1)
            steps.nbgrader("db", "assignment", "add", name, f"--duedate={due:%Y-%m-%d %H:%M:%S} UTC")
            time.sleep(max(0.0, (due - datetime.now(UTC)).total_seconds()))
    steps.each("fetch and submit, late", _folders(classes, late=True), demo, root)
    wrong = []
    for name, students in classes.items():
        steps.nbgrader("collect", name)
        steps.autograder("grade", name, "--jobs", str(jobs))
        steps.autograder("feedback", name, "--jobs", str(jobs))
        wrong += _compare(demo, demo.assignment(name), students, out)
    out.print(f"gradebook    {demo.root / 'gradebook.db'}", highlight=False, soft_wrap=True)
    out.print(f"feedback     {demo.root / 'feedback'}", highlight=False, soft_wrap=True)
    out.print(f"autograded   {demo.root / 'autograded'}", highlight=False, soft_wrap=True)
    parts = "; ".join(f"{name} {seconds:.0f}" for name, seconds in steps.seconds.items())
    out.print(
        f"time         {time.monotonic() - begin:.0f} s for {sum(map(len, classes.values()))} submissions: {parts}",
        highlight=False,
    )
    out.print(
        f"formgrader   cd {quote(str(demo.root))} && {quote(str(Path(sys.prefix) / 'bin' / 'jupyter'))} lab",
        highlight=False,
        soft_wrap=True,
    )
    if wrong:
        raise AutograderError("Scores differ from the expected ones: " + "; ".join(wrong))


def _classes(course: Course, most: int | None) -> _Classes:
    """Return the sample students by assignment, the first few of all: what the others would have cost is spared with them."""
    everybody = [
        (each.name, student) for each in course.assignments for student in sample_students(course, each)
    ]
    classes: _Classes = {}
    for name, student in everybody[:most]:
        classes.setdefault(name, []).append(student)
    return classes


def _folders(classes: _Classes, late: bool) -> list[list[_Folder]]:
    """Return what is handed in, late or not: a list for each student, who does one thing after the other."""
    by_student: dict[str, list[_Folder]] = {}
    for name, students in classes.items():
        for student in students:
            if student.late == late:
                by_student.setdefault(student.name, []).append((name, student))
    return list(by_student.values())


def make_course(course: Course, dataset: str, root: Path) -> Course:
    """Copy the course into `root`, in English alone, with an exchange of its own and short deadlines."""
    target, exchange = root / "course", root / "exchange"
    exchange.mkdir(parents=True)
    exchange.chmod(0o777)
    target.mkdir()
    for name in ("course_config.py", "nbgrader_config.py"):
        shutil.copy(course.root / name, target / name)
    for name in ("source", "release/en"):
        shutil.copytree(course.root / name, target / name)
    (target / "data").symlink_to(course.data.resolve())
    with (target / "course_config.py").open("a") as file:
        file.write(
            "\n# The demo's own: its data set, one language, its exchange, and short deadlines, so that endless loops end soon.\n"
            "import dataclasses\n"
            f"course = dataclasses.replace(course, dataset={dataset!r}, languages=('en',), limits=dataclasses.replace(course.limits, call=5, cell=20),\n"
            f"                             nbgrader=lambda c: setattr(c.Exchange, 'root', {str(exchange)!r}))\n"
        )
    made = load(target)
    build(made)  # the notebooks say the limits
    return made


def _environment(home: Path) -> dict[str, str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("JUPYTER", "AUTOGRADER"))}
    environment["PATH"] = str(Path(sys.prefix) / "bin") + os.pathsep + environment.get("PATH", "")
    return {**environment, "HOME": str(home), "JUPYTER_CONFIG_DIR": str(home / ".jupyter")}


def _nbgrader(arguments: list[str], where: Path, home: Path) -> None:
    code, said = forked.nbgrader(arguments, where, _environment(home), 600)
    if code:
        raise AutograderError(
            f"`nbgrader {' '.join(arguments)}` in {where} ended with {code}:\n{said[-3000:]}"
        )


def _hand_in(student: SampleStudent, demo: Course, assignment: Assignment, root: Path) -> None:
    home = root / "students" / student.name
    home.mkdir(parents=True, exist_ok=True)
    config = _STUDENT_CONFIG.format(
        course=demo.name, exchange=str(root / "exchange"), cache=str(home / ".cache")
    )
    (home / "nbgrader_config.py").write_text(config)
    _nbgrader(["fetch_assignment", assignment.name], home, home)
    solved(demo, assignment, home / assignment.name)
    student.change(home / assignment.name)
    _nbgrader(["submit", assignment.name, f"--student={student.name}"], home, home)


class _Steps:
    """Run the instructor's commands, each announced as it would be typed."""

    def __init__(self, demo: Course, out: Console, err: Console) -> None:
        self._root = demo.root
        self._out = out
        self._err = err
        self.seconds: dict[str, float] = {}  # that each step took

    @contextlib.contextmanager
    def _step(self, name: str, words: str) -> Iterator[None]:
        self._out.print(words, highlight=False)
        begin = time.monotonic()
        yield
        self.seconds[name] = self.seconds.get(name, 0.0) + time.monotonic() - begin

    def nbgrader(self, *arguments: str) -> None:
        with self._step(arguments[0], f"[bold]$ nbgrader {' '.join(arguments)}[/bold]"):
            _nbgrader(list(arguments), self._root, self._root)

    def autograder(self, *arguments: str) -> None:
        with self._step(arguments[0], f"[bold]$ autograder {' '.join(arguments)}[/bold]"):
            environment = children.environment(_environment(Path.home()))
            code = forked.autograder(list(arguments), self._root, environment)
        if code:
            raise AutograderError(f"`autograder {' '.join(arguments)}` ended with {code}; see above.")

    def each(self, what: str, folders: list[list[_Folder]], demo: Course, root: Path) -> None:
        """Let students hand in, several at once."""
        words = (
            f"[bold]{len(folders)} sample students {what}[/bold] (nbgrader fetch_assignment, nbgrader submit)"
        )

        def hand_in(folders: list[_Folder]) -> None:
            for name, student in folders:
                _hand_in(student, demo, demo.assignment(name), root)

        if not folders:
            return
        with (
            self._step(what, words),
            self._err.status("") as status,
            ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as threads,
        ):
            for i, _ in enumerate(threads.map(hand_in, folders)):
                status.update(f"{i + 1} of {len(folders)}")


def _compare(demo: Course, assignment: Assignment, students: list[SampleStudent], out: Console) -> list[str]:
    """Print the expected and the given scores from nbgrader's gradebook; return where they differ."""
    wrong = []
    table = Table(title=assignment.name)
    for name, justify in (
        ("student", "left"),
        ("does", "left"),
        ("expected", "right"),
        ("given", "right"),
        ("lost", "left"),
        ("late", "left"),
    ):
        table.add_column(name, justify=justify)  # type: ignore[arg-type]
    with Gradebook(f"sqlite:///{demo.root / 'gradebook.db'}", demo.name) as gradebook:
        for student in students:
            submission = gradebook.find_submission(assignment.name, student.name)
            given = {
                grade.name.removeprefix("test_"): grade.score
                for notebook in submission.notebooks
                for grade in notebook.grades
            }
            expected = student.expected(assignment)
            differ = [
                f"{student.name}'s {i} {given.get(i)} for {expected[i]}"
                for i in expected
                if given.get(i) != expected[i]
            ]
            late = submission.total_seconds_late > 0
            if late != student.late:
                differ.append(f"{student.name} late: {late}")
            wrong += differ
            lost = ", ".join(f"{i} {points(s)}" for i, s in given.items() if s < demo_points(assignment, i))
            table.add_row(
                student.name, student.does, points(sum(expected.values())), points(round(sum(given.values()), 2)) + (" ✗" if differ else " ✓"),
                lost if len(lost) < 60 else f"{lost[:57]}…", "late" if late else "",
            )  # fmt: skip
    out.print(table)
    return wrong


def demo_points(assignment: Assignment, item: str) -> float:
    """Return an item's points."""
    return next(each.points for each in assignment.items() if each.id == item)
