"""The result for one notebook: versioned, builtin types only (schema `scorecard/v1`)."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal

from autograder.course.model import Assignment, Item

SCHEMA = "scorecard/v1"
WHOLE = "notebook"  # the name of the one fact of items that could not be tested for a reason of the whole notebook's

TestOutcome = Literal["passed", "failed", "follows", "not_attempted", "error", "skipped", "grader_fault"]
ItemStatus = Literal["passed", "partial", "failed", "not_attempted"]
Status = Literal["graded", "invalid", "crashed", "timeout", "grader_fault"]


@dataclass
class TestResult:
    """One fact: its sentence, how it ended, and what to tell the student.

    `follows_from`: of a fact that is neither right nor wrong by itself (outcome "follows"), the title of the fact that it follows from.
    `again`: Python lines that make the inputs and the call, if the student may have them.
    """

    __test__ = False

    name: str
    title: str
    outcome: TestOutcome
    weight: float
    message: str = ""
    misconception: str | None = None
    hint: str = ""
    seconds: float = 0.0
    picture: dict[str, Any] | None = None  # of an item's first wrong fact: see `grading.pictures`
    follows_from: str = ""
    keeps: float = 0.0  # points of its own, of which the course lets it keep a share
    again: str = ""


@dataclass
class ItemResult:
    """One item: points, score and its tests in order. `free`: everybody has its points, whatever the tests say."""

    id: str
    points: float
    score: float
    status: ItemStatus
    tests: list[TestResult] = field(default_factory=list)
    free: bool = False


@dataclass
class Scorecard:
    """The result for one notebook of one student. `message` says what happened where the status is not `graded`."""

    assignment: str
    notebook: str
    student: str
    status: Status
    score: float
    max_score: float
    items: list[ItemResult] = field(default_factory=list)
    dataset: str = ""
    seed: int = 0
    grader_version: str = ""
    sandbox: str = ""
    seconds: float = 0.0
    student_seconds: float = 0.0
    message: str = ""
    notes: list[str] = field(default_factory=list)
    schema: str = SCHEMA

    def to_json(self) -> dict[str, Any]:
        """Return the scorecard as builtin types, the schema first."""
        values = asdict(self)
        return {"schema": values.pop("schema"), **values}

    @staticmethod
    def from_json(values: dict[str, Any]) -> Scorecard:
        """Read a scorecard that `to_json` made.

        Raises:
            ValueError: It is of another schema.
        """
        if values.get("schema") != SCHEMA:
            raise ValueError(f"a scorecard of schema {values.get('schema')!r}, not {SCHEMA!r}")
        fields = {k: v for k, v in values.items() if k != "items"}
        items = [
            ItemResult(**{**each, "tests": [TestResult(**test) for test in each["tests"]]})
            for each in values["items"]
        ]
        return Scorecard(items=items, **fields)


def under_rules(card: Scorecard, assignment: Assignment) -> Scorecard:
    """Return a scorecard with the points that the assignment gives for what was found. What is cached knows nothing of them.

    A fact that only follows from a named mistake keeps its share (`follow_through`); free items have all their points.
    """
    items = [
        replace(each, score=each.points, free=True)
        if each.id in assignment.free
        else _followed_through(each, assignment.follow_through)
        for each in card.items
    ]
    return replace(card, items=items, score=round(sum(each.score for each in items), 2))


def _followed_through(item: ItemResult, share: float) -> ItemResult:
    kept = share * sum(test.keeps for test in item.tests)
    if not kept:
        return item
    score = round(item.score + kept, 2)
    return replace(item, score=score, status="partial" if score else item.status)


def kept(card: Scorecard) -> Scorecard:
    """Return a scorecard without the numbers of pictures: where these are drawn already, they only take room."""
    items = [replace(i, tests=[replace(t, picture=None) for t in i.tests]) for i in card.items]
    return replace(card, items=items)


def without_inputs(card: Scorecard) -> Scorecard:
    """Return a scorecard that does not say how to make a hidden call again."""
    items = [replace(i, tests=[replace(t, again="") for t in i.tests]) for i in card.items]
    return replace(card, items=items)


def empty_items(items: tuple[Item, ...], outcome: Any, message: str) -> list[ItemResult]:
    """Return items without a point, each with one line that says why."""
    return [
        ItemResult(
            item.id,
            float(item.points),
            0.0,
            "failed",
            [TestResult(WHOLE, "The notebook can be graded.", outcome, 1, message)],
        )
        for item in items
    ]


def invalid_card(
    assignment: Assignment, notebook: str, student: str, problem: object, version: str
) -> Scorecard:
    """Return the scorecard of a file that is no notebook which can be graded."""
    items = tuple(assignment.items(notebook)) if notebook in assignment.notebooks else ()
    return Scorecard(
        assignment.name, notebook, student, "invalid", 0.0, sum(i.points for i in items),
        items=empty_items(items, "failed", str(problem)), grader_version=version, message=str(problem),
    )  # fmt: skip
