"""Which strings of a notebook are drawn in a figure, or fill a column of a table: places where a language of other signs stays English.

Variables are followed wherever they may lead: rather a printed word in English than a drawn one as boxes.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator

from autograder.authoring.translations.flow import DRAWS, SAYS, called

_PRINTS = {"print", "show", "write", "tqdm", "trange"}
# Their first arguments may be the names of bars.
_PLOTS = {"bar", "barh", "plot", "scatter", "pie", "stem", "step", "boxplot", "violinplot", "table", "set", "setp"}  # fmt: skip
_ADDS = {"append", "extend", "add", "insert", "update", "setdefault"}
_WIDTH = re.compile(r"\d")

Scope = ast.Module | ast.FunctionDef | None
_Value = tuple[ast.AST, Scope]


def placed(cells: Iterable[ast.Module]) -> set[ast.AST]:
    """Return the strings that end in a figure or in a column."""
    reader = _Reader()
    for cell in cells:
        reader.read(cell, cell)
    return reader.followed()


class _Reader:
    """What each name is given, and what is drawn: a name belongs to its function, else to its cell, else to all cells."""

    def __init__(self) -> None:
        self._given: dict[tuple[Scope, str], list[_Value]] = {}
        self._above: dict[Scope, Scope] = {}
        self._calls: list[tuple[ast.Call, Scope]] = []
        self._functions: dict[str, list[ast.FunctionDef]] = {}
        self._shown: list[_Value] = []

    def read(self, node: ast.AST, scope: Scope) -> None:
        for child in ast.iter_child_nodes(node):
            inner = scope
            if isinstance(child, ast.FunctionDef):
                self._functions.setdefault(child.name, []).append(child)
                self._above[child] = scope
                inner = child
            self._take(child, inner)
            self.read(child, inner)

    def _take(self, node: ast.AST, scope: Scope) -> None:
        match node:
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    self._give(target, value, scope)
            case ast.For(target=target, iter=value) | ast.comprehension(target=target, iter=value):
                self._give(target, value, scope)
            case ast.AugAssign(target=target, value=value) | ast.NamedExpr(target=target, value=value):
                self._give(target, value, scope)
            case ast.FormattedValue(value=value, format_spec=ast.JoinedStr() as spec):
                if _WIDTH.match(re.sub(r"^.?[<>^]|^[+ 0#-]+", "", _plain(spec))):
                    self._shown.append((value, scope))
            case ast.Call():
                self._calls.append((node, scope))
                self._shown += [(each, scope) for each in _drawn_by(node)]
                if called(node.func) in _ADDS and isinstance(node.func, ast.Attribute):
                    for each in node.args:
                        self._give(node.func.value, each, scope)

    def _give(self, target: ast.AST, value: ast.AST, scope: Scope) -> None:
        pairs = [(target, value)]
        if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) and len(target.elts) == len(value.elts):  # fmt: skip
            pairs = list(zip(target.elts, value.elts, strict=True))
        for to, given in pairs:
            for name in _bound(to):
                for place in (scope, None) if isinstance(scope, ast.Module) else (scope,):
                    self._given.setdefault((place, name), []).append((given, scope))

    def followed(self) -> set[ast.AST]:
        """Go back from what is drawn to where its strings stand."""
        found: set[ast.AST] = set()
        waiting = list(self._shown)
        seen: set[_Value | tuple[Scope, str]] = set()
        while waiting:
            value, scope = waiting.pop()
            if (value, scope) in seen:
                continue
            seen.add((value, scope))
            for node in _parts(value):
                if _is_string(node):
                    found.add(node)
                elif isinstance(node, ast.Name):
                    waiting += self._values(node.id, scope)
                elif isinstance(node, ast.Call):
                    waiting += self._returned(node)
        return found

    def _values(self, name: str, scope: Scope) -> Iterator[_Value]:
        """Yield what a name may be."""
        while True:
            if isinstance(scope, ast.FunctionDef) and (own := self._arguments(scope, name)) is not None:
                yield from own
                yield from self._given.get((scope, name), [])
                return
            if (scope, name) in self._given:
                yield from self._given[scope, name]
                return
            if scope is None:
                return
            scope = self._above.get(scope)

    def _arguments(self, function: ast.FunctionDef, name: str) -> list[_Value] | None:
        """Return what a parameter is given; None where it is none."""
        names = [each.arg for each in (*function.args.args, *function.args.kwonlyargs)]
        if name not in names:
            return None
        place = names.index(name)
        found: list[_Value] = [(each, function) for each in (*function.args.defaults, *function.args.kw_defaults) if each]  # fmt: skip
        for call, scope in self._calls:
            if called(call.func) == function.name:
                found += [(each, scope) for each in call.args[place : place + 1]]
                found += [(each.value, scope) for each in call.keywords if each.arg == name]
        return found

    def _returned(self, call: ast.Call) -> Iterator[_Value]:
        for function in self._functions.get(called(call.func), []):
            for node in ast.walk(function):
                if isinstance(node, (ast.Return, ast.Yield)) and node.value is not None:
                    yield node.value, function


def _drawn_by(call: ast.Call) -> Iterator[ast.AST]:
    name = called(call.func)
    if name not in _PRINTS:
        if name in DRAWS | _PLOTS:
            yield from call.args
        yield from (each.value for each in call.keywords if each.arg in SAYS - {"desc"})


def _parts(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what a value may be made of: no conditions, no keys that are looked up, nothing that a progress bar says."""
    yield node
    skipped = {"test", "slice", "format_spec"} | ({"func"} if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else set())  # fmt: skip
    if isinstance(node, (ast.Compare, ast.keyword)) and getattr(node, "arg", "desc") == "desc":
        return
    for field, value in ast.iter_fields(node):
        for each in value if isinstance(value, list) else [value]:
            if field not in skipped and isinstance(each, ast.AST):
                yield from _parts(each)


def _bound(target: ast.AST) -> Iterator[str]:
    """Yield the names that a target binds or fills."""
    match target:
        case ast.Name(id=name):
            yield name
        case ast.Subscript(value=inner) | ast.Starred(value=inner):
            yield from _bound(inner)
        case ast.Tuple(elts=inner) | ast.List(elts=inner):
            for each in inner:
                yield from _bound(each)


def _plain(spec: ast.JoinedStr) -> str:
    return "".join(str(each.value) for each in spec.values if isinstance(each, ast.Constant))


def _is_string(node: ast.AST) -> bool:
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))
