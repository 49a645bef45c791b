"""An instructor's command run in a student's folder runs nothing that lies there."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.course.model import find_root, load
from autograder.errors import CourseError
from tests.conftest import ROOT

# What Python, pytest and this package look for by the current folder; each leaves a trace if it is run.
NAMES = (
    "torch.py", "numpy.py", "course_config.py", "nbgrader_config.py", "conftest.py", "sitecustomize.py", "usercustomize.py",
    "autograder.py", "rich.py", "typer.py", "json.py", "pytest.py", "jupytext.py",
)  # fmt: skip


@pytest.fixture
def trap(temporary_course, lab1, desk):
    """A student's folder with a notebook, and files that would be imported from there."""
    folder = temporary_course.root / "submitted" / "eve" / lab1.name
    folder.mkdir(parents=True)
    for name in NAMES:
        (folder / name).write_text(f"open({str(folder / 'RAN')!r}, 'a').write({name!r} + chr(10))\n")
    (folder / "pytest.ini").write_text("[pytest]\naddopts = --nothing-of-this-name\n")
    notebook = desk.notebook("03_softmax_metrics", {})
    (folder / "03_softmax_metrics.ipynb").write_text(json.dumps(notebook))
    return folder


def autograder(trap: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command as it is installed, from the student's folder."""
    code = "import sys; from autograder.cli import main; sys.exit(main())"
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("AUTOGRADER", "PYTHON"))}
    return subprocess.run(
        [sys.executable, "-P", "-c", code, *arguments], cwd=trap, capture_output=True, text=True, check=False,
        env={**clean, "PYTHONPATH": str(ROOT), **environment},
    )  # fmt: skip


# An empty entry of PYTHONPATH is the current folder for Python itself, so what is imported before our first line is not ours to prevent.
@pytest.mark.parametrize(
    ("path", "names"), [(str(ROOT), NAMES), (f"{ROOT}{os.pathsep}", ("torch.py", "course_config.py"))]
)
def test_a_command_in_a_student_s_folder_runs_nothing_of_theirs(
    trap: Path, path: str, names: tuple[str, ...]
) -> None:
    for name in set(NAMES) - set(names):
        (trap / name).unlink()
    done = autograder(
        trap, "grade", "--notebook", "03_softmax_metrics.ipynb", "--dataset", "digits", PYTHONPATH=path
    )
    ran = (trap / "RAN").read_text() if (trap / "RAN").exists() else ""
    assert not ran
    assert done.returncode == 0, done.stderr
    assert "40 of 40" in done.stdout


def test_a_course_among_students_work_is_none(trap: Path, temporary_course) -> None:
    assert find_root(trap) == temporary_course.root
    with pytest.raises(CourseError, match="holds students' work"):
        load(trap)
    assert not (trap / "RAN").exists()
