"""What a name stands for in a source, where that is written out: in assignments, and in loops over what is."""

from __future__ import annotations

import ast
from collections import ChainMap
from collections.abc import Iterable, Iterator, MutableMapping


def assigned(nodes: Iterable[ast.AST], known: dict[str, list[ast.expr]]) -> dict[str, list[ast.expr]]:
    """Return what names are given, in assignments and in loops over values that are written out; `known` are names of the module."""
    found: dict[str, list[ast.expr]] = {}

    def give(target: ast.expr, values: list[ast.expr]) -> None:
        if isinstance(target, ast.Name):
            found.setdefault(target.id, []).extend(values)
        elif isinstance(target, ast.Tuple):
            rows = [each.elts for each in _chosen(values) if isinstance(each, (ast.Tuple, ast.List))]
            for i, inner in enumerate(target.elts):
                give(inner, [row[i] for row in rows if len(row) > i])

    for node in nodes:
        if isinstance(node, ast.Assign):
            for target in node.targets:
                give(target, [node.value])
        elif isinstance(node, (ast.AnnAssign, ast.NamedExpr)) and node.value is not None:
            give(node.target, [node.value])
        elif isinstance(node, ast.AugAssign):
            give(node.target, [ast.Name("…")])  # more than is written out
        elif isinstance(node, (ast.For, ast.comprehension)):
            rows = list(_rows(node.iter, ChainMap(found, known)))
            for inner in (each for row in rows for each in ast.walk(row)):
                inner.looped = True  # type: ignore[attr-defined]  # it may be handed on, and said alone
            give(node.target, rows)
    return found


def _chosen(values: Iterable[ast.expr]) -> Iterator[ast.expr]:
    """Yield values, of a choice both."""
    for each in values:
        if isinstance(each, ast.IfExp):
            yield from _chosen((each.body, each.orelse))
        else:
            yield each


def _rows(node: ast.expr, known: MutableMapping[str, list[ast.expr]]) -> Iterator[ast.expr]:
    """Yield what a loop goes over, where that is written out."""
    match node:
        case ast.Name(id=name):
            for each in known.get(name, []):
                yield from _rows(each, {})
        case ast.Tuple(elts=inner) | ast.List(elts=inner) | ast.Set(elts=inner):
            yield from inner
        case ast.Dict(keys=keys, values=values):
            for key, value in zip(keys, values, strict=True):
                if key is not None:
                    yield ast.Tuple([key, value])
                else:
                    yield from _rows(value, known)
        case ast.Call(func=ast.Attribute(value=table, attr="items")):
            yield from _rows(table, known)
        case ast.Call(func=ast.Name(id="zip"), args=inner):
            columns = [list(_rows(each, known)) for each in inner]
            for i in range(max(map(len, columns), default=0)):
                yield ast.Tuple([column[i] if i < len(column) else ast.Name("…") for column in columns])
        case ast.Call(func=ast.Name(id="enumerate"), args=[inner]):
            yield from (ast.Tuple([ast.Constant(0), each]) for each in _rows(inner, known))


def name_of(node: ast.AST) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
