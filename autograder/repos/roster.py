"""The roster: who the students are, by the CSV files of GitHub Classroom and Classroom 50, or one of your own."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from autograder.errors import AutograderError

# Our name for a column: the names that it has in rosters.
_COLUMNS = {
    "student": ("student", "student_id", "identifier", "roster_identifier"),
    "username": ("github_username", "username", "login", "github"),
    "github_id": ("github_id",),
    "lms_id": ("lms_id", "canvas_id", "canvas_user_id", "moodle_id", "moodle_participant"),
    "name": ("name", "full_name"),
    "first_name": ("first_name",),
    "last_name": ("last_name", "surname"),
    "email": ("email", "email address"),
    "section": ("section",),
    "group": ("group_name", "group", "team"),
    "role": ("role",),
    "repository": ("repository", "student_repository_name"),
    "language": ("language", "lang"),
}
# Lists of learning systems that serve as rosters: the columns that they are known by, and what those are here.
_CANVAS = {"id", "sis login id", "section"}
_CANVAS_COLUMNS = {
    "student": ("sis login id", "sis user id"), "name": ("student",), "last_name": ("lastname",), "first_name": ("firstname",),
    "section": ("section",), "lms_id": ("id",), "language": ("language", "lang"),
}  # fmt: skip
_CANVAS_TEST = ("student, test", "test student")
_MOODLE = {"identifier", "full name", "email address"}
_MOODLE_COLUMNS = {
    "student": ("id number", "username", "email address"), "name": ("full name",), "email": ("email address",), "lms_id": ("identifier",),
    "language": ("language", "lang"),
}  # fmt: skip
_STUDENT_ROLES = ("", "student", "learner")
# A student's id names folders, and nbgrader looks for them by patterns.
ID = re.compile(r"[\w][\w.@+ -]{0,99}")


class RosterError(AutograderError):
    """The roster cannot be read."""


@dataclass(frozen=True)
class Person:
    """One student of the roster. `student` is the id in nbgrader, `lms_id` the number that the learning system writes into file names.

    `language` is "" where the roster asks for none, and None where it has no such column: then what was asked for before stays.
    """

    student: str
    username: str = ""
    github_id: str = ""
    name: str = ""
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    section: str = ""
    group: str = ""
    repository: str = ""
    lms_id: str = ""
    language: str | None = None

    def to_json(self) -> dict[str, str | None]:
        return asdict(self)

    @staticmethod
    def from_json(values: dict[str, Any]) -> Person:
        there = {name: values.get(name) for name in Person.__dataclass_fields__}
        return Person(**{name: str(value) for name, value in there.items() if value is not None})


def read_roster(
    path: Path, say: Callable[[str], None] = lambda text: None, languages: Sequence[str] = ()
) -> list[Person]:
    """Read a roster.

    The id in nbgrader is the column `student` or `identifier` if there is one, else the user name; of an identifier such as
    `O'Neil, Sue` one is made that can name a folder. Rows of teachers and assistants (Classroom 50's column `role`) are left out,
    and students who have neither id nor user name yet.

    Args:
        say: Is told what was left out or changed.
        languages: The course's: a cell `ES` or `es-MX` of the column `language` is its `es`.

    Raises:
        RosterError: It is no roster, or a row cannot be used; the message names the line.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise RosterError(
            f"{path} cannot be read ({error.strerror}). Name the roster with --roster."
        ) from error
    except UnicodeDecodeError as error:
        raise RosterError(
            f"{path} is not UTF-8 text. Export the roster again, or save it as UTF-8."
        ) from error
    delimiter = max(",;\t", key=text.partition("\n")[0].count)
    reader = csv.DictReader(io.StringIO(text), delimiter=delimiter, strict=True)
    try:
        cells = [(reader.line_num, row) for row in reader]
        columns, listed = _columns(reader.fieldnames or [], [row for _, row in cells], path)
        rows = [(line, _row(row, columns)) for line, row in cells]
    except csv.Error as error:
        raise RosterError(f"{path}, line {reader.line_num}: {error}. Export the roster again.") from error
    people, unlinked, renamed, unspoken = [], [], [], []
    for line, row in rows:
        if listed and not _student(row):
            continue
        if not any(row.values()) or row["role"].lower() not in _STUDENT_ROLES:
            continue
        if not (row["student"] or row["username"]):
            unlinked.append(row["name"] or row["last_name"] or row["email"] or f"line {line}")
            continue
        person = _person(row, line, path)
        if person.student != (row["student"] or row["username"]):
            renamed.append(f"{row['student'] or row['username']!r} is {person.student!r}")
        if "language" in columns:
            person = replace(person, language=_language(row["language"], languages))
            if row["language"] and not person.language:
                unspoken.append(f"{row['language'][:20]!r} ({person.student})")
        people.append(person)
    if unspoken:
        say(
            f"None of the course's languages ({', '.join(languages)}), so not used: {', '.join(unspoken[:20])}{_more(unspoken)}."
        )
    if unlinked:
        say(
            f"In the roster without a user name or id yet, so left out: {', '.join(unlinked[:20])}{_more(unlinked)}."
        )
    if renamed:
        say(
            f"A student's id names a folder, so here {', '.join(renamed[:20])}{_more(renamed)}. A column `student` gives others."
        )
    for field, word in (
        ("student", "id"),
        ("username", "GitHub user name"),
        ("github_id", "github_id"),
        ("lms_id", "number in the learning system"),
    ):
        seen: set[str] = set()
        for value in (getattr(person, field).lower() for person in people):
            if value and value in seen:
                raise RosterError(f"{path} has two students with the {word} {value!r}. Mend the roster.")
            seen.add(value)
    if not people:
        raise RosterError(f"{path} holds no student.")
    return people


def _language(written: str, languages: Sequence[str]) -> str:
    """Return the course's language that a cell names, whatever case and region it is written with; "" where it is none."""
    tag = written.casefold().replace("_", "-")
    known = {each.casefold().replace("_", "-"): each for each in languages}
    return known.get(tag) or known.get(tag.partition("-")[0], "")


def _more(names: list[str]) -> str:
    return f" and {len(names) - 20} more" if len(names) > 20 else ""


def _columns(
    names: list[str] | Any, rows: list[dict[str | Any, Any]], path: Path
) -> tuple[dict[str, str], bool]:
    """Return which column is what, and whether it is a learning system's own list."""
    lower = {str(name).strip().lower(): str(name) for name in names if name is not None}
    listed, wanted = False, _COLUMNS
    if lower.keys() >= _CANVAS and lower.keys() & {"student", "lastname"}:
        listed, wanted = True, _CANVAS_COLUMNS
    elif lower.keys() >= _MOODLE:
        cells = [str(row.get(lower["identifier"]) or "") for row in rows]
        if cells and all(re.fullmatch(r"Participant \d+", cell.strip()) for cell in cells):
            listed, wanted = True, _MOODLE_COLUMNS
    found = {}
    for ours, known in wanted.items():
        there = [n for n in known if n in lower]
        filled = (n for n in there if not listed or any(row.get(lower[n]) for row in rows))
        match = next(filled, there[0] if there and ours == "language" else None)  # an emptied one counts
        if match is not None:
            found[ours] = lower[match]
    if not {"student", "username"} & set(found):
        raise RosterError(
            f"{path} is no roster: its first line is {', '.join(map(str, names))[:200]!r}. It needs a column identifier, student or github_username (GitHub Classroom: classroom_roster.csv; Classroom 50: roster.csv; Canvas: the gradebook's export)."
        )
    return found, listed


def _student(row: dict[str, str]) -> bool:
    """Say whether a row of a learning system's list is a student's; put the name as people say it."""
    row["lms_id"] = row["lms_id"].removeprefix("Participant ")
    if not row["lms_id"].isdigit() or row["name"].lower() in _CANVAS_TEST:
        return False
    last, comma, first = row["name"].partition(",")
    if comma:
        row["first_name"], row["last_name"] = first.strip(), last.strip()
        row["name"] = f"{first.strip()} {last.strip()}".strip()
    return True


def _row(row: dict[str | Any, Any], columns: dict[str, str]) -> dict[str, str]:
    values = {ours: str(row.get(columns.get(ours, "")) or "").strip() for ours in _COLUMNS}
    values["username"] = values["username"].removeprefix("@")
    for number in ("github_id", "lms_id"):
        values[number] = values[number].removesuffix(".0")  # as spreadsheets write numbers
    return values


def _person(row: dict[str, str], line: int, path: Path) -> Person:
    given = row["student"] or row["username"]
    student = " ".join(re.sub(r"[,;:()\[\]\"]", " ", re.sub(r"['`’´]", "", given)).split())
    if not ID.fullmatch(student) or ".." in student:
        raise RosterError(
            f"{path}, line {line}: {given[:60]!r} cannot be a student's id. It names a folder: use letters, digits and . _ - @ +, or add a column `student` with other ids."
        )
    values = {name: row[name] for name in Person.__dataclass_fields__ if name not in ("student", "language")}
    if not values["last_name"] and values["name"]:
        first, _, last = values["name"].rpartition(" ")
        values["first_name"], values["last_name"] = first, last
    if not values["name"]:
        values["name"] = f"{values['first_name']} {values['last_name']}".strip()
    if not values["name"] and student != given:
        values["name"] = given
    if not values["email"] and "@" in student:
        values["email"] = student
    return Person(student, **values)
