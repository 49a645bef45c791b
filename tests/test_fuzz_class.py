"""Fuzz whole submissions, the whole way: whatever a class hands in, it is graded, and honest neighbours have every point.

`FUZZ_SEED=123 pytest tests/test_fuzz_class.py` draws from another number on; a failure names the number of its class.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest
from nbgrader.api import Gradebook

from autograder.authoring.handing_in import filled
from autograder.course.model import Course, load
from autograder.gradebook import fill, judging
from autograder.gradebook.sync import carry_out
from autograder.intake.folder_names import refusal
from autograder.intake.submissions import released
from autograder.pages.html import plain
from tests import fuzzed
from tests.conftest import ROOT
from tests.small_class import SmallClass
from tests.small_lab import write_source

pytestmark = [
    pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning"),  # nbgrader's own, as in class_run
    pytest.mark.usefixtures("loaded_workers"),
]
SMALL = """
from dataclasses import replace
from tests.fuzzed import NOTEBOOK, POINTS
lab = course.assignments[0]
course = replace(course, dataset="digits", languages=("en",), limits=replace(course.limits, cell=4.0, call=3.0, notebook=40.0, tmp=32),
                 assignments=(replace(lab, notebooks={NOTEBOOK: POINTS}, without_stub=()),))
"""
SEED = int(os.environ.get("FUZZ_SEED", "0"))
FULL = sum(fuzzed.POINTS.values())
NEIGHBOUR_EVERY = 10
OUR_FAULT = re.compile(
    r"Traceback|grader itself failed|grader_fault|worker ended|cannot be prepared|Error\b.*autograder/"
)


@pytest.fixture(scope="module")
def empty(course: Course, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a course without students, from which others are copied."""
    root = tmp_path_factory.mktemp("empty") / "course"
    root.mkdir()
    (root / "course_config.py").write_text((ROOT / "course_config.py").read_text() + SMALL)
    (root / "nbgrader_config.py").write_text((ROOT / "nbgrader_config.py").read_text())
    (root / "data").symlink_to(course.data)
    small = load(root)
    lab = small.assignments[0]
    write_source(course.source(lab.name), small.source(lab.name), fuzzed.NOTEBOOK, fuzzed.POINTS)
    carry_out(small, lab)
    return root


def make_course(root: Path, empty: Path) -> Course:
    shutil.copytree(empty, root, symlinks=True)
    return load(root)


def grade_class(small: Course, seeds: range) -> None:
    """Let a class hand in, grade it, make feedback, and see that each is where it belongs."""
    lab = small.assignments[0]
    values = released(small, lab.name)[fuzzed.NOTEBOOK].values
    drawn, honest = [fuzzed.submission(seed) for seed in seeds], []
    for i, each in enumerate(drawn):
        folder = small.root / "submitted" / each.name / lab.name
        folder.mkdir(parents=True)
        each.write(folder, values)
        if i % NEIGHBOUR_EVERY == 0:
            honest.append(f"honest{i:04}")
            folder = small.root / "submitted" / honest[-1] / lab.name
            folder.mkdir(parents=True)
            right = filled(values, fuzzed.SOLVED, seed=each.seed)
            (folder / f"{fuzzed.NOTEBOOK}.ipynb").write_text(json.dumps(right))
    refused = {each.name for each in drawn if refusal(each.name)}
    usable = {each.name for each in drawn} - refused | set(honest)
    done = SmallClass.autograder(SimpleNamespace(course=small), "grade", lab.name)
    said = done.stdout + done.stderr
    assert not [line for line in said.splitlines() if OUR_FAULT.search(line)], said[-5000:]
    assert done.returncode == (1 if refused else 0), said[-5000:]
    assert not set(said) & set("\x1b\x07\u202e\u2028\udcff"), said
    with Gradebook(f"sqlite:///{small.root / 'gradebook.db'}", small.name) as book:
        scores = {each.student.id: each.score for each in book.assignment_submissions(lab.name)}
        waiting = {
            each.student.id
            for each in book.assignment_submissions(lab.name)
            for notebook in each.notebooks
            for grade in notebook.grades
            if grade.auto_score is None
        }
    assert set(scores) == usable, said[-5000:]
    assert not waiting
    assert {name: scores[name] for name in honest} == dict.fromkeys(honest, FULL)
    assert all(0 <= score <= FULL for score in scores.values())
    for name in refused:
        assert f"{plain(name)} (The folder's name cannot be a student's id" in " ".join(said.split()), name
    fed = SmallClass.autograder(SimpleNamespace(course=small), "feedback", lab.name)
    assert fed.returncode == 0, (fed.stdout + fed.stderr)[-5000:]
    pages = list((small.root / "feedback").glob(f"*/{lab.name}/{fuzzed.NOTEBOOK}.html"))
    assert {page.parent.parent.name for page in pages} == usable
    log = (small.private / "nbgrader.log").read_text(encoding="utf-8", errors="replace")
    assert "Traceback" not in log, log[log.index("Traceback") - 500 :][:5000]
    assert " ERROR " not in log, log[log.index(" ERROR ") - 500 :][:5000]


@pytest.mark.parametrize(
    ("classes", "size"),
    [
        pytest.param(1, 30, id="short", marks=pytest.mark.timeout(300)),
        pytest.param(40, 50, id="long", marks=[pytest.mark.slow, pytest.mark.timeout(7200)]),
    ],
)
def test_whatever_a_class_hands_in_it_is_graded(
    empty: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, classes: int, size: int
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    for i in range(classes):
        seeds = range(SEED + i * size, SEED + (i + 1) * size)
        try:
            grade_class(make_course(tmp_path / f"course{i}", empty), seeds)
        except AssertionError as error:
            raise AssertionError(f"FUZZ_SEED={seeds.start}: {error}") from error


PATTERN = next(
    range(seed, seed + 1) for seed in range(10_000) if set(fuzzed.submission(seed).name) & set("*?[")
)


@pytest.mark.timeout(300)
def test_the_fuzz_test_would_have_found_the_holes(
    empty: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As it once was: nbgrader got every name, and a fault while a picture is drawn or a cell filled took the grade."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    with monkeypatch.context() as once:
        once.setattr(judging, "refusal", lambda name: "")
        with pytest.raises(AssertionError):
            grade_class(make_course(tmp_path / "names", empty), PATTERN)
    monkeypatch.setattr(fill, "item_html", lambda item, notes: 1 // 0)
    with pytest.raises(AssertionError, match="ZeroDivisionError"):
        grade_class(make_course(tmp_path / "faults", empty), range(1))
