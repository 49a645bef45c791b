"""What a class earned: scores from nbgrader's gradebook, reasons from the scorecards behind them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC
from typing import Any, Literal

from nbgrader.api import Gradebook, MissingEntry, Student, SubmittedAssignment

from autograder.cache import Cache
from autograder.course import Assignment, Course
from autograder.errors import CourseError
from autograder.gradebook.writing import nbgrader_settings
from autograder.scorecard import Scorecard, invalid_card
from autograder.submissions import PREPARED, handed_in_by

_PROBLEM = "problem: "


@dataclass(frozen=True)
class ItemScore:
    """An item's points in the gradebook. `score` is None where nobody and nothing has graded it yet."""

    id: str
    notebook: str
    score: float | None
    max_score: float
    by_hand: bool = False
    comment: str = ""  # what a person wrote to it in the formgrader


@dataclass
class StudentResult:
    """One student's result.

    Attributes:
        status: `graded`; `ungraded`, if something handed in still needs a grade; `missing`, if nothing was handed in. What lies in
            `submitted/` is handed in, whether the gradebook has heard of it or not: it is never a zero.
        score: All points, less the penalty; None unless graded.
        penalty: Points taken off for being late, by nbgrader's plugin.
        comments: What people wrote in the formgrader: notebook and text.
        cards: The scorecards, where they are still in the cache.
    """

    student: str
    status: Literal["graded", "ungraded", "missing"]
    max_score: float
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    score: float | None = None
    penalty: float = 0.0
    submitted: str = ""
    seconds_late: float = 0.0
    items: list[ItemScore] = field(default_factory=list)
    comments: list[tuple[str, str]] = field(default_factory=list)
    cards: dict[str, Scorecard] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    def notebook_score(self, notebook: str) -> tuple[float | None, float]:
        """Return a notebook's points, and the most that there are."""
        mine = [item for item in self.items if item.notebook == notebook]
        scores = [item.score for item in mine]
        most = sum(item.max_score for item in mine)
        return (None if None in scores or not mine else sum(s for s in scores if s is not None)), most


def class_results(
    course: Course,
    assignment: Assignment,
    steps: Callable[[list[Student], str], Iterable[Student]] = lambda items, what: items,
) -> list[StudentResult]:
    """Return the result of every student whom the gradebook knows or who handed in, in order of their ids.

    Raises:
        CourseError: The gradebook does not know the assignment.
    """
    _, coursedir = nbgrader_settings(course, assignment)
    cache = Cache(course.private / "cache")
    with Gradebook(coursedir.db_url, coursedir.course_id) as gradebook:
        try:
            most = float(gradebook.find_assignment(assignment.name).max_score)
        except MissingEntry as error:
            raise CourseError(
                f"The gradebook does not know {assignment.name}. Run `nbgrader generate_assignment {assignment.name} --force`, then grade."
            ) from error
        handed_in = handed_in_by(course, assignment)
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
            submission = submissions.get(student.id)
            if submission is not None:
                _fill(result, submission, assignment)
                result.cards = dict(_cards(course, assignment, cache, result.student))
            elif result.student in handed_in:
                result.status = "ungraded"
            results.append(result)
    unknown = handed_in - {result.student for result in results}
    results += [StudentResult(student, "ungraded", most) for student in unknown]
    return sorted(results, key=lambda result: result.student)


def _fill(result: StudentResult, submission: SubmittedAssignment, assignment: Assignment) -> None:
    for notebook in submission.notebooks:
        comments = {str(each.name): str(each.manual_comment or "") for each in notebook.comments}
        for grade in notebook.grades:
            known = grade.auto_score is not None or grade.manual_score is not None
            result.items.append(
                ItemScore(
                    grade.name.removeprefix("test_"),
                    notebook.name,
                    float(grade.score) if known else None,
                    float(grade.max_score),
                    grade.manual_score is not None,
                    comments.get(grade.name.removeprefix("test_"), ""),
                )
            )
        result.comments += [
            (notebook.name, str(each.manual_comment)) for each in notebook.comments if each.manual_comment
        ]
    order = {item.id: place for place, item in enumerate(assignment.all_items())}
    result.items.sort(key=lambda item: order.get(item.id, len(order)))
    if submission.timestamp is not None:
        result.submitted = submission.timestamp.replace(tzinfo=UTC).isoformat(timespec="seconds")
    result.seconds_late = float(submission.total_seconds_late)
    if not result.items or any(item.score is None for item in result.items):
        result.status = "ungraded"
        return
    result.status = "graded"
    result.penalty = float(submission.late_submission_penalty or 0.0)
    result.score = round(max(0.0, float(submission.score) - result.penalty), 2)


def _cards(
    course: Course, assignment: Assignment, cache: Cache, student: str
) -> Iterator[tuple[str, Scorecard]]:
    for name in assignment.notebooks:
        own = _metadata(course, f"autograded/{student}/{assignment.name}/{name}.ipynb")
        key = str(own.get("key", ""))
        if key.startswith(_PROBLEM):
            yield name, invalid_card(assignment, name, student, key.removeprefix(_PROBLEM), "")
            continue
        known = cache.get(key) if key else None
        if known is not None:
            card = Scorecard.from_json({**known["scorecard"], "student": student})
            note = _metadata(course, f"{PREPARED}/{student}/{assignment.name}/{name}.ipynb").get("note")
            card.notes = [*([str(note)] if note else []), *card.notes]
            yield name, card


def _metadata(course: Course, path: str) -> dict[str, Any]:
    try:
        own = json.loads((course.root / path).read_text(encoding="utf-8"))["metadata"].get("autograder", {})
    except (OSError, ValueError, KeyError):
        return {}
    return own if isinstance(own, dict) else {}
