"""The answers that the graders are tested by: every misconception must lose its item, no unusual right one may."""

from __future__ import annotations

import ast
import re
import symtable
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from autograder.authoring.handing_in import filled, grade_notebooks, solution_cells
from autograder.authoring.public_checks import asked_of_top
from autograder.course.model import Assignment, Course, Item
from autograder.errors import CourseError
from autograder.grading.items import item_folder, material
from autograder.grading.misconceptions import Misconception
from autograder.intake.submissions import released

LEAST_UNUSUAL = 5  # of each item with a stub


@dataclass
class Tally:
    """What became of the answers, by item."""

    misconceptions: Counter[str] = field(default_factory=Counter)
    lost: Counter[str] = field(default_factory=Counter)
    named: Counter[str] = field(default_factory=Counter)
    unusual: Counter[str] = field(default_factory=Counter)
    false_alarms: Counter[str] = field(default_factory=Counter)

    def table(self, assignment: Assignment) -> Table:
        """Return the numbers as a table."""
        table = Table()
        table.add_column("item", no_wrap=True)
        for column in (
            "points",
            "miscon-\nceptions",
            "lost",
            "named",
            "unusual right\nanswers",
            "false\nalarms",
        ):
            table.add_column(column, justify="right")
        counters = (self.misconceptions, self.lost, self.named, self.unusual, self.false_alarms)
        for item in assignment.items():
            numbers = [str(each[item.id]) if item.solution else "" for each in counters]
            table.add_row(item.id, f"{item.points:g}", *numbers)
        table.add_section()
        table.add_row(
            "together", f"{assignment.tested_points:g}", *(str(sum(each.values())) for each in counters)
        )
        return table


def unusual_answers(assignment: Assignment, item: str) -> dict[str, str]:
    """Return the unusual right answers to an item as cells, by name.

    Each public function or class of `unusual.py` in the item's folder is one answer; the file's imports go with it. Answers that
    are more than one definition (helpers, callables, magics) stand in `unusual_cells.txt`, each behind a line `# %% name`, just as
    a student would type them.

    Raises:
        CourseError: A file cannot be parsed.
    """
    folder = item_folder(assignment.name, item)
    found = _functions(folder / "unusual.py", item)
    for name, code in _cells(folder / "unusual_cells.txt"):
        if name in found:
            raise CourseError(f"{folder}: there are two answers {name} to {item}. Give one another name.")
        found[name] = code
    return found


def _cells(path: Path) -> list[tuple[str, str]]:
    if not path.is_file():
        return []
    _, *parts = re.split(r"^# %% (\w+)\n", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return list(zip(parts[::2], parts[1::2], strict=True))


def _functions(path: Path, item: str) -> dict[str, str]:
    if not path.is_file():
        return {}
    text = path.read_text(encoding="utf-8")
    try:
        body = ast.parse(text).body
        symtable.symtable(text, str(path), "exec")  # refuses more than the parser
    except SyntaxError as error:
        raise CourseError(f"{path}: {error}") from error
    imports = [ast.unparse(node) for node in body if isinstance(node, (ast.Import, ast.ImportFrom))]
    found = {}
    defined = {node.name for node in body if isinstance(node, (ast.FunctionDef, ast.ClassDef))}
    for node in body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.name.startswith("_"):
            lines = text.splitlines()
            first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
            code = "\n".join(lines[first - 1 : node.end_lineno])
            read = set(asked_of_top(symtable.symtable(code, str(path), "exec")))
            if apart := sorted(read & defined - {node.name, item}):
                raise CourseError(
                    f"{path}: {node.name} needs {', '.join(apart)}, which does not go with it. Define it inside, or put both into unusual_cells.txt."
                )
            found[node.name] = "\n".join([*imports, "", "", code, "", f"{item} = {node.name}", ""])
    return found


def lacking(course: Course, assignment: Assignment) -> list[str]:
    """Return which items lack misconceptions, hints, or unusual right answers."""
    said = []
    for item in assignment.items():
        if not item.solution:
            continue
        known, least = (own := material(assignment.name, item.id)).misconceptions, own.least
        if len(known) < least:
            said.append(f"{item.id} has {len(known)} misconceptions; at least {least} are asked for")
        said += [f"{item.id}: the misconception {m.name} has no hint" for m in known if not m.hint.strip()]
        unusual = len(unusual_answers(assignment, item.id))
        if unusual < LEAST_UNUSUAL:
            said.append(
                f"{item.id} has {unusual} unusual right answers in {item_folder(assignment.name, item.id) / 'unusual.py'}; at least {LEAST_UNUSUAL} are asked for"
            )
    return said


def hand_in_misconceptions(
    course: Course, assignment: Assignment, dataset: str, jobs: int, err: Console, tally: Tally
) -> list[str]:
    """Hand in every misconception as a submission: it must lose its item, only its item, and be named."""
    releases = released(course, assignment.name)
    notebooks: list[dict[str, Any]] = []
    handed: list[tuple[str, Misconception]] = []
    for item in _with_stub(assignment):
        solution = solution_cells(course, assignment, item.notebook)
        for each in material(assignment.name, item.id).misconceptions:
            cells = {**solution, item.id: each.source(item.id)}
            notebooks.append(filled(releases[item.notebook].values, cells))
            handed.append((item.id, each))
    problems: list[str] = []
    cards = grade_notebooks(course, assignment, dataset, jobs, notebooks, "Misconceptions", err)
    for (item_id, each), card in zip(handed, cards, strict=True):
        tally.misconceptions[item_id] += 1
        results = {result.id: result for result in card.items}
        if card.status != "graded" or item_id not in results:
            problems.append(f"{item_id}, {each.name}: {card.status} {card.message}")
            continue
        if results[item_id].score < results[item_id].points:
            tally.lost[item_id] += 1
        else:
            problems.append(f"{item_id}: the misconception {each.name} loses nothing")
        if any(test.misconception == each.name for test in results[item_id].tests):
            tally.named[item_id] += 1
        else:
            problems.append(f"{item_id}: the misconception {each.name} is not named")
        rests_on_others = {i.id for i in assignment.items() if not i.solution}
        others = [r.id for r in card.items if r.id not in {item_id, *rests_on_others} and r.score < r.points]
        if others:
            problems.append(f"{item_id}: the misconception {each.name} costs {', '.join(others)} as well")
    return problems


def hand_in_unusual(
    course: Course, assignment: Assignment, dataset: str, seeds: int, jobs: int, err: Console, tally: Tally
) -> list[str]:
    """Hand in the unusual right answers, `seeds` times each: none may lose a point.

    A submission holds one answer to each of its notebook's items, so that they are also tried together.
    """
    releases = released(course, assignment.name)
    notebooks: list[dict[str, Any]] = []
    handed: list[dict[str, str]] = []
    for name in assignment.notebooks:
        known = {
            item.id: unusual_answers(assignment, item.id) for item in assignment.items(name) if item.solution
        }
        for item_id, answers in known.items():
            tally.unusual[item_id] += len(answers)
        solution = solution_cells(course, assignment, name)
        for item in assignment.items():
            if item.solution and item.notebook != name:
                pasted = set(material(assignment.name, item.id).also_in) & solution.keys()
                known |= dict.fromkeys(sorted(pasted), unusual_answers(assignment, item.id))
        for k in range(max(map(len, known.values()), default=0)):
            chosen = {i: list(answers)[k % len(answers)] for i, answers in known.items() if answers}
            cells = {**solution, **{i: known[i][answer] for i, answer in chosen.items()}}
            for seed in range(seeds):
                notebooks.append(filled(releases[name].values, cells, seed))
                handed.append(chosen)
    problems: dict[str, None] = {}
    cards = grade_notebooks(course, assignment, dataset, jobs, notebooks, "Unusual right answers", err)
    for chosen, card in zip(handed, cards, strict=True):
        if card.status != "graded":
            problems[f"{card.notebook} with {', '.join(chosen.values())}: {card.status} {card.message}"] = (
                None
            )
        for result in card.items:
            if result.score < result.points:
                tally.false_alarms[result.id] += 1
                why = next((test.message for test in result.tests if test.message), "")
                answer = chosen.get(result.id, ", ".join(chosen.values()))
                problems[f"{result.id}: the right answer {answer} earns {result.score}: {why}"] = None
    return list(problems)


def _with_stub(assignment: Assignment) -> list[Item]:
    return [item for item in assignment.items() if item.solution]
