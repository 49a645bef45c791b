"""The command line with bad input: a clear line, exit code not 0, no traceback."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from autograder.commands.grade import _assignment_of
from tests.conftest import ROOT
from tests.small_class import autograder

pytestmark = pytest.mark.usefixtures("loaded_workers")
LAYERS = ROOT / "release" / "en" / "lab1_train_cnn" / "01_cnn_layers.ipynb"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("grade", "lab9"), "There is no assignment 'lab9'"),
        (("grade",), "Name an assignment"),
        (("grade", "--nonsense"), "No such option"),
        (("grade", "lab1_train_cnn", "--student", "nobody"), "submi"),
        (("grade", "--notebook", "course_config.py", "--student", "ana"), "--student chooses from the class"),
        (("grade", "lab1_train_cnn", "--json"), "--json writes the scorecards of files"),
        (("feedback", "lab9"), "There is no assignment"),
    ],
)
def test_bad_input_ends_in_words(temporary_course, arguments, words):
    done = autograder(temporary_course.root, *arguments)
    assert done.returncode != 0
    assert words in done.stderr + done.stdout
    assert "Traceback" not in done.stderr


def test_outside_a_course_it_says_so(tmp_path):
    done = autograder(tmp_path, "grade", "lab1_train_cnn")
    assert done.returncode == 1
    assert "No course_config.py" in done.stderr


def test_an_empty_submitted_folder_is_named(temporary_course):
    done = autograder(temporary_course.root, "grade", "lab1_train_cnn")
    assert done.returncode == 1
    assert "There is no submission of lab1_train_cnn" in done.stderr


def test_a_broken_configuration_is_named(tmp_path):
    (tmp_path / "course_config.py").write_text("course = 1 / 0\n")
    done = autograder(tmp_path, "grade", "lab1_train_cnn")
    assert done.returncode == 1
    assert "ZeroDivisionError" in done.stderr
    assert "Traceback" not in done.stderr


def test_missing_data_refuse_to_grade(temporary_course):
    (temporary_course.root / "data").unlink()
    (temporary_course.root / "data").mkdir()
    done = autograder(temporary_course.root, "grade", "--notebook", LAYERS)
    assert done.returncode == 1
    assert "autograder data" in done.stderr


def test_files_are_graded_in_order_one_scorecard_a_line(temporary_course, tmp_path):
    (tmp_path / "broken.ipynb").write_text("{")
    names = [
        LAYERS.with_name("03_softmax_metrics.ipynb"),
        tmp_path / "broken.ipynb",
        tmp_path / "absent.ipynb",
        LAYERS,
    ]
    arguments = [word for name in names for word in ("--notebook", name)]
    done = autograder(temporary_course.root, "grade", *arguments, "--json", "--dataset", "digits")
    assert done.returncode == 0, done.stderr
    cards = [json.loads(line) for line in done.stdout.splitlines()]
    assert [card["status"] for card in cards] == ["graded", "invalid", "invalid", "graded"]
    assert [card["max_score"] for card in (cards[0], cards[3])] == [40, 24]
    assert all(card["schema"] == "scorecard/v1" and card["score"] == 0 for card in cards)
    assert all(item["status"] == "not_attempted" for item in cards[0]["items"])


def test_no_bubblewrap_refuses_and_unsafe_says_so_on_every_scorecard(temporary_course, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    arguments = ("grade", "--notebook", LAYERS, "--json", "--dataset", "digits")
    done = autograder(temporary_course.root, *arguments)
    assert done.returncode == 1
    assert "apt-get install bubblewrap" in done.stderr
    assert done.stdout == ""
    done = autograder(temporary_course.root, *arguments, "--unsafe-no-sandbox")
    assert done.returncode == 0, done.stderr
    card = json.loads(done.stdout)
    assert "unsafe-no-sandbox" in card["sandbox"]
    assert any("WITHOUT a sandbox" in note for note in card["notes"])


def test_ctrl_c_leaves_things_whole(temporary_course):
    arguments = (
        "grade",
        "--notebook",
        str(LAYERS.with_name("03_softmax_metrics.ipynb")),
        "--json",
        "--dataset",
        "digits",
    )
    process = subprocess.Popen(
        [sys.executable, "-m", "autograder.cli", *arguments],
        cwd=temporary_course.root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    while not psutil.Process(process.pid).children():  # the first worker: the command is at work
        time.sleep(0.1)
    time.sleep(1)
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=30)
    if process.returncode != 0:  # it may have been quicker
        assert process.returncode == 130
        assert "run the same command to go on" in err
        assert "Traceback" not in err
    assert autograder(temporary_course.root, *arguments).returncode == 0


def test_help_is_there_for_every_command():
    commands = (
        "data",
        "build",
        "validate",
        "grade",
        "cache",
        "feedback",
        "demo",
        "doctor",
        "export",
        "report",
        "repos",
    )
    for command in (*commands, "repos template", "repos import", "repos snapshot", "repos feedback"):
        done = autograder(ROOT, *command.split(), "--help")
        assert done.returncode == 0
        assert "Usage" in done.stdout


def test_a_folder_without_mnist_is_named(temporary_course):
    (temporary_course.root / "data").unlink()
    done = autograder(temporary_course.root, "data", "--from", "/nowhere")
    assert done.returncode == 1
    assert "/nowhere has no train-images" in done.stderr


def test_the_data_command(temporary_course):
    done = autograder(temporary_course.root, "data", "--digits")
    assert done.returncode == 0
    assert "1,437 images for training" in done.stdout


def test_files_alone_are_of_the_assignment_after_whose_notebooks_they_are_named(course):
    for lab in course.assignments:
        for name in lab.notebooks:
            assert _assignment_of(course, [Path(f"somewhere/{name} (1).ipynb")]) == lab.name
    assert _assignment_of(course, [Path("mine.ipynb")]) == course.assignments[0].name
