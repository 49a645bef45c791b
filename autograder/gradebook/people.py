"""Put a roster and a deadline into nbgrader's gradebook, so that who is missing and who is late can be said."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from nbgrader.api import MissingEntry

from autograder.course.dates import plain_utc, shown
from autograder.course.model import Assignment, Course
from autograder.gradebook import roll
from autograder.gradebook.book import open_book


class Named(Protocol):
    """A student of a roster."""

    @property
    def student(self) -> str: ...
    @property
    def first_name(self) -> str: ...
    @property
    def last_name(self) -> str: ...
    @property
    def email(self) -> str: ...
    @property
    def language(self) -> str | None: ...


def put(course: Course, assignment: Assignment, people: list[Named], deadline: datetime | None) -> str:
    """Write the students, and the deadline unless another is set; return a warning, if there is one to give.

    What the gradebook knows of a student already is kept where the roster says nothing; who has dropped the course stays out.
    """
    with open_book(course, assignment) as gradebook:
        dropped = roll.read(gradebook).dropped
        for person in people:
            if person.student in dropped:
                continue
            values = {name: getattr(person, name) for name in ("first_name", "last_name", "email")}
            gradebook.update_or_create_student(person.student, **{k: v for k, v in values.items() if v})
            if person.language in course.languages:
                roll.put(gradebook, person.student, "", "language", person.language)
            elif person.language is not None:  # the roster has the column, and asks for none
                roll.remove(gradebook, person.student, "", "language")
        gradebook.db.commit()
        if deadline is None:
            return ""
        configured = course.due(assignment)
        if configured is not None and configured != deadline:
            return f"{assignment.name} is due {shown(configured, course.time_zone)} by course_config.py, and that decides who is late; --deadline only chose what was taken."
        plain = plain_utc(deadline)
        try:
            known = gradebook.find_assignment(assignment.name).duedate
        except MissingEntry:
            return f"The gradebook does not know {assignment.name} yet, so the deadline is not in it. Run `nbgrader generate_assignment {assignment.name} --force`, then import again: else nobody is marked late."
        if known is not None and known != plain:
            return (
                f"The gradebook has another deadline ({known:%Y-%m-%d %H:%M:%S} UTC), and it decides who is late there. To change it: "
                f'`nbgrader db assignment add {assignment.name} --duedate="{plain:%Y-%m-%d %H:%M:%S} UTC"`.'
            )
        if known is None:
            gradebook.update_or_create_assignment(assignment.name, duedate=plain)
        return ""


def extensions(course: Course, assignment: Assignment) -> dict[str, datetime]:
    """Return until when students with an extension may hand in, by their ids."""
    with open_book(course, assignment) as gradebook:
        found = roll.read(gradebook).extensions
    return {student: until for (student, name), until in found.items() if name == assignment.name}
