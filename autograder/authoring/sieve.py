"""A first look at changed solutions without a sandbox: most are seen to lose in a hundredth of the time that handing them in takes.

What runs here is the course's own solution with one change, in a process of its own that is ended where it hangs or grows. What does not lose here
is handed in (`survivors`), so no change is taken for a right answer by this look alone.
"""

from __future__ import annotations

import ast
import contextlib
import functools
import importlib.util
import inspect
import io
import multiprocessing
import signal
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from typing import Any

import psutil
import pytest
import torch

from autograder.authoring.handing_in import solution_cells
from autograder.authoring.mutants import Mutant
from autograder.course import data as datasets
from autograder.course.model import Assignment, Course
from autograder.course.secret import derive
from autograder.grading import causes
from autograder.grading.items import test_module
from autograder.grading.outcomes import Failed, NotAttempted
from autograder.grading.rng import Rng
from autograder.grading.run import Context, local_student
from autograder.intake.submissions import released
from autograder.workers.worker import end_with_parent, limit_memory

DRAWS = 3  # of hidden inputs: a change that loses with some only is not told from a right answer for sure
# Seconds, of the processor's time and of the clock's, after which a change is left to the sandbox's deadlines.
_LATE, _LATE_BY_THE_CLOCK = 15.0, 300.0
_MEMORY = 5 << 30  # bytes that a process uses for the changes
_SECRET = b"of no submission"


# With how many draws a change lost nothing; None where that was not to be seen (it hung, or the graders failed).
Kept = int | None


@dataclass
class _Looking:
    process: Any
    pipe: Connection
    changes: list[Mutant]
    done: int = 0
    begun: tuple[float, float] = (0.0, 0.0)  # with the latest change, by both times
    ended: bool = False

    def times(self) -> tuple[float, float]:
        """Return the processor's time of this process, and the clock's."""
        with contextlib.suppress(psutil.Error):
            used = psutil.Process(self.process.pid).cpu_times()
            return used.user + used.system, time.monotonic()
        return 0.0, time.monotonic()

    def late(self) -> bool:
        processor, clock = (now - then for now, then in zip(self.times(), self.begun, strict=True))
        return processor > _LATE or clock > _LATE_BY_THE_CLOCK


class Sieve:
    """Ask the hidden tests of one assignment about solutions of ours."""

    def __init__(self, course: Course, assignment: Assignment, dataset: str) -> None:
        self.course, self.assignment = course, assignment
        self.digits = datasets.load(course.data, dataset)
        self.solutions = {name: solution_cells(course, assignment, name) for name in assignment.notebooks}
        self.released = released(course, assignment.name)
        self.imports = {name: _imports(self.released[name].values) for name in assignment.notebooks}
        self.notebook = {item.id: item.notebook for item in assignment.items()}

    def look(self, item: str, code: str) -> Kept:
        """Return with how many draws a solution of an item loses nothing, the other solutions beside it."""
        with causes.not_sought():
            outcomes = [self._outcome(item, code, draw) for draw in range(DRAWS)]
        return None if "unclear" in outcomes else outcomes.count("kept")

    def _outcome(self, item: str, code: str, draw: int) -> str:
        """Return what becomes of an item: "kept", "lost", or "unclear"."""
        name = self.notebook[item]
        space = self._space(name, {**self.solutions[name], item: code})
        if item not in space:
            return "lost"
        items = tuple(self.assignment.items(name))
        ours = {each.id: space[each.id] for each in items if each.solution and each.id in space}
        student = local_student(self.assignment, name, self.course, ours)
        values = {
            "student": student,
            "context": Context(self.assignment.training_on(self.digits.name), self.digits, items),
        }
        try:
            for test in _tests(self.assignment.name, item):
                student.rng = values["rng"] = Rng(derive(_SECRET, str(draw), test.__name__))
                with contextlib.suppress(pytest.skip.Exception), contextlib.redirect_stdout(io.StringIO()):
                    test(**{each: values[each] for each in inspect.signature(test).parameters})
        except (Failed, NotAttempted):
            return "lost"
        except (
            Exception
        ):  # of a form that the graders did not foresee: what is made of it is the engine's matter
            return "unclear"
        finally:
            torch.set_grad_enabled(True)
        return "kept"

    def _space(self, notebook: str, cells: dict[str, str]) -> dict[str, Any]:
        """Return what a notebook's cells define, without those of the text."""
        space: dict[str, Any] = {"__name__": "__main__"}
        for source in (*self.imports[notebook], *cells.values()):
            with contextlib.suppress(Exception), contextlib.redirect_stdout(io.StringIO()):
                exec(compile(source, "<solution>", "exec"), space)
        return space


@functools.cache
def _tests(assignment: str, item: str) -> list[Callable[..., None]]:
    """Return an item's hidden tests. pytest would find the same, and take most of the time for it."""
    path = test_module(assignment, item)
    spec = importlib.util.spec_from_file_location(f"hidden_{assignment}_{item.lower()}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found = [
        each for name, each in vars(module).items() if name.startswith("test_") and inspect.isfunction(each)
    ]
    return [each for each in found if each.__module__ == module.__name__]


def names_in(source: str) -> set[str]:
    """Return the names that a cell uses."""
    return {node.id for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)}


def _imports(values: dict[str, Any]) -> list[str]:
    """Return the import statements of a notebook's code cells."""
    found = []
    for cell in values["cells"]:
        if cell["cell_type"] == "code":
            with contextlib.suppress(SyntaxError):
                body = ast.parse("".join(cell["source"])).body
                found += [
                    ast.unparse(node) for node in body if isinstance(node, (ast.Import, ast.ImportFrom))
                ]
    return list(dict.fromkeys(found))


def sift(
    sieve: Sieve, changes: list[Mutant], jobs: int, moved: Callable[[int, int], None]
) -> dict[Mutant, Kept]:
    """Look at all changes, several at once.

    Args:
        sieve: The assignment's.
        changes: What is looked at, an item's together.
        jobs: How many processes.
        moved: Is told how many are done, of how many.
    """
    seen: dict[Mutant, Kept] = {}
    size = max(1, len(changes) // (4 * jobs))
    waiting = deque(changes[i : i + size] for i in range(0, len(changes), size))
    looking: list[_Looking] = []
    try:
        while waiting or looking:
            while waiting and len(looking) < jobs:
                looking.append(_begin(sieve, waiting.popleft()))
            ready = wait([each.pipe for each in looking], 1.0)
            for each in list(looking):
                if each.pipe in ready:
                    for result in _results(each):
                        seen[each.changes[each.done]] = result
                        each.done += 1
                        each.begun = each.times()
                if each.done == len(each.changes) or each.ended or each.late():
                    looking.remove(each)
                    _end(each)
                    if each.done < len(each.changes):  # this one hung, or ended its process
                        seen[each.changes[each.done]] = None
                        if left := each.changes[each.done + 1 :]:
                            waiting.appendleft(left)
            moved(len(seen), len(changes))
    finally:
        for each in looking:
            _end(each)
    return seen


def _begin(sieve: Sieve, changes: list[Mutant]) -> _Looking:
    ours, theirs = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.get_context("fork").Process(
        target=_serve, args=(sieve, changes, theirs), daemon=True
    )
    process.start()
    theirs.close()
    return _Looking(process, ours, changes, begun=(0.0, time.monotonic()))


def _results(each: _Looking) -> Iterator[Kept]:
    try:
        while each.pipe.poll():
            yield each.pipe.recv()
    except (EOFError, OSError):
        each.ended = True


def _end(each: _Looking) -> None:
    each.process.kill()
    each.process.join()
    each.pipe.close()


def _serve(sieve: Sieve, changes: list[Mutant], pipe: Connection) -> None:
    end_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's matter
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    limit_memory(_MEMORY)
    for each in changes:
        pipe.send(sieve.look(each.item, each.code))
