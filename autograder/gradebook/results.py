"""What a class earned: scores from nbgrader's gradebook, reasons from the scorecards behind them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from nbgrader.api import MissingEntry, Student, SubmittedAssignment

from autograder.course.model import Assignment, Course
from autograder.errors import CourseError
from autograder.gradebook import roll
from autograder.gradebook.agreement import require_agreement
from autograder.gradebook.book import open_book
from autograder.gradebook.due import own_due
from autograder.gradebook.rules import Rules, changed, rules
from autograder.gradebook.settling import settle_class
from autograder.gradebook.submission_words import Facts, facts_of
from autograder.gradebook.unfinished import require_finished
from autograder.gradebook.whose_language import spoken_to
from autograder.grading.cache import Cache
from autograder.grading.scorecard import Scorecard, invalid_card, under_rules
from autograder.intake.notebooks import LANGUAGE, most_used
from autograder.intake.submissions import PREPARED, handed_in_by, handed_in_digest, notes_of
from autograder.locale import ENGLISH
from autograder.pages.html import plain, plain_characters

_PROBLEM = "problem: "


@dataclass(frozen=True)
class ItemScore:
    """An item's points in the gradebook.

    Attributes:
        score: What counts, extra credit included; None where nobody and nothing has graded it yet.
        auto: The automatic score under a grade by hand.
        by_hand: A person gave the points.
        before: That person did so before the submission that is graded now.
    """

    id: str
    notebook: str
    score: float | None
    max_score: float
    auto: float | None = None
    by_hand: bool = False
    before: bool = False
    extra: float = 0.0
    comment: str = ""  # what a person wrote to it in the formgrader


@dataclass
class StudentResult:
    """One student's result.

    Attributes:
        status: `graded`; `ungraded`, if something handed in still needs a grade; `missing`, if nothing was handed in. What lies in
            `submitted/` is handed in, whether the gradebook has heard of it or not: it is never a zero.
            `excused`, whatever was handed in: there is no score, and there are no items and no cards.
        score: All points, less the penalty, never below 0; None unless graded.
        penalty: Points that late work loses, once a submission.
        due: The student's own due date, extension included, in UTC, if there is one.
        facts: What is to be said to the student of the submission as a whole.
        again: Something else was handed in since the grade was given; so the status is `ungraded`.
        out_of_date: What of `course_config.py` was changed since the grade was given, in words.
        submitted: When it was handed in, as ISO 8601 in UTC; "" if unknown.
        comments: What people wrote in the formgrader: notebook and text.
        cards: The scorecards, where they are still in the cache.
        language: In which the student is spoken to.
    """

    student: str
    status: Literal["graded", "ungraded", "missing", "excused"]
    max_score: float
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    score: float | None = None
    penalty: float = 0.0
    submitted: str = ""
    seconds_late: float = 0.0
    due: datetime | None = None
    facts: Facts = field(default_factory=Facts)
    again: bool = False
    out_of_date: list[str] = field(default_factory=list)
    items: list[ItemScore] = field(default_factory=list)
    comments: list[tuple[str, str]] = field(default_factory=list)
    cards: dict[str, Scorecard] = field(default_factory=dict)
    language: str = ENGLISH

    @property
    def extra(self) -> float:
        """Extra credit, which people gave."""
        return sum(item.extra for item in self.items)

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    def notebook_score(self, notebook: str) -> tuple[float | None, float]:
        """Return a notebook's points, and the most that there are."""
        mine = [item for item in self.items if item.notebook == notebook]
        scores = [item.score for item in mine]
        most = sum(item.max_score for item in mine)
        return (None if None in scores or not mine else sum(s for s in scores if s is not None)), most


Steps = Callable[[list[Student], str], Iterable[Student]]


def current_results(
    course: Course, assignment: Assignment, steps: Steps = lambda items, what: items, language: str = ""
) -> list[StudentResult]:
    """Return the results of a class that may be handed on: the course agrees with itself, and was graded as it stands now.

    Students are spoken to in one `language`; "" for each one's own. No catalogue is read here: whoever makes pages needs one.

    Raises:
        CourseError: It does not, or was not; the message says what to do.
    """
    require_agreement(course, assignment)
    results = class_results(course, assignment, steps, language)
    _require_current(results, assignment)
    _require_settled(course, assignment, results)
    return results


def class_results(
    course: Course, assignment: Assignment, steps: Steps = lambda items, what: items, language: str = ""
) -> list[StudentResult]:
    """Return the result of every student whom the gradebook knows or who handed in, in order of their ids.

    Who has dropped the course is left out.

    Raises:
        CourseError: The gradebook does not know the assignment.
    """
    require_finished(course)
    cache = Cache(course.private / "cache")
    now = rules(course, assignment)
    with open_book(course, assignment) as gradebook:
        try:
            found = gradebook.find_assignment(assignment.name)
            most = float(found.max_score)
        except MissingEntry as error:
            raise CourseError(
                f"The gradebook does not know {assignment.name}. Run `nbgrader generate_assignment {assignment.name} --force`, then grade."
            ) from error
        given = roll.read(gradebook)
        handed_in = handed_in_by(course, assignment) - set(given.dropped)
        submissions = {each.student_id: each for each in gradebook.assignment_submissions(assignment.name)}
        results = []
        for student in steps(sorted(gradebook.students, key=lambda each: str(each.id)), "Reading grades"):
            result = StudentResult(
                str(student.id),
                "missing",
                most,
                student.first_name or "",
                student.last_name or "",
                student.email or "",
            )
            if result.student in given.dropped:
                continue
            submission = submissions.get(student.id)
            until = given.extensions.get((result.student, assignment.name))
            result.due = max(filter(None, (own_due(found.duedate, None), until)), default=None)
            if (result.student, assignment.name) in given.excused:
                result.status = "excused"
            elif submission is not None:
                written = _written(course, assignment, result.student)
                facts = facts_of(submission, False)
                _fill(result, submission, facts, assignment, written)
                listed = given.languages.get(result.student, "")
                result.language = language or spoken_to(course, listed, language_handed_in(written))
                _compare(result, course, assignment, written, now)
                result.cards = dict(_cards(course, assignment, cache, result.student, written))
            elif result.student in handed_in:
                result.status = "ungraded"
            results.append(result)
    unknown = handed_in - {result.student for result in results}
    results += [
        StudentResult(
            plain_characters(student),
            "excused" if (student, assignment.name) in given.excused else "ungraded",
            most,
        )
        for student in unknown
    ]
    return sorted(results, key=lambda result: result.student)


def _require_current(results: list[StudentResult], assignment: Assignment) -> None:
    """Raise unless every grade was given under today's `course_config.py`.

    Raises:
        CourseError: Some were not; the message says whose, and what differs.
    """
    old = [result for result in results if result.out_of_date and result.status == "graded"]
    if old:
        what = list(dict.fromkeys(name for result in old for name in result.out_of_date))
        raise CourseError(
            f"The grades of {len(old)} students rest on other settings than course_config.py has now ({', '.join(what)}): {_some([result.student for result in old])}. Their grades are not handed on. Run `autograder grade {assignment.name}` (with --diff it only shows whose score changes)."
        )


def _require_settled(course: Course, assignment: Assignment, results: list[StudentResult]) -> None:
    """Raise unless every grade has the penalty that policy, due dates and extensions give today.

    Raises:
        CourseError: One has another; the message says whose.
    """
    settled = settle_class(course, assignment, write=False)
    graded = [result.student for result in results if result.status == "graded"]
    other = [s for s in graded if s in settled.faults or (s in settled.late and settled.late[s].differs)]
    if other:
        why = next((f" {settled.faults[student]}" for student in other if student in settled.faults), "")
        raise CourseError(
            f"What late work loses was changed since these students were graded: {_some(other)}.{why} Their grades are not handed on. Run `autograder grade {assignment.name}`, which grades nothing again (with --diff it only shows what changes)."
        )


def waiting(results: list[StudentResult]) -> list[str]:
    """Return what an instructor must know of grades that are not there, or that stand for other work than they were given for."""
    again = [result.student for result in results if result.again]
    ungraded = [result.student for result in results if result.status == "ungraded" and not result.again]
    before = [
        f"{result.student} ({', '.join(item.id for item in result.items if item.before)})"
        for result in results
        if any(item.before for item in result.items)
    ]
    said = (
        (
            "Handed in again since they were graded, so without a grade until `autograder grade` has run: ",
            again,
        ),
        ("Not graded yet, so without a grade: ", ungraded),
        ("Graded by hand before the new submission, and that grade counts: ", before),
    )
    return [f"{words}{_some(names)}." for words, names in said if names]


def _some(names: list[str]) -> str:
    return ", ".join(plain(name) for name in names[:20]) + (
        f" and {len(names) - 20} more" if len(names) > 20 else ""
    )


def _written(course: Course, assignment: Assignment, student: str) -> dict[str, dict[str, Any]]:
    """Return what stands in a student's autograded notebooks about their grading, by notebook."""
    folder = f"autograded/{student}/{assignment.name}"
    return {name: _metadata(course, f"{folder}/{name}.ipynb") for name in assignment.notebooks}


def language_handed_in(written: dict[str, dict[str, Any]]) -> str:
    """Return the language of most notebooks that were handed in and could be read, of as many that of the first; "" for English.

    Args:
        written: What stands in the autograded notebooks about their grading, by notebook, in the assignment's order.
    """
    keys = [(str(own.get("key", "")), str(own.get(LANGUAGE, ""))) for own in written.values()]
    return most_used(language for key, language in keys if key and not key.startswith(_PROBLEM))


def _compare(
    result: StudentResult,
    course: Course,
    assignment: Assignment,
    written: dict[str, dict[str, Any]],
    now: Rules,
) -> None:
    """Note whether something else was handed in since, or the configuration was changed."""
    graded = [own for own in written.values() if own.get("key")]
    result.out_of_date = list(
        dict.fromkeys(name for own in graded for name in changed(own.get("rules"), now))
    )
    folder = course.root / "submitted" / result.student / assignment.name
    digest = handed_in_digest(folder) if graded and folder.is_dir() else ""
    if digest and any(own.get("handed_in") != digest for own in graded):
        result.again, result.status, result.score = True, "ungraded", None


def _fill(
    result: StudentResult,
    submission: SubmittedAssignment,
    facts: Facts,
    assignment: Assignment,
    written: dict[str, dict[str, Any]],
) -> None:
    dropped = {item.graded_cell for item in assignment.manual_items() if not item.points}
    for notebook in submission.notebooks:
        comments = {str(each.name): str(each.manual_comment or "") for each in notebook.comments}
        before = written.get(notebook.name, {}).get("by_hand_before")
        for grade in notebook.grades:
            known = grade.auto_score is not None or grade.manual_score is not None or grade.name in dropped
            by_hand = grade.manual_score is not None
            result.items.append(
                ItemScore(
                    grade.name.removeprefix("test_"),
                    notebook.name,
                    float(grade.score) if known else None,
                    float(grade.max_score),
                    None if grade.auto_score is None else float(grade.auto_score),
                    by_hand,
                    by_hand
                    and grade.needs_manual_grade
                    and isinstance(before, list)
                    and grade.name in before,
                    float(grade.extra_credit or 0.0),
                    comments.get(grade.name.removeprefix("test_"), ""),
                )
            )
        result.comments += [
            (notebook.name, str(each.manual_comment)) for each in notebook.comments if each.manual_comment
        ]
    order = {item.id: place for place, item in enumerate(assignment.all_items())}
    result.items.sort(key=lambda item: order.get(item.id, len(order)))
    if facts.handed_in is not None:
        result.submitted = facts.handed_in.isoformat(timespec="seconds")
    result.facts, result.seconds_late, result.due = facts, facts.seconds_late, facts.due
    if not result.items or any(item.score is None for item in result.items):
        result.status = "ungraded"
        return
    result.status = "graded"
    result.penalty = facts.penalty
    result.score = round(max(0.0, float(submission.score) - result.penalty), 2)


def _cards(
    course: Course, assignment: Assignment, cache: Cache, student: str, written: dict[str, dict[str, Any]]
) -> Iterator[tuple[str, Scorecard]]:
    for name, own in written.items():
        key = str(own.get("key", ""))
        if key.startswith(_PROBLEM):
            card = invalid_card(assignment, name, student, key.removeprefix(_PROBLEM), "")
            yield name, under_rules(card, assignment)
            continue
        known = cache.get(key) if key else None
        if known is not None:
            card = Scorecard.from_json({**known["scorecard"], "student": student})
            card = under_rules(card, assignment)
            prepared = _metadata(course, f"{PREPARED}/{student}/{assignment.name}/{name}.ipynb")
            card.notes = [*notes_of({"metadata": {"autograder": prepared}}), *card.notes]
            yield name, card


def _metadata(course: Course, path: str) -> dict[str, Any]:
    try:
        own = json.loads((course.root / path).read_text(encoding="utf-8"))["metadata"].get("autograder", {})
    except (OSError, ValueError, KeyError):
        return {}
    return own if isinstance(own, dict) else {}
