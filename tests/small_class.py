"""A small class in a temporary course: a gradebook that knows the assignment, and notebooks handed in as files."""

import contextlib
import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

import pytest
from nbgrader.api import Gradebook
from sqlalchemy.exc import SAWarning

from autograder import cli
from autograder.authoring.handing_in import filled, solution_cells
from autograder.course.model import load
from autograder.demo.forked import nbgrader
from autograder.demo.whole_way import make_course
from autograder.intake.submissions import released
from autograder.pages import terminal

FLIPPED = """
def conv2d(x, weight, bias=None, stride=1, padding=0):
    x = F.pad(x, (padding,) * 4)
    kh, kw = weight.shape[2:]
    windows = x.unfold(2, kh, stride).unfold(3, kw, stride)
    out = torch.einsum("nchwij,ocij->nohw", windows, weight.flip(2, 3))
    return out if bias is None else out + bias.view(1, -1, 1, 1)
"""
TIMES = ("seconds", "student_seconds")


_made = {}  # courses without students, from which others are copied


def clean_environment():
    return {k: v for k, v in os.environ.items() if not k.startswith("AUTOGRADER")}


def place_course(course, assignment, folder):
    """Put a demo's course into a folder, with an assignment that nbgrader has generated."""
    if assignment.name not in _made:
        _made[assignment.name] = tempfile.TemporaryDirectory()
        made = make_course(course, "digits", Path(_made[assignment.name].name))
        command = ["generate_assignment", assignment.name, "--force"]
        code, said = nbgrader(command, made.root, clean_environment(), 300)
        assert code == 0, said[-2000:]
    made = Path(_made[assignment.name].name)
    shutil.copytree(made, folder, symlinks=True, dirs_exist_ok=True)
    config = folder / "course" / "course_config.py"
    text = config.read_text()
    assert repr(str(made / "exchange")) in text
    config.write_text(text.replace(repr(str(made / "exchange")), repr(str(folder / "exchange"))))
    return load(folder / "course")


def autograder(root, *arguments):
    """Run a command of ours in this process, standing in a folder, which spares the seconds that imports take."""
    said, errors = io.StringIO(), io.StringIO()
    with (
        pytest.MonkeyPatch.context() as patch,
        warnings.catch_warnings(),
        contextlib.redirect_stdout(said),
        contextlib.redirect_stderr(errors),
    ):
        for name in [name for name in os.environ if name.startswith("AUTOGRADER")]:
            patch.delenv(name)
        patch.setenv("COLUMNS", "200")
        patch.setenv("PATH", os.environ["PATH"])  # the command puts its environment's programs before it
        for console in (terminal.out, terminal.err):  # made at import, with the width that a test runner gave
            patch.setattr(console, "width", 200)
        warnings.filterwarnings("ignore", category=SAWarning)  # nbgrader's own, as outside of tests
        patch.setattr(sys, "argv", ["autograder", *map(str, arguments)])
        patch.chdir(root)
        with pytest.raises(SystemExit) as ended:
            cli.main()
    return subprocess.CompletedProcess(arguments, ended.value.code or 0, said.getvalue(), errors.getvalue())


class SmallClass:
    """A course in a folder of its own, and what its students hand in."""

    def __init__(self, course, assignment, folder):
        self.source = course
        self.assignment = assignment
        self.course = place_course(course, assignment, folder)

    def run(self, *command, timeout=300, **environment):
        """Run a module of Python in the course's folder, as an instructor would."""
        environment = {**clean_environment(), "COLUMNS": "200", **environment}
        if command[0] == "nbgrader":  # spares the seconds that its imports take
            code, said = nbgrader(list(command[1:]), self.course.root, environment, timeout)
            return subprocess.CompletedProcess(command, code, said, said)
        return subprocess.run(
            [sys.executable, "-m", *command], cwd=self.course.root, env=environment,
            capture_output=True, text=True, timeout=timeout, check=False,
        )  # fmt: skip

    def autograder(self, *arguments):
        """Run a command of ours in this process; see above."""
        return autograder(self.course.root, *arguments)

    def grade(self, *options, **environment):
        return self.run("autograder.cli", "grade", self.assignment.name, *options, **environment)

    def grade_here(self, *options):
        """Grade as `grade` does, in this process."""
        return self.autograder("grade", self.assignment.name, *options)

    def hand_in(self, student, notebook, answers=None, solved=True):
        """Write a notebook into the student's folder: the solution with some answers changed, or the stub."""
        cells = solution_cells(self.source, self.assignment, notebook) if solved else {}
        values = filled(
            released(self.source, self.assignment.name)[notebook].values, {**cells, **(answers or {})}
        )
        folder = self.course.root / "submitted" / student / self.assignment.name
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{notebook}.ipynb").write_text(json.dumps(values))

    def scores(self):
        """Return the gradebook's automatic scores of graded items, by student and item."""
        with Gradebook(f"sqlite:///{self.course.root / 'gradebook.db'}", self.course.name) as book:
            return {
                (s.student.id, g.name.removeprefix("test_")): g.auto_score
                for s in book.assignment_submissions(self.assignment.name)
                for n in s.notebooks
                for g in n.grades
            }


def without_times(value):
    """Return a scorecard without what differs from run to run."""
    if isinstance(value, dict):
        return {k: without_times(v) for k, v in value.items() if k not in TIMES}
    return [without_times(each) for each in value] if isinstance(value, list) else value
