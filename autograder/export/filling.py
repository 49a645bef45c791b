"""Canvas and Moodle: fill one column of the file that the instructor downloaded there, and change nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from autograder.export.grades import Grades
from autograder.export.rows import whose
from autograder.export.sheets import CANVAS, canvas_rows, is_canvas, moodle_rows
from autograder.export.tables import ExportError, Sheet, number, read_sheet, write_filled, write_rows
from autograder.gradebook.results import StudentResult

_CANVAS_EXCUSED = "EX"  # Canvas's own word, which it takes at import
# Moodle's worksheet has its headers in the teacher's language: the grade column's name in some of them.
_GRADE = {
    "grade", "calificación", "nota", "note", "bewertung", "punkte", "valutazione", "voto", "beoordeling", "cijfer", "ocena", "成绩", "成績",
    "評点", "оценка", "karakter", "betyg", "arvosana", "not", "hodnocení", "értékelés",
}  # fmt: skip
_LARGEST = {
    "maximum grade", "calificación máxima", "note maximale", "beste bewertung", "höchste bewertung", "valutazione massima",
    "最高成绩", "最高分",
}  # fmt: skip


def fill_canvas(grades: Grades, given: Path | None, column: str, target: Path) -> int:
    """Fill the assignment's column of Canvas's gradebook export; return the number of grades filled in.

    Only the columns that say who a student is and the one column are written: importing old values of the others would
    undo what was changed since.

    Raises:
        ExportError: There is no export, or it is not clear which column is meant.
    """
    if given is None:
        raise ExportError(
            "For Canvas, export the gradebook there (Grades, Export), and name that file with --fill: ids and the assignment's number must be Canvas's own."
        )
    sheet = read_sheet(given)
    if not is_canvas(sheet):
        raise ExportError(f"{given} is no gradebook export of Canvas: it has no columns Student and ID.")
    place = _column(sheet, column or grades.assignment.name, lambda name: re.sub(r"\s*\(\d+\)$", "", name))
    kept = [i for i, name in enumerate(sheet.header) if name in CANVAS]
    students = [row + [""] * (len(sheet.header) - len(row)) for row in sheet.rows[1:]]
    told = whose(grades, canvas_rows(sheet))
    rows = [[*(sheet.header[i] for i in kept), sheet.header[place]]]
    for row, result in zip(students, told, strict=True):
        if row[0].strip().lower().startswith("points possible"):
            _compare_most(grades, row[place])
        value = (grades.cell(result) if result is not None else "") or row[place]
        if result is not None and result.status == "excused":
            value = _CANVAS_EXCUSED
        rows.append([*(row[i] for i in kept), value])
    return _written(grades, told, sheet, rows, target)


def fill_moodle(grades: Grades, given: Path | None, column: str, target: Path) -> int:
    """Fill Moodle's offline grading worksheet, or write a file for its grade import; return the number of grades.

    Without a worksheet the file has the address, the grade and a feedback line of graded students only: a feedback without a grade,
    or an empty grade, would erase what is there.

    Raises:
        ExportError: The worksheet cannot be understood.
    """
    if given is None:
        return _moodle_import(grades, target)
    sheet = read_sheet(given)
    place = _moodle_column(sheet, column)
    comma = _decimal_comma(sheet, place)
    students = [row + [""] * (len(sheet.header) - len(row)) for row in sheet.rows[1:]]
    told = whose(grades, moodle_rows(sheet, place))
    rows = [sheet.header]
    for row, result in zip(students, told, strict=True):
        value = grades.cell(result) if result is not None else ""
        if value:
            row = [*row[:place], value.replace(".", ",") if comma else value, *row[place + 1 :]]
        rows.append(row)
    return _written(grades, told, sheet, rows, target)


def _moodle_import(grades: Grades, target: Path) -> int:
    title = grades.assignment.name
    rows = [["Email address", "ID number", title, f"{title} feedback"]]
    for result in grades.results:
        person, value = grades.person(result), grades.cell(result)
        if not value:
            continue
        words = grades.summary(result) if result.items else "Nothing was handed in."
        rows.append([person.email, result.student, value, words])
    return write_rows(target, rows) - 1


def _column(sheet: Sheet, wanted: str, title: Callable[[str], str] = str) -> int:
    exact = [i for i, name in enumerate(sheet.header) if name.strip() == wanted]
    loose = [i for i, name in enumerate(sheet.header) if title(name).strip().lower() == wanted.lower()]
    found = exact or loose
    if len(found) != 1:
        raise ExportError(
            f"{sheet.path} has {len(found) or 'no'} columns {wanted!r}. Name the right one with --column. There are: {', '.join(repr(name) for name in sheet.header)[:1500]}."
        )
    return found[0]


def _moodle_column(sheet: Sheet, column: str) -> int:
    if column:
        return _column(sheet, column)
    found = [i for i, name in enumerate(sheet.header) if name.strip().lower() in _GRADE]
    if len(found) != 1:
        raise ExportError(
            f"Which column of {sheet.path} takes the grades? Name it with --column. There are: {', '.join(map(repr, sheet.header))[:1500]}."
        )
    return found[0]


def _decimal_comma(sheet: Sheet, place: int) -> bool:
    largest = [i for i, name in enumerate(sheet.header) if name.strip().lower() in _LARGEST]
    cells = [row[i].strip() for row in sheet.rows[1:] for i in (place, *largest) if i < len(row)]
    return any(re.fullmatch(r"\d+,\d+", cell) for cell in cells) and not any(
        re.fullmatch(r"\d+\.\d+", cell) for cell in cells
    )


def _compare_most(grades: Grades, value: str) -> None:
    try:
        most = float(value.strip())
    except ValueError:
        return
    if most != grades.assignment.points:
        grades.warnings.append(
            f"Canvas has {number(most)} points for this assignment, we have {number(grades.assignment.points)}: points are written as they are."
        )


def _written(
    grades: Grades, told: list[StudentResult | None], sheet: Sheet, rows: list[list[str]], target: Path
) -> int:
    """Write the file, name the graded students who are not in it, and return the number of grades filled in."""
    write_filled(target, sheet, rows)
    filled = {result.student for result in told if result is not None and grades.cell(result)}
    left = [
        result.student for result in grades.results if result.student not in filled and grades.cell(result)
    ]
    if left:
        grades.warnings.append(
            f"{len(left)} graded students are not in the file: {', '.join(left[:10])}{' …' if len(left) > 10 else ''}. Where it has them under another id or address, put that into the roster (columns student, email, lms_id) and import again."
        )
    return len(filled)
