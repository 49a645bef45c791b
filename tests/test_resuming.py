"""Killing `autograder grade` at any moment and starting it again gives the grades of an undisturbed run."""

from __future__ import annotations

import contextlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psutil
import pytest
from nbgrader.api import Gradebook

from autograder.course.model import Course, load
from autograder.errors import CourseError
from autograder.gradebook import preprocessor
from autograder.gradebook.book import nbgrader_settings
from autograder.gradebook.class_run import grade_class
from autograder.gradebook.converter import CourseAutograde
from autograder.gradebook.judging import SILENT, Progress, Report, students_of
from autograder.gradebook.results import class_results
from autograder.gradebook.sync import carry_out
from autograder.intake.files import locked
from autograder.intake.submissions import PREPARED, prepare_student, released
from autograder.workers.lookup import Lookup
from autograder.workers.pool import Pool
from autograder.workers.tasks import Setup, Task
from tests import hostile
from tests.conftest import ROOT, filled
from tests.loaded import Loaded
from tests.small_class import autograder
from tests.small_lab import write_source

SMALL = """
from dataclasses import replace
from tests.hostile import NOTEBOOK, POINTS
lab = course.assignments[0]
course = replace(course, dataset="digits", languages=("en",), limits=replace(course.limits, cell=20.0, call=10.0),
                 assignments=(replace(lab, notebooks={NOTEBOOK: POINTS}, without_stub=()),))
"""
pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")  # nbgrader's own, as in class_run
ENVIRONMENT = {
    **{k: v for k, v in os.environ.items() if not k.startswith("AUTOGRADER")},
    "PATH": str(Path(sys.prefix) / "bin") + os.pathsep + os.environ.get("PATH", ""),
    "PYTHONPATH": str(ROOT),
    "COLUMNS": "200",
}
Scores = dict[tuple[str, str], tuple[float | None, bool]]
LOADING = 6.0  # seconds that a command of its own takes before it grades, more or less


_made: list[tempfile.TemporaryDirectory[str]] = []  # a class without students, from which others are copied


def make_class(root: Path, course: Course, students: int) -> Course:
    """Make a course of one notebook with two items, in a gradebook, and a class: most hand in the stub."""
    if not _made:
        _made.append(tempfile.TemporaryDirectory())
        _make_course(Path(_made[0].name) / "course", course)
    shutil.copytree(Path(_made[0].name) / "course", root, symlinks=True)
    small = load(root)
    for i in range(students):
        answers = ({}, hostile.HONEST, hostile.SOLVED)[i % 3 if i < 6 else 0]
        hand_in(small, f"student{i:02}", answers, f"# {i}")
    return small


def _make_course(root: Path, course: Course) -> None:
    root.mkdir()
    (root / "course_config.py").write_text((ROOT / "course_config.py").read_text() + SMALL)
    (root / "nbgrader_config.py").write_text((ROOT / "nbgrader_config.py").read_text())
    (root / "data").symlink_to(course.data)
    small = load(root)
    assignment = small.assignments[0]
    write_source(
        course.source(assignment.name), small.source(assignment.name), hostile.NOTEBOOK, hostile.POINTS
    )
    carry_out(small, assignment)


def hand_in(course: Course, student: str, answers: dict[str, str], own: str = "") -> None:
    assignment = course.assignments[0]
    folder = course.root / "submitted" / student / assignment.name
    folder.mkdir(parents=True, exist_ok=True)
    notebook = filled(released(course, assignment.name)[hostile.NOTEBOOK].values, answers)
    cell = {"cell_type": "code", "execution_count": None, "id": "own", "metadata": {}, "outputs": []}
    notebook["cells"].append({**cell, "source": own})
    (folder / f"{hostile.NOTEBOOK}.ipynb").write_text(json.dumps(notebook))


def scores_of(course: Course) -> Scores:
    with Gradebook(f"sqlite:///{course.root / 'gradebook.db'}", course.name) as book:
        return {
            (submission.student.id, grade.name): (grade.auto_score, bool(grade.needs_manual_grade))
            for submission in book.assignment_submissions(course.assignments[0].name)
            for notebook in submission.notebooks
            for grade in notebook.grades
            if grade.name.removeprefix("test_") in hostile.POINTS
        }


def start(course: Course, jobs: int = 2, **more: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "autograder.cli", "grade", course.assignments[0].name, "--jobs", str(jobs)],
        cwd=course.root, env={**ENVIRONMENT, **more}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
    )  # fmt: skip


def finish(course: Course) -> str:
    """Let the command, in this process, come to its end."""
    done = autograder(course.root, "grade", course.assignments[0].name, "--jobs", 2)
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def graded_in(course: Course) -> int:
    return len(list(course.private.glob("cache/*.json")))


def progress_of(course: Course) -> int:
    """Count what is done: results in the cache, and students whose grades are written or being written."""
    return graded_in(course) + len(list(course.root.glob("autograded/*")))


def kill_after(course: Course, seconds: float, least: int, enough: int) -> bool:
    """Start grading, kill the command with SIGKILL after so long and the least or enough, and see that nothing of it is left."""
    process = start(course)
    moment = time.monotonic() + seconds
    try:
        while process.poll() is None:
            if progress_of(course) >= (least if time.monotonic() >= moment else enough):
                below = psutil.Process(process.pid).children(recursive=True)
                process.send_signal(signal.SIGKILL)
                process.wait()
                _, alive = psutil.wait_procs(below, timeout=30)
                assert not [each for each in alive if each.status() != psutil.STATUS_ZOMBIE]
                return True
            time.sleep(0.02)
    finally:
        process.stdout.close()  # type: ignore[union-attr]
        process.stderr.close()  # type: ignore[union-attr]
    return False


@pytest.mark.parametrize(
    ("students", "kills"),
    [
        pytest.param(3, 2, marks=pytest.mark.timeout(600)),
        pytest.param(30, 20, marks=[pytest.mark.slow, pytest.mark.timeout(3600)]),
    ],
)
@pytest.mark.usefixtures("loaded_workers_here")
def test_kills_at_random_moments_change_no_grade(
    course: Course, tmp_path: Path, students: int, kills: int
) -> None:
    undisturbed = make_class(tmp_path / "undisturbed", course, students)
    disturbed = make_class(tmp_path / "disturbed", course, students)
    undisturbed.private.mkdir(exist_ok=True)
    disturbed.private.mkdir(exist_ok=True)
    for each in (undisturbed, disturbed):  # one secret: the same numbers for both
        (each.private / "secret").write_text("0" * 64)
    begin = time.monotonic()
    finish(undisturbed)
    whole = time.monotonic() - begin + LOADING
    random.seed(0)
    done = []
    for kill in range(kills):  # by progress where this machine is quicker now than it was before
        enough = round(2 * students * (kill + 1) / (kills + 1))
        least = int(kill == kills - 1)  # the last comes in the middle, however slow this machine is now
        assert kill_after(disturbed, random.uniform(0.1, 0.9) * whole, least, enough)
        done.append(graded_in(disturbed))
    assert done[-1] > 0
    assert done == sorted(done)  # nothing that was done is lost
    finish(disturbed)
    assert scores_of(disturbed) == scores_of(undisturbed)
    assert len(scores_of(disturbed)) == students * len(hostile.POINTS)
    assert f"{students} of {students} students' grades stood already" in finish(disturbed)
    left = [
        path for path in disturbed.root.rglob("*") if path.name.startswith(".") and path.name != ".autograder"
    ]
    assert not [path for path in left if path.is_dir()] or all("prepared" in str(path) for path in left)


def grade_here(course: Course, progress: Progress = SILENT, kill_at: str = "") -> Report:
    """Grade all students of a course with one worker, from this process; kill it when it grades that student."""
    assignment = course.assignments[0]
    lookup = Lookup(course, assignment.name, "digits")
    pool = Pool(Setup(str(course.root), assignment.name, "digits"), 1)

    def running(task: Task) -> None:
        if task.student == kill_at:
            time.sleep(0.5)
            (worker,) = pool._workers
            assert worker.handle is not None
            signal.pidfd_send_signal(worker.handle, signal.SIGKILL)

    progress = Progress(running=running) if kill_at else progress
    return grade_class(lookup, students_of(course, assignment), pool, progress=progress)


@pytest.mark.usefixtures("loaded_workers_here")
def test_a_killed_worker_is_charged_to_the_submission_that_it_ran(
    course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The others get their grades; an older score of the one that was hit is out of force until it is graded again."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("PATH", ENVIRONMENT["PATH"])
    small = make_class(tmp_path / "course", course, 3)
    assert not grade_here(small).faults
    before = scores_of(small)
    assert before["student01", "test_relu"] == (2.0, False)
    hand_in(small, "student01", hostile.SOLVED, "import time\ntime.sleep(6)")
    hand_in(small, "student02", hostile.SOLVED, "# again")
    report = grade_here(small, kill_at="student01")
    assert list(report.faults) == ["student01"]
    after = scores_of(small)
    assert after["student00", "test_relu"] == before["student00", "test_relu"]
    assert after["student02", "test_conv_output_size"] == (2.0, False)
    assert after["student01", "test_relu"] == (None, True)
    hand_in(small, "student01", hostile.SOLVED, "# mended")
    assert not grade_here(small).faults
    assert scores_of(small)["student01", "test_relu"] == (2.0, False)


@pytest.mark.usefixtures("loaded_workers_here")
def test_what_the_cache_does_not_keep_is_written_as_it_was_judged_and_graded_by_the_next_command(
    course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A machine that was too busy gives results which are not kept: they count until there is a better one."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("PATH", ENVIRONMENT["PATH"])
    small = make_class(tmp_path / "course", course, 3)
    assert not grade_here(small).faults
    hand_in(small, "student01", hostile.SOLVED, "# again")
    assignment = small.assignments[0]
    lookup = Lookup(small, assignment.name, "digits")

    class Busy(Pool):
        def run(self, *arguments: Any) -> Iterator[tuple[int, Any]]:
            for i, result in super().run(*arguments):
                lookup.cache.drop(result["key"])
                yield i, {**result, "busy": True}

    with monkeypatch.context() as once:
        once.setattr(preprocessor, "Pool", None)  # nothing is graded while it is written
        report = grade_class(
            lookup,
            students_of(small, assignment),
            Busy(Setup(str(small.root), assignment.name, "digits"), 1),
        )
    assert not report.faults
    assert report.busy == ["student01"]
    assert report.unchanged == 2
    assert scores_of(small)["student01", "test_relu"] == (2.0, False)
    again = grade_here(small)
    assert (again.unchanged, again.busy) == (2, [])
    assert grade_here(small).unchanged == 3


@pytest.mark.usefixtures("loaded_workers_here")
def test_one_submission_that_cannot_be_prepared_or_written_stops_nobody(
    course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from autograder.gradebook import judging, writing

    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("PATH", ENVIRONMENT["PATH"])
    small = make_class(tmp_path / "course", course, 3)
    prepare, write = judging.prepare_student, writing.write

    def fails_for(student: str, real: Callable[..., Any], at: int) -> Callable[..., Any]:
        def wrapped(*arguments: Any) -> Any:
            if arguments[at] == student:
                raise UnicodeEncodeError("utf-8", "\ud800", 0, 1, "surrogates not allowed")
            return real(*arguments)

        return wrapped

    undisturbed = grade_here(small)
    assert not undisturbed.faults
    before = scores_of(small)
    for student in ("student01", "student02"):
        hand_in(small, student, hostile.SOLVED, "# again")
    with monkeypatch.context() as broken:
        broken.setattr(judging, "prepare_student", fails_for("student00", prepare, 2))
        broken.setattr(writing, "write", fails_for("student01", write, 2))
        report = grade_here(small)
    assert set(report.faults) == {"student00", "student01"}
    after = scores_of(small)
    assert after["student02", "test_relu"] == (2.0, False)
    assert after["student00", "test_relu"][0] is after["student01", "test_relu"][0] is None
    assert not grade_here(small).faults  # what was taken out of force comes back by itself
    assert scores_of(small)["student00", "test_relu"] == before["student00", "test_relu"]
    assert scores_of(small)["student01", "test_relu"] == (2.0, False)
    assert grade_here(small).unchanged == 3


@pytest.mark.usefixtures("loaded_workers_here")
def test_another_deadline_changes_the_penalties_and_grades_nothing_again(
    course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    small = make_class(tmp_path / "course", course, 1)
    with (small.root / "course_config.py").open("a") as file:
        file.write(
            "course = replace(course, nbgrader=lambda c: c.LateSubmissionPlugin.update(penalty_method='zero'))\n"
        )
    small = load(small.root)
    assignment = small.assignments[0]
    hand_in(small, "student00", hostile.SOLVED, "# late")
    folder = small.root / "submitted" / "student00" / assignment.name
    (folder / "timestamp.txt").write_text("2026-10-01 12:00:00 UTC")
    graded = []
    for due, penalty in (("2026-10-01 10:00", 4.0), ("2026-10-02 10:00", 0.0), ("2026-09-01 10:00", 4.0)):
        _, coursedir = nbgrader_settings(small, assignment)
        with Gradebook(coursedir.db_url, coursedir.course_id) as book:
            book.update_or_create_assignment(assignment.name, duedate=f"{due}:00 UTC")
        report = grade_here(small, Progress(running=lambda task: graded.append(task.student)))
        assert report.faults == {}
        assert grade_here(small).unchanged == 1
        with Gradebook(coursedir.db_url, coursedir.course_id) as book:
            (notebook,) = book.find_submission(assignment.name, "student00").notebooks
            assert notebook.late_submission_penalty == penalty
    assert graded == ["student00"]


@pytest.mark.usefixtures("loaded_workers_here")
def test_two_commands_do_not_grade_the_same_class_at_once(course: Course, tmp_path: Path) -> None:
    small = make_class(tmp_path / "course", course, 1)
    lock = small.private / f"{small.assignments[0].name}.lock"
    with locked(lock, ""), pytest.raises(CourseError, match="is being graded by another command"):
        grade_here(small)


def test_one_submission_prepared_by_two_at_once_is_whole(course: Course, tmp_path: Path) -> None:
    """`autograder grade` and the formgrader's button may come to the same student at the same moment."""
    small = make_class(tmp_path / "course", course, 1)
    assignment = small.assignments[0]
    releases = released(small, assignment.name)
    with ThreadPoolExecutor(4) as threads:
        jobs = [threads.submit(prepare_student, small, assignment, "student00", releases) for _ in range(80)]
        assert all(job.result()[0].problem == "" for job in jobs)
    folder = small.root / PREPARED / "student00"
    assert [path.name for path in folder.iterdir()] == [assignment.name]
    assert [path.name for path in (folder / assignment.name).iterdir()] == [f"{hostile.NOTEBOOK}.ipynb"]


def test_what_was_handed_in_is_never_missing(course: Course, tmp_path: Path) -> None:
    """Not before the first grading, and not where that failed: a missing one may be exported as zero."""
    small = make_class(tmp_path / "course", course, 2)
    _, coursedir = nbgrader_settings(small, small.assignments[0])
    with Gradebook(coursedir.db_url, coursedir.course_id) as book:
        for student in ("student00", "nobody"):
            book.update_or_create_student(student)
    results = class_results(small, small.assignments[0])
    assert {each.student: each.status for each in results} == {
        "nobody": "missing",
        "student00": "ungraded",
        "student01": "ungraded",  # the gradebook has not heard of this one
    }


def test_a_formgrader_that_runs_for_weeks_sees_changed_graders(
    course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = make_class(tmp_path / "course", course, 1)
    config, coursedir = nbgrader_settings(small, small.assignments[0])
    grader = preprocessor.GradeNotebook(root=str(small.root))
    known = grader._lookup(small.assignments[0].name)
    assert grader._lookup(small.assignments[0].name) is known
    monkeypatch.setattr("nbgrader.converters.Autograde.start", lambda self: None)
    CourseAutograde(coursedir=coursedir, config=config).start()
    assert grader._lookup(small.assignments[0].name) is not known


@pytest.mark.usefixtures("loaded_workers_here")
def test_a_worker_that_ended_with_nothing_to_do_is_replaced(course: Course, tmp_path: Path) -> None:
    small = make_class(tmp_path / "course", course, 1)
    name = small.assignments[0].name
    path = small.root / "submitted" / "student00" / name / f"{hostile.NOTEBOOK}.ipynb"
    with Pool(Setup(str(small.root), name, "digits"), 1) as pool:
        for _ in range(2):
            ((_, result),) = pool.run([Task("student00", str(path))])
            assert result["scorecard"]["status"] == "graded"
            (worker,) = pool._workers
            signal.pidfd_send_signal(worker.handle, signal.SIGKILL)
            time.sleep(0.2)


def _user_seconds_below(pid: int) -> dict[int, float]:
    found = {}
    for each in psutil.Process(pid).children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            found[each.pid] = each.cpu_times().user
    return found


@pytest.mark.usefixtures("loaded_workers_here")
def test_a_task_that_never_ends_is_ended_and_charged_to_its_submission(
    course: Course, tmp_path: Path, loaded: Loaded
) -> None:
    """Here the student's cell is what lasts; the pool cannot know, so our own code's endless loop would end as well.

    The sandbox of the worker that was ended does not go on at everybody's cost.
    """
    small = make_class(tmp_path / "course", course, 3)
    assignment = small.assignments[0]
    hand_in(small, "student01", hostile.SOLVED, "import time\ntime.sleep(12)\nwhile True:\n    pass")
    tasks = [
        Task(name, str(small.root / "submitted" / name / assignment.name / f"{hostile.NOTEBOOK}.ipynb"))
        for name in ("student00", "student01", "student02")
    ]
    with Pool(Setup(str(small.root), assignment.name, "digits"), 1, deadline=15.0) as pool:
        results = dict(pool.run(tasks))
        before = _user_seconds_below(loaded.pid)
        time.sleep(1)
        after = _user_seconds_below(loaded.pid)
        assert before.keys() & after.keys()
        assert all(after[pid] - before[pid] < 0.5 for pid in before.keys() & after.keys())
    assert results[1] == {"crashed": "it took longer than 15 s"}
    assert [results[i]["scorecard"]["status"] for i in (0, 2)] == ["graded", "graded"]


BUSY = """
import sys
worker = sys.modules["__main__"]  # where this file is read by a worker: our own code that never looks at its pipe
if hasattr(worker, "grade_task"):
    def busy(engine, task):
        open("busy", "w").close()
        while True:
            pass
    worker.grade_task = busy
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_no_busy_worker_outlives_the_command(course: Course, tmp_path: Path, number: signal.Signals) -> None:
    small = make_class(tmp_path / "course", course, 1)
    with (small.root / "course_config.py").open("a") as file:
        file.write(BUSY)
    # What a kill leaves of sandboxes is seen above, and none begins here.
    process = start(small, 1, **({"AUTOGRADER_COLD": "1"} if number == signal.SIGKILL else {}))
    below: list[psutil.Process] = []
    try:
        end = time.monotonic() + 60
        while not (small.root / "busy").exists() and process.poll() is None and time.monotonic() < end:
            time.sleep(0.05)
        assert (small.root / "busy").exists()
        below = psutil.Process(process.pid).children(recursive=True)
        assert len([each for each in below if "autograder.workers.worker" in each.cmdline()]) == 2
        process.send_signal(number)
        _, alive = psutil.wait_procs(below, timeout=10)
        assert not [each for each in alive if each.status() != psutil.STATUS_ZOMBIE]
        _, err = process.communicate(timeout=30)
        if number == signal.SIGTERM:
            assert process.returncode == 130
            assert b"Stopped. What was done is kept" in err
    finally:
        for each in (*below, process):
            with contextlib.suppress(psutil.NoSuchProcess):
                each.kill()
        process.communicate()
