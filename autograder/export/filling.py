"""Canvas and Moodle: fill one column of the file that the instructor downloaded there, and change nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path

from autograder.export.grades import Grades
from autograder.export.tables import ExportError, Sheet, number, read_sheet, write_rows
from autograder.gradebook.results import StudentResult

_CANVAS = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
_CANVAS_IDS = ("SIS User ID", "SIS Login ID", "Integration ID")
_CANVAS_TEST = ("student, test", "test student")
# Moodle's worksheet has its headers in the teacher's language: the grade column's name in some of them.
_GRADE = {
    "grade", "calificación", "nota", "note", "bewertung", "punkte", "valutazione", "voto", "beoordeling", "cijfer", "ocena", "成绩", "成績",
    "評点", "оценка", "karakter", "betyg", "arvosana", "not", "hodnocení", "értékelés",
}  # fmt: skip
_LARGEST = {
    "maximum grade", "calificación máxima", "note maximale", "beste bewertung", "höchste bewertung", "valutazione massima",
    "最高成绩", "最高分",
}  # fmt: skip
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")


def fill_canvas(grades: Grades, given: Path | None, column: str, target: Path) -> int:
    """Fill the assignment's column of Canvas's gradebook export; return the number of grades filled in.

    Only the columns that say who a student is and the one column are written: importing old values of the others would
    undo what was changed since.

    Raises:
        ExportError: There is no export, or it is not clear which column is meant.
    """
    if given is None:
        raise ExportError(
            "For Canvas, export the gradebook there (Grades, Export), and name that file with --fill: ids and the assignment's "
            "number must be Canvas's own."
        )
    sheet = read_sheet(given)
    if not {"Student", "ID"} <= set(sheet.header):
        raise ExportError(f"{given} is no gradebook export of Canvas: it has no columns Student and ID.")
    place = _column(sheet, column or grades.assignment.name, lambda name: re.sub(r"\s*\(\d+\)$", "", name))
    kept = [i for i, name in enumerate(sheet.header) if name in _CANVAS]
    ids = [i for i, name in enumerate(sheet.header) if name in _CANVAS_IDS]
    rows = [[*(sheet.header[i] for i in kept), sheet.header[place]]]
    told: set[str] = set()
    for row in sheet.rows[1:]:
        row = row + [""] * (len(sheet.header) - len(row))
        first = row[sheet.header.index("Student")].strip().lower()
        ordinary = bool(row[sheet.header.index("ID")].strip()) and first not in _CANVAS_TEST
        # Students choose the name that Canvas shows: it counts only where no id is known.
        result = (
            grades.find({row[i].strip().lower() for i in ids} - {""}, _names([first])) if ordinary else None
        )
        value = row[place]
        if first.startswith("points possible"):
            _compare_most(grades, value)
        if result is not None:
            value = grades.cell(result) or value
            told.add(result.student)
        rows.append([*(row[i] for i in kept), value])
    _left_out(grades, told)
    write_rows(target, rows, sheet.delimiter, sheet.bom)
    return _filled(grades, told)


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
    told: set[str] = set()
    rows = [sheet.header]
    for row in sheet.rows[1:]:
        row = row + [""] * (len(sheet.header) - len(row))
        addresses = {cell.strip().lower() for cell in row if _ADDRESS.fullmatch(cell.strip())}
        others = {cell for i, cell in enumerate(row) if i != place}
        result = grades.find(addresses) or grades.find(set(), _names(others))
        if result is not None:
            told.add(result.student)
            value = grades.cell(result)
            if value:
                row = [*row[:place], value.replace(".", ",") if comma else value, *row[place + 1 :]]
        rows.append(row)
    _left_out(grades, told)
    write_rows(target, rows, sheet.delimiter, sheet.bom)
    return _filled(grades, told)


def _moodle_import(grades: Grades, target: Path) -> int:
    title = grades.assignment.name
    rows = [["Email address", "ID number", title, f"{title} feedback"]]
    for result in grades.results:
        person, value = grades.person(result), grades.cell(result)
        if not value:
            continue
        if not person.email and not result.student:
            continue
        words = grades.summary(result) if result.items else "Nothing was handed in."
        rows.append([person.email, result.student, value, words])
    return write_rows(target, rows) - 1


def _names(cells: Iterable[str]) -> set[str]:
    """Return what a student may be called by: as it stands, and `Last, First` the other way round."""
    names = set()
    for cell in cells:
        plain = cell.strip().lower()
        last, comma, first = plain.partition(",")
        names |= {plain, f"{first.strip()} {last.strip()}" if comma else plain}
    return names - {""}


def _column(sheet: Sheet, wanted: str, title: Callable[[str], str] = str) -> int:
    exact = [i for i, name in enumerate(sheet.header) if name.strip() == wanted]
    loose = [i for i, name in enumerate(sheet.header) if title(name).strip().lower() == wanted.lower()]
    found = exact or loose
    if len(found) != 1:
        raise ExportError(
            f"{sheet.path} has {len(found) or 'no'} columns {wanted!r}. Name the right one with --column. There are: "
            f"{', '.join(repr(name) for name in sheet.header)[:1500]}."
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


def _filled(grades: Grades, told: set[str]) -> int:
    return sum(result.student in told and bool(grades.cell(result)) for result in grades.results)


def _left_out(grades: Grades, told: set[str]) -> None:
    graded: list[StudentResult] = [r for r in grades.results if r.student not in told and grades.cell(r)]
    if graded:
        names = ", ".join(result.student for result in graded[:10])
        grades.warnings.append(
            f"{len(graded)} graded students are not in the file: {names}{' …' if len(graded) > 10 else ''}."
        )
