"""The parts of a feedback page, as `templates/feedback` shows them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from markupsafe import Markup

from autograder.course.questions import Question
from autograder.gradebook.outputs import Output
from autograder.pages.language import ENGLISH, Language, message

_MOST_MENDED = 3

Mark = Literal["full", "part", "none", "open", "waits"]
SIGNS: dict[Mark, tuple[str, str]] = {
    "full": ("✓", message("right")), "part": ("◐", message("in part")), "none": ("✗", message("no points")),
    "open": ("○", message("not attempted")), "waits": ("…", message("waits for a person")),
}  # fmt: skip


@dataclass(frozen=True)
class Fact:
    """One sentence of an item, and how it ended."""

    outcome: str
    sign: str
    word: Markup
    sentence: Markup


@dataclass(frozen=True)
class Problem:
    """The first fact of an item that does not hold: what was called, what came of it, and the one thing to try."""

    title: Markup
    rows: list[tuple[str, Markup]]
    message: Markup
    looks_like: str
    hint: Markup
    again: str


@dataclass(frozen=True)
class Task:
    """One item: its mark and points, its facts, and the student's answer to it."""

    id: str
    anchor: str
    mark: Mark
    points: str
    lost: float
    said: list[str] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    problem: Problem | None = None
    on_top: Problem | None = None  # the same in short; None where notices say it
    kept: str = ""  # HTML, where no scorecard lies in the notebook: it was graded by an older version
    pictures: list[tuple[str, str]] = field(default_factory=list)
    code: str = ""
    words: str = ""  # an answer in Markdown
    outputs: list[Output] = field(default_factory=list)
    comment: str = ""
    question: Question | None = None

    @property
    def sign(self) -> str:
        return SIGNS[self.mark][0]

    @property
    def word(self) -> str:
        return SIGNS[self.mark][1]


@dataclass(frozen=True)
class Own:
    """A cell that the student added, or changed though it is no answer."""

    code: str = ""
    words: str = ""
    outputs: list[Output] = field(default_factory=list)


@dataclass(frozen=True)
class Page:
    """All that a page says."""

    notebook: str
    points: str
    so_far: bool
    said: list[str]  # of the whole submission
    notices: list[Markup]  # of this notebook
    tasks: list[Task]
    own: list[Own]
    words: Language = ENGLISH

    @property
    def mend(self) -> list[Task]:
        """The wrong answers that cost the most points, each cause once."""
        wrong = {
            task.problem.message: task
            for task in reversed(self.tasks)
            if task.problem and task.on_top and task.lost > 0
        }
        return sorted(wrong.values(), key=lambda task: (-task.lost, self.tasks.index(task)))[:_MOST_MENDED]

    @property
    def whole(self) -> bool:
        return bool(self.tasks) and all(task.mark == "full" for task in self.tasks)

    @property
    def open(self) -> list[Task]:
        return [task for task in self.tasks if task.mark == "open" and task.lost > 0]
