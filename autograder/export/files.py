"""The formats that are written from nothing: a table for spreadsheets, the two classrooms, Gradescope."""

from __future__ import annotations

import json
import math
from pathlib import Path

from autograder.export.grades import Grades
from autograder.export.tables import ExportError, number, write_rows, write_text
from autograder.gradebook.results import StudentResult
from autograder.grading.render import item_text
from autograder.pages.html import clean_text
from autograder.repos.record import Entry

CLASSROOM = (
    "assignment_name", "assignment_url", "starter_code_url", "github_username", "roster_identifier", "student_repository_name",
    "student_repository_url", "submission_timestamp", "points_awarded", "points_available",
)  # fmt: skip
CLASSROOM50 = (
    "username", "first_name", "last_name", "email", "section", "score", "max_score", "datetime", "submission_tag", "submitted_by",
    "review_url", "late", "override",
)  # fmt: skip


def write_csv(grades: Grades, path: Path) -> int:
    """Write a table for spreadsheets: a row a student, then the notebooks, then the items."""
    items = grades.assignment.all_items()
    commented = [item.id for item in grades.assignment.manual_items()]
    rows = [
        [
            "assignment", "student", "last_name", "first_name", "email", "status", "score", "max_score", "late_penalty",
            "submitted", "seconds_late", *grades.assignment.notebooks, *(item.id for item in items),
            *(f"{item}_comment" for item in commented),
        ]
    ]  # fmt: skip
    for result in grades.results:
        person = grades.person(result)
        scores = {item.id: item.score for item in result.items}
        comments = {item.id: clean_text(item.comment, 4000) for item in result.items}
        rows.append(
            [
                grades.assignment.name, result.student, person.last_name, person.first_name, person.email, result.status,
                grades.cell(result), number(result.max_score), number(result.penalty) if result.status == "graded" else "",
                result.submitted, number(result.seconds_late) if result.submitted else "",
                *(_optional(result.notebook_score(name)[0]) for name in grades.assignment.notebooks),
                *(_optional(scores.get(item.id)) for item in items),
                *(comments.get(item, "") for item in commented),
            ]
        )  # fmt: skip
    return write_rows(path, rows, bom=True) - 1  # without the mark Excel reads UTF-8 as something else


def _optional(score: float | None) -> str:
    return "" if score is None else number(score)


def write_classroom(grades: Grades, path: Path) -> int:
    """Write the grades file of GitHub Classroom."""
    _needs_record(grades)
    groups = grades.record is not None and any(person.group for person in grades.record.roster)
    rows = [[*CLASSROOM, *(["group_name"] if groups else [])]]
    for result in grades.results:
        person, entry = grades.person(result), grades.entry(result)
        rows.append(
            [
                grades.assignment.name, "", "", person.username, person.student, entry.repository if entry else "",
                _web(entry.address) if entry else "", _time(entry), grades.cell(result),
                number(result.max_score), *([person.group] if groups else []),
            ]
        )  # fmt: skip
    return write_rows(path, rows) - 1


def write_classroom50(grades: Grades, path: Path) -> int:
    """Write the scores file of Classroom 50, in whole points."""
    _needs_record(grades)
    rows = [list(CLASSROOM50)]
    rounded = 0
    for result in grades.results:
        person, entry, points = grades.person(result), grades.entry(result), grades.points(result)
        entry = entry if entry is not None and not entry.problem else None
        score = None if points is None else math.floor(points + 0.5)
        rounded += points is not None and score != points
        web = _web(entry.address) if entry else ""
        rows.append(
            [
                person.username or person.student, person.first_name, person.last_name, person.email, person.section,
                "" if score is None else str(score), str(math.floor(result.max_score + 0.5)), _time(entry),
                f"submit/{entry.sha[:12]}" if entry and entry.sha else "", person.username if entry else "",
                f"{web}/commit/{entry.sha}" if web and entry and entry.sha else "",
                ("true" if _late(result, entry) else "false") if entry else "", "",
            ]
        )  # fmt: skip
    if rounded:
        grades.warnings.append(
            f"Classroom 50 takes whole points only: {rounded} scores are rounded, halves up."
        )
    return write_rows(path, rows) - 1


def _late(result: StudentResult, entry: Entry) -> bool:
    """Say whether it was late for this student: an extension may have come after the import."""
    return result.seconds_late > 0 if result.due is not None and result.submitted else entry.late


def _needs_record(grades: Grades) -> None:
    if grades.record is None:
        raise ExportError(
            "This format names repositories and user names, so it needs an import: `autograder repos import` with the roster."
        )


def _time(entry: Entry | None) -> str:
    return entry.time[:19] + "Z" if entry is not None and entry.time else ""


def _web(address: str) -> str:
    """Return the address for a browser; empty for a folder."""
    if address.startswith("https://"):
        return address.removesuffix(".git")
    host, _, name = address.removeprefix("ssh://").rpartition("@")[2].replace(":", "/", 1).partition("/")
    return (
        f"https://{host}/{name.removesuffix('.git')}" if host and name and not address.startswith("/") else ""
    )


def write_gradescope(grades: Grades, folder: Path) -> int:
    """Write a `results.json` of Gradescope's autograder for each graded student: `<student>.json` in a folder."""
    if folder.exists() and not folder.is_dir():
        raise ExportError(
            f"{folder} is a file. Name a folder with --out: this format has a file for each student."
        )
    written = 0
    for result in grades.results:
        points = grades.points(result)
        if points is None:
            (folder / f"{result.student}.json").unlink(missing_ok=True)  # from an export before
            continue
        texts = {item.id: item_text(item, []) for card in result.cards.values() for item in card.items}
        values = {
            "score": round(points, 2),
            "output": grades.summary(result) if result.items else "Nothing was handed in.",
            "output_format": "text",
            "visibility": "visible",
            "stdout_visibility": "hidden",
            "tests": [
                {
                    "name": item.id, "number": str(place), "score": round(item.score, 2), "max_score": item.max_score,
                    "output": clean_text(texts.get(item.id, item.comment), 4000), "output_format": "text", "visibility": "visible",
                }
                for place, item in enumerate(result.items, 1)
                if item.score is not None
            ],
        }  # fmt: skip
        write_text(folder / f"{result.student}.json", json.dumps(values, indent=1, ensure_ascii=False) + "\n")
        written += 1
    return written
