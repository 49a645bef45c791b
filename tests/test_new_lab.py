"""docs/new-assignment.md: every command of the page, in an empty folder, with a copy of the package; and a class in the new lab."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from autograder.authoring import new
from autograder.authoring.new import write_lab
from autograder.errors import CourseError
from tests.conftest import ROOT

LAB = "lab4_attention"
# One process with the copied package and all that commands import; each command is a fork of it.
SHELL = """
import importlib, json, os, sys
import torch
import autograder.authoring.validate, autograder.grading.engine, autograder.gradebook.class_run
from autograder.cli import main as autograder
from autograder.workers import pool
from nbgrader.apps.nbgraderapp import main as nbgrader
from tests.loaded import Loaded

torch.set_num_threads(1)
pool._start_mother = Loaded().start_mother
for line in sys.stdin:
    sys.argv, *files = json.loads(line)
    pid = os.fork()
    if pid == 0:
        for file, stream in zip(files, (1, 2)):
            os.dup2(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), stream)
        importlib.invalidate_caches()
        sys.exit({"autograder": autograder, "nbgrader": nbgrader}[sys.argv[0]]())
    print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)
"""
ANSWERS = {
    "ana": {"centred": "x - x.mean()", "scaled": "x - x.sum() / x.numel()"},
    "ben": {"centred": "x - x.sum()", "scaled": "x - x.mean()"},
    "cem": {},
}


def commands() -> list[str]:
    text = (ROOT / "docs" / "new-assignment.md").read_text("utf-8")
    blocks = re.findall(r"^```sh\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    return [line for block in blocks for line in block.splitlines()]


class Shell:
    """Runs commands in a course's folder, with the package that lies beside it."""

    def __init__(self, course: Path) -> None:
        self._files = [course.parent / name for name in ("out.txt", "err.txt")]
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("AUTOGRADER", "PYTHON"))}
        paths = os.pathsep.join((str(course.parent / "package"), str(ROOT)))
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-c", SHELL], cwd=course, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env={**clean, "PYTHONPATH": paths, "COLUMNS": "200"},
        )  # fmt: skip

    def run(self, line: str) -> str:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps([shlex.split(line), *map(str, self._files)]) + "\n")
        self._process.stdin.flush()
        code = self._process.stdout.readline()
        out, err = (file.read_text("utf-8") for file in self._files)
        assert code == "0\n", (line, out[-3000:], err[-3000:])
        return out

    def close(self) -> None:
        self._process.communicate()


def hand_in(course: Path, student: str, answers: dict[str, str]) -> None:
    values = json.loads((course / "release" / "en" / LAB / "01_first.ipynb").read_text("utf-8"))
    for cell in values["cells"]:
        name = cell["metadata"].get("nbgrader", {}).get("grade_id")
        if name in answers:
            cell["source"] = f"def {name}(x):\n    return {answers[name]}"
    folder = course / "submitted" / student / LAB
    folder.mkdir(parents=True)
    (folder / "01_first.ipynb").write_text(json.dumps(values))


@pytest.mark.timeout(600)
def test_every_command_of_the_page_runs_and_a_class_is_graded(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    course = tmp_path / "course"
    course.mkdir()
    ignored = shutil.ignore_patterns("__pycache__", "lab1_*")
    shutil.copytree(ROOT / "autograder", tmp_path / "package" / "autograder", ignore=ignored)
    shell, said = Shell(course), {}
    request.addfinalizer(shell.close)
    for line in commands():
        if line.startswith("nbgrader release"):
            (tmp_path / "exchange").mkdir()
            (tmp_path / "exchange").chmod(0o777)
            with (course / "course_config.py").open("a") as file:
                file.write(
                    f"course = dataclasses.replace(course, nbgrader=lambda c: setattr(c.Exchange, 'root', {str(tmp_path / 'exchange')!r}))\n"
                )
        if line == f"autograder grade {LAB}":
            for student, answers in ANSWERS.items():
                hand_in(course, student, answers)
        said[line] = shell.run(line)
    assert "The course is sound." in said["autograder validate --seeds 2"]
    assert "100 of 100" in said[f"autograder grade --notebook source/{LAB}/01_first.ipynb"]
    assert "0 of 100" in said[f"autograder grade --notebook release/en/{LAB}/01_first.ipynb"]
    assert (tmp_path / "exchange" / "course" / "outbound" / LAB / "01_first.ipynb").is_file()
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}", "course") as book:
        totals = {each.student.id: each.score for each in book.assignment_submissions(LAB)}
    assert totals["ana"] == 100
    assert 50 <= totals["ben"] < 75  # of equal values the sum is none of them, and the shape pays nothing
    assert totals["cem"] == 0
    card = shell.run(f"autograder grade --json --notebook submitted/ben/{LAB}/01_first.ipynb")
    assert json.loads(card)["items"][0]["tests"][1]["misconception"] == "sum_taken_away"


@pytest.mark.parametrize(
    ("lab", "items", "words"),
    [
        ("Lab4", ("f",), "small letters"),
        ("lab-4", ("f",), "small letters"),
        ("lab4", ("2nd",), "an item a function"),
        ("lab4", ("lambda",), "an item a function"),
        ("class", ("f",), "small letters"),
        ("lab4", ("f", "F"), "Two items have one name"),
        ("lab1_train_cnn", ("f",), "has an assignment lab1_train_cnn already"),
    ],
)
def test_names_that_cannot_be_used_are_refused_and_nothing_is_written(
    temporary_course, lab: str, items: tuple[str, ...], words: str
) -> None:
    before = sorted(temporary_course.root.rglob("*"))
    with pytest.raises(CourseError, match=words):
        write_lab(temporary_course.root, lab, "01_first", items)
    assert sorted(temporary_course.root.rglob("*")) == before


def test_what_is_there_is_never_written_over(
    temporary_course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(new, "graders_folder", lambda lab: tmp_path / lab)
    (tmp_path / "lab4").mkdir()
    with pytest.raises(CourseError, match="is there already"):
        write_lab(temporary_course.root, "lab4", "01_first", ("f",))
