"""Every first-order change of a solution: an operator, a constant, a name, a call, a statement, one at a time.

By Python's own syntax trees. The libraries for this (mutmut, cosmic-ray, mutatest) mutate a project's files and run its test suite in place; an
answer of ours is one cell that goes into a notebook, and slips of students that matter here (a neighbour's variable, two arguments or statements swapped,
a line left outside its loop, a method that works in place) are none of their operators.
"""

from __future__ import annotations

import ast
import difflib
import warnings
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from types import CodeType
from typing import Any

from autograder.authoring.slips import expressions, statements

_NOT_CHANGED = ("annotation", "returns", "format_spec")
ANYTHING = "…"  # stands in a change's words for what lies between
_MOST_LINES = 3  # of a side of a change that is said whole


@dataclass(frozen=True)
class Mutant:
    """One change of an item's solution.

    Attributes:
        item: The item.
        change: What was changed, on one line: what stood there `=>` what stands there now. No two of an item's are alike.
        code: The whole cell.
        diff: The change as people read it.
    """

    item: str
    change: str
    code: str
    diff: str


def mutants(item: str, source: str) -> list[Mutant]:
    """Return every first-order change of a solution cell that Python compiles, and compiles to something else, each once."""
    tree = ast.parse(source)
    known = {_compiled(right := ast.unparse(tree))}
    named: Counter[str] = Counter()
    found = []
    for code in _changed(tree):
        if (made := _compiled(code)) is None or made in known:
            continue
        known.add(made)
        change, diff = _said(right, code)
        named[change] += 1
        times = f" #{named[change]}" if named[change] > 1 else ""  # the same line stands there twice
        found.append(Mutant(item, change + times, code, diff))
    return found


def _changed(tree: ast.Module) -> Iterator[str]:
    """Yield the source with each change in turn; the tree is as it was in between."""
    for node in list(ast.walk(tree)):
        for changes in (*_in_fields(node, tree), *_reordered(node)):
            kept = {name: getattr(node, name) for name in changes}
            vars(node).update(changes)
            yield ast.unparse(ast.fix_missing_locations(tree))
            vars(node).update(kept)


def _in_fields(node: ast.AST, tree: ast.Module) -> Iterator[dict[str, Any]]:
    """Yield changes of what a node holds, each as the field's new value."""
    for name, value in ast.iter_fields(node):
        if name in _NOT_CHANGED or _is_docstring(node):
            continue
        if isinstance(value, ast.expr):
            yield from ({name: new} for new in expressions(value, node, tree))
        elif isinstance(value, list) and value and isinstance(value[0], ast.stmt):
            yield from ({name: new} for new in statements(node, value, tree))
        elif isinstance(value, list) and not isinstance(node, ast.JoinedStr):
            for i, each in enumerate(value):
                if isinstance(each, ast.expr):
                    yield from (
                        {name: [*value[:i], new, *value[i + 1 :]]} for new in expressions(each, node, tree)
                    )


def _reordered(node: ast.AST) -> Iterator[dict[str, Any]]:
    """Yield changes of a node that is no expression: its parts in other order, or one left out."""
    if isinstance(node, ast.arguments):
        for i in range(len(node.args) - 1):
            if node.args[i].arg != "self":
                yield {"args": [*node.args[:i], node.args[i + 1], node.args[i], *node.args[i + 2 :]]}
        if node.defaults:
            yield {"defaults": node.defaults[1:]}
    elif isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        every = node.decorator_list
        yield from ({"decorator_list": every[:i] + every[i + 1 :]} for i in range(len(every)))
    elif isinstance(node, ast.comprehension) and node.ifs:
        yield {"ifs": []}


def _is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _said(right: str, code: str) -> tuple[str, str]:
    """Return a change on one line, and as a diff."""
    old, new = right.splitlines(), code.splitlines()
    while old and new and old[0] == new[0]:
        del old[0], new[0]
    while old and new and old[-1] == new[-1]:
        del old[-1], new[-1]
    indent = min(len(line) - len(line.lstrip()) for line in (*old, *new))
    sides = ([line[indent:] for line in side] for side in (old, new))
    change = " => ".join("; ".join([s[0], ANYTHING, s[-1]] if len(s) > _MOST_LINES else s) for s in sides)
    diff = list(difflib.unified_diff(right.splitlines(), code.splitlines(), n=1, lineterm=""))[2:]
    return change, "\n".join(line for line in diff if not line.startswith("@@"))


def _compiled(code: str) -> Any:
    """Return what is alike for two sources that compile to the same; None for one that does not compile."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return _parts(compile(code, "", "exec"))
        except (SyntaxError, ValueError):
            return None


def _parts(code: CodeType) -> tuple[Any, ...]:
    constants = tuple(_parts(c) if isinstance(c, CodeType) else (type(c), repr(c)) for c in code.co_consts)
    names = (code.co_names, code.co_varnames, code.co_cellvars, code.co_freevars)
    return (code.co_code, code.co_exceptiontable, code.co_argcount, constants, *names)
