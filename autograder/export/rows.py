"""Say whose the rows of somebody else's file are: by ids first, by names only where there is no id, never one student twice."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Set
from dataclasses import dataclass

from autograder.export.grades import Grades
from autograder.gradebook.results import StudentResult
from autograder.repos.names import Called, key
from autograder.repos.roster import Person


@dataclass(frozen=True)
class Row:
    """What a row says of its student.

    Attributes:
        ids: Ids, addresses and user names that the system gives, in lower case; empty only if the row has none at all.
        names: What the student may be called by. Students choose these themselves.
        lms_id: The number by which the learning system itself knows the student.
    """

    ids: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    lms_id: str = ""


def whose(grades: Grades, rows: list[Row]) -> list[StudentResult | None]:
    """Return each row's student, or None. A student that two rows would get is neither's; a warning says so."""
    people = [grades.person(result) for result in grades.results]
    told = assign(people, rows, grades.warnings.append)
    return [None if place is None else grades.results[place] for place in told]


def assign(people: list[Person], rows: list[Row], say: Callable[[str], None]) -> list[int | None]:
    """Return for each row the place of its student among the people, or None.

    The learning system's numbers count first, for all rows, unless an id or address says another; then the roster's ids and addresses;
    then its user names, which students chose on another site; then names, for rows that have no id or address: whoever shows
    another's name must not get that student's grade.
    """
    found: list[int | None] = [None] * len(rows)
    given: set[int] = set()
    doubted: set[int] = set()
    by_number = _index((p.lms_id, i) for i, p in enumerate(people))
    by_id = _index((name, i) for i, p in enumerate(people) for name in {key(p.student), key(p.email)})
    by_account = _index((p.username, i) for i, p in enumerate(people))
    called = Called((i, p.name) for i, p in enumerate(people))

    for place, row in enumerate(rows):
        numbered, others = by_number.get(row.lms_id, set()), _all(by_id, row.ids)
        if numbered and others and numbered != others:
            students = ", ".join(sorted(people[i].student for i in numbered | others))
            say(f"A row has the number of one student and the id of another ({students}). Do it by hand.")
            doubted.add(place)

    def named(row: Row) -> Set[int]:
        fitting = {name: set(called.find(name)) for name in row.names} if not row.ids else {}
        mine = {i for owners in fitting.values() for i in owners}
        if len(mine) > 1:
            students = ", ".join(sorted(people[i].student for i in mine))
            shown = ", ".join(sorted(name for name, owners in fitting.items() if owners))
            say(f"The row {shown[:80]!r} may be that of {students}. Do it by hand.")
        return {i for i in mine if not (row.lms_id and people[i].lms_id)}

    wanted: tuple[Callable[[Row], Set[int]], ...] = (
        lambda row: by_number.get(row.lms_id, set()),
        lambda row: _all(by_id, row.ids),
        lambda row: _all(by_account, row.ids),
        named,
    )
    for want in wanted:
        owners: dict[int, list[int]] = {}
        for place, row in enumerate(rows):
            mine: Set[int] = want(row) if found[place] is None and place not in doubted else set()
            if len(mine) == 1:
                owners.setdefault(next(iter(mine)), []).append(place)
        for person, places in owners.items():
            if person in given:
                continue
            given.add(person)
            if len(places) == 1:
                found[places[0]] = person
            else:
                say(
                    f"{len(places)} rows of the file would be {people[person].student}'s: none of them counts. Do it by hand."
                )
    return found


def _all(known: dict[str, set[int]], names: Iterable[str]) -> set[int]:
    return {i for name in names for i in known.get(name, ())}


def _index(pairs: Iterable[tuple[str, int]]) -> dict[str, set[int]]:
    known: dict[str, set[int]] = {}
    for name, place in pairs:
        if name.strip():
            known.setdefault(key(name.strip()), set()).add(place)
    return known


def names(cells: Iterable[str]) -> frozenset[str]:
    """Return the filled ones of a row's cells that may hold a name, whichever name comes first in them."""
    return frozenset(cell.strip() for cell in cells) - {""}


def ids(cells: Iterable[str]) -> frozenset[str]:
    """Return the filled ones of a row's cells that hold ids, in lower case."""
    return frozenset(key(cell.strip()) for cell in cells) - {""}
