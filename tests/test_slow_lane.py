"""Submissions that sleep until a deadline: the others do not wait for them, and a student's own cells cost no points."""

from __future__ import annotations

import contextlib
import json
import os
import time
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psutil
import pytest

from autograder.course.model import Course
from autograder.grading.cells import Cells
from autograder.intake.notebooks import Cell, Notebook
from autograder.sandbox import Place, Sandbox
from autograder.sandbox.watch import slow_down
from autograder.workers import pool as pools
from autograder.workers.pool import Pool
from autograder.workers.tasks import Setup, Task
from tests import hostile
from tests.small_class import without_times
from tests.test_resuming import hand_in, make_class

pytestmark = pytest.mark.usefixtures("loaded_workers")
OTHERS = ("student01", "student02", "student03")


@pytest.fixture(scope="module")
def tasks(course: Course, tmp_path_factory: pytest.TempPathFactory) -> tuple[Setup, list[Task]]:
    """A class of four, the first of whom sleeps until the deadline of a cell (10 s)."""
    small = make_class(tmp_path_factory.mktemp("slow") / "course", course, 4)
    with (small.root / "course_config.py").open("a") as file:
        file.write("course = replace(course, limits=replace(course.limits, cell=10.0))\n")
    name = small.assignments[0].name
    hand_in(small, "student00", hostile.SOLVED, "import time\ntime.sleep(1000)")
    folder = small.root / "submitted"
    return Setup(str(small.root), name, "digits"), [
        Task(student, str(folder / student / name / f"{hostile.NOTEBOOK}.ipynb"), force=True)
        for student in ("student00", *OTHERS)
    ]


def graded(tasks: tuple[Setup, list[Task]]) -> list[tuple[int, Any]]:
    """Grade with one job; return what came, in its order."""
    with Pool(tasks[0], 1) as pool:
        found = [(i, without_times(result["scorecard"])) for i, result in pool.run(tasks[1])]
        assert len(pool._workers) <= 7
    return found


def test_who_sleeps_holds_up_nobody(tasks: tuple[Setup, list[Task]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pools, "YIELDING", ((1000.0, 5),))
    in_line = graded(tasks)
    assert [i for i, _ in in_line] == [0, 1, 2, 3]
    seen: list[tuple[int, int]] = []

    def seen_to_yield(pid: int, nice: int) -> None:
        slow_down(pid, nice)
        with contextlib.suppress(ProcessLookupError):
            seen.append((nice, os.getpriority(os.PRIO_PROCESS, pid)))

    monkeypatch.setattr(pools, "slow_down", seen_to_yield)
    monkeypatch.setattr(pools, "YIELDING", ((1.0, 5), (2.0, 7)))
    beside = graded(tasks)
    assert beside[0][0] != 0
    assert dict(beside) == dict(in_line)  # no verdict rests on the order
    assert {5, 7} <= {asked for asked, _ in seen}
    assert all(found >= asked for asked, found in seen)


def test_no_worker_is_forked_beside_a_slow_one_where_memory_is_short(
    tasks: tuple[Setup, list[Task]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pools, "YIELDING", ((1.0, 5), (2.0, 7)))
    monkeypatch.setattr(pools.psutil, "virtual_memory", lambda: SimpleNamespace(available=3 << 30))
    assert [i for i, _ in graded(tasks)] == [0, 1, 2, 3]


def test_a_sandbox_yields_with_all_that_it_starts_and_never_less() -> None:
    code = "import os, time\nif os.fork() == 0:\n    time.sleep(30)\nprint(os.nice(0))"
    with Sandbox(Place(replace(Course("c", ()).limits, cell=20))) as sandbox:
        sandbox.run_cell(code, 10)
        inside = [sandbox.pid, *(each.pid for each in psutil.Process(sandbox.pid).children(recursive=True))]
        assert len(inside) == 2
        for nice, expected in ((5, 5), (19, 19), (5, 19)):
            slow_down(sandbox.pid, nice)
            assert [os.getpriority(os.PRIO_PROCESS, pid) for pid in inside] == [expected] * 2
        assert "19" in str(sandbox.run_cell("print(os.nice(0))", 10).outputs)


def share(pid: int) -> int:
    """Return how far a process's session yields, where the kernel shares the processor out by sessions."""
    return int(Path(f"/proc/{pid}/autogroup").read_text().split()[-1])


@pytest.mark.skipif(
    not Path("/proc/self/autogroup").exists(), reason="this kernel knows no shares by session"
)
def test_who_is_made_to_yield_takes_no_neighbour_along_and_does_not_get_away() -> None:
    code = "import os, time\nif os.fork() == 0:\n    time.sleep(1)\n    os.setsid()\n    time.sleep(30)"
    limits = replace(Course("c", ()).limits, cell=20)
    with Sandbox(Place(limits)) as slow, Sandbox(Place(limits)) as neighbour:
        slow.run_cell(code, 10)
        slow_down(slow.pid, 7)
        time.sleep(2)
        child = psutil.Process(slow.pid).children()[0].pid
        assert os.getsid(child) == child
        assert share(slow.pid) == share(child) == 7
        with Sandbox(Place(limits)) as later:
            assert share(neighbour.pid) == share(later.pid) == 0
            assert os.getpriority(os.PRIO_PROCESS, neighbour.pid) == 0


def cells(*own: str) -> Notebook:
    return Notebook(
        "n", (*(Cell("own", "", source) for source in own), Cell("solution", "f", "def f(): return helper()"))
    )


@pytest.mark.parametrize(("budget", "whole"), [(0.5, False), (60.0, True)])
def test_own_cells_share_a_budget_and_cells_with_answers_run_all_the_same(
    course: Course, budget: float, whole: bool
) -> None:
    sleeps = "import time\ntime.sleep(0.4)"
    notebook = cells(
        sleeps, sleeps, sleeps, "def helper(): return 7\nran = True", "'what is left'\nran_too = True"
    )
    short = replace(course, limits=replace(course.limits, own_cells=budget))
    run = Cells(notebook, short.limits)
    with Sandbox(Place(short.limits)) as sandbox:
        run(sandbox, 60.0, True)
        assert sandbox.run_cell("print(f())", 10).outputs[0]["text"] == "7\n"  # what it needs was defined
        known = sandbox.run_cell("print('ran' in globals(), 'ran_too' in globals())", 10).outputs[0]["text"]
    assert known == f"{whole} {whole}\n"
    assert [note[:8] for note in run.notes()] == ([] if whole else ["3 cells "])
    assert run.runs[5].status == "ok"


def test_definitions_that_sleep_do_not_use_up_what_answers_need(course: Course) -> None:
    short = replace(course, limits=replace(course.limits, own_cells=1.0))
    sleeps = "import time\nclass A:\n    time.sleep(0.5)"
    run = Cells(cells(*[sleeps] * 40), short.limits)
    with Sandbox(Place(short.limits)) as sandbox:
        run(sandbox, 60.0, True)
    assert len(run.runs) < 6
    assert run.runs[40].status == "ok"


def test_a_scorecard_says_that_own_cells_were_not_run(course: Course, tmp_path: Path) -> None:
    small = make_class(tmp_path / "course", course, 1)
    with (small.root / "course_config.py").open("a") as file:
        file.write("course = replace(course, limits=replace(course.limits, own_cells=1.0))\n")
    name = small.assignments[0].name
    hand_in(small, "student00", hostile.SOLVED, "import time\ntime.sleep(2)")
    path = small.root / "submitted" / "student00" / name / f"{hostile.NOTEBOOK}.ipynb"
    notebook = json.loads(path.read_text())
    notebook["cells"].append({**notebook["cells"][-1], "id": "more", "source": "print(1)"})
    path.write_text(json.dumps(notebook))
    with Pool(Setup(str(small.root), name, "digits"), 1) as pool:
        ((_, result),) = pool.run([Task("student00", str(path))])
    card = result["scorecard"]
    assert card["score"] == card["max_score"]
    assert "1 cell of yours was not run, but for definitions" in " ".join(card["notes"])
