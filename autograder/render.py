"""Put a scorecard into words: plain text for a terminal, HTML for the graded cells."""

from __future__ import annotations

from html import escape

from autograder.html import plain
from autograder.scorecard import ItemResult, Scorecard, TestResult

_MARKS = {
    "passed": "✓", "failed": "✗", "error": "✗", "follows": "↳", "not_attempted": "○", "skipped": "–", "grader_fault": "!",
}  # fmt: skip
_WORDS = {
    "passed": "right", "failed": "wrong", "error": "error", "follows": "follows from a mistake elsewhere", "not_attempted": "not attempted", "skipped": "not tried",
    "grader_fault": "grader's fault",
}  # fmt: skip
_FREE = "Everybody has the points of this task, whatever was found below."


def points(value: float) -> str:
    return f"{value:g}"


def _plain(text: str) -> str:
    """Return HTML for text in which backticks mark code."""
    pieces = escape(text, quote=False).split("`")
    return "".join(f"<code>{piece}</code>" if i % 2 else piece for i, piece in enumerate(pieces))


def first_problem(item: ItemResult) -> TestResult | None:
    """Return the first fact that does not hold."""
    return next((test for test in item.tests if test.outcome in ("failed", "error")), None)


def item_html(item: ItemResult, notes: list[str]) -> str:
    """Return one item's result, in tags that nbconvert's sanitiser lets through: what holds, and for the first fact that does not, what to do."""
    lines = [
        f"<div><strong>{escape(item.id)}: {points(item.score)} of {points(item.points)} points</strong></div>"
    ]
    if item.status == "not_attempted":
        lines.append(
            "<div>Not attempted: the stub is still there. Write something; part of it may earn points.</div>"
        )
    else:
        rows = [
            f"<li>{_MARKS[t.outcome]} <em>{_WORDS[t.outcome]}</em>: {_plain(t.title)}</li>"
            for t in item.tests
        ]
        lines.append(f"<ul>{''.join(rows)}</ul>")
    if item.free:
        lines.append(f"<div>{_FREE}</div>")
    problem = first_problem(item)
    if problem is not None:
        lines.append(f"<div>{_plain(problem.message)}</div>")
        if problem.misconception:
            lines.append(
                f"<div><strong>Looks like “{escape(problem.misconception.replace('_', ' '))}”.</strong> {_plain(problem.hint)}</div>"
            )
        elif problem.hint:
            lines.append(f"<div><strong>Try this:</strong> {_plain(problem.hint)}</div>")
    lines += [f"<div>Note: {_plain(note)}</div>" for note in notes]
    return "\n".join(lines)


def item_text(item: ItemResult, notes: list[str]) -> str:
    """Return one item's result as plain text."""
    lines = [f"{item.id}: {points(item.score)} of {points(item.points)} points"]
    lines += [f"  {_MARKS[t.outcome]} {_WORDS[t.outcome]}: {t.title}" for t in item.tests]
    lines += [_FREE] if item.free else []
    problem = first_problem(item)
    if problem is not None:
        lines.append(problem.message)
        if problem.hint:
            lines.append(f"Try this: {problem.hint}")
    return "\n".join(lines + [f"Note: {note}" for note in notes])


def summary(card: Scorecard) -> str:
    """Return a scorecard as one line."""
    lost = [f"{i.id} {points(i.score)}/{points(i.points)}" for i in card.items if i.score < i.points]
    words = "" if card.status == "graded" else f" [{card.status}] {plain(card.message, 1000)}"
    return f"{plain(card.notebook)}: {points(card.score)} of {points(card.max_score)}{words}" + (
        f" ({', '.join(lost)})" if lost else ""
    )
