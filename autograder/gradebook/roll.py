"""Who has an extension, is excused or has dropped: a table of ours in the gradebook, so that it goes wherever the gradebook is copied.

nbgrader keeps an extension only with a submission, so none can be given before somebody hands in, and it knows neither of the others.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

from nbgrader.api import Gradebook
from sqlalchemy import (
    Column,
    ColumnElement,
    MetaData,
    String,
    Table,
    Text,
    and_,
    delete,
    insert,
    inspect,
    select,
    update,
)

Kind = Literal["extension", "excused", "dropped", "language"]
_TABLE = Table(
    "autograder_roll", MetaData(),
    Column("student", String(128), primary_key=True),
    Column("assignment", String(128), primary_key=True),  # "" where all are meant
    Column("kind", String(16), primary_key=True),
    Column("value", Text, nullable=False),
    Column("since", String(32), nullable=False),
)  # fmt: skip


@dataclass
class Roll:
    """What the table says: extensions by student and assignment, in UTC; since when somebody has dropped; which languages were asked for."""

    extensions: dict[tuple[str, str], datetime] = field(default_factory=dict)
    excused: set[tuple[str, str]] = field(default_factory=set)
    dropped: dict[str, str] = field(default_factory=dict)
    languages: dict[str, str] = field(default_factory=dict)


def read(gradebook: Gradebook) -> Roll:
    """Return what the gradebook says."""
    roll = Roll()
    if not _there(gradebook):
        return roll
    columns = (_TABLE.c.student, _TABLE.c.assignment, _TABLE.c.kind, _TABLE.c.since)
    for student, assignment, kind, since in gradebook.db.execute(select(*columns)):
        if kind == "excused":
            roll.excused.add((student, assignment))
        elif kind == "dropped":
            roll.dropped[student] = since
    values = select(_TABLE.c.student, _TABLE.c.assignment, _TABLE.c.value)
    for student, assignment, value in gradebook.db.execute(values.where(_TABLE.c.kind == "extension")):
        roll.extensions[student, assignment] = datetime.fromisoformat(value)
    for student, _, value in gradebook.db.execute(values.where(_TABLE.c.kind == "language")):
        roll.languages[student] = value
    return roll


def value(gradebook: Gradebook, student: str, assignment: str, kind: Kind) -> str | None:
    """Return what stands with an entry, or None if there is none."""
    if not _there(gradebook):
        return None
    found = gradebook.db.execute(select(_TABLE.c.value).where(_key(student, assignment, kind))).scalar()
    return None if found is None else str(found)


def put(gradebook: Gradebook, student: str, assignment: str, kind: Kind, value: str = "") -> None:
    """Make an entry, in place of one that is there; the caller commits."""
    _TABLE.create(gradebook.db.connection(), checkfirst=True)
    remove(gradebook, student, assignment, kind)
    since = datetime.now(UTC).isoformat(timespec="seconds")
    row = {"student": student, "assignment": assignment, "kind": kind, "value": value, "since": since}
    gradebook.db.execute(insert(_TABLE).values(row))


def remove(gradebook: Gradebook, student: str, assignment: str, kind: Kind) -> bool:
    """Take an entry away, and say whether there was one; the caller commits."""
    if not _there(gradebook):
        return False
    return bool(gradebook.db.execute(delete(_TABLE).where(_key(student, assignment, kind))).rowcount)


def rename(gradebook: Gradebook, old: str, new: str) -> None:
    """Let a student's entries be another's; the caller commits."""
    if _there(gradebook):
        gradebook.db.execute(update(_TABLE).where(_TABLE.c.student == old).values(student=new))


def _key(student: str, assignment: str, kind: str) -> ColumnElement[bool]:
    return and_(_TABLE.c.student == student, _TABLE.c.assignment == assignment, _TABLE.c.kind == kind)


def _there(gradebook: Gradebook) -> bool:
    return bool(inspect(gradebook.db.connection()).has_table(_TABLE.name))
