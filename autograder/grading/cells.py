"""Run a notebook's cells as its student would find them, each item's own cell having the last word on the item's name."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator

from autograder.course.model import Limits
from autograder.intake.notebooks import NEVER_RUN, Notebook
from autograder.pages.html import clean_text
from autograder.sandbox import CellRun, Sandbox

_AGAIN = 0.1  # of a cell's time: for one that has used it up once, or for one of the student's own that took so long
_DEFINING = (
    0.1  # what definitions in a student's own cells may take on top, as a share of those cells' budget
)
_IN_LINE = re.compile(r"\s*\([^()]*, line (\d+)\)$")
_MAGIC = re.compile(r"^\s*[%!?].*$", re.MULTILINE)
Homes = dict[int, list[str]]


def homes(notebook: Notebook, untouched: Collection[str], names: Collection[str]) -> Homes:
    """Return, by position, which names a cell has the last word on: whatever later cells do to them, this is the answer.

    That is the item's own cell if it defines the name; else, where its stub was left alone or holds something else, the last cell
    of the student's that does. A name that is imported or assigned beside is no answer.

    Args:
        notebook: The submission.
        untouched: The items whose stub was left alone.
        names: The items of the assignment: a notebook may hold one of another, such as the network that it trains.
    """
    here = {cell.grade_id for cell in notebook.cells if cell.kind == "solution"}
    found: dict[str, tuple[bool, int]] = {}
    for i, cell in enumerate(notebook.cells):
        if cell.kind not in ("solution", "own") or cell.grade_id in untouched:
            continue
        for name, assigned in _defined(cell.source):
            at_home = cell.kind == "solution" and (cell.grade_id == name or name not in here)
            if name in names and (at_home or not assigned) and not found.get(name, (False, 0))[0] > at_home:
                found[name] = (at_home, i)
    return {i: sorted(n for n, (_, at) in found.items() if at == i) for _, i in found.values()}


def _imports(source: str, name: str) -> Iterator[str]:
    """Yield the statements of a cell that would import a name."""
    for node in _statements(source):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            names = [(each.asname or each.name).partition(".")[0] for each in node.names]
            if name in names or "*" in names:
                yield ast.unparse(node)


def _defined(source: str) -> Iterator[tuple[str, bool]]:
    """Yield the names that a cell defines, and whether by an assignment."""
    for node in _statements(source):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield node.name, False
        elif isinstance(node, ast.Assign):
            yield from ((each.id, True) for each in node.targets if isinstance(each, ast.Name))


def _statements(source: str) -> Iterator[ast.AST]:
    """Yield the statements of a cell, also those that stand in an `if`, a `try` or a `with`; none where it is no Python."""
    try:
        waiting: list[ast.AST] = list(ast.parse(_MAGIC.sub("", source)).body)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    while waiting:
        node = waiting.pop(0)
        yield node
        if isinstance(node, (ast.If, ast.Try, ast.With)):
            waiting[:0] = [*node.body, *getattr(node, "orelse", [])]


class Cells:
    """What runs a notebook's cells in a fresh sandbox, and keeps what came of it.

    The cells that a student added share a budget, which cells with answers do not use up: beyond it they only define what they
    define, for as long as that takes no time to speak of.

    Attributes:
        runs: What became of a cell when it first ran, by position.
        refused: Library calls that stopped a statement where they are taken away.
        overtaken: Names that a later cell gave to something else than what is graded.
        shifted: Names of items of which a later cell gave a helper's name to something else.
    """

    def __init__(self, notebook: Notebook, limits: Limits, at: Homes | None = None) -> None:
        self._notebook = notebook
        self._limits = limits
        self._homes = at or {}
        self.runs: dict[int, CellRun] = {}
        self.refused: list[str] = []
        self.overtaken: list[str] = []
        self.shifted: set[str] = set()
        self._skipped: set[int] = set()
        self._deadly: set[int] = set()
        self._slow: set[int] = set()

    @property
    def turned(self) -> tuple[str, ...]:
        """The items whose cell is no code cell any more."""
        return self._notebook.turned

    @property
    def defined(self) -> frozenset[str]:
        """The items that a cell of the student's defines, be it its own or another."""
        return frozenset(name for names in self._homes.values() for name in names)

    def __call__(self, sandbox: Sandbox, budget: float, own_whole: bool) -> None:
        """Run the cells for at most so many seconds in all, the student's own whole or only what they define."""
        again = _AGAIN * self._limits.cell
        most_own = self._limits.own_cells
        for _ in range(8):
            own = defining = 0.0
            for i, cell in enumerate(self._notebook.cells):
                if cell.kind in NEVER_RUN or i in self._deadly:
                    continue
                left = budget - sandbox.student_seconds
                if left <= 0:
                    return
                most, brief = min(left, again if i in self._slow else self._limits.cell), cell.kind == "demo"
                if cell.kind == "own":
                    over = own >= most_own
                    brief = over or not own_whole
                    most = min(most, most_own * _DEFINING - defining if brief else most_own - own)
                    if over:
                        self._skipped.add(i)
                    if most <= 0:
                        continue
                run = sandbox.run_cell(cell.source, most, definitions_only=brief, keep=self._homes.get(i, []))
                if cell.kind == "own":
                    own, defining = (own, defining + run.seconds) if brief else (own + run.seconds, defining)
                self.runs.setdefault(i, run)
                self.refused.extend(
                    str(o.get("evalue")) for o in run.outputs if o.get("ename") == "LibraryCall"
                )
                self.overtaken.extend(self.defined.intersection(run.overtaken).difference(self.overtaken))
                self.shifted |= self.defined.intersection(run.shifted)
                if not sandbox.alive:
                    if i not in self._slow:
                        self.runs[i] = run
                    self._deadly.add(i)  # left out from now on, so that the rest can be graded
                    break
                if run.status in ("timeout", "interrupted") or (cell.kind == "own" and run.seconds > again):
                    self._slow.add(i)
            else:
                return
            sandbox.student_seconds, spent = 0.0, sandbox.student_seconds
            try:
                sandbox.start()
            finally:  # with nothing spent, a start that fails would be the machine's fault, and end the class
                sandbox.student_seconds = spent

    def how_it_stopped(self, name: str) -> str:
        """Return the error with which a solution cell stopped, such as "SyntaxError: expected ':' (line 3)"; "" if it ran."""
        for i, cell in enumerate(self._notebook.cells):
            if cell.kind == "solution" and cell.grade_id == name and i in self.runs:
                for output in self.runs[i].outputs:
                    if output.get("output_type") == "error":
                        text = f"{output.get('ename', 'Error')}: {output.get('evalue', '')}"
                        return _IN_LINE.sub(r" (line \1)", clean_text(text, 300).strip())
        return ""

    def import_that_failed(self, name: str) -> str:
        """Say which import of a name failed, and with what; "" where none did."""
        for i, run in self.runs.items():
            said = [
                str(o.get("evalue"))
                for o in run.outputs
                if o.get("ename") in ("ModuleNotFoundError", "ImportError")
            ]
            for line in _imports(self._notebook.cells[i].source, name) if said else ():
                module = re.split(r"[\s.]+", line)[1]
                if error := next((each for each in said if f"'{module}" in each), ""):
                    return f"`{clean_text(line, 200)}` failed: {clean_text(error, 200)}"
        return ""

    def notes(self) -> list[str]:
        """Say which cells were not run."""
        cells = len(self._skipped)
        these = "1 cell of yours was" if cells == 1 else f"{cells} cells of yours were"
        return (
            [
                f"{these} not run, but for definitions: cells that you added may take {self._limits.own_cells:.0f} seconds together, and those before took that long. Your answers to the tasks were run and tested all the same."
            ]
            if cells
            else []
        )
