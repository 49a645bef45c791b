"""Twelve repositories of real git on one way: snapshot, import, grade, feedback pushed twice, exports."""

import dataclasses
import json
import subprocess
import sys
from datetime import UTC, datetime

import pytest
from nbgrader.api import Gradebook

from autograder.course import load
from autograder.demo.whole_way import _make_course
from autograder.repos import commits, record
from autograder.repos.importing import Options, import_class
from autograder.repos.roster import read_roster
from autograder.repos.snapshot import snapshot
from tests.repo_class import NASTY, SLUG, git, make_class, push_late
from tests.test_cli import run

LAB = "lab1_train_cnn"
PENALTY = """
def _penalty(c, before=course.nbgrader):
    before(c)
    c.LateSubmissionPlugin.penalty_method = "zero"


course = dataclasses.replace(course, nbgrader=_penalty)
"""


@pytest.fixture(scope="session")
def git_class(course, lab1, tmp_path_factory):
    """The class after the deadline, with the manifest that was made at the deadline, in a course of its own."""
    root = tmp_path_factory.mktemp("git-class")
    made = make_class(course, lab1, root)
    home = _make_course(course, lab1, "digits", root / "place")
    with (home.root / "course_config.py").open("a") as file:
        file.write(PENALTY)
    done = run("repos", "snapshot", LAB, "--from", str(made.clones), "--out", str(root / "manifest.json"), cwd=home.root)
    assert done.returncode == 0, done.stderr
    push_late(made, course, lab1)
    return made, load(home.root)


@pytest.fixture(scope="session")
def graded(git_class):
    """The same class, imported by push times and graded."""
    made, home = git_class
    nbgrader = [sys.executable, "-m", "nbgrader", "generate_assignment", LAB, "--force"]
    done = subprocess.run(nbgrader, cwd=home.root, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    done = run(
        "repos", "import", LAB, "--from", str(made.clones), "--roster", str(made.roster), "--deadline", made.deadline.isoformat(),
        "--push-times", str(made.push_times), cwd=home.root,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr + done.stdout
    print(done.stdout)
    done = run("grade", LAB, "--jobs", "2", cwd=home.root)
    assert done.returncode == 0, done.stderr
    print(done.stdout)
    return made, home


def test_trial(graded):
    made, home = graded
    print(json.dumps(json.loads((home.private / "repos" / LAB / "record.json").read_text())["entries"], indent=1))
    for f in ("csv", "classroom", "classroom50", "moodle", "gradescope"):
        done = run("export", "--format", f, cwd=home.root)
        print(done.stdout, done.stderr)
        for p in sorted((home.root / "grades").glob(f"*-{f}.csv")):
            print(p.read_text())
    done = run("report", cwd=home.root)
    print(done.stdout, done.stderr)
    for i in range(2):
        done = run("repos", "feedback", LAB, "--push", "--local-remotes", cwd=home.root)
        print(done.stdout, done.stderr)
    print(git(made.server / "lab1-lou.git", "show", f"grading/{LAB}:README.md"))
    assert 0
