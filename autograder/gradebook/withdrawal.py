"""Take older automatic scores out of force: what failed since must not leave them standing as if they were new."""

from __future__ import annotations

from nbgrader.api import Gradebook, MissingEntry


def out_of_force(gradebook: Gradebook, assignment: str, student: str) -> None:
    """Let a submission have no automatic score: it waits to be graded again."""
    try:
        submission = gradebook.find_submission(assignment, student)
    except MissingEntry:
        return
    for notebook in submission.notebooks:
        for grade in notebook.grades:
            grade.auto_score = None
            grade.needs_manual_grade = True
    gradebook.db.commit()
