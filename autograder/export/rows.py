"""Say whose the rows of somebody else's file are: by ids first, by names only where there is no id, never one student twice."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Set
from dataclasses import dataclass

from autograder.export.grades import Grades
from autograder.gradebook.results import StudentResult


@dataclass(frozen=True)
class Row:
    """What a row says of its student, in lower case.

    Attributes:
        ids: Ids, addresses and user names that the system gives; empty only if the row has none at all.
        names: What the student may be called by. Students choose these themselves.
    """

    ids: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()


def whose(grades: Grades, rows: list[Row]) -> list[StudentResult | None]:
    """Return each row's student, or None. A student that two rows would get is neither's; a warning says so.

    The roster's ids and addresses count first, for all rows; then its user names, which students chose on another site; then
    names, for rows that have no id or address: whoever shows another's name must not get that student's grade.
    """
    found: list[StudentResult | None] = [None] * len(rows)
    given: set[str] = set()

    def assign(known: dict[str, list[StudentResult]], wanted: Callable[[Row], Set[str]]) -> None:
        owners: dict[str, list[int]] = {}
        results: dict[str, StudentResult] = {}
        for place, row in enumerate(rows):
            mine = {r.student: r for name in wanted(row) for r in known.get(name, [])}
            if found[place] is None and len(mine) == 1:
                ((student, result),) = mine.items()
                owners.setdefault(student, []).append(place)
                results[student] = result
        for student, places in owners.items():
            if student in given:
                continue
            given.add(student)
            if len(places) == 1:
                found[places[0]] = results[student]
            else:
                grades.warnings.append(
                    f"{len(places)} rows of the file would be {student}'s: none of them is filled in. Do it by hand."
                )

    people = [(grades.person(result), result) for result in grades.results]
    assign(_index((name, r) for p, r in people for name in {p.student.lower(), p.email.lower()}), _ids)
    assign(_index((p.username, r) for p, r in people), _ids)
    assign(_index((p.name, r) for p, r in people), lambda row: frozenset() if row.ids else row.names)
    return found


def _ids(row: Row) -> frozenset[str]:
    return row.ids


def _index(pairs: Iterable[tuple[str, StudentResult]]) -> dict[str, list[StudentResult]]:
    known: dict[str, list[StudentResult]] = {}
    for name, result in pairs:
        if name.strip():
            known.setdefault(name.strip().lower(), []).append(result)
    return known


def names(cells: Iterable[str]) -> frozenset[str]:
    """Return what a student may be called by: as it stands, and `Last, First` the other way round."""
    found = set()
    for cell in cells:
        plain = cell.strip().lower()
        last, comma, first = plain.partition(",")
        found |= {plain, f"{first.strip()} {last.strip()}" if comma else plain}
    return frozenset(found - {""})


def ids(cells: Iterable[str]) -> frozenset[str]:
    """Return the filled ones of a row's cells that hold ids, in lower case."""
    return frozenset(cell.strip().lower() for cell in cells) - {""}
