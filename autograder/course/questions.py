"""The questions behind the checks (`**Think** · …`), and their answers, which students get with their feedback.

The answers stand in `source/<lab>/answers/<notebook>.md`, each under a heading `## item`. No release takes them along.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from autograder.course.model import Assignment, Course

FOLDER = "answers"
_BLANK = re.compile(r"\n[ \t]*\n")
_MARK = re.compile(r"\s*\*\*[^*]+\*\* · ")
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


def _asked_in(text: str, english: str) -> str:
    """Return the question in a cell in another language: the paragraph that stands where it is in English, without its mark."""
    for here, there in zip(_BLANK.split(text), _BLANK.split(english), strict=False):
        if _QUESTION.search(there):
            return " ".join(_MARK.sub("", here, count=1).split())
    return ""


def questions(
    cells: Sequence[Mapping[str, Any]],
    answered: Mapping[str, str],
    english: Sequence[Mapping[str, Any]] | None = None,
) -> dict[str, Question]:
    """Return the questions that have an answer, by item: each stands in the first Markdown behind its item's graded cell.

    `english`: the same notebook's cells in English, where `cells` are in another language: the mark is English.
    """
    found: dict[str, Question] = {}
    item = ""
    for cell, original in zip(cells, english or cells, strict=True):
        if cell["cell_type"] == "markdown":
            text = "".join(cell["source"])
            said = asked_in(text) if english is None else _asked_in(text, "".join(original["source"]))
            asked = said if item else ""
            if asked and item in answered:
                found[item] = Question(asked, answered[item])
            item = ""
        elif (name := str(cell.get("metadata", {}).get("nbgrader", {}).get("grade_id", ""))).startswith(
            "test_"
        ):
            item = name.removeprefix("test_")
    return found
