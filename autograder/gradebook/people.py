"""Put a roster and a deadline into nbgrader's gradebook, so that who is missing and who is late can be said."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Protocol

from nbgrader.api import MissingEntry

from autograder.course import Assignment, Course
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


def put(course: Course, assignment: Assignment, people: list[Named], deadline: datetime | None) -> str:
    """Write the students, and the deadline unless another is set; return a warning, if there is one to give.

    What the gradebook knows of a student already is kept where the roster says nothing.
    """
    with open_book(course, assignment) as gradebook:
        for person in people:
            values = {name: getattr(person, name) for name in ("first_name", "last_name", "email")}
            gradebook.update_or_create_student(person.student, **{k: v for k, v in values.items() if v})
        if deadline is None:
            return ""
        plain = deadline.astimezone(UTC).replace(tzinfo=None)
        try:
            known = gradebook.find_assignment(assignment.name).duedate
        except MissingEntry:
            return (
                f"The gradebook does not know {assignment.name} yet, so the deadline is not in it. Run `nbgrader generate_assignment "
                f"{assignment.name} --force`, then import again: else nobody is marked late."
            )
        if known is not None and known != plain:
            return (
                f"The gradebook has another deadline ({known:%Y-%m-%d %H:%M:%S} UTC), and it decides who is late there. To change it: "
                f'`nbgrader db assignment add {assignment.name} --duedate="{plain:%Y-%m-%d %H:%M:%S} UTC"`.'
            )
        if known is None:
            gradebook.update_or_create_assignment(assignment.name, duedate=plain)
        return ""
