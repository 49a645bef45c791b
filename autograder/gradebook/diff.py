"""What a grading would change in the gradebook, read before anything is written."""

from __future__ import annotations

from dataclasses import dataclass, field

from nbgrader.api import Gradebook

from autograder.course import Assignment, Course
from autograder.gradebook.judging import Cards
from autograder.gradebook.writing import nbgrader_settings


@dataclass(frozen=True)
class Change:
    """One automatic score that would change. `manual` is the instructor's own, which stands over it."""

    student: str
    notebook: str
    item: str
    before: float | None
    after: float
    manual: float | None = None


@dataclass
class Diff:
    """All changes, and the students of whom the gradebook holds no automatic score yet."""

    changes: list[Change] = field(default_factory=list)
    ungraded: list[str] = field(default_factory=list)


def difference(course: Course, assignment: Assignment, cards: Cards) -> Diff:
    """Compare scorecards with the gradebook's automatic scores, student by student, item by item."""
    _, coursedir = nbgrader_settings(course, assignment)
    found = Diff()
    with Gradebook(coursedir.db_url, coursedir.course_id) as gradebook:
        held: dict[str, dict[tuple[str, str], tuple[float | None, float | None]]] = {}
        for submission in gradebook.assignment_submissions(assignment.name):
            if submission.student.id in cards:
                held[submission.student.id] = {
                    (notebook.name, grade.name): (grade.auto_score, grade.manual_score)
                    for notebook in submission.notebooks
                    for grade in notebook.grades
                }
    for student, notebooks in cards.items():
        scores = held.get(student, {})
        by_tests = {(item.notebook, item.graded_cell) for item in assignment.items()}
        if not scores or (by_tests and all(scores.get(each, (None, None))[0] is None for each in by_tests)):
            found.ungraded.append(student)
            continue
        for name, card in notebooks.items():
            new = {item.id: item.score for item in card.items}
            for item in assignment.items(name):
                before, manual = scores.get((name, item.graded_cell), (None, None))
                after = new.get(item.id, 0.0)
                if before is None or abs(before - after) > 1e-9:
                    found.changes.append(Change(student, name, item.id, before, after, manual))
    return found
