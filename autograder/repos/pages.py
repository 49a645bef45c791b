"""Put one student's result on a page: Markdown for the repository's branch and for comments, HTML for a browser."""

from __future__ import annotations

import re
from html import escape
from pathlib import Path
from string import Template

from autograder.course.model import Assignment
from autograder.gradebook.results import StudentResult
from autograder.grading.render import (
    AGAIN,
    MARKS,
    NOT_ATTEMPTED,
    first_problem,
    item_html,
    points,
    spoken,
    words_of,
)
from autograder.grading.scorecard import ItemResult, Scorecard, TestResult
from autograder.pages.html import clean_html, clean_text

_PAGE = Path(__file__).parent / "page.html"
# An underscore inside a word is none of Markdown's; other signs count everywhere, or at the beginning of a line.
_MARKUP = re.compile(r"([\\*\[\]|~$]|(?<!\w)_|_(?!\w))|(?m:^)(?=[#+=-])|(?m:^\d+)(?=[.)])")
_MOST = 4000  # characters of one message


def headline(assignment: Assignment, result: StudentResult) -> str:
    """Return the result in one line."""
    total = (
        "not graded yet"
        if result.score is None
        else f"{points(result.score)} of {points(result.max_score)} points"
    )
    return f"{assignment.name}: {total}"


def _score(value: float | None) -> str:
    return "–" if value is None else points(round(value, 2))


def _notes(card: Scorecard | None) -> list[str]:
    if card is None:
        return ["The details are no longer kept; ask for the notebook to be graded again to see them."]
    return [card.message, *card.notes] if card.message and card.status != "graded" else list(card.notes)


def _by_hand(result: StudentResult, item: ItemResult) -> str:
    for each in result.items:
        if each.id == item.id and each.by_hand and each.score is not None:
            return f"A person set this to {points(each.score)} of {points(each.max_score)} points."
    return ""


def _read_by_a_person(assignment: Assignment, result: StudentResult, notebook: str) -> list[str]:
    """Return a line for each answer that a person grades; what the person wrote stands among the comments."""
    lines = []
    scores = {item.id: item for item in result.items}
    for item in assignment.manual_items(notebook):
        given = scores.get(item.id)
        if given is None:
            continue
        most = points(item.points)
        if given.score is None:
            lines.append(f"{item.id}: not graded yet. A person will read it; it counts {most} points.")
        elif given.by_hand:
            lines.append(f"{item.id}: {_score(given.score)} of {most} points, given by a person.")
        else:
            lines.append(f"{item.id}: not answered, {_score(given.score)} of {most} points.")
    return lines


def markdown(assignment: Assignment, result: StudentResult) -> str:
    """Return a page in Markdown. Whatever comes from a student is text: no link, image, mention or HTML of theirs lives."""
    lines = [f"# {safe(headline(assignment, result))}", ""]
    lines += [safe(fact) + "  " for fact in result.said]
    lines += ["", "| notebook | points |", "|---|---|"]
    for name in assignment.notebooks:
        score, most = result.notebook_score(name)
        lines.append(f"| {safe(name)} | {_score(score)} of {_score(most)} |")
    for name in assignment.notebooks:
        card = result.cards.get(name)
        lines += ["", f"## {safe(name)}", ""]
        lines += [f"> {safe(note)}  " for note in _notes(card)]
        lines += [f"> Comment: {safe(text)}  " for where, text in result.comments if where == name]
        for item in card.items if card is not None and card.status != "invalid" else []:
            lines += ["", *_item(item, _by_hand(result, item))]
        lines += [f"\n**{safe(words)}**" for words in _read_by_a_person(assignment, result, name)]
    return "\n".join(lines) + "\n"


def _item(item: ItemResult, by_hand: str) -> list[str]:
    mark = "✅" if item.score >= item.points else "◻️" if item.status == "not_attempted" else "❌"
    lines = [f"**{mark} {safe(item.id)}: {points(round(item.score, 2))} of {points(item.points)} points**"]
    if item.score < item.points:
        if item.status == "not_attempted":
            lines += ["", NOT_ATTEMPTED]
        else:
            lines += ["", *(f"- {MARKS[test.outcome]} {safe(_fact(test))}" for test in item.tests)]
        problem = first_problem(item)
        if problem is not None:
            lines += ["", safe(problem.message)]
            if problem.misconception:
                lines += [
                    "",
                    f"Looks like **{safe(spoken(problem.misconception))}**. {safe(problem.hint)}",
                ]
            elif problem.hint:
                lines += ["", f"**Try this:** {safe(problem.hint)}"]
            if problem.again:
                lines += ["", f"{AGAIN}:", "", *(f"    {line}" for line in problem.again.splitlines())]
    return [*lines, "", by_hand] if by_hand else lines


def _fact(test: TestResult) -> str:
    return f"{test.title} ({words_of(test)})" if test.outcome == "follows" else test.title


def safe(text: str) -> str:
    """Return Markdown that shows a text as it is, where backticks mark code, and does nothing else.

    Signs that Markdown knows are escaped; so are tags. A mention, the number of an issue or an address gets an invisible space, so
    that nobody is notified and nothing is linked.
    """
    pieces = clean_text(text, _MOST).replace("\r", "").strip().split("`")
    return "".join(_code(piece) if i % 2 else _words(piece) for i, piece in enumerate(pieces))


def _code(piece: str) -> str:
    return f"`{' '.join(piece.split())}`" if piece.strip() else ""


def _words(piece: str) -> str:
    piece = re.sub(r"(?i)(https?|ftp|mailto|www|xmpp)([:.])", "\\1\u200b\\2", piece)
    piece = re.sub(r"([@#])(?=\w)|(?<=\b[Gg][Hh])(-)(?=\d)", lambda m: f"{m[0]}\u200b", piece)
    piece = escape(piece, quote=False)
    piece = re.sub(r"[ \t]*\n\s*", "\n", piece)
    piece = _MARKUP.sub(lambda m: f"\\{m[0]}" if not m[0].isdigit() else f"{m[0]}\\", piece)
    return piece.replace("\n", "  \n")


def page(assignment: Assignment, result: StudentResult) -> str:
    """Return a page in HTML: no script, no image, nothing loaded from anywhere."""
    rows = []
    for name in assignment.notebooks:
        score, most = result.notebook_score(name)
        rows.append(f"<tr><td>{escape(name)}</td><td>{_score(score)} of {_score(most)}</td></tr>")
    parts = [f"<h1>{escape(headline(assignment, result))}</h1>"]
    parts += [f"<p>{escape(' '.join(result.said))}</p>", f"<table>{''.join(rows)}</table>"]
    for name in assignment.notebooks:
        card = result.cards.get(name)
        parts.append(f"<h2>{escape(name)}</h2>")
        parts += [f"<p>{escape(note)}</p>" for note in _notes(card)]
        parts += [f"<p>Comment: {escape(text)}</p>" for where, text in result.comments if where == name]
        for item in card.items if card is not None and card.status != "invalid" else []:
            hand = _by_hand(result, item)
            parts.append(clean_html(item_html(item, [hand] if hand else [])))
        parts += [f"<p>{escape(words)}</p>" for words in _read_by_a_person(assignment, result, name)]
    body = clean_text("\n".join(parts), 2_000_000)
    return Template(_PAGE.read_text(encoding="utf-8")).substitute(
        title=escape(headline(assignment, result)), body=clean_html(body)
    )
