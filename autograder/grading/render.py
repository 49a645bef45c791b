"""Put a scorecard into words: plain text for a terminal, HTML for the graded cells."""

from __future__ import annotations

import re
from html import escape

from autograder.grading.scorecard import ItemResult, Scorecard, TestResult
from autograder.pages.html import plain

MARKS = {
    "passed": "✓", "failed": "✗", "error": "✗", "follows": "↳", "not_attempted": "○", "skipped": "–", "grader_fault": "!",
}  # fmt: skip
_WORDS = {
    "passed": "right", "failed": "wrong", "error": "error", "not_attempted": "not attempted", "skipped": "not tried",
    "grader_fault": "grader's fault",
}  # fmt: skip
FREE = "Everybody has the points of this task, whatever was found below."
NOT_ATTEMPTED = "Not attempted: the stub is still there. Write something; part of it may earn points."
AGAIN = "Try it yourself"


def points(value: float) -> str:
    return f"{value:g}"


def with_code(text: str) -> str:
    """Return HTML for text in which backticks mark code."""
    pieces = escape(text, quote=False).split("`")
    return "".join(f"<code>{piece}</code>" if i % 2 else piece for i, piece in enumerate(pieces))


def words_of(test: TestResult) -> str:
    """Say how a fact ended."""
    if test.outcome != "follows":
        return _WORDS[test.outcome]
    return (
        f"follows from «{spoken(test.follows_from)}»" if test.follows_from else "follows from another mistake"
    )


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


def item_html(item: ItemResult, notes: list[str]) -> str:
    """Return one item's result, in tags that nbconvert's sanitiser lets through: what holds, and for the first fact that does not, what to do."""
    lines = [
        f"<div><strong>{escape(item.id)}: {points(item.score)} of {points(item.points)} points</strong></div>"
    ]
    if item.status == "not_attempted":
        lines.append(f"<div>{NOT_ATTEMPTED}</div>")
    else:
        rows = [
            f"<li>{MARKS[t.outcome]} <em>{with_code(words_of(t))}</em>: {with_code(t.title)}</li>"
            for t in item.tests
        ]
        lines.append(f"<ul>{''.join(rows)}</ul>")
    if item.free:
        lines.append(f"<div>{FREE}</div>")
    problem = first_problem(item)
    if problem is not None:
        lines.append(f"<div>{with_code(problem.message)}</div>")
        if problem.misconception:
            lines.append(
                f"<div><strong>Looks like “{escape(spoken(problem.misconception))}”.</strong> {with_code(problem.hint)}</div>"
            )
        elif problem.hint:
            lines.append(f"<div><strong>Try this:</strong> {with_code(problem.hint)}</div>")
    lines += [f"<div>Note: {with_code(note)}</div>" for note in notes]
    return "\n".join(lines)


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
