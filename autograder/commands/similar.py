"""`autograder similar`: what the command line looks like."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from autograder.course.model import load
from autograder.errors import CourseError
from autograder.pages.terminal import CourseOption, err, out, steps

_NOTES = 12  # on the terminal


def similar(
    assignment: Annotated[str, typer.Argument(help="The assignment.")],
    target: Annotated[
        Path | None,
        typer.Option("--out", help="The folder to write. Default: grades/ASSIGNMENT-similar in the course."),
    ] = None,
    show: Annotated[int, typer.Option("--show", min=1, max=500, help="How many pairs to show.")] = 20,
    also: Annotated[
        list[Path] | None,
        typer.Option(
            "--also",
            help="Compare with this folder too: an earlier year's submissions, or notebooks found elsewhere. May be repeated.",
        ),
    ] = None,
    course: CourseOption = None,
) -> None:
    """Show which submissions of ASSIGNMENT are alike, beyond what the release gives to all. For people to judge, never a grade."""
    from autograder.intake.submissions import released
    from autograder.repos import record
    from autograder.similar import pages
    from autograder.similar.ranking import rank
    from autograder.similar.works import class_works, other_works

    loaded = load(course)
    wanted = loaded.assignment(assignment)
    releases = released(loaded, wanted.name)
    works = class_works(loaded, wanted, releases, record.read(loaded, wanted.name), steps)
    if not works:
        raise CourseError(
            f"There is no submission of {wanted.name} in {loaded.root / 'submitted'}. Collect first."
        )
    for place in also or []:
        works += other_works(place, loaded, wanted, releases, steps)
    if len(works) == 1:
        raise CourseError(
            f"There is only one submission of {wanted.name}, so nothing to compare it with. Name another folder with --also."
        )
    notes = [f"{work.name}: {note}" for work in works for note in work.notes]
    if len(notes) > _NOTES:
        notes[_NOTES:] = [f"… and {len(notes) - _NOTES} more; the page has them all."]
    for note in notes:
        err.print(note, style="yellow", highlight=False, markup=False, soft_wrap=True)
    given = (cell.source for each in releases.values() for cell in each.cells)
    ranking = rank(works, given, steps, show)
    out.print(f"[bold]{wanted.name}[/bold]: {pages.headline(ranking)}", highlight=False)
    if ranking.pairs:
        table = Table()
        table.add_column("in common", justify="right")
        for name in ("first", "second", "cells alike"):
            table.add_column(name, overflow="fold")
        for pair in ranking.pairs:
            cells = pages.alike(pair, ranking)
            more = f" and {len(cells) - 6} more" if len(cells) > 6 else ""
            row = (pair.first.name, pair.second.name, ", ".join(cells[:6]) + more)
            table.add_row(pages.percent(pair.share), *map(escape, row))
        out.print(table)
    out.print(pages.CAUTION, highlight=False, soft_wrap=True)
    page = pages.write_pages(
        wanted.name, ranking, works, target or loaded.root / "grades" / f"{wanted.name}-similar", steps
    )
    out.print(f"Both codes side by side: {page}", highlight=False, soft_wrap=True, markup=False)
