"""The record of an import: what was taken from where, which commit, whose word the time is, and what to look at."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from autograder.course.model import Course
from autograder.errors import AutograderError
from autograder.repos.clones import private
from autograder.repos.roster import Person

SCHEMA = "import/v1"


@dataclass
class Entry:
    """One repository, folder or archive.

    Times are ISO 8601 in UTC. The graded commit is kept under `ref` in `store`, a repository of ours in the course's folder.
    `problem` says why nothing was taken.
    """

    repository: str
    kind: str
    path: str
    address: str = ""
    students: list[str] = field(default_factory=list)
    group: str = ""
    branch: str = ""
    store: str = ""
    ref: str = ""
    sha: str = ""
    time: str = ""
    source: str = ""
    verified: bool = False
    late: bool = False
    notebooks: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    problem: str = ""


@dataclass
class Record:
    """What was imported of an assignment: the entries, the roster, and warnings that concern no single entry."""

    assignment: str
    imported_at: str
    deadline: str = ""
    entries: list[Entry] = field(default_factory=list)
    roster: list[Person] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def person(self, student: str) -> Person:
        return next((each for each in self.roster if each.student == student), Person(student))

    def entry(self, student: str) -> Entry | None:
        """Return the entry from which a student's submission was taken."""
        mine = [each for each in self.entries if student in each.students]
        return next((each for each in mine if not each.problem), mine[0] if mine else None)

    def without(self) -> list[Person]:
        """Return the students of the roster for whom nothing was found."""
        found = {student for each in self.entries for student in each.students}
        return [person for person in self.roster if person.student not in found]


def merged(old: Record | None, new: Record) -> Record:
    """Return a record of both: a class may be imported in parts, such as section by section.

    The new one counts for every repository and student that it speaks of. Of a repository in which it knows nobody, while the old
    one does, and whose students are not in the new roster, the old word stays.
    """
    if old is None:
        return new
    roster = {person.student for person in new.roster}
    taken = {student for entry in new.entries for student in entry.students}
    known = {entry.repository.lower(): entry for entry in old.entries}
    entries = []
    for entry in new.entries:
        before = known.pop(entry.repository.lower(), None)
        stays = (
            before is not None
            and before.students
            and not entry.students
            and not roster & set(before.students)
        )
        entries.append(before if before is not None and stays else entry)
    for entry in known.values():
        students = [student for student in entry.students if student not in taken]
        if students or (not entry.students and os.path.lexists(entry.path)):
            entries.append(replace(entry, students=students))
    same = {
        (name, getattr(person, name).lower()) for person in new.roster for name in ("student", "username", "github_id", "email", "lms_id")
    }  # fmt: skip
    others = [
        person for person in old.roster
        if not any((name, value.lower()) in same for name, value in person.to_json().items() if value)
    ]  # fmt: skip
    return replace(new, entries=entries, roster=[*new.roster, *others])


def _place(course: Course, assignment: str) -> Path:
    return private(course, assignment) / "record.json"


def write(course: Course, record: Record) -> Path:
    """Write the record and return where it is. Writing is atomic."""
    path = _place(course, record.assignment)
    path.parent.mkdir(parents=True, exist_ok=True)
    values = {"schema": SCHEMA, **asdict(record)}
    partial = path.with_suffix(".partial")
    # ASCII only: paths may hold bytes that are no UTF-8, and come back from escapes as they were.
    partial.write_text(json.dumps(values, indent=1) + "\n", encoding="utf-8")
    os.replace(partial, path)
    return path


def read(course: Course, assignment: str) -> Record | None:
    """Return the record of the last import, or None if there was none.

    Raises:
        AutograderError: The file is damaged.
    """
    path = _place(course, assignment)
    if not path.is_file():
        return None
    try:
        values: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if values.pop("schema") != SCHEMA:
            raise ValueError("another schema")
        entries = [Entry(**each) for each in values.pop("entries")]
        roster = [Person.from_json(each) for each in values.pop("roster")]
        return Record(entries=entries, roster=roster, **values)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise AutograderError(
            f"{path} is damaged ({error}). Import again: `autograder repos import`."
        ) from error


def required(course: Course, assignment: str) -> Record:
    """Return the record of the last import.

    Raises:
        AutograderError: There was none.
    """
    record = read(course, assignment)
    if record is None:
        raise AutograderError(
            f"No repositories of {assignment} have been imported. Begin with `autograder repos import {assignment} --from DIR --roster FILE`."
        )
    return record
