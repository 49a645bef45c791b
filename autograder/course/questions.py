"""The questions behind the checks (`**Think** · …`), and their answers, which students get with their feedback.

The answers stand in `source/<lab>/answers/<notebook>.md`, each under a heading `## item`. No release takes them along.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from autograder.course.model import Assignment, Course

FOLDER = "answers"
_QUESTION = re.compile(r"\*\*Think\*\* · (.*?)(?:\n[ \t]*\n|\Z)", re.DOTALL)


@dataclass(frozen=True)
class Question:
    """A question and its answer, both Markdown."""

    asked: str
    answered: str


def answers(course: Course, assignment: Assignment, notebook: str) -> dict[str, str]:
    """Return a notebook's answers, by item; none where nobody has written any."""
    path = course.source(assignment.name) / FOLDER / f"{notebook}.md"
    if not path.is_file():
        return {}
    _, *parts = re.split(r"^## *(\S+) *$", path.read_text("utf-8"), flags=re.MULTILINE)
    return {item: text.strip() for item, text in zip(parts[::2], parts[1::2], strict=True) if text.strip()}


def asked_in(text: str) -> str:
    """Return the question in a cell of Markdown; "" where there is none."""
    found = _QUESTION.search(text)
    return " ".join(found[1].split()) if found else ""


def questions(cells: Iterable[Mapping[str, Any]], answered: Mapping[str, str]) -> dict[str, Question]:
    """Return the questions that have an answer, by item: each stands in the first Markdown behind its item's graded cell."""
    found: dict[str, Question] = {}
    item = ""
    for cell in cells:
        if cell["cell_type"] == "markdown":
            asked = asked_in("".join(cell["source"])) if item else ""
            if asked and item in answered:
                found[item] = Question(asked, answered[item])
            item = ""
        elif (name := str(cell.get("metadata", {}).get("nbgrader", {}).get("grade_id", ""))).startswith(
            "test_"
        ):
            item = name.removeprefix("test_")
    return found
