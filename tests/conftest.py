"""Fixtures shared by the tests: the course, its data sets, and notebooks filled with answers."""

from __future__ import annotations

# ruff: noqa: E402 -- the collector is off until all tests are collected: what is imported stays
import gc

gc.disable()

import copy
import json
import os
import pickle
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import grading_bench
import jupytext
import pytest
import torch

from autograder.authoring import build
from autograder.authoring.handing_in import filled, solution_cells
from autograder.course import data as datasets
from autograder.course.model import Assignment, Course, load
from autograder.intake.submissions import released
from autograder.workers import pool
from autograder.workers.pool import Pool
from autograder.workers.tasks import Setup, Task
from tests.loaded import Loaded

torch.set_num_threads(1)  # as in a sandbox; and two workers on two cores do not fight

ROOT = Path(__file__).parents[1]
MNIST_FOLDER = Path(os.environ.get("MNIST", ROOT.parent / "shared" / "mnist"))


@pytest.fixture(autouse=True)
def gradients() -> Iterator[None]:
    """Give every test gradients: answers that are run in this process may switch them off."""
    torch.set_grad_enabled(True)
    yield
    torch.set_grad_enabled(True)


@pytest.fixture(scope="session")
def course() -> Course:
    loaded = load(ROOT)
    if not datasets.is_present(loaded.data, "digits"):
        datasets.put_digits(loaded.data)
    return loaded


@pytest.fixture(scope="session")
def lab1(course: Course) -> Assignment:
    return course.assignment("lab1_train_cnn")


@pytest.fixture
def temporary_course(course: Course, tmp_path: Path) -> Course:
    """A copy of the course's configuration with data, release and source linked, and a private folder of its own."""
    root = tmp_path / "course"
    root.mkdir()
    for name in ("course_config.py", "nbgrader_config.py"):
        (root / name).write_text((ROOT / name).read_text())
    for name in ("release", "source"):
        (root / name).symlink_to(ROOT / name)
    (root / "data").symlink_to(course.data)
    return load(root)


class Desk:
    """Fill notebooks with answers and grade them through the real sandbox."""

    def __init__(self, course: Course, assignment: Assignment, folder: Path, pools: dict[str, Pool]) -> None:
        self.course = course
        self.pools = pools
        self.assignment = assignment
        self.folder = folder
        self.releases = released(course, assignment.name)

    def notebook(
        self,
        name: str,
        answers: dict[str, str] | None = None,
        extra: list[str] | None = None,
        solved: bool = True,
    ) -> dict[str, Any]:
        """Return a notebook with the solution, some answers changed, and cells added behind the setup."""
        cells = solution_cells(self.course, self.assignment, name) if solved else {}
        notebook = filled(self.releases[name].values, {**cells, **(answers or {})})
        for i, source in enumerate(extra or []):
            notebook["cells"].insert(
                5 + i,
                {
                    "cell_type": "code",
                    "execution_count": None,
                    "id": f"extra{i}",
                    "metadata": {},
                    "outputs": [],
                    "source": source,
                },
            )
        return copy.deepcopy(notebook)

    def grade(self, *notebooks: dict[str, Any] | bytes, dataset: str = "digits") -> list[dict[str, Any]]:
        """Grade notebooks, each in a sandbox of its own; return scorecards as JSON, in order."""
        return [result.get("scorecard", result) for result in self.results(*notebooks, dataset=dataset)]

    def results(
        self, *submissions: dict[str, Any] | bytes | Callable[[Path], None], dataset: str = "digits"
    ) -> list[dict[str, Any]]:
        """Grade notebooks, files' contents, or whatever a function puts at the path; return all that is known, in order."""
        tasks = []
        for i, submission in enumerate(submissions):
            path = self.folder / f"submission{i}.ipynb"
            if callable(submission):
                path.unlink(missing_ok=True)
                submission(path)
            else:
                content = submission if isinstance(submission, bytes) else json.dumps(submission).encode()
                path.write_bytes(content)
            tasks.append(Task(f"student{i}", str(path), force=True))
        if dataset not in self.pools:
            self.pools[dataset] = Pool(
                Setup(str(self.course.root), self.assignment.name, dataset), 2
            ).__enter__()
        results = dict(self.pools[dataset].run(tasks))
        return [results[i] for i in range(len(tasks))]


@pytest.fixture(scope="session")
def loaded() -> Iterator[Loaded]:
    started = Loaded()
    yield started
    started.close()


@pytest.fixture(scope="session")
def pools(loaded: Loaded) -> Iterator[dict[str, Pool]]:
    """Grading workers, by data set, kept for the whole session."""
    kept: dict[str, Pool] = {}
    yield kept
    for each in kept.values():
        each.close()


@pytest.fixture(scope="module")
def loaded_workers(loaded: Loaded) -> Iterator[None]:
    """Spare the pools of a module the loading; see `tests/loaded.py`."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pool, "_start_mother", loaded.start_mother)
        yield


@pytest.fixture
def loaded_workers_here(loaded: Loaded, monkeypatch: pytest.MonkeyPatch) -> None:
    """Do so for one test, in a module of which others look at a pool's processes."""
    monkeypatch.setattr(pool, "_start_mother", loaded.start_mother)


def _once(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that works each answer out once and gives every caller a copy of its own."""
    known: dict[bytes, bytes] = {}

    def answer(*asked: Any, **options: Any) -> Any:
        key = pickle.dumps((asked, options))
        if key not in known:
            known[key] = pickle.dumps(function(*asked, **options))
        return pickle.loads(known[key])

    return answer


_READ, _MADE = _once(jupytext.reads), _once(build.student_version)


@pytest.fixture(scope="module")
def read_once() -> Iterator[None]:
    """Read a text source, and make a student's notebook of it, once a session: nearly every command does both to compare what is built.

    Both are functions of what they are given and of nothing else. For modules whose subject is another than the build.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jupytext, "reads", _READ)
        patch.setattr(build, "student_version", _MADE)
        yield


@pytest.fixture
def remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the graders' own runs of references and misconceptions be made once for each input."""
    grading_bench.remember_trusted_runs(monkeypatch)


@pytest.fixture
def desk(
    course: Course, lab1: Assignment, tmp_path: Path, pools: dict[str, Pool], loaded_workers_here: None
) -> Desk:
    return Desk(course, lab1, tmp_path, pools)


def scores(card: dict[str, Any]) -> dict[str, float]:
    return {item["id"]: item["score"] for item in card["items"]}


def lost(card: dict[str, Any]) -> dict[str, float]:
    """Return the items that did not earn full points."""
    return {item["id"]: item["score"] for item in card["items"] if item["score"] < item["points"]}


LONGEST = (
    "test_graders", "test_whole_way", "test_hostile", "test_attacks", "test_from_scratch", "test_agreement", "test_alone", "test_resuming",
    "test_right_notebooks", "test_repositories", "test_same_card", "test_teaching", "test_marks", "test_limits", "test_sandbox",
    "test_new_lab", "test_fuzz_class", "test_one_package", "test_own_cells", "test_trouble", "test_cluster", "test_slow_answers",
    "test_odd_claims", "test_in_browser", "test_pages", "test_late_and_students", "test_scale", "test_at_once", "test_by_hand",
    "test_one_submission", "test_where_one_stands", "test_causes_written_differently", "test_cli", "test_slow_lane", "test_term",
    "test_build", "test_public_checks", "test_checks_of_labs", "test_mutants",
)  # fmt: skip


def pytest_collection_finish() -> None:
    gc.collect()
    gc.freeze()
    gc.enable()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    # The longest files first: processes that each take a whole file at a time then end at about the same time.
    items.sort(key=lambda item: LONGEST.index(item.path.stem) if item.path.stem in LONGEST else len(LONGEST))
    if datasets.is_present(ROOT / "data", "mnist"):
        return
    for item in items:
        if item.get_closest_marker("mnist"):
            item.add_marker(
                pytest.mark.skip(reason="MNIST is not in data/: run `autograder data --from FOLDER`")
            )
