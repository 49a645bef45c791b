"""The numbers that a learning system writes into file names, from its own list: Canvas's gradebook export, Moodle's grading worksheet."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from autograder.errors import AutograderError
from autograder.export.rows import assign
from autograder.export.sheets import canvas_rows, is_canvas, moodle_rows
from autograder.export.tables import read_sheet
from autograder.repos.roster import Person


def with_numbers(
    people: list[Person], path: Path, say: Callable[[str], None] = lambda text: None
) -> list[Person]:
    """Return the roster's students with the numbers that a list gives them; they count before those of the roster.

    Rows go by id and address; by name only if no id of the list is in the roster, since it has ids of another kind.

    Raises:
        AutograderError: It is no such list, or speaks of nobody in the roster.
    """
    sheet = read_sheet(path)
    rows = [row for row in (canvas_rows(sheet) if is_canvas(sheet) else moodle_rows(sheet)) if row.lms_id]
    if not rows:
        raise AutograderError(
            f"{path} has no numbers of a learning system. --lms takes Canvas's gradebook export (Grades, Export) or the grading worksheet of this assignment in Moodle. Else give the roster a column `lms_id`."
        )
    nameless = [replace(person, lms_id="") for person in people]
    said: list[str] = []
    told = assign(nameless, rows, said.append)
    if not any(place is not None for place in told):
        said = []
        told = assign(nameless, [replace(row, ids=frozenset()) for row in rows], said.append)
    found = {place: row.lms_id for place, row in zip(told, rows, strict=True) if place is not None}
    if not found:
        raise AutograderError(
            f"{path} speaks of nobody in the roster, neither by id or address nor by name. Is it of another course?"
        )
    for text in said:
        say(f"{path}: {text}")
    without = [person.student for place, person in enumerate(people) if place not in found]
    if without:
        more = f" and {len(without) - 20} more" if len(without) > 20 else ""
        say(
            f"{path} does not say which number these students have; their files go by name: {', '.join(without[:20])}{more}."
        )
    return [replace(person, lms_id=found.get(place, "")) for place, person in enumerate(people)]
