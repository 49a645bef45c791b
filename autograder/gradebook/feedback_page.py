"""What a feedback page says of one notebook: data for `templates/course_feedback`, from the scorecard that lies in the graded notebook."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Literal

from markupsafe import Markup
from nbformat import NotebookNode

from autograder.gradebook.answers import State
from autograder.gradebook.outputs import Output, Room
from autograder.html import clean_html
from autograder.render import (
    FREE,
    MARKS,
    NOT_ATTEMPTED,
    first_problem,
    points,
    spoken,
    told,
    with_code,
    words_of,
)
from autograder.scorecard import ItemResult, Scorecard, TestResult

_MOST_MENDED = 3
_MOST_TOP = 280  # characters of what came back, on top; the task's own fold has all of it

Mark = Literal["full", "part", "none", "open", "waits"]
SIGNS: dict[Mark, tuple[str, str]] = {
    "full": ("✓", "right"), "part": ("◐", "in part"), "none": ("✗", "no points"), "open": ("○", "not attempted"),
    "waits": ("…", "waits for a person"),
}  # fmt: skip


@dataclass(frozen=True)
class Grade:
    """An item's points in the gradebook; `score` holds a person's, too."""

    score: float
    most: float
    by_hand: bool = False


@dataclass(frozen=True)
class Fact:
    """One sentence of an item, and how it ended."""

    outcome: str
    sign: str
    word: Markup
    sentence: Markup


@dataclass(frozen=True)
class Problem:
    """The first fact of an item that does not hold: what was called, what came of it, and the one thing to try."""

    title: Markup
    rows: list[tuple[str, Markup]]
    message: Markup
    looks_like: str
    hint: Markup
    again: str


@dataclass(frozen=True)
class Task:
    """One item: its mark and points, its facts, and the student's answer to it."""

    id: str
    anchor: str
    mark: Mark
    points: str
    lost: float
    facts: list[Fact] = field(default_factory=list)
    problem: Problem | None = None
    on_top: Problem | None = None  # the same in short
    said: list[Markup] = field(default_factory=list)
    kept: str = (
        ""  # HTML: what stands in the notebook of one that was graded before scorecards were kept in it
    )
    pictures: list[tuple[str, str]] = field(default_factory=list)
    code: str = ""
    words: str = ""  # an answer in Markdown
    outputs: list[Output] = field(default_factory=list)
    comment: str = ""

    @property
    def sign(self) -> str:
        return SIGNS[self.mark][0]

    @property
    def to_be_had(self) -> str:
        return f"{points(round(self.lost, 2))} point{'' if self.lost == 1 else 's'}"

    @property
    def word(self) -> str:
        return SIGNS[self.mark][1]


@dataclass(frozen=True)
class Own:
    """A cell that the student added, or changed though it is no answer."""

    code: str = ""
    words: str = ""
    outputs: list[Output] = field(default_factory=list)


@dataclass(frozen=True)
class Page:
    """All that a page says."""

    notebook: str
    points: str
    so_far: bool
    said: list[str]  # of the whole submission
    notices: list[Markup]  # of this notebook
    tasks: list[Task]
    own: list[Own]

    @property
    def mend(self) -> list[Task]:
        """The wrong answers that cost the most points, each cause once."""
        wrong = {
            task.problem.message: task
            for task in reversed(self.tasks)
            if task.problem and task.lost > 0 and task.problem.message not in self.notices
        }
        return sorted(wrong.values(), key=lambda task: (-task.lost, self.tasks.index(task)))[:_MOST_MENDED]

    @property
    def open(self) -> list[Task]:
        return [task for task in self.tasks if task.mark == "open" and task.lost > 0]


def page_of(
    nb: NotebookNode,
    notebook: str,
    released: Iterable[str],
    grades: dict[str, Grade],
    total: Grade,
    states: dict[str, State],
    said: list[str],
) -> Page:
    """Return what a page says of a graded notebook.

    Args:
        nb: The notebook as `fill` wrote it.
        notebook: Its name.
        released: The sources of all released cells: what is among them is not the student's.
        grades: The points in the gradebook, by graded cell.
        total: Those of the whole notebook.
        states: What became of the answers that a person grades, by item.
        said: What is to be said of the submission.
    """
    card = _card(nb)
    items = {item.id: item for item in card.items} if card else {}
    room = Room()
    cells = {_meta(cell).get("grade_id"): cell for cell in nb.cells if _meta(cell).get("solution")}
    tasks = []
    for cell in nb.cells:
        meta = _meta(cell)
        name = str(meta.get("grade_id", ""))
        if not meta.get("grade") or name not in grades:
            continue
        if meta.get("solution"):
            tasks.append(_answer(cell, name, grades[name], states.get(name), room))
        else:
            item = name.removeprefix("test_")
            tasks.append(_tested(cell, name, grades[name], items.get(item), cells.get(item), room))
    ours = set(released)
    own = [
        Own(words=cell.source)
        if cell.cell_type != "code"
        else Own(code=cell.source, outputs=room.outputs(cell))
        for cell in nb.cells
        if not _meta(cell) and cell.source.strip() and cell.source not in ours
    ]
    whole = _of(total.score, total.most)
    return Page(notebook, whole, "waiting" in states.values(), said, _notices(card), tasks, own)


def _card(nb: NotebookNode) -> Scorecard | None:
    try:
        return Scorecard.from_json(nb.metadata["autograder"]["scorecard"])
    except (KeyError, TypeError, ValueError):
        return None  # graded before scorecards were kept here, or by another version


def _notices(card: Scorecard | None) -> list[Markup]:
    if card is None:
        return []
    whole = [card.message] if card.message and card.status != "graded" else []
    return [Markup(with_code(each)) for each in dict.fromkeys([*whole, *card.notes])]


def _meta(cell: NotebookNode) -> dict[str, Any]:
    own = cell.metadata.get("nbgrader")
    return own if isinstance(own, dict) else {}


def _of(score: float, most: float) -> str:
    return f"{points(round(score, 2))} of {points(round(most, 2))} points"


def _mark(grade: Grade, status: str) -> Mark:
    if status == "not_attempted" and not grade.score:
        return "open"
    if grade.score >= grade.most and (grade.most or status != "failed"):
        return "full"
    return "part" if grade.score > 0 else "none"


def _tested(
    cell: NotebookNode,
    name: str,
    grade: Grade,
    item: ItemResult | None,
    solution: NotebookNode | None,
    room: Room,
) -> Task:
    """Return an item that hidden tests grade."""
    attempted = item is None or item.status != "not_attempted"
    said = [Markup(FREE)] if item is not None and item.free else []
    if grade.by_hand:
        said.append(Markup(f"A person set this to {_of(grade.score, grade.most)}."))
    if not attempted:
        said.append(Markup(NOT_ATTEMPTED))
    problem = first_problem(item) if item is not None and attempted else None
    code, outputs, comment = "", [], ""
    if solution is not None:
        comment = str(_meta(solution).get("comment") or "")
        code, outputs = (solution.source, room.outputs(solution)) if attempted else ("", [])
    return Task(
        name.removeprefix("test_"), name,
        _mark(grade, item.status if item is not None else ""),
        _of(grade.score, grade.most), max(0.0, grade.most - grade.score),
        [_fact(test) for test in item.tests] if item is not None and attempted else [],
        _problem(problem) if problem else None, _problem(problem, _MOST_TOP) if problem else None, said,
        _kept(cell) if item is None else "", room.pictures(cell), code, "", outputs, comment,
    )  # fmt: skip


def _answer(cell: NotebookNode, name: str, grade: Grade, state: State | None, room: Room) -> Task:
    """Return an item whose answer a person grades."""
    attempted = state != "unanswered"
    said = {
        "waiting": f"Not graded yet: a person will read it; it counts {points(grade.most)} points.",
        "unanswered": "Not answered: this stands as it was released.",
    }.get(state or "", "")
    code = cell.cell_type == "code"
    return Task(
        name, name, "waits" if state == "waiting" else _mark(grade, "" if attempted else "not_attempted"),
        f"– of {points(grade.most)} points" if state == "waiting" else _of(grade.score, grade.most),
        0.0 if state == "waiting" else max(0.0, grade.most - grade.score),
        said=[Markup(said)] if said else [],
        code=cell.source if code and attempted else "", words=cell.source if not code and attempted else "",
        outputs=room.outputs(cell) if code else [], comment=str(_meta(cell).get("comment") or ""),
    )  # fmt: skip


def _fact(test: TestResult) -> Fact:
    return Fact(
        test.outcome, MARKS[test.outcome], Markup(with_code(words_of(test))), Markup(with_code(test.title))
    )


def _problem(test: TestResult, most: int = 0) -> Problem:
    parts = told(test.message)
    names = ("Called", "Came back", "Expected")
    rows = [
        (name, Markup(with_code(_short(text, most)))) for name, text in zip(names, parts or (), strict=False)
    ]
    return Problem(
        Markup(with_code(test.title)), rows, Markup(with_code(_short(test.message, most))),
        spoken(test.misconception) if test.misconception else "", Markup(with_code(test.hint)), test.again,
    )  # fmt: skip


def _short(text: str, most: int) -> str:
    return text if not most or len(text) <= most else text[:most].rstrip() + " …"


def _kept(cell: NotebookNode) -> str:
    """Return the words that a graded cell holds."""
    for output in cell.get("outputs", []):
        if html := output.get("data", {}).get("text/html"):
            return clean_html("".join(html))
    return ""
