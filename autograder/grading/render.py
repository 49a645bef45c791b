"""Put a scorecard into words: plain text for a terminal, HTML for the graded cells."""

from __future__ import annotations

import re
from html import escape

from autograder.grading.scorecard import ItemResult, Scorecard, TestResult
from autograder.pages.html import plain
from autograder.pages.language import ENGLISH, Language, message

MARKS = {
    "passed": "✓", "failed": "✗", "error": "✗", "follows": "↳", "not_attempted": "○", "skipped": "–", "grader_fault": "!",
}  # fmt: skip
_WORDS = {
    "passed": message("right"), "failed": message("wrong"), "error": message("error"), "not_attempted": message("not attempted"),
    "skipped": message("not tried"), "grader_fault": message("grader's fault"),
}  # fmt: skip
FREE = message("Everybody has the points of this task, whatever was found below.")
NOT_ATTEMPTED = message(
    "Not attempted: the stub is still there. Write something; part of it may earn points."
)
AGAIN = message("Try it yourself")


def points(value: float) -> str:
    return f"{value:g}"


def points_of(score: float, most: float, words: Language = ENGLISH) -> str:
    return words("{points} of {most} points", points=words.number(score), most=words.number(most))


def with_code(text: str) -> str:
    """Return HTML for text in which backticks mark code."""
    pieces = escape(text, quote=False).split("`")
    return "".join(f"<code>{piece}</code>" if i % 2 else piece for i, piece in enumerate(pieces))


def words_of(test: TestResult, words: Language = ENGLISH) -> str:
    """Say how a fact ended."""
    if test.outcome != "follows":
        return words(_WORDS[test.outcome])
    if not test.follows_from:
        return words("follows from another mistake")
    return words("follows from «{fact}»", fact=words.said(spoken(test.follows_from)))


def spoken(name: str) -> str:
    """Return a misconception's name as words; a sentence stays as it is."""
    return name if " " in name else name.replace("_", " ")


def told(message: str) -> tuple[str, str, str] | None:
    """Return the call, what it gave and what was expected, of a message that says these three (`grading.points`); else None."""
    found = re.fullmatch(r"Called (.*?)\. It gave (.*)\. Expected: (.*)\.", message, re.DOTALL)
    return (found[1], found[2], found[3]) if found else None


def first_problem(item: ItemResult) -> TestResult | None:
    """Return the first fact that does not hold."""
    return next((test for test in item.tests if test.outcome in ("failed", "error")), None)


def item_html(item: ItemResult, notes: list[str], words: Language = ENGLISH) -> str:
    """Return one item's result, in tags that nbconvert's sanitiser lets through: what holds, and for the first fact that does not, what to do."""
    lines = [f"<div><strong>{escape(item.id)}: {points_of(item.score, item.points, words)}</strong></div>"]
    if item.status == "not_attempted":
        lines.append(f"<div>{words(NOT_ATTEMPTED)}</div>")
    else:
        rows = [
            f"<li>{MARKS[t.outcome]} <em>{with_code(words_of(t, words))}</em>: {with_code(words.said(t.title))}</li>"
            for t in item.tests
        ]
        lines.append(f"<ul>{''.join(rows)}</ul>")
    if item.free:
        lines.append(f"<div>{words(FREE)}</div>")
    problem = first_problem(item)
    if problem is not None:
        lines.append(f"<div>{with_code(words.said(problem.message))}</div>")
        if problem.misconception or problem.hint:
            lead = looks_like(problem, words) if problem.misconception else words("Try this:")
            lines.append(
                f"<div><strong>{escape(lead, quote=False)}</strong> {with_code(words.said(problem.hint))}</div>"
            )
    lines += [f"<div>{words('Note:')} {with_code(words.said(note))}</div>" for note in notes]
    return "\n".join(lines)


def looks_like(problem: TestResult, words: Language = ENGLISH) -> str:
    """Say which misconception a wrong answer looks like."""
    return words("Looks like “{mistake}”.", mistake=words.said(spoken(problem.misconception or "")))


def item_text(item: ItemResult, notes: list[str]) -> str:
    """Return one item's result as plain text."""
    lines = [f"{item.id}: {points(item.score)} of {points(item.points)} points"]
    lines += [f"  {MARKS[t.outcome]} {words_of(t)}: {t.title}" for t in item.tests]
    lines += [FREE] if item.free else []
    problem = first_problem(item)
    if problem is not None:
        lines.append(problem.message)
        if problem.hint:
            lines.append(f"Try this: {problem.hint}")
        if problem.again:
            lines.append(f"{AGAIN}:\n{problem.again}")
    return "\n".join(lines + [f"Note: {note}" for note in notes])


def summary(card: Scorecard) -> str:
    """Return a scorecard as one line."""
    lost = [f"{i.id} {points(i.score)}/{points(i.points)}" for i in card.items if i.score < i.points]
    words = "" if card.status == "graded" else f" [{card.status}] {plain(card.message, 1000)}"
    return f"{plain(card.notebook)}: {points(card.score)} of {points(card.max_score)}{words}" + (
        f" ({', '.join(lost)})" if lost else ""
    )
