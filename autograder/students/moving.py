"""Rename a student, or set one aside and take them back: folders, what an import noted, and the gradebook, together."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

from nbgrader.api import Gradebook

from autograder.course.model import Course
from autograder.errors import CourseError
from autograder.gradebook import history, roll
from autograder.gradebook.book import open_book
from autograder.gradebook.unfinished import FOLDERS, begin, change, move
from autograder.pages.html import plain
from autograder.repos import record
from autograder.repos.roster import ID
from autograder.students import rows

_GRADEBOOK = "gradebook.json"


def rename(course: Course, old: str, new: str) -> None:
    """Give a student another id: submissions, grades, comments, extensions and what an import noted go along.

    Raises:
        CourseError: There is no such student, or the new id is taken or cannot name a folder.
    """
    if not ID.fullmatch(new) or ".." in new:
        raise CourseError(
            f"{new!r} cannot be a student's id. It names a folder: use letters, digits and . _ - @ +."
        )
    if old == new:
        raise CourseError(f"{old} has that id already.")
    with change(course, "rename", old, new) as again, open_book(course) as gradebook:
        if not again:
            require_known(course, gradebook, old)
            taken = [str(p.relative_to(course.root)) for p in _folders(course, new) if os.path.lexists(p)]
            taken += ["the gradebook"] if rows.known(gradebook, new) else []
            if taken or new in roll.read(gradebook).dropped:
                raise CourseError(
                    f"There is a student {new} already ({', '.join(taken) or 'who has dropped'}): nothing was changed."
                )
            begin(course, "rename", old, new)
        if rows.known(gradebook, old):  # else it was done before a kill
            if rows.known(gradebook, new):
                raise CourseError(f"The gradebook has both {old} and {new} now: look at it with nbgrader.")
            rows.rename(gradebook, old, new)
        roll.rename(gradebook, old, new)
        gradebook.db.commit()
        for source, target in zip(_folders(course, old), _folders(course, new), strict=True):
            move(source, target)
        for assignment in course.assignments:
            _rename_in_record(course, assignment.name, old, new)
            history.rename(course, assignment, old, new)


def drop(course: Course, student: str) -> None:
    """Set a student aside: no grading, no export. Grades go into our own table in the gradebook, files to `.autograder/dropped/`.

    Raises:
        CourseError: There is no such student.
    """
    aside = _aside(course, student)
    with change(course, "drop", student) as again, open_book(course) as gradebook:
        dropped = student in roll.read(gradebook).dropped
        if not again:
            require_known(course, gradebook, student)
            begin(course, "drop", student)
        if not dropped:
            roll.put(gradebook, student, "", "dropped", rows.take_out(gradebook, student))
            gradebook.db.commit()
        for name in FOLDERS:
            move(course.root / name / student, aside / name)
        text = roll.value(gradebook, student, "", "dropped") or ""
        aside.mkdir(parents=True, exist_ok=True)
        (aside / _GRADEBOOK).write_text(text, encoding="utf-8")  # a second copy, for people


def restore(course: Course, student: str) -> list[str]:
    """Take a student back, and return what to say: what could not be put back, or what was handed in meanwhile and counts.

    Raises:
        CourseError: The student has not dropped.
    """
    aside, said = _aside(course, student), []
    with change(course, "restore", student) as again, open_book(course) as gradebook:
        text = roll.value(gradebook, student, "", "dropped")
        if text is None and not again:
            raise CourseError(f"{student} has not dropped. {_near(course, gradebook, student, dropped=True)}")
        if text is not None and rows.handed_in(gradebook, student):
            raise CourseError(
                f"The gradebook has new submissions of {student} since they dropped, by another tool. Take these away first (`nbgrader db student remove {student} --force`), then restore: submissions and grades from before come back."
            )
        begin(course, "restore", student)
        left = 0
        if text is not None:
            left = rows.put_back(gradebook, text)
            roll.remove(gradebook, student, "", "dropped")
            gradebook.db.commit()
        for name in FOLDERS:
            source, target = aside / name, course.root / name / student
            if os.path.lexists(source) and os.path.lexists(target):
                said.append(f"{target} came meanwhile and stays; what was set aside is still in {source}.")
            move(source, target)
        if left:
            said.append(
                f"{left} rows of the gradebook belong to cells that are there no more; they stand in {aside / _GRADEBOOK}."
            )
        else:
            (aside / _GRADEBOOK).unlink(missing_ok=True)
        for folder in (aside / ".autograder", aside):
            if folder.is_dir() and not any(folder.iterdir()):
                folder.rmdir()
    return said


def require_known(course: Course, gradebook: Gradebook, student: str) -> None:
    """Raise a CourseError unless there is such a student, in the gradebook or in `submitted/`, who has not dropped."""
    if student in roll.read(gradebook).dropped:
        raise CourseError(
            f"{student} has dropped. To take them back: `autograder students restore {student}`."
        )
    folder = "/" not in student and student not in ("", ".", "..")
    if not folder or student not in everybody(course, gradebook):
        raise CourseError(f"There is no student {student!r}. {_near(course, gradebook, student)}")


def everybody(course: Course, gradebook: Gradebook) -> set[str]:
    """Return the ids of all students of the gradebook and of `submitted/`."""
    folder = course.root / "submitted"
    handed_in = {p.name for p in folder.iterdir() if p.is_dir()} if folder.is_dir() else set()
    return {str(each.id) for each in gradebook.students} | {name for name in handed_in if name[0] != "."}


def _near(course: Course, gradebook: Gradebook, student: str, dropped: bool = False) -> str:
    import difflib

    gone = roll.read(gradebook).dropped
    known = set(gone) if dropped else everybody(course, gradebook) - set(gone)
    near = difflib.get_close_matches(student, sorted(known), 3, 0.5)
    return f"Is {plain(' or '.join(near))} meant?" if near else "`autograder students list` shows everybody."


def _folders(course: Course, student: str) -> list[Path]:
    """Return what is one student's, whether it is there or not."""
    imports = course.private / "repos"
    return [
        *(course.root / name / student for name in FOLDERS),
        *(imports / each.name / "imported" / f"{student}.json" for each in course.assignments),
    ]


def _aside(course: Course, student: str) -> Path:
    return course.private / "dropped" / student


def _rename_in_record(course: Course, assignment: str, old: str, new: str) -> None:
    made = record.read(course, assignment)
    if made is None:
        return
    for entry in made.entries:
        entry.students = [new if each == old else each for each in entry.students]
    made.roster = [replace(p, student=new) if p.student == old else p for p in made.roster]
    record.write(course, made)
