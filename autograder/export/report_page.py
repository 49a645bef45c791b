"""Write the report: CSV files for whoever counts on, and a page with pictures whose names lead to the submissions."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from string import Template
from urllib.parse import quote

from autograder.export.charts import histogram, stacked
from autograder.export.report import ItemReport, Report
from autograder.export.spans import bins
from autograder.export.tables import number, write_rows
from autograder.gradebook.results import StudentResult
from autograder.intake.files import write_text
from autograder.pages.html import clean_text, plain, plain_characters

_PAGE = Path(__file__).parent / "report.html"
_OPEN = 3  # so many names stand there; more are folded
_BINS = 10


@dataclass(frozen=True)
class Links:
    """Where a student's pages are, as the report's folder sees them: links stay right when the whole course is moved."""

    root: Path
    folder: Path
    assignment: str

    def to(self, student: str, notebook: str, item: str = "") -> str:
        """Return the address of a feedback page, at an item; of the autograded notebook where there is none; "" if there is neither."""
        if student != os.path.basename(student) or student in ("", ".", ".."):
            return ""
        for folder, ending in (("feedback", "html"), ("autograded", "ipynb")):
            path = self.root / folder / student / self.assignment / f"{notebook}.{ending}"
            if path.is_file():
                away = os.path.relpath(path.absolute(), self.folder.absolute())
                address = "/".join(quote(os.fsencode(part)) for part in Path(away).parts)
                return address + (f"#{quote(f'test_{item}')}" if item and ending == "html" else "")
        return ""


def write_report(report: Report, folder: Path, links: Links) -> Path:
    """Write the whole report as CSV files and a page, and return the page."""
    write_rows(
        folder / "items.csv",
        [
            ["notebook", "item", "points", "full", "partial", "none", "not_attempted", "mean_share", "discrimination", "note"],
            *(_item_row(row) for row in report.items),
        ],
    )  # fmt: skip
    write_rows(
        folder / "errors.csv",
        [
            ["notebook", "item", "error", "students", "who"],
            *([e.notebook, e.item, e.error, str(len(e.students)), " ".join(e.students)] for e in report.errors),
        ],
    )  # fmt: skip
    write_rows(
        folder / "misconceptions.csv",
        [
            ["item", "misconception", "students", "who"],
            *([i, name.replace("_", " "), str(len(who)), " ".join(who)] for i, name, who in report.misconceptions),
        ],
    )  # fmt: skip
    write_rows(
        folder / "flagged.csv",
        [["student", "where", "why"], *([s, where, clean_text(why, 1000)] for s, where, why in report.flagged)],
    )  # fmt: skip
    write_rows(
        folder / "students.csv",
        [
            ["student", "status", "score", "first_submission", "last_submission", "submissions", "due", "hours_before_due"],
            *(_student_row(report, result) for result in report.results),
        ],
    )  # fmt: skip
    values = {
        "title": escape(report.assignment.name),
        "headline": escape(report.headline),
        "times": escape(report.times),
        "pictures": "".join(f"<figure>{each}</figure>" for each in _pictures(report)),
        "items": _items(report, links),
        "errors": _errors(report, links),
        "misconceptions": _misconceptions(report, links),
        "flagged": _flagged(report, links),
        "students": _students(report, links),
    }
    page = Template(_PAGE.read_text(encoding="utf-8")).substitute(values)
    write_text(folder / "report.html", plain_characters(page))
    return folder / "report.html"


# ---------------------------------------------------------------------------------------------------------------- rows


def _item_row(row: ItemReport) -> list[str]:
    counts = (row.full, row.partial, row.none, row.not_attempted)
    return [
        row.notebook, row.id, number(row.points), *map(str, counts), "" if row.mean is None else f"{row.mean:.3f}",
        "" if row.discrimination is None else f"{row.discrimination:.3f}", row.note,
    ]  # fmt: skip


def _student_row(report: Report, result: StudentResult) -> list[str]:
    row = [result.student, result.status, "" if result.score is None else number(result.score)]
    due = "" if result.due is None else result.due.isoformat(timespec="seconds")
    span = report.spans.get(result.student)
    if span is None:
        return [*row, "", "", "0", due, ""]
    hours = "" if span.hours_left is None else f"{span.hours_left:.2f}"
    return [*row, span.first.isoformat(), span.last.isoformat(), str(span.count), due, hours]


# ------------------------------------------------------------------------------------------------------------ pictures


def _pictures(report: Report) -> Iterable[str]:
    most = max(report.assignment.points, 1e-9)
    if report.scores:
        counts = [0] * _BINS
        for score in report.scores:
            counts[min(_BINS - 1, int(_BINS * max(0.0, score) / most))] += (
                1  # full marks, and more, in the last
            )
        edges = [number(most * place / _BINS) for place in range(_BINS)]
        labels = [f"{edge}–" for edge in edges]
        said = ", ".join(f"{count} from {edge}" for edge, count in zip(edges, counts, strict=True) if count)
        yield histogram(
            "Total points", f"Bars: how many students have how many points in all. {said}.",
            list(zip(labels, counts, strict=True)), f"points, of {number(report.assignment.points)}",
        )  # fmt: skip
    rows = [(row.id, (row.full, row.partial, row.none, row.not_attempted)) for row in report.items]
    rows = [row for row in rows if sum(row[1])]
    if rows:
        said = "; ".join(f"{name}: " + ", ".join(map(str, counts)) for name, counts in rows)
        yield stacked(
            "Items", f"Bars across: for each item how many students have full points, part, none, have not tried. {said}.",
            rows, ("full", "part", "none", "not tried"),
        )  # fmt: skip
    if left := bins(report.spans):
        said = ", ".join(f"{label}: {count}" for label, count in left if count)
        yield histogram(
            "Time left when handed in", f"Bars: how many students handed in how long before the due date. {said}.",
            left, "before the due date",
        )  # fmt: skip


# -------------------------------------------------------------------------------------------------------------- tables


def _table(header: Sequence[str], rows: list[list[str]]) -> str:
    """Return a table of HTML cells; numbers stand at the right."""
    if not rows:
        return "<p>None.</p>"
    head = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in header)
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return f'<div class="wide" tabindex="0"><table><tr>{head}</tr>{body}</table></div>'


def _name(student: str, address: str) -> str:
    shown = escape(plain(student))
    return f'<a href="{escape(address)}">{shown}</a>' if address else shown


def _who(students: Sequence[str], links: Links, notebook: str, item: str = "") -> str:
    names = ", ".join(_name(student, links.to(student, notebook, item)) for student in students)
    if len(students) <= _OPEN:
        return names
    return f"<details><summary>{len(students)} students</summary>{names}</details>"


def _items(report: Report, links: Links) -> str:
    hardest = sorted(report.items, key=lambda row: 2.0 if row.mean is None else row.mean)
    rows = []
    for row in hardest:
        apart = escape(row.note) if row.discrimination is None else f"{row.discrimination:.2f}"
        mean = "–" if row.mean is None else f"{100 * row.mean:.0f} %"
        counts = map(str, (row.full, row.partial, row.none, row.not_attempted))
        name = f"<code>{escape(row.id)}</code><br><small>{escape(row.notebook)}</small>"
        lost = _who(row.lost, links, row.notebook, row.id)
        rows.append([name, number(row.points), mean, apart, *counts, lost])
    header = (
        "item",
        "points",
        "mean share",
        "tells apart",
        "full",
        "part",
        "none",
        "not tried",
        "who lost points",
    )
    return _table(header, rows)  # fmt: skip


def _errors(report: Report, links: Links) -> str:
    rows = [
        [str(len(e.students)), f"<code>{escape(e.item or e.notebook)}</code>", escape(e.error), _who(e.students, links, e.notebook, e.item)]
        for e in report.errors
    ]  # fmt: skip
    return _table(("students", "where", "error", "who"), rows)


def _misconceptions(report: Report, links: Links) -> str:
    notebooks = {row.id: row.notebook for row in report.items}
    rows = [
        [str(len(who)), f"<code>{escape(item)}</code>", escape(name.replace("_", " ")), _who(who, links, notebooks.get(item, ""), item)]
        for item, name, who in report.misconceptions
    ]  # fmt: skip
    return _table(("students", "item", "looks like", "who"), rows)


def _flagged(report: Report, links: Links) -> str:
    rows = []
    for student, where, why in report.flagged:
        address = links.to(student, where) if where in report.assignment.notebooks else next(
            (found for row in report.items if row.id == where.partition(", ")[0]
             if (found := links.to(student, row.notebook, row.id))), "",
        )  # fmt: skip
        rows.append([_name(student, address), escape(plain(where)), escape(clean_text(why, 1000))])
    return _table(("student", "where", "why"), rows)


def _students(report: Report, links: Links) -> str:
    rows = []
    for result in sorted(
        report.results, key=lambda each: (each.score is None, -(each.score or 0.0), each.student)
    ):
        pages = " ".join(
            f'<a href="{escape(address)}">{escape(name.partition("_")[0])}</a>'
            for name in report.assignment.notebooks
            if (address := links.to(result.student, name))
        )
        span = report.spans.get(result.student)
        times = (span.first, span.last) if span else ()
        first, last = [f"{each.astimezone(report.zone):%Y-%m-%d %H:%M}" for each in times] or ["", ""]
        hours = "" if span is None or span.hours_left is None else f"{span.hours_left:.1f}"
        score = escape(result.status) if result.score is None else number(result.score)
        count = str(span.count) if span else ""
        rows.append([escape(plain(result.student)), score, pages, first, last, count, hours])
    header = (
        "student",
        "points",
        "notebooks",
        "first submission (UTC)",
        "last (UTC)",
        "how many",
        "hours before due",
    )
    return _table(header, rows)  # fmt: skip
