"""Numbers that the notebooks' prose quotes: each comes from a run of the notebooks, which can be repeated.

`source/<assignment>/figures.toml` holds every quoted number with the expression that gives it. The build writes
the number where the prose says `{{ figures.NAME }}`; `measure` runs the notebooks, filled with the solution, and
`differences` says which numbers are not what the run gave.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

from autograder.course.model import Assignment, Course
from autograder.errors import CourseError

FILE = "figures.toml"
SECONDS = {"mnist": 120.0, "digits": 60.0}  # longest run allowed, on two cores
LONGEST = "longest"  # the table of notebooks that may take longer on MNIST
# Numbers in prose that look measured: thousands, or percent with decimals.
_LOOKS_MEASURED = re.compile(r"\d{1,3}(?:,\d{3})+|\d+\.\d+ ?%")
_EXEMPT = re.compile(r"\{\{.*?\}\}|`[^`]*`", re.DOTALL)


@dataclass(frozen=True)
class Figure:
    """A quoted number.

    Attributes:
        name: What the prose calls it: `{{ figures.NAME }}`.
        notebook: The notebook whose run gives it.
        expression: Evaluated among the notebook's names after its last cell.
        value: The number that is quoted.
        within: How far a run on another machine, or with other versions, may be from it.
        dataset: The data set that it holds for; "" for any.
        title: What share it is, in words, where `autograder validate --full` says it.
    """

    name: str
    notebook: str
    expression: str
    value: float
    within: float = 0.0
    dataset: str = ""
    title: str = ""


@dataclass(frozen=True)
class Run:
    """What a notebook gave, run from top to bottom: its cells' outputs, its figures, and the seconds it took and may take."""

    notebook: NotebookNode
    values: dict[str, float]
    seconds: float
    longest: float


def figures(course: Course, assignment: Assignment) -> dict[str, Figure]:
    """Return the quoted numbers of an assignment, by name.

    Raises:
        CourseError: The file cannot be read, or an entry lacks something.
    """
    path = course.source(assignment.name) / FILE
    if not path.is_file():
        return {}
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8"))
        entries.pop(LONGEST, None)
        found = {name: Figure(name, **entry) for name, entry in entries.items()}
    except (tomllib.TOMLDecodeError, TypeError) as error:
        raise CourseError(
            f"{path} cannot be used: {error}. Each entry has notebook, expression and value."
        ) from error
    for figure in found.values():
        if figure.notebook not in assignment.notebooks:
            raise CourseError(f"{path}: {figure.name} names the notebook {figure.notebook!r}; there is none.")
    return found


def _longest(course: Course, assignment: Assignment, name: str, dataset: str) -> float:
    """Return how many seconds a notebook may run."""
    path = course.source(assignment.name) / FILE
    others = tomllib.loads(path.read_text(encoding="utf-8")).get(LONGEST, {}) if path.is_file() else {}
    return float(others.get(name, SECONDS[dataset])) if dataset == "mnist" else SECONDS[dataset]


def untraced(prose: str) -> list[str]:
    """Return the numbers in a source's prose that look measured and come from no placeholder."""
    return _LOOKS_MEASURED.findall(_EXEMPT.sub(" ", prose))


def measure(course: Course, assignment: Assignment, name: str, root: Path, folder: Path, dataset: str) -> Run:
    """Run a notebook, filled with the solution, from top to bottom as a student would, and evaluate its figures.

    Args:
        course, assignment, name: Which notebook.
        root: The data set's root, as `datasets.MNIST(root=…)` wants it.
        folder: Where the notebook runs; files that it writes stay there for the next notebook.
        dataset: Figures of other data sets are left out.

    Raises:
        CourseError: A cell failed, or the run took too long.
    """
    wanted = {
        f.name: f.expression
        for f in figures(course, assignment).values()
        if f.notebook == name and f.dataset in ("", dataset)
    }
    notebook = nbformat.read(course.source(assignment.name) / f"{name}.ipynb", as_version=4)
    pairs = ", ".join(f"{key!r}: float({expression})" for key, expression in wanted.items())
    question = nbformat.v4.new_code_cell(f"import json\nprint(json.dumps({{{pairs}}}))")
    asked = nbformat.v4.new_notebook(metadata=notebook.metadata, cells=[*notebook.cells, question])
    longest = _longest(course, assignment, name, dataset)
    client = NotebookClient(
        asked,
        timeout=round(longest),
        kernel_name="python3",
        resources={"metadata": {"path": str(folder)}},
        extra_arguments=["--log-level=ERROR"],  # its word on unencrypted TCP is no student's concern
    )
    begin = time.monotonic()
    with _environment(MNIST_ROOT=str(root), OMP_NUM_THREADS="1"):  # threads of two kernels would fight
        try:
            client.execute()
        except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
            raise CourseError(f"{name}, filled with the solution, does not run: {error}") from error
    seconds = time.monotonic() - begin
    values: dict[str, float] = json.loads("".join(each.text for each in question.outputs))
    asked.cells.pop()
    return Run(asked, values, seconds, longest)


@contextmanager
def _environment(**values: str) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name)
            else:
                os.environ[name] = value


def shortcomings(run: Run, dataset: str, name: str) -> list[str]:
    """Return what a student should not see in a run of the solution: errors, warnings, figures without a text, a long wait."""
    said = []
    for cell in run.notebook.cells:
        for output in cell.get("outputs", []):
            if output.output_type == "error" or output.get("name") == "stderr":
                words = output.get("evalue") or output.get("text", "")
                said.append(f"{name}: a cell writes on standard error: {words.strip()[:200]}")
            if "image/png" in output.get("data", {}):
                alt = output.get("metadata", {}).get("image/png", {}).get("alt", "")
                if len(alt) < 20:
                    said.append(f"{name}: a figure has no text for readers who cannot see it")
        own = cell.metadata.get("nbgrader", {})  # no check runs in an answer that a person grades
        if own.get("grade") and not own.get("solution") and "✓" not in str(cell.get("outputs")):
            said.append(
                f"{name}: {cell.metadata.nbgrader.grade_id}: the solution does not pass the public check"
            )
    if run.seconds > run.longest:
        said.append(f"{name} took {run.seconds:.0f} s on {dataset}; at most {run.longest:.0f} s are meant")
    return said


def differences(run: Run, known: dict[str, Figure]) -> list[str]:
    """Return which quoted numbers are not what the run gave."""
    return [
        f"{known[name].notebook}: the prose quotes {known[name].value:g} for {name}, the run gave {value:g}"
        for name, value in run.values.items()
        if not abs(value - known[name].value) <= known[name].within + 1e-9
    ]


def titled(run: Run, known: dict[str, Figure]) -> list[str]:
    """Return a line for each share that has a title: what the run gave, and what the prose quotes."""
    return [
        f"{known[name].title}: {value:.2%}; the text says {known[name].value:.2%}"
        for name, value in run.values.items()
        if known[name].title
    ]


def check_figures(
    course: Course, assignment: Assignment, root: Path, dataset: str
) -> Iterator[tuple[str, float, list[str], list[str]]]:
    """Run every notebook of an assignment in order; yield (notebook, seconds, problems, shares with a title) of each."""
    known = figures(course, assignment)
    with tempfile.TemporaryDirectory() as folder:
        for name in assignment.notebooks:
            try:
                run = measure(course, assignment, name, root, Path(folder), dataset)
            except CourseError as error:
                yield name, 0.0, [str(error)], []
            else:
                problems = [*shortcomings(run, dataset, name), *differences(run, known)]
                yield name, run.seconds, problems, titled(run, known)
