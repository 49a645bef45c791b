"""The command `sync`: notebooks and gradebook as `course_config.py` says, also after students have handed in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table
from rich.text import Text

from autograder.course.model import load
from autograder.grading.render import points
from autograder.pages.html import plain
from autograder.pages.terminal import CourseOption, out

if TYPE_CHECKING:
    from autograder.gradebook.sync import Plan

_SHOWN = 20  # students


def sync(
    assignment: Annotated[str, typer.Argument(help="The assignment: a folder of source/.")],
    diff: Annotated[
        bool, typer.Option("--diff", help="Show what would change, score by score; write nothing.")
    ] = False,
    course: CourseOption = None,
) -> None:
    """Build the notebooks of ASSIGNMENT and bring nbgrader's gradebook in line with course_config.py.

    Use it after a change of course_config.py or of a source: of points, say, when students have handed in. Scores keep their share
    of an item's points. What was there before is kept in .autograder/before-sync.
    """
    from autograder.gradebook.sync import carry_out, plan

    loaded = load(course)
    wanted = loaded.assignment(assignment)
    if diff:
        changes, kept = plan(loaded, wanted), None
    else:
        changes, kept = carry_out(loaded, wanted)
    _show(changes, [path.relative_to(loaded.root).as_posix() for path in changes.files], diff)
    if kept is not None:
        out.print(f"What was there before is in {kept}.", highlight=False, soft_wrap=True)
    if diff:
        out.print(f"Nothing was written. `autograder sync {wanted.name}` does it.", highlight=False)
    elif changes.submitted and (changes.files or changes.cells):
        out.print(
            f"Now run `autograder grade {wanted.name}`. Students have the notebooks as they were: to give out the new ones, `nbgrader release_assignment {wanted.name} --force`.",
            highlight=False,
            soft_wrap=True,
        )


def _show(changes: Plan, files: list[str], diff: bool) -> None:
    if not (files or changes.cells):
        out.print("Notebooks and gradebook are as course_config.py says.")
        return
    for name in files:
        out.print(f"{'differs' if diff else 'written'}: {name}", highlight=False, soft_wrap=True)
    for line in changes.cells:
        out.print(f"{'differs' if diff else 'changed'}: {line}", highlight=False, soft_wrap=True)
    rows = [
        (each.student, each.item, each.counts(0), points(each.counts(1)), each.manual[0] is not None)
        for each in changes.scaled
    ]
    rows += [(student, item, score, "–", False) for student, item, score in changes.dropped]
    if not rows:
        return
    table = Table()
    for name, justify in (
        ("student", "left"),
        ("item", "left"),
        ("was", "right"),
        ("is", "right"),
        ("", "left"),
    ):
        table.add_column(name, justify=justify)  # type: ignore[arg-type]
    for student, item, before, after, by_hand in sorted(rows)[:_SHOWN]:
        table.add_row(
            Text(plain(student)), item, points(before), after, "by hand: look at it" if by_hand else ""
        )
    out.print(table)
    if len(rows) > _SHOWN:
        out.print(f"… and {len(rows) - _SHOWN} more.")
    out.print(
        f"{len(rows)} scores of {len({row[0] for row in rows})} students {'would change' if diff else 'changed'}."
    )
