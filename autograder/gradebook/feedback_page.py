"""What a feedback page says of one notebook, from the scorecard that lies in it and from the gradebook."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from markupsafe import Markup
from nbformat import NotebookNode

from autograder.course.questions import Question
from autograder.gradebook.answers import State
from autograder.gradebook.outputs import Room
from autograder.gradebook.page_parts import Fact, Mark, Own, Page, Problem, Task
from autograder.grading.render import (
    FREE,
    MARKS,
    NOT_ATTEMPTED,
    first_problem,
    looks_like,
    points_of,
    told,
    with_code,
    words_of,
)
from autograder.grading.scorecard import WHOLE, ItemResult, Scorecard, TestResult, without_inputs
from autograder.pages.html import clean_html
from autograder.pages.language import ENGLISH, Language

_MOST_TOP = 280  # characters of what came back, on top; the task's own fold has all of it


@dataclass(frozen=True)
class Grade:
    """An item's points in the gradebook; `score` holds a person's, too."""

    score: float
    most: float
    by_hand: bool = False


@dataclass(frozen=True)
class Book:
    """What the gradebook says of a notebook.

    Attributes:
        grades: The points, by graded cell.
        total: Those of the whole notebook.
        comments: What people wrote, by the cell of the answer.
        states: What became of the answers that a person grades, by item.
    """

    grades: dict[str, Grade]
    total: Grade
    comments: dict[str, str] = field(default_factory=dict)
    states: dict[str, State] = field(default_factory=dict)


def page_of(
    nb: NotebookNode,
    notebook: str,
    released: Iterable[str],
    book: Book,
    said: list[str],
    inputs: bool = False,
    questions: Mapping[str, Question] | None = None,
    words: Language = ENGLISH,
) -> Page:
    """Return what a page says of a graded notebook.

    Args:
        nb: The notebook as `fill` wrote it.
        notebook: Its name.
        released: The sources of all released cells: what is among them is not the student's.
        book: What the gradebook says of it.
        said: What is to be said of the submission.
        inputs: Whether it shows how to make a hidden call again.
        questions: What is asked behind the checks, and the answers, by item.
        words: The student's language.
    """
    card = _card(nb)
    card = card if card is None or inputs else without_inputs(card)
    items = {item.id: item for item in card.items} if card else {}
    answers = {_meta(cell).get("grade_id"): cell for cell in nb.cells if _meta(cell).get("solution")}
    ours, room = set(released), Room(words)
    tasks = []
    for cell in nb.cells:
        meta = _meta(cell)
        name = str(meta.get("grade_id", ""))
        if not meta.get("grade") or name not in book.grades:
            continue
        if meta.get("solution"):
            tasks.append(_answer(cell, name, book, room, words))
            continue
        item = name.removeprefix("test_")
        code = answers.get(item)
        own = code is not None and code.source not in ours
        task = _tested(cell, name, items.get(item), code if own else None, book, room, words)
        tasks.append(replace(task, question=(questions or {}).get(item)))
    waits = "waiting" in book.states.values()
    return Page(
        notebook, _of(book.total, words), waits, said, _notices(card, words), tasks, list(_own(nb, ours, room)), words
    )  # fmt: skip


def _own(nb: NotebookNode, ours: set[str], room: Room) -> Iterator[Own]:
    """Yield the cells that the student added. Text under a heading of ours is ours, as another release had it."""
    heads = {source.partition("\n")[0] for source in ours if source.startswith("#")}
    for cell in nb.cells:
        source = cell.source
        if _meta(cell) or not source.strip() or source in ours:
            continue
        if cell.cell_type == "code":
            yield Own(code=source, outputs=room.outputs(cell))
        elif source.partition("\n")[0] not in heads:
            yield Own(words=source)


def _card(nb: NotebookNode) -> Scorecard | None:
    try:
        return Scorecard.from_json(nb.metadata["autograder"]["scorecard"])
    except (KeyError, TypeError, ValueError):
        return None  # graded before scorecards were kept here, or by another version


def _notices(card: Scorecard | None, words: Language) -> list[Markup]:
    if card is None:
        return []
    whole = [card.message] if card.message and card.status != "graded" else []
    return [Markup(with_code(words.said(each))) for each in dict.fromkeys([*whole, *card.notes])]


def _meta(cell: NotebookNode) -> dict[str, Any]:
    own = cell.metadata.get("nbgrader")
    return own if isinstance(own, dict) else {}


def _of(grade: Grade, words: Language) -> str:
    return points_of(round(grade.score, 2), round(grade.most, 2), words)


def _mark(grade: Grade, status: str) -> Mark:
    if status == "not_attempted" and not grade.score:
        return "open"
    if grade.score >= grade.most and (grade.most or status != "failed"):
        return "full"
    return "part" if grade.score > 0 else "none"


def _tested(
    cell: NotebookNode,
    name: str,
    item: ItemResult | None,
    answer: NotebookNode | None,
    book: Book,
    room: Room,
    words: Language,
) -> Task:
    """Return an item that hidden tests grade. `answer`: the cell of the student's, if it is not as it was released."""
    grade, id = book.grades[name], name.removeprefix("test_")
    attempted = item is None or item.status != "not_attempted"
    said = [words(FREE)] if item is not None and item.free else []
    said += [words("A person set this to {points}.", points=_of(grade, words))] if grade.by_hand else []
    said += [] if attempted else [words(NOT_ATTEMPTED)]
    problem = first_problem(item) if item is not None and attempted else None
    return Task(
        id, name, _mark(grade, item.status if item is not None else ""), _of(grade, words), max(0.0, grade.most - grade.score), said,
        facts=[_fact(test, words) for test in item.tests] if item is not None and attempted else [],
        problem=_problem(problem, words) if problem else None,
        on_top=_problem(problem, words, _MOST_TOP) if problem and problem.name != WHOLE else None,
        kept=_kept(cell) if item is None else "",
        pictures=room.pictures(cell),
        code=answer.source if answer is not None and attempted else "",
        outputs=room.outputs(answer) if answer is not None and attempted else [],
        comment=book.comments.get(id, ""),
    )  # fmt: skip


def _answer(cell: NotebookNode, name: str, book: Book, room: Room, words: Language) -> Task:
    """Return an item whose answer a person grades."""
    grade, state, code = book.grades[name], book.states.get(name), cell.cell_type == "code"
    mark, shown, lost, said = _mark(grade, ""), _of(grade, words), max(0.0, grade.most - grade.score), []
    if state == "waiting":
        most = words.number(grade.most)
        mark, shown, lost = "waits", words("– of {most} points", most=most), 0.0
        said = [words("Not graded yet: a person will read it; it counts {most} points.", most=most)]
    elif state == "unanswered":
        mark, said = _mark(grade, "not_attempted"), [words("Not answered: this stands as it was released.")]
    source = "" if state == "unanswered" else cell.source
    return Task(
        name, name, mark, shown, lost, said,
        code=source if code else "", words="" if code else source,
        outputs=room.outputs(cell) if code and source else [], comment=book.comments.get(name, ""),
    )  # fmt: skip


def _fact(test: TestResult, words: Language) -> Fact:
    word, sentence = Markup(with_code(words_of(test, words))), Markup(with_code(words.said(test.title)))
    return Fact(test.outcome, MARKS[test.outcome], word, sentence)


def _problem(test: TestResult, words: Language, most: int = 0) -> Problem:
    def shown(text: str) -> Markup:
        text = words.said(text)
        short = text if not most or len(text) <= most else text[:most].rstrip() + " …"
        return Markup(with_code(short))

    heads = words("Called"), words("Came back"), words("Expected")
    rows = zip(heads, map(shown, told(test.message) or ()), strict=False)
    return Problem(
        Markup(with_code(words.said(test.title))), list(rows), shown(test.message),
        looks_like(test, words) if test.misconception else "", Markup(with_code(words.said(test.hint))), test.again,
    )  # fmt: skip


def _kept(cell: NotebookNode) -> str:
    """Return the words that a graded cell holds."""
    for output in cell.get("outputs", []):
        if html := output.get("data", {}).get("text/html"):
            return clean_html("".join(html))
    return ""
