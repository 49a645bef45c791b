"""The class as a table on the terminal: what counts in the gradebook, and what happened."""

from __future__ import annotations

from collections.abc import Callable

from rich.console import Console
from rich.table import Table
from rich.text import Text

from autograder.course.dates import span
from autograder.gradebook.judging import Report
from autograder.gradebook.results import StudentResult
from autograder.grading.render import points
from autograder.pages.html import plain

# Columns that are there only where somebody has such points: heading, and a student's value.
_SOMETIMES: tuple[tuple[str, Callable[[StudentResult], float]], ...] = (
    ("by hand", lambda result: sum(item.score or 0.0 for item in result.items if item.by_hand)),
    ("extra", lambda result: result.extra),
    ("late", lambda result: -result.penalty),
)


def print_class(
    out: Console,
    most: float,
    notebooks: list[str],
    students: list[str],
    report: Report,
    results: dict[str, StudentResult],
) -> None:
    """Print the class as a table.

    Args:
        most: The most points.
        notebooks, students: In the order of columns and rows.
        report: What grading found.
        results: What stands in the gradebook now, by student.
    """
    sometimes = [
        (name, value)
        for name, value in _SOMETIMES
        if any(value(results[s]) for s in students if s in results)
    ]
    table = Table(title=None)
    table.add_column("student")
    for name in [*(name.partition("_")[0] for name in notebooks), *(name for name, _ in sometimes)]:
        table.add_column(name, justify="right")
    table.add_column(f"of {points(most)}", justify="right")
    table.add_column("what happened")
    for student in students:
        if student in report.dropped:
            continue
        result = results.get(student)
        if result is None or student in report.faults:
            cells = ["–"] * (len(notebooks) + len(sometimes) + 1)
        else:
            cells = [_or_dash(result.notebook_score(name)[0]) for name in notebooks]
            cells += [points(round(value(result), 2)) if value(result) else "" for _, value in sometimes]
            cells.append(_or_dash(result.score))
        # Plain text: names and messages may hold what the table would take for markup, or the terminal for commands.
        table.add_row(
            Text(plain(student)), *cells, Text(plain(" ".join(_said(student, report, result)), 300))
        )
    out.print(table)
    if report.dropped:
        names = plain(", ".join(report.dropped), 500)
        out.print(f"Dropped the course, so not graded: {names}.", highlight=False, markup=False)
    for warning in report.warnings:
        out.print(plain(warning, 1000), style="yellow", highlight=False, markup=False)
    if report.unchanged:
        out.print(f"{report.unchanged} of {len(students)} students' grades stood already.")


def _said(student: str, report: Report, result: StudentResult | None) -> list[str]:
    if student in report.faults:
        return [f"NO GRADE: {report.faults[student]}"]
    cards = report.cards.get(student, {})
    said = [f"{c.notebook}: {c.message}" for c in cards.values() if c.message] + report.notes.get(student, [])
    if result is None:
        return said
    if result.status == "excused":
        return ["Excused: no grade.", *said]
    if result.seconds_late > 0:
        said.insert(0, f"Late by {span(result.seconds_late)}.")
    said += [
        f"{item.id} was graded by hand before the new submission: {points(item.score or 0.0)} counts"
        + (f", not {points(item.auto)}." if item.auto is not None else " until a person looks again.")
        for item in result.items
        if item.before
    ]
    waiting = [item.id for item in result.items if item.score is None]
    return said + ([f"Waits for a grade by hand: {', '.join(waiting)}."] if waiting else [])


def _or_dash(value: float | None) -> str:
    return "–" if value is None else points(round(value, 2))
