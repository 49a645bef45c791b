"""Hand notebooks in as a student would: fill released ones with answers, and grade them through the real sandbox."""

from __future__ import annotations

import copy
import json
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import track

from autograder.course.model import Assignment, Course
from autograder.grading.scorecard import Scorecard
from autograder.workers.pool import Pool
from autograder.workers.tasks import Setup, Task, card_of


def solution_cells(course: Course, assignment: Assignment, notebook: str) -> dict[str, str]:
    """Return the solution of every solution cell, by grade id."""
    values = json.loads((course.source(assignment.name) / f"{notebook}.ipynb").read_text(encoding="utf-8"))
    return {
        cell["metadata"]["nbgrader"]["grade_id"]: "".join(cell["source"])
        for cell in values["cells"]
        if cell["cell_type"] == "code" and cell["metadata"].get("nbgrader", {}).get("solution")
    }


def filled(values: dict[str, Any], cells: dict[str, str], seed: int | None = None) -> dict[str, Any]:
    """Return a copy of a released notebook with these sources in its solution cells.

    With `seed`, a comment is added: it changes the submission's digest, and with it every hidden input.
    """
    notebook = copy.deepcopy(values)
    for cell in notebook["cells"]:
        nbgrader = cell["metadata"].get("nbgrader", {})
        if cell["cell_type"] == "code" and nbgrader.get("solution") and nbgrader.get("grade_id") in cells:
            cell["source"] = cells[nbgrader["grade_id"]]
    if seed is not None:
        comment: dict[str, Any] = {
            "cell_type": "code",
            "execution_count": None,
            "id": "seed",
            "metadata": {},
            "outputs": [],
        }
        notebook["cells"].append({**comment, "source": f"# {seed}"})
    return notebook


def grade_notebooks(
    course: Course,
    assignment: Assignment,
    dataset: str,
    jobs: int,
    notebooks: list[dict[str, Any]],
    what: str,
    err: Console,
    hurry: float = 1.0,
) -> Iterator[Scorecard]:
    """Grade notebooks through the real sandbox, in order of the list; `hurry`: in which share of the course's times."""
    with tempfile.TemporaryDirectory() as folder:
        tasks = []
        for i, notebook in enumerate(notebooks):
            path = Path(folder) / f"{i}.ipynb"
            path.write_text(json.dumps(notebook))
            tasks.append(Task(str(i), str(path)))
        cards: dict[int, Scorecard] = {}
        unfree = replace(assignment, free=())  # what is checked is the graders' own verdict
        graded = Pool(Setup(str(course.root), assignment.name, dataset, hurry=hurry), jobs).run(tasks)
        for i, result in track(graded, what, len(tasks), console=err, transient=True):
            cards[i] = card_of(result, unfree, "", str(i))
        yield from (cards[i] for i in range(len(tasks)))
