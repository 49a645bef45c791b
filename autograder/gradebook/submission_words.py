"""What is said of a whole submission: when it was due and handed in, and what is taken off, once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from nbgrader.api import SubmittedAssignment

from autograder.course.late import Late
from autograder.course.model import Assignment, Course
from autograder.gradebook.due import own_due
from autograder.grading.render import points_of
from autograder.pages.language import ENGLISH, Language


@dataclass(frozen=True)
class Facts:
    """What is to be said of one submission. Moments are in UTC; `score` is None where something still waits for a grade.

    Attributes:
        due: The student's own due date.
        extended: Whether that is later than the others'.
        penalty: What late work loses, before any care that a grade does not fall below 0.
    """

    due: datetime | None = None
    extended: bool = False
    handed_in: datetime | None = None
    seconds_late: float = 0.0
    penalty: float = 0.0
    score: float | None = None
    max_score: float = 0.0
    excused: bool = False


def sentences(course: Course, assignment: Assignment, facts: Facts, words: Language = ENGLISH) -> list[str]:
    """Return the facts in sentences, as a page of a student's feedback says them."""
    said, zone, policy = [], course.time_zone, course.late_policy(assignment)
    if facts.excused:
        said.append(
            words("You are excused from this assignment: it does not count, whatever the points below.")
        )
    if facts.due is not None:
        due = words.moment(facts.due, zone)
        if facts.extended:
            said.append(words("Due for you, with your extension: {moment}.", moment=due))
        else:
            said.append(words("Due: {moment}.", moment=due))
    if facts.handed_in is not None:
        moment = words.moment(facts.handed_in.replace(microsecond=0), zone)
        if facts.seconds_late > 0:
            late = words.span(facts.seconds_late)
            said.append(words("Handed in: {moment}, {span} late.", moment=moment, span=late))
        else:
            said.append(words("Handed in: {moment}.", moment=moment))
    if facts.penalty > 0:
        said.append(_taken_off(facts, words))
        said += [policy_words(policy, words)] if policy is not None else []
    elif facts.seconds_late > 0:
        said.append(words("Nothing is taken off for that."))
    return said


def _taken_off(facts: Facts, words: Language) -> str:
    taken = words(
        "For that, {points} points are taken off the assignment as a whole, once, and not off each notebook.",
        points=words.number(facts.penalty),
    )
    if facts.score is None:
        return taken
    total = words(
        "With that the assignment has {points}; no grade falls below 0.",
        points=points_of(facts.score, facts.max_score, words),
    )
    return f"{taken} {total}"


def policy_words(late: Late, words: Language = ENGLISH) -> str:
    """Return what late work loses, in a sentence."""

    def amount(value: float | str) -> str:
        if isinstance(value, str):
            return words("{share} of the assignment's points", share=value)
        return words("{number} points", number=words.number(value))

    said = words("Late work loses {amount} for each day that has begun", amount=amount(late.per_day))
    if late.most is not None:
        said += words(", at most {amount}", amount=amount(late.most))
    if late.grace:
        said += words("; the first {span} cost nothing", span=words.written(late.grace))
    if late.closes:
        said += words("; what comes more than {span} late earns nothing", span=words.written(late.closes))
    return f"{said}."


def facts_of(submission: SubmittedAssignment, excused: bool) -> Facts:
    """Return what the gradebook says of a submission."""
    extension: timedelta | None = submission.extension
    due = own_due(submission.assignment.duedate, extension)
    stamp: datetime | None = submission.timestamp
    handed_in = stamp.replace(tzinfo=UTC) if stamp is not None else None
    late = max(0.0, (handed_in - due).total_seconds()) if handed_in is not None and due is not None else 0.0
    penalty = float(submission.late_submission_penalty or 0.0)
    waits = any(
        grade.auto_score is None and grade.manual_score is None and grade.max_score
        for notebook in submission.notebooks
        for grade in notebook.grades
    )
    return Facts(
        due, bool(extension), handed_in, late, penalty,
        None if waits else round(max(0.0, float(submission.score) - penalty), 2), float(submission.max_score),
        excused,
    )  # fmt: skip
