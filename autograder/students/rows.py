"""One student's rows of the gradebook: to another id, out of nbgrader's tables into text, and back."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from nbgrader.api import Assignment as GradebookAssignment
from nbgrader.api import (
    BaseCell,
    Comment,
    Grade,
    Gradebook,
    Notebook,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
)
from sqlalchemy import delete, insert, select, update

# Parents first: table, its own column that names the parent, and the parent.
_TABLES: tuple[tuple[Any, str, Any], ...] = (
    (SubmittedAssignment, "student_id", Student),
    (SubmittedNotebook, "assignment_id", SubmittedAssignment),
    (Grade, "notebook_id", SubmittedNotebook),
    (Comment, "notebook_id", SubmittedNotebook),
)
# What rows point to that is the instructor's, and may be gone when they come back.
_OTHERS = {
    SubmittedAssignment: ("assignment_id", GradebookAssignment),
    SubmittedNotebook: ("notebook_id", Notebook),
    Grade: ("cell_id", BaseCell),
    Comment: ("cell_id", BaseCell),
}


def known(gradebook: Gradebook, student: str) -> bool:
    """Say whether the gradebook has this student."""
    return bool(gradebook.db.execute(select(Student.id).where(Student.id == student)).first())


def handed_in(gradebook: Gradebook, student: str) -> bool:
    """Say whether the gradebook has a submission of this student."""
    own = SubmittedAssignment.__table__
    return bool(gradebook.db.execute(select(own.c.id).where(own.c.student_id == student)).first())


def rename(gradebook: Gradebook, old: str, new: str) -> None:
    """Let a student's rows be another's, who has none; the caller commits."""
    db, table = gradebook.db, Student.__table__
    row = db.execute(select(table).where(table.c.id == old)).mappings().one()
    db.execute(insert(table).values({**row, "id": new}))
    submissions = SubmittedAssignment.__table__
    db.execute(update(submissions).where(submissions.c.student_id == old).values(student_id=new))
    db.execute(delete(table).where(table.c.id == old))


def take_out(gradebook: Gradebook, student: str) -> str:
    """Take a student's rows out of nbgrader's tables and return them as text; the caller commits."""
    db, table = gradebook.db, Student.__table__
    ids = {Student: [student]}
    found: dict[str, list[dict[str, Any]]] = {
        table.name: [dict(row) for row in db.execute(select(table).where(table.c.id == student)).mappings()]
    }
    for kind, column, parent in _TABLES:
        own = kind.__table__
        rows = db.execute(select(own).where(own.c[column].in_(ids[parent]))).mappings().all()
        found[own.name] = [dict(row) for row in rows]
        ids[kind] = [row["id"] for row in rows]
    for kind, _, _ in reversed(_TABLES):
        db.execute(delete(kind.__table__).where(kind.__table__.c.id.in_(ids[kind])))
    db.execute(delete(table).where(table.c.id == student))
    return json.dumps(found, default=_plain)


def put_back(gradebook: Gradebook, text: str) -> int:
    """Put rows back, and return how many could not be: their assignment, notebook or cell is gone. The caller commits."""
    db, found, left = gradebook.db, json.loads(text), 0
    for row in found[Student.__table__.name]:
        if not known(gradebook, row["id"]):
            db.execute(insert(Student.__table__).values(_rows(Student, row)))
    gone: set[str] = set()
    for kind, column, _ in _TABLES:
        there = kind.__table__
        other, owner = _OTHERS[kind]
        owned = owner.__table__
        for row in found[there.name]:
            points_to = db.execute(select(owned.c.id).where(owned.c.id == row[other])).first()
            if points_to is None or row[column] in gone:
                gone.add(row["id"])
                left += 1
            else:
                db.execute(insert(there).values(_rows(kind, row)))
    return left


def _plain(value: object) -> dict[str, Any]:
    if isinstance(value, datetime):
        return {"moment": value.isoformat()}
    if isinstance(value, timedelta):
        return {"seconds": value.total_seconds()}
    raise TypeError(f"a gradebook with a {type(value).__name__} in it")


def _rows(kind: Any, row: dict[str, Any]) -> dict[str, Any]:
    return {name: _value(value) for name, value in row.items() if name in kind.__table__.c}


def _value(value: Any) -> Any:
    if isinstance(value, dict) and "moment" in value:
        return datetime.fromisoformat(value["moment"])
    if isinstance(value, dict):
        return timedelta(seconds=value["seconds"])
    return value
