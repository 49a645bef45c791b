"""Run hidden tests by plain pytest on one notebook, for whoever writes them.

pytest autograder/graders/LAB --submission FILE.ipynb
"""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.course import data as datasets
from autograder.course.model import Assignment, Course, load
from autograder.course.secret import course_secret
from autograder.grading.cells import Cells
from autograder.grading.observers import NotebookObserver
from autograder.grading.plugin import GradingPlugin
from autograder.grading.run import Context
from autograder.grading.student import Student
from autograder.intake.notebooks import read_json, sanitise
from autograder.intake.submissions import recognise, released
from autograder.sandbox import Place


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--submission", type=Path, help="The notebook to grade.")
    parser.addoption("--dataset", default="digits", help="mnist or digits")


def pytest_configure(config: pytest.Config) -> None:
    """Open the notebook in a sandbox and give it to the hidden tests of that notebook."""
    if any(isinstance(plugin, GradingPlugin) for plugin in config.pluginmanager.get_plugins()):
        return  # the engine runs these tests and has a student of its own
    path = config.getoption("--submission")
    if path is None:
        raise pytest.UsageError("Name the notebook to grade: --submission FILE.ipynb")
    course = load()
    assignment = _lab(course, Path(config.args[0]).resolve())
    releases = released(course, assignment.name)
    values = read_json(path.absolute(), course.limits)
    name = recognise(path.stem, values, {n: each.cells for n, each in releases.items()})
    if name is None:
        raise pytest.UsageError(f"{path.name} is none of {', '.join(assignment.notebooks)}.")
    notebook = sanitise(values, releases[name].like(values).cells, name)
    dataset = config.getoption("--dataset")
    place = Place(course.limits, datasets.root_of(course.data, dataset))
    cells = Cells(notebook, course.limits)
    observer = NotebookObserver(place, cells, course.limits.notebook)
    observer.open()
    config.add_cleanup(observer.close)
    items = tuple(assignment.items(name))
    context = Context(assignment.training_on(dataset), datasets.load(course.data, dataset), items)
    student = Student(observer, assignment.name, course.limits, tuple(item.id for item in items), None, cells)
    chosen = tuple(item.id for item in items)
    plugin = GradingPlugin(student, course_secret(course.private), notebook.digest, chosen, context)
    config.pluginmanager.register(plugin, "grading")


def _lab(course: Course, path: Path) -> Assignment:
    """Return the assignment whose graders' folder pytest was given, or a file below it."""
    names = {each.name for each in course.assignments}
    name = next((part for part in reversed(path.parts) if part in names), None)
    if name is None:
        raise pytest.UsageError(
            f"Name the graders of one assignment: autograder/graders/ with {' or '.join(sorted(names))}."
        )
    return course.assignment(name)
