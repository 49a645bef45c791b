"""A class graded twice: what is graded again, what would change, what the cache holds, what is seen meanwhile."""

import io
import shutil
import subprocess
import sys
import time
from types import SimpleNamespace

import pytest
from rich.console import Console

from autograder.commands.display import GradingDisplay
from autograder.errors import CourseError
from autograder.gradebook import judging
from autograder.grading.cache import Cache
from autograder.grading.scorecard import Scorecard
from autograder.grading.versions import GRADERS, grader_files, grader_version
from autograder.workers.tasks import Task
from tests.conftest import ROOT
from tests.small_class import FLIPPED, SmallClass

LAYERS = "01_cnn_layers"


# ----------------------------------------------------------------------------------------- which graders concern whom


@pytest.mark.parametrize(
    ("file", "concerned"),
    [
        ("relu/reference.py", {LAYERS}),
        ("conv2d/output.py", {LAYERS}),
        ("fit/epochs.py", {"02_training_loop"}),
        ("make_loaders/split.py", {"02_training_loop"}),
        ("auc/test_auc.py", {"03_softmax_metrics"}),
        ("accuracy/test_accuracy.py", {"03_softmax_metrics"}),
        ("cnn/wiring.py", {LAYERS, "02_training_loop"}),  # the network is trained in notebook 02
        ("../kit/instruments.py", {"02_training_loop", "03_softmax_metrics"}),
        ("__init__.py", {LAYERS, "02_training_loop", "03_softmax_metrics"}),
    ],
)
def test_a_changed_grader_concerns_exactly_the_notebooks_that_use_it(lab1, tmp_path, file, concerned):
    graders = tmp_path / "graders"
    shutil.copytree(GRADERS, graders, ignore=shutil.ignore_patterns("__pycache__"))
    before = {name: grader_version(lab1, name, graders) for name in lab1.notebooks}
    assert before == {name: grader_version(lab1, name) for name in lab1.notebooks}
    with (graders / lab1.name / file).open("a") as changed:
        changed.write("\n# changed\n")
    after = {name: grader_version(lab1, name, graders) for name in lab1.notebooks}
    assert {name for name in before if before[name] != after[name]} == concerned


def test_every_grader_concerns_some_notebook(course):
    known = {path for lab in course.assignments for name in lab.notebooks for path in grader_files(lab, name)}
    others = {
        "unusual.py",
        "wrong.py",
        "one_mistake.py",
        "answers.py",
        "full_training.py",
    }  # what graders and solution are tested by
    assert {path for path in GRADERS.rglob("*.py") if path.name not in others} <= known


_LOADED = """
import os, sys, torch
torch.set_num_threads(1)
from autograder.course import data
from autograder.course.model import load
from autograder.grading.items import material
from autograder.grading.plugin import GradingPlugin
from autograder.grading.run import Context, local_student, reference_student, run_hidden_tests, score_items
course = load()
lab = course.assignment("lab1_train_cnn")
def grade(name):
    items = tuple(lab.items(name))
    context = Context(lab.training["digits"], data.load(course.data, "digits"), items)
    wrong = {i.id: material(lab.name, i.id).misconceptions[0].function for i in items if i.solution and i.id not in ("CNN", "fit")}
    for student in (reference_student(lab, name, course), local_student(lab, name, course, wrong)):
        plugin = GradingPlugin(student, b"k" * 40, "digest", None, context)
        raws = run_hidden_tests(lab, name, plugin)
        print(sum(raw.outcome == "passed" for raw in raws), "of", len(raws), file=sys.stderr)
        score_items(lab, name, raws, plugin, course)
    for n, m in sys.modules.items():
        if n.startswith("autograder.graders") and m.__file__:
            print(name, m.__file__, flush=True)
for name in lab.notebooks:
    if os.fork() == 0:
        grade(name)
        os._exit(0)
    assert os.wait()[1] == 0, name
"""


@pytest.fixture(scope="module")
def what_is_loaded():
    """Return the modules of graders that are loaded where a notebook is graded, by notebook: each in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", _LOADED], cwd=ROOT, capture_output=True, text=True, timeout=240, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return [line.split(" ", 1) for line in done.stdout.splitlines()]


@pytest.mark.parametrize("notebook", ["01_cnn_layers", "02_training_loop", "03_softmax_metrics"])
def test_grading_loads_no_grader_that_the_key_leaves_out(lab1, what_is_loaded, notebook):
    loaded = {file for name, file in what_is_loaded if name == notebook}
    assert (
        str(GRADERS / lab1.name / lab1.items(notebook)[0].id.lower() / "reference.py") in loaded
    )  # it did grade
    assert loaded <= {str(path) for path in grader_files(lab1, notebook)}


def test_the_command_line_and_nbgrader_s_process_need_no_torch():
    code = "import sys, autograder.cli, autograder.gradebook.class_run, autograder.gradebook.preprocessor; print('torch' in sys.modules, 'pytest' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=100, check=True
    )
    assert done.stdout.split() == ["False", "False"]


# ------------------------------------------------------------------------------------------------------- the cache


def test_the_cache_is_shown_and_cleared_but_not_under_a_running_grading(tmp_path):
    kept = Cache(tmp_path / "cache")
    kept.put("a" * 64, {"scorecard": {}})
    kept.put("b" * 64, {"scorecard": {}})
    left = kept.folder / ".key.1.abcd"  # of a writer that was killed
    left.write_text("half")
    found = kept.contents()
    assert found.results == 2
    assert found.size > 0
    assert found.oldest is not None
    assert abs(found.oldest - time.time()) < 60
    with kept.in_use(), kept.in_use(), pytest.raises(CourseError, match="Wait until that ends"):
        kept.clear()
    assert kept.contents().results == 2
    assert kept.clear() == 2
    assert kept.contents().oldest is None
    assert left.exists()  # too young: its writer may live


# ------------------------------------------------------------------------------------------------ what would change


@pytest.fixture(scope="module")
def small(course, lab1, tmp_path_factory, loaded_workers):
    made = SmallClass(course, lab1, tmp_path_factory.mktemp("small"))
    for student in ("ada", "bo"):
        made.hand_in(student, LAYERS)
    done = made.grade_here("--jobs", "2")
    assert done.returncode == 0, done.stderr
    return made


def test_diff_shows_what_would_change_and_writes_nothing(small):
    before = small.scores()
    assert before["ada", "conv2d"] == 6
    same = small.grade_here("--diff")
    assert same.returncode == 0, same.stderr
    assert "No score in the gradebook would change." in same.stdout
    small.hand_in("ada", LAYERS, {"conv2d": FLIPPED})
    small.hand_in("cy", LAYERS, solved=False)
    files = {p: p.read_bytes() for p in (small.course.root / "autograded").rglob("*.ipynb")}
    done = small.grade_here("--diff")
    assert done.returncode == 0, done.stderr
    rows = [line for line in done.stdout.splitlines() if "conv2d" in line]
    assert len(rows) == 1
    assert rows[0].replace("│", " ").split() == ["ada", LAYERS, "conv2d", "6", "2"]
    assert "1 scores of 1 students would change." in done.stdout
    assert "Not in the gradebook yet: cy." in done.stdout
    assert "Nothing was written. `autograder grade lab1_train_cnn` writes these grades" in done.stdout
    assert small.scores() == before
    assert {p: p.read_bytes() for p in (small.course.root / "autograded").rglob("*.ipynb")} == files
    written = small.grade_here()
    assert written.returncode == 0, written.stderr
    assert "No notebook has changed." in written.stderr  # every result came from the cache
    assert small.scores()["ada", "conv2d"] == 2  # what a flipped kernel does right is told by relations
    assert small.scores()["cy", "conv2d"] == 0
    assert "1 of 3 students' grades stood already." in written.stdout


def test_the_cache_command(small):
    shown = small.autograder("cache")
    assert shown.returncode == 0, shown.stderr
    assert "results, " in shown.stdout
    assert "the oldest of 20" in shown.stdout
    cleared = small.autograder("cache", "--clear")
    assert "Removed" in cleared.stdout
    assert "is empty" in small.autograder("cache").stdout


def test_diff_of_files_is_refused(small):
    done = small.autograder("grade", "--notebook", "x.ipynb", "--diff")
    assert done.returncode == 1
    assert "--diff compares with the gradebook" in done.stderr


# ------------------------------------------------------------------------------------------------- what is seen


class Clock:
    def __init__(self):
        self.time = 0.0

    def __call__(self):
        return self.time


def graded(display, clock, student, seconds, status="graded"):
    task = Task(student, f"/{student}.ipynb", LAYERS)
    display.running(task)
    clock.time += seconds
    display.done(task, Scorecard("lab1", LAYERS, student, status, 1.0, 2.0))


def test_the_display_is_plain_lines_without_a_terminal():
    text, clock = io.StringIO(), Clock()
    with GradingDisplay(Console(file=text, width=300), clock) as display:
        display.start(4)
        graded(display, clock, "quick", 1)
        graded(display, clock, "slow", 11, "timeout")
        graded(display, clock, "slow", 4)
        graded(display, clock, "quick", 1)
    lines = text.getvalue().splitlines()
    assert lines[0] == "4 notebooks to grade."
    assert (
        lines[1] == "2 of 4 notebooks graded · 1 failed · about 12 s left · slowest: slow 11 s, quick 1.0 s"
    )
    assert lines[2] == "4 of 4 notebooks graded · 1 failed · slowest: slow 15 s, quick 2.0 s"
    assert len(lines) == 3


def test_the_display_shows_who_is_running_on_a_terminal():
    text, clock = io.StringIO(), Clock()
    console = Console(file=text, width=120, force_terminal=True)
    with GradingDisplay(console, clock) as display:
        display.start(2)
        display.running(Task("mia", "/mia.ipynb", LAYERS))
        clock.time += 3
        graded(display, clock, "bo", 1)
        display._live.refresh()
    assert "1 of 2 notebooks graded · 1 running · 0 failed" in text.getvalue()
    assert f"mia  {LAYERS}" in text.getvalue()


# ------------------------------------------------------------------------------------------ workers begin in time


def test_workers_begin_before_the_class_is_read_where_something_looks_new(temporary_course, lab1):
    root = temporary_course.root
    for folder in ("submitted", "autograded"):
        (root / folder / "ana" / lab1.name).mkdir(parents=True)
        (root / folder / "ana" / lab1.name / "timestamp.txt").write_text("2026-11-01 10:00:00 UTC")
    lookup = SimpleNamespace(course=temporary_course, assignment=lab1)
    assert not judging._looks_new(lookup, "ana")
    (root / "submitted" / "ana" / lab1.name / "timestamp.txt").write_text("2026-11-02 10:00:00 UTC")
    assert judging._looks_new(lookup, "ana")
    (root / "submitted" / "bo" / lab1.name).mkdir(parents=True)
    assert judging._looks_new(lookup, "bo")
