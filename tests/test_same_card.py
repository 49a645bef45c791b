"""The same submission has the same scorecard, however often it is graded and whatever else the machine does."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from autograder.demo import lab1_train_cnn as students
from autograder.grading.scorecard import Scorecard, under_rules
from tests.small_class import autograder

_TIMES = {"seconds", "student_seconds"}


@contextmanager
def load(processes: int) -> Iterator[None]:
    """Keep this many processes computing."""
    burners = [subprocess.Popen([sys.executable, "-S", "-c", "while True: pass"]) for _ in range(processes)]
    try:
        yield
    finally:
        for each in burners:
            each.kill()
            each.wait()


def without_times(values: Any) -> Any:
    """Return a scorecard without what a clock gave."""
    if isinstance(values, dict):
        return {key: without_times(value) for key, value in values.items() if key not in _TIMES}
    if isinstance(values, list):
        return [without_times(each) for each in values]
    return values


def submissions(desk: Any) -> list[dict[str, Any]]:
    """Three notebooks, right and wrong in ways that have to be told apart by numbers."""
    return [
        desk.notebook("01_cnn_layers", {"conv2d": students.FLIPPED}),
        desk.notebook("02_training_loop", {"train_one_epoch": students.BATCH_MEAN, "evaluate": students.NO_EVAL}),
        desk.notebook("03_softmax_metrics", {"softmax": students.WRONG_AXIS}),
    ]  # fmt: skip


@pytest.mark.parametrize("times", [2, pytest.param(20, marks=[pytest.mark.slow, pytest.mark.timeout(3600)])])
def test_the_same_submission_under_different_load(desk: Any, times: int) -> None:
    handed = submissions(desk)
    first = without_times(desk.grade(*handed))
    assert [card["status"] for card in first] == ["graded"] * 3
    assert sum(card["score"] for card in first) < 100
    for i in range(1, times):
        with load(i % 5):
            assert without_times(desk.grade(*handed)) == first, f"grading {i + 1} of {times}"


ANOTHER_PLUGIN = """
import pytest

def pytest_runtest_setup(item):
    pytest.skip("a plugin of the instructor's")
"""


def test_what_the_instructor_s_own_pytest_is_set_to_changes_no_card(
    desk: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    notebook = tmp_path / "01_cnn_layers.ipynb"
    notebook.write_text(json.dumps(desk.notebook("01_cnn_layers", {"conv2d": students.FLIPPED})))
    (expected,) = desk.grade(notebook.read_bytes())
    plugins = tmp_path / "plugins"
    info = plugins / "nuisance-1.dist-info"
    info.mkdir(parents=True)
    (plugins / "nuisance.py").write_text(ANOTHER_PLUGIN)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: nuisance\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[pytest11]\nnuisance = nuisance\n")
    monkeypatch.setenv("PYTHONPATH", str(plugins))
    monkeypatch.setenv("PYTEST_PLUGINS", "nuisance")
    monkeypatch.setenv("PYTEST_ADDOPTS", "--maxfail=1 -k conv2d -p nuisance")
    options = ("--notebook", notebook, "--dataset", "digits", "--json", "--force")
    done = autograder(desk.course.root, "grade", *options)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    cards = [Scorecard.from_json(found), under_rules(Scorecard.from_json(expected), desk.assignment)]
    points = [{item.id: item.score for item in card.items} for card in cards]
    assert points[0] == points[1]
    assert 0 < expected["score"] < expected["max_score"]
