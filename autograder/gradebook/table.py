"""The class as a table on the terminal."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from autograder.gradebook.judging import Report
from autograder.html import plain
from autograder.render import points


def print_class(out: Console, most: float, notebooks: list[str], students: list[str], report: Report) -> None:
    """Print the class as a table."""
    table = Table(title=None)
    table.add_column("student")
    for name in notebooks:
        table.add_column(name.partition("_")[0], justify="right")
    table.add_column(f"of {points(most)}", justify="right")
    table.add_column("what happened")
    for student in students:
        cards = report.cards.get(student, {})
        said = [f"{c.notebook}: {c.message}" for c in cards.values() if c.message] + report.notes.get(
            student, []
        )
        if student in report.faults:
            said = [f"GRADER FAULT: {report.faults[student]}"]
        total = sum(card.score for card in cards.values())
        # Plain text: names and messages may hold what the table would take for markup, or the terminal for commands.
        table.add_row(
            Text(plain(student)), *(points(round(cards[n].score, 2)) if n in cards else "–" for n in notebooks),
            points(round(total, 2)), Text(plain(" ".join(said), 160)),
        )  # fmt: skip
    out.print(table)
    if report.unchanged:
        out.print(f"{report.unchanged} of {len(students)} students' grades stood already.")
    if report.waiting:
        from autograder.gradebook.by_hand import sentence  # nbgrader's libraries take seconds to import

        out.print(sentence(report.waiting), highlight=False, markup=False)
