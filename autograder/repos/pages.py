"""Put one student's result on a page: Markdown for the repository's branch and for comments, HTML for a browser."""

from __future__ import annotations

import re
from collections.abc import Sequence
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
    points_of,
    spoken,
    words_of,
)
from autograder.grading.scorecard import ItemResult, Scorecard, TestResult
from autograder.pages.html import clean_html, clean_text
from autograder.pages.language import ENGLISH, Language

_PAGE = Path(__file__).parent / "page.html"
# An underscore inside a word is none of Markdown's; other signs count everywhere, or at the beginning of a line.
_MARKUP = re.compile(r"([\\*\[\]|~$]|(?<!\w)_|_(?!\w))|(?m:^)(?=[#+=-])|(?m:^\d+)(?=[.)])")
_MOST = 4000  # characters of one message


def headline(assignment: Assignment, result: StudentResult, words: Language = ENGLISH) -> str:
    """Return the result in one line."""
    if result.score is None:
        return words("{assignment}: not graded yet", assignment=assignment.name)
    total = points_of(result.score, result.max_score, words)
    return words("{assignment}: {points}", assignment=assignment.name, points=total)


def _score(value: float | None, words: Language) -> str:
    return "–" if value is None else words.number(round(value, 2))


def _of(score: float | None, most: float | None, words: Language) -> str:
    return words("{points} of {most}", points=_score(score, words), most=_score(most, words))


def _notes(card: Scorecard | None, words: Language) -> list[str]:
    if card is None:
        return [words("The details are no longer kept; ask for the notebook to be graded again to see them.")]
    whole = [card.message] if card.message and card.status != "graded" else []
    return [words.said(each) for each in [*whole, *card.notes]]


def _by_hand(result: StudentResult, item: ItemResult, words: Language) -> str:
    for each in result.items:
        if each.id == item.id and each.by_hand and each.score is not None:
            return words(
                "A person set this to {points}.", points=points_of(each.score, each.max_score, words)
            )
    return ""


def _read_by_a_person(
    assignment: Assignment, result: StudentResult, notebook: str, words: Language
) -> list[str]:
    """Return a line for each answer that a person grades; what the person wrote stands among the comments."""
    lines = []
    scores = {item.id: item for item in result.items}
    for item in assignment.manual_items(notebook):
        given = scores.get(item.id)
        if given is None:
            continue
        values = {
            "item": item.id,
            "points": _score(given.score, words),
            "most": words.number(item.points),
        }
        if given.score is None:
            said = words("{item}: not graded yet. A person will read it; it counts {most} points.", **values)
        elif given.by_hand:
            said = words("{item}: {points} of {most} points, given by a person.", **values)
        else:
            said = words("{item}: not answered, {points} of {most} points.", **values)
        lines.append(said)
    return lines


def markdown(
    assignment: Assignment, result: StudentResult, words: Language = ENGLISH, facts: Sequence[str] = ()
) -> str:
    """Return a page in Markdown, with the facts of the submission in sentences. Whatever comes from a student is text: no link, image, mention or HTML of theirs lives."""
    lines = [f"# {safe(headline(assignment, result, words))}", ""]
    lines += [safe(fact) + "  " for fact in facts]
    lines += ["", f"| {words('notebook')} | {words('points')} |", "|---|---|"]
    for name in assignment.notebooks:
        score, most = result.notebook_score(name)
        lines.append(f"| {safe(name)} | {_of(score, most, words)} |")
    for name in assignment.notebooks:
        card = result.cards.get(name)
        lines += ["", f"## {safe(name)}", ""]
        lines += [f"> {safe(note)}  " for note in _notes(card, words)]
        lines += [f"> {words('Comment:')} {safe(text)}  " for where, text in result.comments if where == name]
        for item in card.items if card is not None and card.status != "invalid" else []:
            lines += ["", *_item(item, _by_hand(result, item, words), words)]
        lines += [f"\n**{safe(each)}**" for each in _read_by_a_person(assignment, result, name, words)]
    return "\n".join(lines) + "\n"


def _item(item: ItemResult, by_hand: str, words: Language = ENGLISH) -> list[str]:
    mark = "✅" if item.score >= item.points else "◻️" if item.status == "not_attempted" else "❌"
    lines = [f"**{mark} {safe(item.id)}: {points_of(round(item.score, 2), item.points, words)}**"]
    if item.score < item.points:
        if item.status == "not_attempted":
            lines += ["", words(NOT_ATTEMPTED)]
        else:
            lines += ["", *(f"- {MARKS[test.outcome]} {safe(_fact(test, words))}" for test in item.tests)]
        problem = first_problem(item)
        if problem is not None:
            lines += ["", safe(words.said(problem.message))]
            if problem.misconception:
                mistake = f"**{safe(words.said(spoken(problem.misconception)))}**"
                lead = words("Looks like {mistake}.", mistake=mistake)
                lines += ["", f"{lead} {safe(words.said(problem.hint))}"]
            elif problem.hint:
                lines += ["", f"**{words('Try this:')}** {safe(words.said(problem.hint))}"]
            if problem.again:
                lines += ["", f"{words(AGAIN)}:", "", *(f"    {line}" for line in problem.again.splitlines())]
    return [*lines, "", by_hand] if by_hand else lines


def _fact(test: TestResult, words: Language) -> str:
    title = words.said(test.title)
    return f"{title} ({words_of(test, words)})" if test.outcome == "follows" else title


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


def page(
    assignment: Assignment, result: StudentResult, words: Language = ENGLISH, facts: Sequence[str] = ()
) -> str:
    """Return the same in HTML: no script, no image, nothing loaded from anywhere."""
    rows = []
    for name in assignment.notebooks:
        score, most = result.notebook_score(name)
        rows.append(f"<tr><td>{escape(name)}</td><td>{escape(_of(score, most, words))}</td></tr>")
    parts = [f"<h1>{escape(headline(assignment, result, words))}</h1>"]
    parts += [f"<p>{escape(' '.join(facts))}</p>", f"<table>{''.join(rows)}</table>"]
    for name in assignment.notebooks:
        card = result.cards.get(name)
        parts.append(f"<h2>{escape(name)}</h2>")
        parts += [f"<p>{escape(note)}</p>" for note in _notes(card, words)]
        parts += [
            f"<p>{words('Comment:')} {escape(text)}</p>" for where, text in result.comments if where == name
        ]
        for item in card.items if card is not None and card.status != "invalid" else []:
            hand = _by_hand(result, item, words)
            parts.append(clean_html(item_html(item, [hand] if hand else [], words)))
        read = _read_by_a_person(assignment, result, name, words)
        parts += [f"<p>{escape(each)}</p>" for each in read]
    body = clean_text("\n".join(parts), 2_000_000)
    return Template(_PAGE.read_text(encoding="utf-8")).substitute(
        title=escape(headline(assignment, result, words)), body=clean_html(body), language=words.tag
    )
