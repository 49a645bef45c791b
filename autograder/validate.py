"""The course checks itself: solution, stub, points, misconceptions, unusual right answers."""

from __future__ import annotations

import copy
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import track
from rich.table import Table

from autograder import data as datasets
from autograder.build import build
from autograder.course import Assignment, Course
from autograder.grading.items import material
from autograder.misconceptions import Misconception
from autograder.scorecard import Scorecard
from autograder.submissions import released
from autograder.workers.pool import Pool
from autograder.workers.tasks import Setup, Task

MOST_MISCONCEPTIONS = (
    "conv2d",
    "CNN",
    "make_loaders",
    "train_one_epoch",
    "evaluate",
    "fit",
    "softmax",
    "cross_entropy",
)
FULL_ACCURACY = 0.98  # on MNIST's test images after 5 epochs, from the course's own figures


def validate(
    course: Course,
    dataset: str,
    seeds: int,
    full: bool,
    jobs: int,
    out: Console,
    err: Console,
    misconceptions: bool = True,
) -> list[str]:
    """Return everything that is wrong with the course; print a table of what was checked."""
    datasets.load(course.data, dataset)
    problems = [
        f"{path} is not what a build gives (run `autograder build`)" for path in build(course, check=True)
    ]
    for assignment in course.assignments:
        problems += _points(assignment) + _material(assignment)
        problems += _solution_and_stub(course, assignment, dataset, seeds, jobs, out, err)
        if misconceptions:
            problems += _misconceptions(course, assignment, dataset, jobs, out, err)
        if full:
            problems += _full(course, assignment, out, err)
    return problems


def _points(assignment: Assignment) -> list[str]:
    return (
        []
        if assignment.points == 100
        else [f"{assignment.name}: the points add up to {assignment.points}, not 100"]
    )


def _material(assignment: Assignment) -> list[str]:
    problems = []
    for item in assignment.items():
        if not item.solution:
            continue
        known = material(assignment.name, item.id)
        least = 10 if item.id in MOST_MISCONCEPTIONS else 5
        if len(known.misconceptions) < least:
            problems.append(
                f"{item.id} has {len(known.misconceptions)} misconceptions; at least {least} are asked for"
            )
        problems += [
            f"{item.id}: the misconception {m.name} has no hint"
            for m in known.misconceptions
            if not m.hint.strip()
        ]
    return problems


def solution_cells(course: Course, assignment: Assignment, notebook: str) -> dict[str, str]:
    """Return the solution of every solution cell, by grade id."""
    values = json.loads((course.source(assignment.name) / f"{notebook}.ipynb").read_text(encoding="utf-8"))
    return {
        cell["metadata"]["nbgrader"]["grade_id"]: "".join(cell["source"])
        for cell in values["cells"]
        if cell["cell_type"] == "code" and cell["metadata"].get("nbgrader", {}).get("solution")
    }


def filled(values: dict[str, Any], cells: dict[str, str]) -> dict[str, Any]:
    """Return a copy of a released notebook with these sources in its solution cells."""
    notebook = copy.deepcopy(values)
    for cell in notebook["cells"]:
        grade_id = cell["metadata"].get("nbgrader", {}).get("grade_id")
        if (
            cell["cell_type"] == "code"
            and cell["metadata"].get("nbgrader", {}).get("solution")
            and grade_id in cells
        ):
            cell["source"] = cells[grade_id]
    return notebook


def grade_notebooks(
    course: Course,
    assignment: Assignment,
    dataset: str,
    jobs: int,
    notebooks: list[dict[str, Any]],
    what: str,
    err: Console,
) -> Iterator[Scorecard]:
    """Grade notebooks through the real sandbox, in order of the list."""
    with tempfile.TemporaryDirectory() as folder:
        tasks = []
        for i, notebook in enumerate(notebooks):
            path = Path(folder) / f"{i}.ipynb"
            path.write_text(json.dumps(notebook))
            tasks.append(Task(str(i), str(path)))
        cards: dict[int, Scorecard] = {}
        graded = Pool(Setup(str(course.root), assignment.name, dataset), jobs).run(tasks)
        for i, result in track(graded, what, len(tasks), console=err, transient=True):
            if "scorecard" in result:
                cards[i] = Scorecard.from_json(result["scorecard"])
            else:
                cards[i] = Scorecard(
                    assignment.name, "", str(i), "grader_fault", 0, 0, message="the worker ended"
                )
        yield from (cards[i] for i in range(len(tasks)))


def _solution_and_stub(
    course: Course, assignment: Assignment, dataset: str, seeds: int, jobs: int, out: Console, err: Console
) -> list[str]:
    """Grade solution and stub `seeds` times: a comment changes the submission's digest, and with it every hidden input."""
    problems = []
    releases = released(course, assignment.name)
    notebooks, kinds = [], []
    for name in assignment.notebooks:
        solution = filled(releases[name].values, solution_cells(course, assignment, name))
        for kind, values in (("solution", solution), ("stub", releases[name].values)):
            for seed in range(seeds):
                variant = copy.deepcopy(values)
                variant["cells"].append(
                    {
                        "cell_type": "code",
                        "execution_count": None,
                        "id": "seed",
                        "metadata": {},
                        "outputs": [],
                        "source": f"# {seed}",
                    }
                )
                notebooks.append(variant)
                kinds.append(kind)
    totals: dict[str, list[float]] = {"solution": [], "stub": []}
    for kind, card in zip(
        kinds,
        grade_notebooks(course, assignment, dataset, jobs, notebooks, "Solution and stub", err),
        strict=True,
    ):
        expected = card.max_score if kind == "solution" else 0.0
        totals[kind].append(card.score)
        if card.status != "graded" or card.score != expected:
            lost = [
                (i.id, i.score, [t.message for t in i.tests if t.message][:1])
                for i in card.items
                if i.score != (i.points if kind == "solution" else 0)
            ]
            problems.append(
                f"the {kind} earned {card.score} of {card.max_score} in {card.notebook} ({card.status} {card.message} {lost})"
            )
    for kind, scores in totals.items():
        out.print(
            f"{assignment.name}: the {kind} earned {sum(scores) / seeds:g} of {assignment.points:g} on average over {seeds} seeds.",
            highlight=False,
        )
    return problems


def _misconceptions(
    course: Course, assignment: Assignment, dataset: str, jobs: int, out: Console, err: Console
) -> list[str]:
    """Hand in every misconception as a submission: it must lose its item, only its item, and be named."""
    releases = released(course, assignment.name)
    notebooks: list[dict[str, Any]] = []
    handed: list[tuple[str, Misconception]] = []
    for item in assignment.items():
        if not item.solution:
            continue
        solution = solution_cells(course, assignment, item.notebook)
        for each in material(assignment.name, item.id).misconceptions:
            notebooks.append(
                filled(releases[item.notebook].values, {**solution, item.id: each.source(item.id)})
            )
            handed.append((item.id, each))
    problems: list[str] = []
    lost: dict[str, int] = {}
    named: dict[str, int] = {}
    cards = grade_notebooks(course, assignment, dataset, jobs, notebooks, "Misconceptions", err)
    for (item_id, each), card in zip(handed, cards, strict=True):
        results = {result.id: result for result in card.items}
        if card.status != "graded" or item_id not in results:
            problems.append(f"{item_id}, {each.name}: {card.status} {card.message}")
            continue
        if results[item_id].score < results[item_id].points:
            lost[item_id] = lost.get(item_id, 0) + 1
        else:
            problems.append(f"{item_id}: the misconception {each.name} loses nothing")
        if any(test.misconception == each.name for test in results[item_id].tests):
            named[item_id] = named.get(item_id, 0) + 1
        else:
            problems.append(f"{item_id}: the misconception {each.name} is not named")
        others = [
            r.id for r in card.items if r.id not in (item_id, "trained_accuracy") and r.score < r.points
        ]
        if others:
            problems.append(f"{item_id}: the misconception {each.name} costs {', '.join(others)} as well")
    table = Table()
    for column in ("item", "points", "misconceptions", "lost", "named"):
        table.add_column(column, justify="left" if column == "item" else "right")
    for item in assignment.items():
        count = sum(1 for i, _ in handed if i == item.id)
        table.add_row(
            item.id, f"{item.points:g}", str(count), str(lost.get(item.id, 0)), str(named.get(item.id, 0))
        )
    out.print(table)
    return problems


def _full(course: Course, assignment: Assignment, out: Console, err: Console) -> list[str]:
    """Train the solution for 5 epochs on the whole of MNIST by the student's own code, and compute its accuracy here."""
    from autograder.full_training import train_solution

    with err.status("Training the solution for 5 epochs on MNIST …"):
        accuracy, seconds = train_solution(course, assignment)
    out.print(
        f"The solution, trained for 5 epochs on MNIST: {accuracy:.2%} of the test images right, in {seconds:.0f} s.",
        highlight=False,
    )
    return (
        []
        if accuracy >= FULL_ACCURACY
        else [f"the trained solution reaches {accuracy:.2%}, not {FULL_ACCURACY:.0%}"]
    )
