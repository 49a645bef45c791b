"""What students do to code that they copied: each disguise takes a submission's cells and gives what would be handed in.

Cells are a dictionary from grade id (any word for a cell of one's own) to source, in the order of the notebook.
"""

from __future__ import annotations

import ast
import builtins
import random
import re
from collections.abc import Callable

Cells = dict[str, str]
Disguise = Callable[[Cells, random.Random], Cells]

_WORDS = [
    "my",
    "our",
    "this",
    "first",
    "second",
    "third",
    "new",
    "old",
    "big",
    "small",
    "temp",
    "inner",
    "outer",
    "left",
    "right",
    "next",
    "main",
]
_THINGS = [
    "value",
    "thing",
    "number",
    "part",
    "array",
    "item",
    "result",
    "data",
    "piece",
    "block",
    "size",
    "list",
    "step",
    "mat",
    "vec",
]
_REMARKS = (
    "as in the lecture",
    "here we go through everything",
    "do the real work",
    "see the formula above",
    "should be right now",
    "keep the shape",
)


def renamed(cells: Cells, draw: random.Random) -> Cells:
    """Give every name of the student's own another one: parameters, variables, helpers, attributes of `self`."""
    return {item: _rename(source, item, draw) for item, source in cells.items()}


def comments_changed(cells: Cells, draw: random.Random) -> Cells:
    """Drop docstrings and comments, lay the code out anew, and put other comments in."""
    changed = {}
    for item, source in cells.items():
        lines = ast.unparse(_without_docstrings(ast.parse(source))).splitlines()
        kept = []
        for line in lines:
            if draw.random() < 0.3:
                kept.append(f"{_indent(line)}# {draw.choice(_REMARKS)}")
            kept.append(line)
        changed[item] = "\n".join(kept) + "\n"
    return changed


def cells_reordered(cells: Cells, draw: random.Random) -> Cells:
    """Hand the cells in in another order."""
    order = list(cells)
    while len(order) > 1 and order == list(cells):
        draw.shuffle(order)
    return {item: cells[item] for item in order}


def functions_reordered(cells: Cells, draw: random.Random) -> Cells:
    """Put every definition into two cells, in another order; methods of classes too."""
    definitions: list[ast.stmt] = []
    rest: list[ast.stmt] = []
    for source in cells.values():
        for node in ast.parse(source).body:
            if isinstance(node, ast.ClassDef):
                draw.shuffle(node.body)
            (definitions if isinstance(node, (ast.FunctionDef, ast.ClassDef)) else rest).append(node)
    draw.shuffle(definitions)
    half = len(definitions) // 2
    parts = (definitions[:half], [*definitions[half:], *rest])
    return {
        f"own_{i}": "\n\n\n".join(map(ast.unparse, nodes)) + "\n" for i, nodes in enumerate(parts) if nodes
    }


def dead_code(cells: Cells, draw: random.Random) -> Cells:
    """Put prints, assertions and assignments that nobody needs between the statements."""
    return {
        item: ast.unparse(_Padding(draw).visit(ast.parse(source))) + "\n" for item, source in cells.items()
    }


def while_loops(cells: Cells, draw: random.Random) -> Cells:
    """Turn every `for … in range(…)` into a `while`, other loops into one over a list and its index."""
    return {
        item: ast.unparse(ast.fix_missing_locations(_While().visit(ast.parse(source)))) + "\n"
        for item, source in cells.items()
    }


def everything(cells: Cells, draw: random.Random) -> Cells:
    """All of it together."""
    for disguise in (while_loops, dead_code, renamed, comments_changed, cells_reordered):
        cells = disguise(cells, draw)
    return cells


DISGUISES: dict[str, Disguise] = {
    each.__name__: each
    for each in (
        renamed, comments_changed, cells_reordered, functions_reordered, dead_code, while_loops, everything,
    )
}  # fmt: skip


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]


def _without_docstrings(tree: ast.Module) -> ast.Module:
    for node in ast.walk(tree):
        if (
            isinstance(node, (ast.FunctionDef, ast.ClassDef))
            and ast.get_docstring(node, clean=False) is not None
        ):
            node.body = node.body[1:] or [ast.Pass()]
    return tree


def _rename(source: str, item: str, draw: random.Random) -> str:
    tree = ast.parse(source)
    own = {
        node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    own |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    own |= {node.name for node in tree.body if isinstance(node, (ast.FunctionDef, ast.ClassDef))}
    attributes = {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self"
        and isinstance(node.ctx, ast.Store)
    }  # fmt: skip
    keep = {item, "self", "CNN", "forward", *dir(builtins)}
    names: dict[str, str] = {}
    for name in sorted((own | attributes) - keep):
        names[name] = f"{draw.choice(_WORDS)}_{draw.choice(_THINGS)}_{len(names)}"

    # By words of the text, so that layout and comments stay. `keyword=` of library calls must stay too.
    calls = {
        keyword.arg for node in ast.walk(tree) if isinstance(node, ast.Call) for keyword in node.keywords
    }

    def replaced(found: re.Match[str]) -> str:
        word = found[0]
        before = source[: found.start()].rstrip(" ")
        of_self = before.endswith("self.")
        if before.endswith(".") and not of_self:
            return word
        if word in calls and re.match(r"\s*=(?!=)", source[found.end() :]) and before[-1:] in "(,":
            return word
        return names.get(word, word) if not of_self or word in attributes else word

    return re.sub(r"\b[A-Za-z_]\w*\b", replaced, source)


class _Padding(ast.NodeTransformer):
    def __init__(self, draw: random.Random) -> None:
        self._draw = draw

    def generic_visit(self, node: ast.AST) -> ast.AST:
        super().generic_visit(node)
        for field in ("body", "orelse"):
            block = getattr(node, field, None)
            if isinstance(block, list) and block and isinstance(block[0], ast.stmt):
                kept: list[ast.stmt] = []
                for statement in block:
                    kept.append(statement)
                    if self._draw.random() < 0.35 and not isinstance(statement, (ast.Return, ast.Continue)):
                        kept += ast.parse(self._filler()).body
                setattr(node, field, kept)
        return node

    def _filler(self) -> str:
        number = self._draw.randrange(1000)
        return self._draw.choice(
            (f"print('here', {number})", f"unused_{number} = {number}", f"assert {number} >= 0", f"if False:\n    print({number})")
        )  # fmt: skip


class _While(ast.NodeTransformer):
    _count = 0

    def visit_For(self, node: ast.For) -> ast.AST | list[ast.stmt]:
        self.generic_visit(node)
        if node.orelse or any(isinstance(inner, ast.Continue) for inner in ast.walk(node)):
            return node
        body = list(map(ast.unparse, node.body))
        call = node.iter
        target = ast.unparse(node.target)
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "range" and len(call.args) < 3:
            *start, stop = map(ast.unparse, call.args)
            lines = [f"{target} = {start[0] if start else 0}", f"while {target} < {stop}:"]
            step = f"{target} += 1"
        else:
            _While._count += 1
            steps, index = f"steps_{self._count}", f"at_{self._count}"
            lines = [f"{steps} = list({ast.unparse(call)})", f"{index} = 0", f"while {index} < len({steps}):"]
            body.insert(0, f"{target} = {steps}[{index}]")
            step = f"{index} += 1"
        for statement in [*body, step]:
            lines += ["    " + line for line in statement.splitlines()]
        return ast.parse("\n".join(lines)).body
