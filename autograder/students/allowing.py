"""Extensions and excuses: entries in the gradebook, with the penalties that follow from them put right at once."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from nbgrader.api import Gradebook, MissingEntry

from autograder.course.dates import moment, plain_utc, shown
from autograder.course.model import Assignment, Course
from autograder.errors import CourseError
from autograder.gradebook import roll
from autograder.gradebook.book import open_book
from autograder.gradebook.due import in_gradebook
from autograder.gradebook.settling import settle_class
from autograder.gradebook.unfinished import require_finished
from autograder.grading.render import points
from autograder.pages.html import plain
from autograder.students.moving import require_known


@dataclass(frozen=True)
class Extension:
    """Until when a student may hand in; None takes the extension away."""

    student: str
    assignment: Assignment
    until: datetime | None


def extend(course: Course, given: Sequence[Extension]) -> list[str]:
    """Grant extensions (or take them back), and return a line about each. All are looked at before one is written.

    Raises:
        CourseError: A student is not known, or a moment does not lie after the due date.
    """
    require_finished(course)
    with open_book(course) as gradebook:
        dues = {each.assignment.name: _due(course, gradebook, each.assignment) for each in given}
        for each in given:
            require_known(course, gradebook, each.student)
            due = dues[each.assignment.name]
            if each.until is not None and due is not None and plain_utc(each.until) <= due:
                raise CourseError(
                    f"{each.student}: {shown(each.until, course.time_zone)} is no extension, since {each.assignment.name} is due {shown(due, course.time_zone)} for everybody. Nothing was changed."
                )
        said = []
        for each in given:
            name, there = each.assignment.name, True
            if each.until is not None:
                roll.put(gradebook, each.student, name, "extension", each.until.isoformat())
            else:
                there = _take_back(gradebook, each.student, name)
            said.append(_line(course, each, dues[name], there))
        gradebook.db.commit()
    for name in dues:
        of = [each.student for each in given if each.assignment.name == name]
        said += settled(course, course.assignment(name), of)
    return said


def excuse(course: Course, assignment: Assignment, students: Sequence[str], undo: bool = False) -> list[str]:
    """Excuse students from an assignment (or let it count again), and return a line about each.

    Raises:
        CourseError: A student is not known.
    """
    require_finished(course)
    with open_book(course) as gradebook:
        for student in students:
            require_known(course, gradebook, student)
        said = []
        for student in students:
            if not undo:
                roll.put(gradebook, student, assignment.name, "excused")
                said.append(
                    f"{student} is excused from {assignment.name}: it is no zero, and counts nowhere."
                )
            elif roll.remove(gradebook, student, assignment.name, "excused"):
                said.append(f"{assignment.name} counts for {student} again.")
            else:
                said.append(f"{student} was not excused from {assignment.name}.")
        gradebook.db.commit()
    return said


def settled(course: Course, assignment: Assignment, students: Sequence[str]) -> list[str]:
    """Put penalties right that stand in the gradebook, and say which changed.

    Raises:
        CourseError: An instructor's plugin failed.
    """
    with open_book(course) as gradebook:
        if not in_gradebook(gradebook, assignment):
            return []
    found = settle_class(course, assignment, students)
    if found.faults:
        raise CourseError("; ".join(f"{student}: {why}" for student, why in found.faults.items()))
    return [
        f"{student}: the penalty for late work is now {points(late.penalty)} points, not {points(late.before)}."
        for student, late in found.late.items()
        if late.penalty != late.before
    ]


def read_extensions(course: Course, path: Path, default: Assignment | None) -> list[Extension]:
    """Read extensions from a CSV file with the columns student, until and (in a course of several assignments) assignment.

    Rows with nothing in `until` are passed over, so a roster with this column will do.

    Raises:
        CourseError: It cannot be read, or a row is wrong; the message names the line.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise CourseError(f"{path} cannot be read as UTF-8 text ({error}).") from error
    found = list(_extensions(course, path, text, default))
    if not found:
        raise CourseError(f"{path} holds no extension: its column `until` is empty.")
    return found


def _extensions(course: Course, path: Path, text: str, default: Assignment | None) -> Iterator[Extension]:
    delimiter = max(",;\t", key=text.partition("\n")[0].count)
    reader = csv.DictReader(io.StringIO(text), delimiter=delimiter, strict=True)
    try:
        columns = {str(name).strip().lower(): name for name in reader.fieldnames or []}
        student = next(
            (columns[name] for name in ("student", "student_id", "identifier") if name in columns), None
        )
        if student is None or "until" not in columns:
            raise CourseError(
                f"{path} needs the columns student and until (and assignment, where there are several)."
            )
        for row in reader:
            where = f"{path}, line {reader.line_num}"
            until, who = ((row[columns["until"]] or "").strip(), (row[student] or "").strip())
            name = (row[columns["assignment"]] or "").strip() if "assignment" in columns else ""
            if not until:
                continue
            if not name and default is None:
                raise CourseError(
                    f"{where}: for which assignment? Fill the column `assignment`, or name it with --assignment."
                )
            assignment = course.assignment(name) if name or default is None else default
            yield Extension(who, assignment, moment(until, course.time_zone, f"{where}: until"))
    except csv.Error as error:
        raise CourseError(f"{path}, line {reader.line_num}: {error}.") from error


def _due(course: Course, gradebook: Gradebook, assignment: Assignment) -> datetime | None:
    configured = course.due(assignment)
    if configured is not None:
        return plain_utc(configured)
    try:
        due: datetime | None = gradebook.find_assignment(assignment.name).duedate
    except MissingEntry:
        return None
    return due


def _take_back(gradebook: Gradebook, student: str, assignment: str) -> bool:
    there = roll.remove(gradebook, student, assignment, "extension")
    try:
        submission = gradebook.find_submission(assignment, student)
    except MissingEntry:
        return there
    there = there or submission.extension is not None
    submission.extension = None
    return there


def _line(course: Course, each: Extension, due: datetime | None, there: bool) -> str:
    who, name = plain(each.student), each.assignment.name
    if each.until is None:
        return (
            f"{who} has no extension of {name} any more." if there else f"{who} had no extension of {name}."
        )
    said = f"{who} may hand in {name} until {shown(each.until, course.time_zone)}."
    return (
        said
        if due is not None
        else f"{said} It is due at no time yet, so nobody is late: set `due` in course_config.py."
    )
