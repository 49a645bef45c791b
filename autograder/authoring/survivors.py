"""The graders' own test by machine: every first-order change of a solution must lose its item, or be a right answer for a reason that is written down."""

from __future__ import annotations

import ast
import re
import tomllib
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from rich.console import Console
from rich.table import Table

from autograder.authoring.handing_in import filled, grade_notebooks
from autograder.authoring.mutants import ANYTHING, Mutant, mutants
from autograder.authoring.sieve import DRAWS, Kept, Sieve, names_in, sift
from autograder.course.model import Assignment, Course
from autograder.errors import CourseError
from autograder.grading.items import item_folder
from autograder.grading.scorecard import Scorecard
from autograder.pages.terminal import forking_bar

RIGHT = "right_mutants.toml"  # in an item's folder
_COLUMNS = ("changes", "lost", "right ones", "survivors")
_HURRY = 0.15  # of the course's times: a change that never ends is wrong soon enough


@dataclass
class RightOnes:
    """The changes of an item's solution that are right answers: reasons by what the list says, and which of its lines fitted."""

    path: Path
    reasons: dict[str, str]
    fitted: set[str] = field(default_factory=set)

    def reason(self, mutant: Mutant) -> str | None:
        """Return why a change is a right answer; None where the list does not say so."""
        fitting = [each for each in self.reasons if _fits(each, mutant.change)]
        self.fitted.update(fitting)
        return self.reasons[fitting[0]] if fitting else None

    def stale(self) -> list[str]:
        return [each for each in self.reasons if each not in self.fitted]


def right_ones(folder: Path) -> RightOnes:
    """Read an item's list: under each reason the changes that it is true of, in which `…` stands for anything.

    Raises:
        CourseError: It is not such a list.
    """
    path = folder / RIGHT
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CourseError(f"{path}: {error}") from error
    if not all(isinstance(c, list) and all(isinstance(each, str) for each in c) for c in values.values()):
        raise CourseError(f"{path}: each reason is followed by the list of changes that it is true of.")
    return RightOnes(path, {change: reason for reason, changes in values.items() for change in changes})


def _fits(pattern: str, change: str) -> bool:
    return re.fullmatch(".*".join(map(re.escape, pattern.split(ANYTHING))), change, re.DOTALL) is not None


def hand_in_mutants(
    course: Course,
    assignment: Assignment,
    dataset: str,
    jobs: int,
    out: Console,
    err: Console,
    only: Collection[str] = (),
) -> list[str]:
    """Let every first-order change of the solutions lose its item, but for those listed as right.

    Most lose at a first look without a sandbox (`sieve`). What is left is handed in as a submission, each change alone: what that gives counts.

    Args:
        course, assignment, dataset, jobs, err: As for other answers.
        out: Where the table goes.
        only: The items whose changes are handed in; all where none is named.
    """
    sieve = Sieve(course, assignment, dataset)
    asked = [item for item in assignment.items() if item.solution and (not only or item.id in only)]
    solution = {each.id: sieve.solutions[each.notebook][each.id] for each in asked}
    torch.set_num_threads(1)  # before the fork; and what is drawn for the solutions here is drawn for all
    unsound = [item for item, code in solution.items() if sieve.look(item, code) != DRAWS]
    problems = [f"{item}: the solution itself loses points" for item in unsound]
    changes = {item: mutants(item, code) for item, code in solution.items() if item not in unsound}
    with forking_bar("Changed solutions") as moved:
        seen = sift(sieve, [each for made in changes.values() for each in made], jobs, moved)
    left = [each for each, kept in seen.items() if kept != 0]
    notebooks = [_handed_in(sieve, each) for each in left]
    cards = grade_notebooks(course, assignment, dataset, jobs, notebooks, "Those that are left", err, _HURRY)
    scorecards = dict(zip(left, cards, strict=True))
    table = Table("item", *_COLUMNS)
    together: Counter[str] = Counter()
    for item, made in changes.items():
        listed = right_ones(item_folder(assignment.name, item))
        numbers: Counter[str] = Counter(changes=len(made))
        for each in made:
            what, said = _judged(each, seen[each], scorecards.get(each), listed.reason(each), assignment)
            numbers[what] += 1
            problems += [f"{item}: {words}\n{_shown(each)}" for words in said]
        problems += [
            f"{listed.path}: no change of the solution is {each!r} any more" for each in listed.stale()
        ]
        together += numbers
        table.add_row(item, *(str(numbers[name]) for name in _COLUMNS))
    table.add_section()
    table.add_row("together", *(str(together[name]) for name in _COLUMNS))
    out.print(table)
    return problems


def _judged(
    change: Mutant, before: Kept, card: Scorecard | None, reason: str | None, assignment: Assignment
) -> tuple[str, list[str]]:
    """Return in which column a change belongs, and what is wrong with the graders or the list."""
    said = []
    kept = False
    if card is not None:
        lost = {each.id for each in card.items if each.score < each.points}
        kept = card.status == "graded" and change.item not in lost
        if card.status == "grader_fault":
            said.append(f"the graders fail at a change: {card.message}")
        rests_on_others = {item.id for item in assignment.items() if not item.solution}
        others = lost - {change.item} - rests_on_others if card.status == "graded" else set()
        said += [f"a change costs {item} as well" for item in sorted(others)]
    kept_before = DRAWS if before is None else before
    if reason is not None:
        if not kept or kept_before < DRAWS:
            said.append(f"{RIGHT} calls a change right that loses points ({reason})")
        return "right ones", said
    if kept:
        said.append("a change of the solution loses nothing")
    elif 0 < kept_before < DRAWS:
        said.append(
            f"a change of the solution loses nothing with {kept_before} of {DRAWS} draws of hidden inputs"
        )
    else:
        return "lost", said
    return "survivors", said


def _handed_in(sieve: Sieve, change: Mutant) -> dict[str, Any]:
    """Return a notebook with a change among the solutions; of cells that are no items only those that items use, for the others may train."""
    notebook = sieve.notebook[change.item]
    solution = sieve.solutions[notebook]
    items = {item.id for item in sieve.assignment.items(notebook)}
    used = set[str]().union(*(names_in(source) for cell, source in solution.items() if cell in items))
    defined = {
        cell: {n.name for n in ast.parse(source).body if isinstance(n, (ast.FunctionDef, ast.ClassDef))}
        for cell, source in solution.items()
    }
    cells = {cell: source for cell, source in solution.items() if cell in items or defined[cell] & used}
    return filled(sieve.released[notebook].values, {**cells, change.item: change.code})


def _shown(mutant: Mutant) -> str:
    lines = [f"in {RIGHT}: {mutant.change}", *mutant.diff.splitlines()]
    return "\n".join(f"      {line}" for line in lines)
