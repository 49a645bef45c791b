"""What the instructor wants to know of a class: where points were lost, by whom and how, and what a person should look at."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from statistics import fmean, median

from rich.console import Console
from rich.markup import escape as plain
from rich.table import Table

from autograder.course.model import Assignment, Item
from autograder.export.common_errors import CommonError, common_errors
from autograder.export.item_analysis import FEWEST, TOO_FEW, difficulty, discrimination
from autograder.export.spans import Span, span
from autograder.export.tables import number
from autograder.gradebook.results import StudentResult
from autograder.grading.scorecard import Scorecard
from autograder.pages.html import clean_text
from autograder.repos.record import Record

_SHOWN = 12  # misconceptions and flags on the terminal
_SHOWN_ERRORS = 5


@dataclass
class ItemReport:
    """One item over the class: how many students are where, how hard it was, whether it tells strong from weak.

    Attributes:
        mean: The difficulty index; None where nobody has a score, or there are no points to earn.
        discrimination: See `item_analysis.discrimination`; `note` says why there is none.
        lost: Who did not earn all of it.
    """

    id: str
    notebook: str
    points: float
    full: int = 0
    partial: int = 0
    none: int = 0
    not_attempted: int = 0
    mean: float | None = None
    discrimination: float | None = None
    note: str = ""
    lost: list[str] = field(default_factory=list)


@dataclass
class Report:
    """A class's results for the instructor. Who is excused is in `counts` and nowhere else."""

    assignment: Assignment
    results: list[StudentResult] = field(default_factory=list)
    scores: list[float] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)  # graded, ungraded, missing, excused
    items: list[ItemReport] = field(default_factory=list)
    errors: list[CommonError] = field(default_factory=list)
    misconceptions: list[tuple[str, str, list[str]]] = field(default_factory=list)  # item, name, students
    flagged: list[tuple[str, str, str]] = field(default_factory=list)  # student, where, why
    spans: dict[str, Span] = field(default_factory=dict)  # of students whose times are known
    zone: tzinfo = UTC  # in which the page says them; CSV files say UTC

    @property
    def headline(self) -> str:
        graded, ungraded, missing, excused = (
            self.counts.get(name, 0) for name in ("graded", "ungraded", "missing", "excused")
        )
        middle = (
            f", mean {number(fmean(self.scores))}, median {number(median(self.scores))}"
            if self.scores
            else ""
        )
        return (
            f"{graded} graded{middle} of {number(self.assignment.points)} points; {ungraded} not graded yet; {missing} missing"
            + (f"; {excused} excused, not counted" if excused else "")
        )

    @property
    def times(self) -> str:
        """Return when the class handed in, in a sentence; "" if no time is known."""
        if not self.spans:
            return ""
        first, last = (
            f"{time.astimezone(self.zone):%Y-%m-%d %H:%M}"
            for time in (
                min(each.first for each in self.spans.values()),
                max(each.last for each in self.spans.values()),
            )
        )
        late = sum(each.hours_left is not None and each.hours_left < 0 for each in self.spans.values())
        again = sum(each.count > 1 for each in self.spans.values())
        return f"Handed in from {first} to {last} ({self.zone}), {again} more than once, {late} late."


def make_report(
    assignment: Assignment,
    results: list[StudentResult],
    record: Record | None,
    times: Mapping[str, Sequence[datetime]] | None = None,
    zone: tzinfo = UTC,
) -> Report:
    """Return the report of a class.

    Args:
        times: When each student is known to have handed in (`gradebook.history`).
        zone: The course's time zone.
    """
    report = Report(assignment, zone=zone)
    by_person = frozenset(item.id for item in assignment.manual_items())
    for result in results:
        report.counts[result.status] = report.counts.get(result.status, 0) + 1
    report.results = [result for result in results if result.status != "excused"]
    for result in report.results:
        if result.score is not None:
            report.scores.append(result.score)
        report.flagged += [(result.student, where, why) for where, why in _flags(result, by_person)]
        if known := span(result, (times or {}).get(result.student, ())):
            report.spans[result.student] = known
    report.items = _items(assignment, report.results)
    report.errors = common_errors(report.results)
    report.misconceptions = _misconceptions(report.results)
    if record is not None:
        report.flagged += _import_flags(record)
    return report


def _items(assignment: Assignment, results: list[StudentResult]) -> list[ItemReport]:
    items = assignment.all_items()
    scores = {result.student: {each.id: each.score for each in result.items} for result in results}
    # Only who has a score everywhere can be compared with others by the sum.
    whole = [
        known
        for known in scores.values()
        if all(known.get(item.id) is not None for item in items if item.points)
    ]
    sums = [sum(known[item.id] or 0.0 for item in items if item.points) for known in whole]
    rows = []
    for item in items:
        row = ItemReport(item.id, item.notebook, item.points)
        rows.append(row)
        if item.points <= 0:
            row.note = "no points"
            continue
        row.mean = difficulty(_count(row, item, results, scores))
        mine = [known[item.id] or 0.0 for known in whole]
        rests = [total - score for total, score in zip(sums, mine, strict=True)]
        row.discrimination, row.note = discrimination(mine, rests)
    return rows


def _count(
    row: ItemReport,
    item: Item,
    results: list[StudentResult],
    scores: Mapping[str, Mapping[str, float | None]],
) -> list[float]:
    """Count in a row who earned how much; return the shares of the item's points."""
    shares = []
    for result in results:
        score = scores[result.student].get(item.id)
        if score is None:
            continue
        shares.append(score / item.points)
        if score >= item.points:
            row.full += 1
            continue
        row.lost.append(result.student)
        if score > 0:
            row.partial += 1
        elif _untried(result, item):
            row.not_attempted += 1
        else:
            row.none += 1
    return shares


def _untried(result: StudentResult, item: Item) -> bool:
    """Say whether an item without points was not even tried; nbgrader itself gives 0 to an answer that was not given."""
    if item.by_hand:
        return not any(each.by_hand for each in result.items if each.id == item.id)
    return _status(result.cards.get(item.notebook), item.id) == "not_attempted"


def _misconceptions(results: list[StudentResult]) -> list[tuple[str, str, list[str]]]:
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
    return sorted(
        ((item_id, name, students) for (item_id, name), students in names.items()),
        key=lambda row: (-len(row[2]), row[:2]),
    )


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
        said.append((", ".join(waiting)[:100] or "all of it", why))
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


def print_report(out: Console, report: Report) -> None:
    """Print the report, short."""
    out.print(f"[bold]{report.assignment.name}[/bold]: {report.headline}", highlight=False)
    if report.times:
        out.print(report.times, highlight=False)
    table = Table()
    for name in ("item", "points", "full", "part", "none", "untried", "mean", "discr."):
        table.add_column(name, justify="left" if name == "item" else "right")
    for row in report.items:
        mean = "–" if row.mean is None else f"{100 * row.mean:.0f} %"
        apart = "–" if row.discrimination is None else f"{row.discrimination:.2f}"
        counts = map(str, (row.full, row.partial, row.none, row.not_attempted))
        table.add_row(row.id, number(row.points), *counts, mean, apart)
    out.print(table)
    if any(row.note == TOO_FEW for row in report.items):
        out.print(
            f"Too few students to say which items tell strong from weak: it takes {FEWEST}.", highlight=False
        )
    many = [each for each in report.errors if len(each.students) > 1][:_SHOWN_ERRORS]
    if many:
        out.print("[bold]Errors that several have[/bold]", highlight=False)
    for each in many:
        where = each.item or each.notebook
        out.print(f"{len(each.students):>4}  {where}: {each.error}", highlight=False, markup=False)
    if report.misconceptions:
        out.print("[bold]Misconceptions[/bold]", highlight=False)
    for item, name, students in report.misconceptions[:_SHOWN]:
        out.print(f"{len(students):>4}  {item}: {name.replace('_', ' ')}", highlight=False, markup=False)
    if report.flagged:
        out.print(f"[bold]{len(report.flagged)} things for a person to look at[/bold]", highlight=False)
    for student, where, why in report.flagged[:_SHOWN]:
        out.print(plain(clean_text(f"  {student} · {where}: {why}", 300)), highlight=False)
