"""Write a scorecard into a notebook's cells: scores where nbgrader reads them, words where students do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_output

from autograder.errors import GraderFault
from autograder.grading.render import first_problem, item_html, item_text
from autograder.grading.scorecard import ItemResult, Scorecard, TestResult
from autograder.intake.notebooks import Notebook
from autograder.intake.submissions import read_prepared
from autograder.pages.drawing import draw
from autograder.pages.html import clean_outputs
from autograder.pages.language import message

_NOT_RUN = message("(not re-run while grading; outputs as handed in)")
_STOPPED = {
    "timeout": message("(this cell took too long and was stopped; the rest was graded)"),
    "died": message("(this cell ended the Python process; the rest was graded)"),
}
OURS = (_NOT_RUN, *_STOPPED.values())  # what stands among the outputs of a student's cells and is ours


def fill(nb: NotebookNode, notebook: Notebook, card: Scorecard, runs: dict[str, Any], prepared: Path) -> None:
    """Fill the outputs of every code cell.

    Args:
        nb: The notebook that nbgrader writes.
        notebook: The same notebook as it was graded.
        card: Its scorecard.
        runs: What each cell gave when it ran, by position in `notebook`.
        prepared: The file before nbgrader cleared its outputs, cell for cell: those of `demo` cells, cleaned, are taken over from it.
    """
    items = {item.id: item for item in card.items}
    _require_points(nb, items)
    kept = _demo_outputs(prepared)
    first = True
    for position, cell in enumerate(notebook.cells):
        if cell.origin < 0:
            continue
        target = nb.cells[cell.origin]
        if cell.kind == "graded":
            item = items.get(cell.grade_id.removeprefix("test_"))
            if item is None:
                continue  # `_require_points` has seen that nbgrader takes it for no graded cell
            notes = (
                ([card.message] if card.message and card.status != "graded" else []) + card.notes
                if first
                else []
            )
            first = False
            target.outputs = [
                _data(
                    "display_data",
                    {"text/html": item_html(item, notes), "text/plain": item_text(item, notes)},
                ),
                *_picture(first_problem(item)),
                # nbgrader takes nan, -1, True and tensors for full points: always a plain float.
                _data("execute_result", {"text/plain": repr(float(item.score))}),
            ]
        elif cell.kind == "demo":
            mark = {
                "output_type": "stream",
                "name": "stdout",
                "text": f"{_NOT_RUN}\n",
            }
            target.outputs = [_node(each) for each in ([mark, *kept.get(cell.origin, [])])]
        elif str(position) in runs:
            run = runs[str(position)]
            outputs = clean_outputs(run["outputs"])
            if said := _STOPPED.get(run["status"]):
                outputs.append({"output_type": "stream", "name": "stdout", "text": f"{said}\n"})
            target.outputs = [_node(each) for each in outputs]


def _require_points(nb: NotebookNode, items: dict[str, ItemResult]) -> None:
    """Make sure that nbgrader reads our scores against our points, and passes no cell that nobody has judged.

    Raises:
        GraderFault: The notebook has a graded cell that is no item's, or that is worth other points.
    """
    for cell in nb.cells:
        own = cell.metadata.get("nbgrader", {})
        if not own.get("grade") or own.get("solution"):  # nbgrader passes no answer that a person grades
            continue
        item = items.get(str(own.get("grade_id")).removeprefix("test_"))
        if item is None or cell.cell_type != "code":
            raise GraderFault(
                f"The graded cell {own.get('grade_id')!r} belongs to no item of course_config.py."
            )
        if float(own.get("points", -1)) != item.points:
            raise GraderFault(
                f"The graded cell {own['grade_id']!r} is worth {own.get('points')} points in the gradebook, and {item.points:g} by course_config.py."
            )


def _demo_outputs(prepared: Path) -> dict[int, list[dict[str, Any]]]:
    """Return the outputs of `demo` cells by place, not by source: a thousand empty cells would each show what one of them holds."""
    try:
        cells = read_prepared(prepared)["cells"]
    except (OSError, ValueError, KeyError):
        return {}
    return {
        i: cell.get("outputs", [])
        for i, cell in enumerate(cells)
        if cell["cell_type"] == "code" and "demo" in cell["metadata"].get("tags", [])
    }


def _picture(problem: TestResult | None) -> list[NotebookNode]:
    """Return the picture of a wrong fact as an output, if it has one."""
    if problem is None or problem.picture is None:
        return []
    try:
        png, alt = draw(problem.picture)
    except Exception:  # it holds a student's numbers; no picture is worth a grade
        return []
    return [
        new_output(
            "display_data", data={"image/png": png, "text/plain": alt}, metadata={"image/png": {"alt": alt}}
        )
    ]


def _data(kind: str, data: dict[str, str]) -> NotebookNode:
    return new_output(kind, data=data, **({"execution_count": None} if kind == "execute_result" else {}))


def _node(output: dict[str, Any]) -> NotebookNode:
    return new_output(**output)
