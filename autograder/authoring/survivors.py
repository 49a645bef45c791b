"""The graders' own test by machine: every first-order change of a solution must lose its item, or be a right answer for a reason that is written down."""

from __future__ import annotations

import ast
import re
import tomllib
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from autograder.authoring.handing_in import filled, grade_notebooks, solution_cells
from autograder.authoring.mutants import ANYTHING, Mutant, mutants
from autograder.course.model import Assignment, Course
from autograder.errors import CourseError
from autograder.grading.items import item_folder
from autograder.intake.submissions import released

RIGHT = "right_mutants.toml"  # in an item's folder
_HURRY = 0.15  # of the course's times: a change that never ends is wrong soon enough


@dataclass
class Verdicts:
    """What became of the changes of the solutions."""

    lost: dict[Mutant, bool] = field(default_factory=dict)
    harmed: dict[Mutant, list[str]] = field(
        default_factory=dict
    )  # other items that a change alone costs points
    unclear: dict[Mutant, str] = field(default_factory=dict)  # the grader's own fault


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
    """Hand in every first-order change of the solutions: each must lose its item and no other, but for those listed as right.

    Args:
        course, assignment, dataset, jobs, err: As for other answers.
        out: Where the table goes.
        only: The items whose changes are handed in; all where none is named.
    """
    verdicts = Verdicts()
    made: dict[str, list[Mutant]] = {}
    for name in assignment.notebooks:
        solution = solution_cells(course, assignment, name)
        for item in assignment.items(name):
            if item.solution and (not only or item.id in only):
                made[item.id] = mutants(item.id, solution[item.id])
    together = [
        (name, each) for name in assignment.notebooks for each in _batches(course, assignment, name, made)
    ]
    alone = _grade(course, assignment, dataset, jobs, err, together, verdicts, "Changed solutions")
    _grade(course, assignment, dataset, jobs, err, alone, verdicts, "Changed solutions, one by one")
    table, problems = _judged(assignment, made, verdicts)
    out.print(table)
    return problems


def _batches(
    course: Course, assignment: Assignment, notebook: str, made: dict[str, list[Mutant]]
) -> Iterator[list[Mutant]]:
    """Yield changes that are handed in together: of items that do not use each other, and of half a notebook's, so that the rest shows harm."""
    items = [item.id for item in assignment.items(notebook) if item.solution]
    used = _uses(solution_cells(course, assignment, notebook))
    queues = {item: list(reversed(made.get(item, []))) for item in items}
    while any(queues.values()):
        batch: list[Mutant] = []
        for item in sorted(items, key=lambda each: -len(queues[each])):
            apart = all(item not in used[other.item] and other.item not in used[item] for other in batch)
            if queues[item] and apart and len(batch) < max(1, len(items) // 2):
                batch.append(queues[item].pop())
        yield batch


def _uses(solution: dict[str, str]) -> dict[str, set[str]]:
    """Return which names each solution cell uses."""
    return {
        cell: {node.id for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)}
        for cell, source in solution.items()
    }


def _grade(
    course: Course,
    assignment: Assignment,
    dataset: str,
    jobs: int,
    err: Console,
    batches: list[tuple[str, list[Mutant]]],
    verdicts: Verdicts,
    what: str,
) -> list[tuple[str, list[Mutant]]]:
    """Grade batches, and return one by one the changes of those in which something happened that may be another's doing."""
    releases = released(course, assignment.name)
    needed = {name: _needed(course, assignment, name) for name in assignment.notebooks}
    notebooks: list[dict[str, Any]] = [
        filled(releases[name].values, needed[name] | {each.item: each.code for each in batch})
        for name, batch in batches
    ]
    again = []
    cards = grade_notebooks(course, assignment, dataset, jobs, notebooks, what, err, _HURRY)
    for (name, batch), card in zip(batches, cards, strict=True):
        scores = {each.id: each.score < each.points for each in card.items}
        rests_on_others = {i.id for i in assignment.items() if not i.solution}
        mine = {each.item for each in batch}
        harmed = [item for item, lost in scores.items() if lost and item not in mine | rests_on_others]
        if (harmed or card.status != "graded") and len(batch) > 1:
            again += [(name, [each]) for each in batch]
            continue
        for each in batch:
            verdicts.lost[each] = scores.get(each.item, False)
            if card.status == "grader_fault":
                verdicts.unclear[each] = card.message
            elif harmed and card.status == "graded":
                verdicts.harmed[each] = harmed
    return again


def _needed(course: Course, assignment: Assignment, notebook: str) -> dict[str, str]:
    """Return the solution of the items, and of other cells only what items use: what trains and earns nothing here takes time."""
    solution = solution_cells(course, assignment, notebook)
    items = {item.id for item in assignment.items(notebook)}
    used = set[str]().union(*(names for cell, names in _uses(solution).items() if cell in items))
    defined = {
        cell: {n.name for n in ast.parse(source).body if isinstance(n, (ast.FunctionDef, ast.ClassDef))}
        for cell, source in solution.items()
    }
    return {cell: source for cell, source in solution.items() if cell in items or defined[cell] & used}


def _judged(
    assignment: Assignment, made: dict[str, list[Mutant]], verdicts: Verdicts
) -> tuple[Table, list[str]]:
    """Return the numbers as a table, and what is wrong with the graders or the lists."""
    table = Table("item", *("changes", "lost", "right ones", "survivors"))
    problems: list[str] = []
    together: Counter[str] = Counter()
    for item, changes in made.items():
        listed = right_ones(item_folder(assignment.name, item))
        numbers: Counter[str] = Counter(changes=len(changes))
        for each in changes:
            reason = listed.reason(each)
            if each in verdicts.unclear:
                problems.append(
                    f"{item}: the graders failed at a change: {verdicts.unclear[each]}\n{_shown(each)}"
                )
            elif verdicts.lost[each] and reason is not None:
                problems.append(
                    f"{item}: {RIGHT} calls a change right that loses points ({reason})\n{_shown(each)}"
                )
            elif not verdicts.lost[each] and reason is None:
                problems.append(f"{item}: a change of the solution loses nothing\n{_shown(each)}")
            if each in verdicts.harmed:
                problems.append(
                    f"{item}: a change costs {', '.join(verdicts.harmed[each])} as well\n{_shown(each)}"
                )
            lost = verdicts.lost[each]
            numbers["lost" if lost else "survivors" if reason is None else "right ones"] += 1
        problems += [
            f"{listed.path}: no change of the solution is {each!r} any more" for each in listed.stale()
        ]
        together += numbers
        table.add_row(item, *(str(numbers[name]) for name in ("changes", "lost", "right ones", "survivors")))
    table.add_section()
    table.add_row(
        "together", *(str(together[name]) for name in ("changes", "lost", "right ones", "survivors"))
    )
    return table, problems


def _shown(mutant: Mutant) -> str:
    lines = [f"in {RIGHT}: {mutant.change}", *mutant.diff.splitlines()]
    return "\n".join(f"      {line}" for line in lines)
