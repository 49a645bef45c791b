"""A small class in a temporary course: a gradebook that knows the assignment, and notebooks handed in as files."""

import contextlib
import io
import json
import os
import subprocess
import sys
import warnings

import pytest
from nbgrader.api import Gradebook
from sqlalchemy.exc import SAWarning

from autograder import cli
from autograder.authoring.handing_in import filled, solution_cells
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


class SmallClass:
    """A course in a folder of its own, and what its students hand in."""

    def __init__(self, course, assignment, folder):
        self.source = course
        self.assignment = assignment
        self.course = make_course(course, "digits", folder)
        done = self.run("nbgrader", "generate_assignment", assignment.name, "--force")
        assert done.returncode == 0, done.stderr[-2000:]

    def run(self, *command, timeout=300, **environment):
        """Run a module of Python in the course's folder, as an instructor would."""
        clean = {k: v for k, v in os.environ.items() if not k.startswith("AUTOGRADER")}
        environment = {**clean, "COLUMNS": "200", **environment}
        if command[0] == "nbgrader":  # spares the seconds that its imports take
            code, said = nbgrader(list(command[1:]), self.course.root, environment, timeout)
            return subprocess.CompletedProcess(command, code, said, said)
        return subprocess.run(
            [sys.executable, "-m", *command], cwd=self.course.root, env=environment,
            capture_output=True, text=True, timeout=timeout, check=False,
        )  # fmt: skip

    def autograder(self, *arguments):
        """Run a command of ours in this process, which spares the seconds that imports take."""
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
            for console in (
                terminal.out,
                terminal.err,
            ):  # made at import, with the width that a test runner gave
                patch.setattr(console, "width", 200)
            warnings.filterwarnings("ignore", category=SAWarning)  # nbgrader's own, as outside of tests
            patch.setattr(sys, "argv", ["autograder", *map(str, arguments)])
            patch.chdir(self.course.root)
            with pytest.raises(SystemExit) as ended:
                cli.main()
        return subprocess.CompletedProcess(
            arguments, ended.value.code or 0, said.getvalue(), errors.getvalue()
        )

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
