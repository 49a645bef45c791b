"""What the instructor wants to know of a class: where points were lost, which misconceptions, and what a person should look at."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from string import Template

from rich.console import Console
from rich.markup import escape as plain
from rich.table import Table

from autograder.course import Assignment
from autograder.export.tables import number, write_rows, write_text
from autograder.gradebook.results import StudentResult
from autograder.html import clean_text
from autograder.repos.record import Record
from autograder.scorecard import Scorecard

_PAGE = Path(__file__).parent / "report.html"
_SHOWN = 12  # misconceptions and flags on the terminal


@dataclass
class ItemReport:
    """One item over the class: how many students are where, and the mean share of its points."""

    id: str
    notebook: str
    points: float
    full: int = 0
    partial: int = 0
    none: int = 0
    not_attempted: int = 0
    mean: float | None = None


@dataclass
class Report:
    """A class's results for the instructor."""

    assignment: Assignment
    scores: list[float] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)  # graded, ungraded, missing, excused
    items: list[ItemReport] = field(default_factory=list)
    misconceptions: list[tuple[str, str, list[str]]] = field(default_factory=list)  # item, name, students
    flagged: list[tuple[str, str, str]] = field(default_factory=list)  # student, where, why

    @property
    def headline(self) -> str:
        graded, ungraded, missing = (self.counts.get(name, 0) for name in ("graded", "ungraded", "missing"))
        middle = (
            f", mean {number(sum(self.scores) / len(self.scores))}, median {number(_median(self.scores))}"
            if self.scores
            else ""
        )
        excused = f"; {self.counts['excused']} excused" if self.counts.get("excused") else ""
        return f"{graded} graded{middle} of {number(self.assignment.points)} points; {ungraded} not graded yet; {missing} missing{excused}"


def make_report(assignment: Assignment, results: list[StudentResult], record: Record | None) -> Report:
    """Return the report of a class."""
    report = Report(assignment)
    by_person = frozenset(item.id for item in assignment.manual_items())
    for result in results:
        report.counts[result.status] = report.counts.get(result.status, 0) + 1
        if result.score is not None:
            report.scores.append(result.score)
        report.flagged += [(result.student, where, why) for where, why in _flags(result, by_person)]
    for item in assignment.all_items():
        row = ItemReport(item.id, item.notebook, item.points)
        shares = []
        for result in results:
            given = next((each for each in result.items if each.id == item.id), None)
            if given is None or given.score is None:
                continue
            score = given.score
            if item.points:  # an item that was dropped is worth nothing
                shares.append(score / item.points)
            if score >= item.points:
                row.full += 1
            elif score > 0:
                row.partial += 1
            elif (item.by_hand and not given.by_hand) or _status(
                result.cards.get(item.notebook), item.id
            ) == "not_attempted":
                row.not_attempted += 1
            else:
                row.none += 1
        row.mean = sum(shares) / len(shares) if shares else None
        report.items.append(row)
    names: dict[tuple[str, str], list[str]] = defaultdict(list)
    for result in results:
        seen = {
            (item.id, test.misconception)
            for card in result.cards.values()
            for item in card.items
            for test in item.tests
            if test.misconception and test.outcome in ("failed", "error")
        }
        for item_id, misconception in seen:
            names[item_id, str(misconception)].append(result.student)
    report.misconceptions = sorted(
        ((item_id, name, students) for (item_id, name), students in names.items()),
        key=lambda row: (-len(row[2]), row[:2]),
    )
    if record is not None:
        report.flagged += _import_flags(record)
    return report


def _status(card: Scorecard | None, item: str) -> str:
    return next((each.status for each in card.items if each.id == item), "") if card is not None else ""


def _flags(result: StudentResult, by_person: frozenset[str]) -> list[tuple[str, str]]:
    """Return what of one student's result a person should look at."""
    said = []
    for name, card in result.cards.items():
        if card.status != "graded":
            said.append((name, f"{card.status}: {card.message}"))
        said += [(name, note) for note in card.notes]
    if result.status == "ungraded":
        waiting = [item.id for item in result.items if item.score is None]
        why = (
            "handed in again since it was graded"
            if result.again
            else "waits for a grade by hand"
            if waiting and by_person.issuperset(waiting)
            else "waits for a grade by hand, or for grading again"
        )
        said.append((", ".join(waiting)[:100], why))
    said += [
        (
            item.id,
            f"graded by hand before the new submission: {number(item.score or 0)} stands"
            + (f" over {number(item.auto)}" if item.auto is not None else " until a person looks again"),
        )
        for item in result.items
        if item.before
    ]
    by_hand = [item.id for item in result.items if item.by_hand and item.id not in by_person]
    if by_hand:
        said.append((", ".join(by_hand)[:100], "graded by hand"))
    return said


def _import_flags(record: Record) -> list[tuple[str, str, str]]:
    said = []
    for entry in record.entries:
        who = ", ".join(entry.students) or "?"
        if entry.problem:
            said.append((who, entry.repository, f"not imported: {entry.problem}"))
        said += [
            (who, entry.repository, warning) for warning in entry.warnings if warning.startswith("SUSPICIOUS")
        ]
    return said


def _median(values: list[float]) -> float:
    ordered = sorted(values)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def print_report(out: Console, report: Report) -> None:
    """Print the report, short."""
    out.print(f"[bold]{report.assignment.name}[/bold]: {report.headline}", highlight=False)
    table = Table()
    for name in ("item", "points", "full", "part", "none", "not tried", "mean"):
        table.add_column(name, justify="left" if name == "item" else "right")
    for row in report.items:
        mean = "–" if row.mean is None else f"{100 * row.mean:.0f} %"
        table.add_row(
            row.id, number(row.points), *map(str, (row.full, row.partial, row.none, row.not_attempted)), mean
        )
    out.print(table)
    for item, name, students in report.misconceptions[:_SHOWN]:
        out.print(f"{len(students):>4}  {item}: {name.replace('_', ' ')}", highlight=False, markup=False)
    if report.flagged:
        out.print(f"[bold]{len(report.flagged)} things for a person to look at[/bold]", highlight=False)
    for student, where, why in report.flagged[:_SHOWN]:
        out.print(plain(clean_text(f"  {student} · {where}: {why}", 300)), highlight=False)


def write_report(report: Report, folder: Path) -> Path:
    """Write the whole report as three CSV files and a page, and return the page."""
    items = [
        [r.notebook, r.id, number(r.points), *map(str, (r.full, r.partial, r.none, r.not_attempted)), "" if r.mean is None else f"{r.mean:.3f}"]
        for r in report.items
    ]  # fmt: skip
    misconceptions = [
        [item, name.replace("_", " "), str(len(students)), " ".join(students)]
        for item, name, students in report.misconceptions
    ]
    flagged = [[student, where, clean_text(why, 1000)] for student, where, why in report.flagged]
    tables = {
        "items": (
            ["notebook", "item", "points", "full", "partial", "none", "not_attempted", "mean_share"],
            items,
        ),
        "misconceptions": (["item", "misconception", "students", "who"], misconceptions),
        "flagged": (["student", "where", "why"], flagged),
    }
    parts = []
    for name, (header, rows) in tables.items():
        write_rows(folder / f"{name}.csv", [header, *rows])
        head = "".join(f"<th>{escape(cell)}</th>" for cell in header)
        body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
        parts.append(
            f"<h2>{name}</h2><table><tr>{head}</tr>{body}</table>" if rows else f"<h2>{name}</h2><p>none</p>"
        )
    page = Template(_PAGE.read_text(encoding="utf-8")).substitute(
        title=escape(report.assignment.name), headline=escape(report.headline), body="\n".join(parts)
    )
    write_text(folder / "report.html", page)
    return folder / "report.html"
