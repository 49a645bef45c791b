"""Grades by hand that are older than the submission beside which they stand: nbgrader lets them count, and says nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook, MissingEntry

from autograder.intake.submissions import handed_in_digest


def older_grades(gradebook: Gradebook, root: Path, assignment: str, student: str) -> dict[str, list[str]]:
    """Return the graded cells, by notebook, to which a person gave points before what lies in `submitted/` was handed in.

    Asked before a submission is graded. A cell that a person has looked at since (nbgrader's `needs_manual_grade` is off) is none.

    Args:
        gradebook: nbgrader's.
        root: The course's folder.
        assignment, student: Whose submission.
    """
    try:
        submission = gradebook.find_submission(assignment, student)
    except MissingEntry:
        return {}
    digest = handed_in_digest(root / "submitted" / student / assignment)
    found: dict[str, list[str]] = {}
    for notebook in submission.notebooks:
        own = _metadata(root / "autograded" / student / assignment / f"{notebook.name}.ipynb")
        same = own.get("handed_in") in (digest, None)
        said = own.get("by_hand_before")
        before = said if isinstance(said, list) else []
        found[notebook.name] = [
            grade.name
            for grade in notebook.grades
            if grade.manual_score is not None
            and (not same or (grade.needs_manual_grade and grade.name in before))
        ]
    return found


def _metadata(path: Path) -> dict[str, Any]:
    try:
        own = json.loads(path.read_text(encoding="utf-8"))["metadata"]["autograder"]
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return own if isinstance(own, dict) else {}
