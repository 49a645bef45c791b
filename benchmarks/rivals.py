"""The same class for other autograders: stock nbgrader, and otter-grader in an environment of its own."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

from plain_checks import checks

from autograder.course.model import Assignment, Course, Training

Notebook = dict[str, Any]
_STOCK_CONFIG = """
c = get_config()
c.CourseDirectory.course_id = "stock"
c.CourseDirectory.db_url = "sqlite:///" + {root!r} + "/gradebook.db"
c.ExecutePreprocessor.timeout = 900
c.Execute.timeout = 900
"""


def without_demos(notebook: Notebook) -> Notebook:
    """Return a notebook without its `demo` cells, which this project does not run while grading either."""
    kept = copy.deepcopy(notebook)
    kept["cells"] = [cell for cell in kept["cells"] if "demo" not in cell["metadata"].get("tags", [])]
    return kept


def _graded(cell: dict[str, Any]) -> str:
    own = cell["metadata"].get("nbgrader", {})
    return str(own["grade_id"]).removeprefix("test_") if own.get("grade") else ""


def make_stock_course(
    course: Course,
    assignment: Assignment,
    training: Training,
    students: dict[str, dict[str, Notebook]],
    root: Path,
) -> None:
    """Write a plain nbgrader course: hidden tests inside the notebooks, and what the students hand in."""
    source = root / "source" / assignment.name
    source.mkdir(parents=True)
    (root / "nbgrader_config.py").write_text(_STOCK_CONFIG.format(root=str(root)))
    for name in assignment.notebooks:
        notebook = without_demos(json.loads((course.source(assignment.name) / f"{name}.ipynb").read_text()))
        for cell in notebook["cells"]:
            if item := _graded(cell):
                code = checks(item, training.images, training.epochs, training.threshold)
                cell["source"] = f"### BEGIN HIDDEN TESTS\n{code}### END HIDDEN TESTS"
        (source / f"{name}.ipynb").write_text(json.dumps(notebook))
    for student, notebooks in students.items():
        folder = root / "submitted" / student / assignment.name
        folder.mkdir(parents=True)
        for name, notebook in notebooks.items():
            handed_in = without_demos(notebook)
            for cell in handed_in["cells"]:
                if _graded(cell):
                    cell["source"] = ""  # as released; nbgrader puts the tests back
            (folder / f"{name}.ipynb").write_text(json.dumps(handed_in))


def make_otter(root: Path) -> Path:
    """Make a virtual environment with otter-grader that finds torch in this one; return its Python.

    Raises:
        OSError, subprocess.CalledProcessError: It cannot be had here.
    """
    place = root / "otter"
    uv = str(Path(sys.executable).parent / "uv")
    subprocess.run(
        [uv, "venv", "--quiet", "--python", sys.executable, str(place)], check=True, capture_output=True
    )
    python = place / "bin" / "python"
    subprocess.run(
        [uv, "pip", "install", "--quiet", "--compile-bytecode", "--python", str(python), "otter-grader"],
        check=True,
        capture_output=True,
    )
    ours = sysconfig.get_paths()["purelib"]
    theirs = subprocess.run(
        [str(python), "-c", "import sysconfig; print(sysconfig.get_paths()['purelib'])"],
        check=True,
        capture_output=True,
        text=True,
    )
    (Path(theirs.stdout.strip()) / "zz_torch.pth").write_text(f"{ours}\n")
    return python


def make_otter_class(
    python: Path,
    assignment: Assignment,
    training: Training,
    students: dict[str, dict[str, Notebook]],
    root: Path,
) -> list[list[str]]:
    """Write otter's test files and the submissions; return the commands that grade them."""
    commands = []
    for name in assignment.notebooks:
        tests = root / "tests" / name
        tests.mkdir(parents=True)
        for item in assignment.items(name):
            code = checks(item.id, training.images, training.epochs, training.threshold)
            (tests / f"{item.id}.py").write_text(
                "from otter.test_files import test_case\nOK_FORMAT = False\n"
                f"name = {item.id!r}\npoints = {item.points}\n\n"
                "@test_case(points=None, hidden=True)\ndef test_all(env):\n"
                f"    exec({code!r}, env)\n"
            )
        zipped = root / f"{name}.zip"
        subprocess.run(
            [str(python), "-m", "otter", "generate", "-t", str(tests), "-o", str(zipped), "--no-config", "--no-requirements", "--no-environment"],
            check=True, capture_output=True, cwd=root,
        )  # fmt: skip
        for student, notebooks in students.items():
            folder = root / "submitted" / student
            folder.mkdir(parents=True, exist_ok=True)
            handed_in = without_demos(notebooks[name])
            handed_in["cells"] = [cell for cell in handed_in["cells"] if not _graded(cell)]
            path = folder / f"{name}.ipynb"
            path.write_text(json.dumps(handed_in))
            out = folder / f"out-{name}"
            out.mkdir()
            commands.append(
                [str(python), "-m", "otter", "run", "-a", str(zipped), "-o", str(out), "--no-logo", str(path)]
            )
    return commands


def otter_points(root: Path) -> dict[str, float]:
    """Return each student's points from what `otter run` wrote."""
    points: dict[str, float] = {}
    for path in (root / "submitted").glob("*/out-*/results.json"):
        student = path.parents[1].name
        tests = json.loads(path.read_text())["tests"]
        points[student] = points.get(student, 0.0) + sum(float(test.get("score", 0.0)) for test in tests)
    return points
