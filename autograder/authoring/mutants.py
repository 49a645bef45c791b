"""Every first-order change of a solution: an operator, a constant, a name, a call, a statement, one at a time.

By Python's own syntax trees. The libraries for this (mutmut, cosmic-ray, mutatest) mutate a project's files and run its test suite in place; an
answer of ours is one cell that goes into a notebook, and slips of students that matter here (a neighbour's variable, two arguments or statements swapped,
a line left outside its loop, a method that works in place) are none of their operators.
"""

from __future__ import annotations

import ast
import copy
import difflib
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import CodeType
from typing import Any, cast

from autograder.authoring.slips import expressions, statements

ANYTHING = "…"  # stands in a change's words for what lies between
_MOST_LINES = 3  # of a side of a change that is said whole
Put = Callable[[Any], None]


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
        for name, value in ast.iter_fields(node):
            if name in ("annotation", "returns", "format_spec", "decorator_list", "type_params"):
                continue
            if isinstance(value, list) and value and isinstance(value[0], ast.stmt):
                for other in statements(node, value, tree):
                    yield _with(
                        tree, lambda new, node=node, name=name: setattr(node, name, new), value, other
                    )  # type: ignore[misc]
            elif isinstance(value, list):
                for i, each in enumerate(value):
                    if isinstance(each, ast.expr) and not isinstance(node, ast.JoinedStr):
                        for new in expressions(each, node, tree):
                            yield _with(
                                tree, cast(Put, lambda n, at=i, of=value: of.__setitem__(at, n)), each, new
                            )  # type: ignore[misc]
            elif isinstance(value, ast.expr) and not _is_docstring(node):
                for new in expressions(value, node, tree):
                    yield _with(tree, lambda n, node=node, name=name: setattr(node, name, n), value, new)  # type: ignore[misc]
        for other_node in _reordered(node):
            kept = dict(vars(node))
            vars(node).update(vars(other_node))
            yield ast.unparse(tree)
            vars(node).clear()
            vars(node).update(kept)


def _with(tree: ast.Module, put: Put, old: Any, new: Any) -> str:
    put(new)
    try:
        return ast.unparse(ast.fix_missing_locations(tree))
    finally:
        put(old)


def _reordered(node: ast.AST) -> Iterator[ast.AST]:
    """Yield a node of no expression's kind with its parts in other order, or one left out."""
    if isinstance(node, ast.arguments):
        for i in range(len(node.args) - 1):
            if node.args[i].arg != "self":
                args = list(node.args)
                args[i : i + 2] = reversed(args[i : i + 2])
                yield _copy(node, args=args)
        if node.defaults:
            yield _copy(node, defaults=node.defaults[1:])
    elif isinstance(node, ast.comprehension) and node.ifs:
        yield _copy(node, ifs=[])


def _copy(node: ast.AST, **changes: Any) -> ast.AST:
    made = copy.copy(node)
    vars(made).update(changes)
    return made


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
