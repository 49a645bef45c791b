"""What a grading would change in the gradebook, read before anything is written."""

from __future__ import annotations

from dataclasses import dataclass, field

from autograder.course.model import Assignment, Course
from autograder.gradebook import roll
from autograder.gradebook.book import open_book
from autograder.gradebook.judging import Cards
from autograder.gradebook.settling import settle_class


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
    """All changes, the students of whom the gradebook holds no automatic score yet, and penalties for late work that would change."""

    changes: list[Change] = field(default_factory=list)
    ungraded: list[str] = field(default_factory=list)
    penalties: list[tuple[str, float, float]] = field(default_factory=list)  # student, before, after


def difference(course: Course, assignment: Assignment, cards: Cards) -> Diff:
    """Compare scorecards with the gradebook's automatic scores, student by student, item by item."""
    found = Diff()
    with open_book(course, assignment) as gradebook:
        dropped = roll.read(gradebook).dropped
        held: dict[str, dict[tuple[str, str], tuple[float | None, float | None]]] = {}
        for submission in gradebook.assignment_submissions(assignment.name):
            if submission.student.id in cards:
                held[submission.student.id] = {
                    (notebook.name, grade.name): (grade.auto_score, grade.manual_score)
                    for notebook in submission.notebooks
                    for grade in notebook.grades
                }
    for student, notebooks in cards.items():
        if student in dropped:
            continue
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
    settled = settle_class(course, assignment, frozenset(cards), write=False)
    found.penalties = [
        (student, late.before, late.penalty)
        for student, late in sorted(settled.late.items())
        if student not in found.ungraded and late.differs
    ]
    return found
