"""What one slip makes of an expression, or of a list of statements: the changes that `mutants` makes one at a time."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from typing import Any

import torch
import torch.nn.functional as F

_ARITHMETIC: dict[type[ast.operator], tuple[type[ast.operator], ...]] = {
    ast.Add: (ast.Sub, ast.Mult),
    ast.Sub: (ast.Add, ast.Mult),
    ast.Mult: (ast.Div, ast.Add, ast.Pow),
    ast.Div: (ast.Mult, ast.FloorDiv, ast.Sub),
    ast.FloorDiv: (ast.Div, ast.Mult, ast.Mod),
    ast.Mod: (ast.FloorDiv, ast.Mult),
    ast.Pow: (ast.Mult, ast.Add),
    ast.MatMult: (ast.Mult,),
    ast.BitAnd: (ast.BitOr, ast.BitXor),
    ast.BitOr: (ast.BitAnd, ast.BitXor),
    ast.BitXor: (ast.BitAnd, ast.BitOr),
}
_COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.Gt, ast.GtE, ast.NotEq),
    ast.LtE: (ast.Lt, ast.Gt, ast.GtE, ast.Eq),
    ast.Gt: (ast.GtE, ast.Lt, ast.LtE, ast.NotEq),
    ast.GtE: (ast.Gt, ast.Lt, ast.LtE, ast.Eq),
    ast.Eq: (ast.NotEq, ast.LtE, ast.GtE),
    ast.NotEq: (ast.Eq, ast.Lt, ast.Gt),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
# Names that are taken for each other: functions, methods, keywords.
_ALIKE = (
    "sum mean prod amax amin",
    "max min",
    "argmax argmin",
    "exp expm1 log",
    "log log2 log1p",
    "sqrt square",
    "abs neg",
    "clamp_min clamp_max",
    "zeros ones rand",
    "zeros_like ones_like",
    "new_zeros new_ones",
    "new_full new_zeros",
    "rand randn",
    "floor ceil round",
    "round int",
    "cat stack",
    "cumsum cumprod logcumsumexp",
    "train eval",
    "no_grad enable_grad",
    "softmax log_softmax sigmoid",
    "var std",
    "add sub",
    "mul div",
    "add_ sub_ copy_",
    "mul_ div_ add_",
    "addcmul addcdiv",
    "addcmul_ addcdiv_",
    "squeeze unsqueeze",
    "relu sigmoid",
    "max_pool2d avg_pool2d",
    "dropout dropout2d",
    "Dropout Dropout2d",
    "ReLU Sigmoid",
    "MaxPool2d AvgPool2d",
    "Adam SGD AdamW",
    "CrossEntropyLoss NLLLoss MSELoss",
    "any all",
    "append extend",
    "numel dim",
    "float double long",
    "items keys values",
    "parameters buffers",
    "inf nan",
    "deepcopy copy",
    "clone detach",
)
_IN_PLACE = {"torch": torch, "F": F}


def _other_names(node: ast.Name, tree: ast.AST) -> list[str]:
    """Return which variables of its function a name may be taken for: the parameters, and what is set in a line before."""
    bound: dict[str, int] = {}
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef) and function.lineno <= node.lineno <= (
            function.end_lineno or 0
        ):
            arguments = function.args
            bound = {a.arg: 0 for a in (*arguments.args, *arguments.kwonlyargs) if a.arg != "self"}
            for inner in ast.walk(function):
                if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store):
                    bound[inner.id] = min(inner.lineno, bound.get(inner.id, inner.lineno))
    if node.id not in bound:
        return []
    return [name for name, line in bound.items() if name != node.id and line < node.lineno]


def _other_attributes(name: str, tree: ast.AST) -> list[str]:
    """Return what else is kept on `self`."""
    kept = dict.fromkeys(
        n.attr
        for n in ast.walk(tree)
        if isinstance(n, ast.Attribute) and isinstance(n.ctx, ast.Store) and ast.unparse(n.value) == "self"
    )
    return [each for each in kept if each != name] if name in kept else []


def _alike(name: str) -> list[str]:
    return [
        o for o in dict.fromkeys(o for row in _ALIKE if name in row.split() for o in row.split()) if o != name
    ]


def _having(node: ast.AST, **changes: Any) -> Any:
    made = copy.copy(node)
    vars(made).update(changes)
    return made


def _without(values: list[Any], at: int) -> list[Any]:
    return values[:at] + values[at + 1 :]


def _swapped(values: list[Any], at: int) -> list[Any]:
    return [*values[:at], values[at + 1], values[at], *values[at + 2 :]]


def _orders(values: list[Any]) -> Iterator[list[Any]]:
    for i in range(len(values) - 1):
        yield _swapped(values, i)


def expressions(node: ast.expr, parent: ast.AST, tree: ast.Module) -> Iterator[ast.expr]:
    """Yield what one slip makes of an expression.

    Args:
        node: The expression.
        parent: Where it stands.
        tree: The whole cell, for its other names.
    """
    match node:
        case ast.Constant():
            yield from (ast.Constant(other) for other in _constants(node.value, parent))
        case ast.Name(id=name, ctx=ast.Load()):
            yield from (ast.Name(other, ast.Load()) for other in [*_other_names(node, tree), *_alike(name)])
        case ast.Attribute():
            yield from (_having(node, attr=other) for other in _attributes(node, tree))
        case ast.BinOp(left=left, op=op, right=right):
            yield from (_having(node, op=other()) for other in _ARITHMETIC.get(type(op), ()))
            if not isinstance(op, (ast.Add, ast.Mult, ast.BitAnd, ast.BitOr, ast.BitXor)):
                yield _having(node, left=right, right=left)
            yield from (left, right)
        case ast.UnaryOp(op=ast.USub() | ast.Not() | ast.Invert(), operand=operand):
            yield operand
        case ast.BoolOp(op=op, values=values):
            yield _having(node, op=ast.Or() if isinstance(op, ast.And) else ast.And())
            yield from values
        case ast.Compare(ops=ops):
            yield from (_having(node, ops=[o(), *ops[1:]]) for o in _COMPARISONS.get(type(ops[0]), ()))
        case ast.IfExp(body=body, orelse=orelse):
            yield from (body, orelse, _having(node, body=orelse, orelse=body))
        case ast.Call():
            yield from _calls(node)
        case ast.Subscript(value=value, ctx=ast.Load()):
            yield value
        case ast.Slice(lower=lower, upper=upper, step=step):
            for name, bound in (("lower", lower), ("upper", upper), ("step", step)):
                if bound is not None:
                    yield _having(node, **{name: None})
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            yield from (_having(node, elts=order) for order in _orders(parts))
            if isinstance(node.ctx, ast.Load) and len(parts) > 1:
                yield from (_having(node, elts=_without(parts, i)) for i in range(len(parts)))
        case ast.Dict(keys=keys, values=values):
            yield from (
                _having(node, keys=_without(keys, i), values=_without(values, i)) for i in range(len(keys))
            )
            yield from (_having(node, values=order) for order in _orders(values))
    if _is_test(node, parent):
        yield ast.UnaryOp(ast.Not(), node)
        yield from (ast.Constant(True), ast.Constant(False))
    if isinstance(parent, (ast.For, ast.comprehension)) and node is parent.iter:
        for part in ("[1:]", "[:-1]"):
            yield ast.parse(f"list({ast.unparse(node)}){part}", mode="eval").body
    if isinstance(parent, ast.Return):
        yield ast.Constant(None)


def _is_test(node: ast.expr, parent: ast.AST) -> bool:
    if isinstance(parent, (ast.If, ast.IfExp, ast.While)):
        return node is parent.test
    return isinstance(parent, ast.comprehension) and node in parent.ifs


def _constants(value: Any, parent: ast.AST) -> list[Any]:
    """Return other values of a constant's kind."""
    others: list[Any] = []
    if isinstance(value, bool):
        others = [not value]
    elif isinstance(value, int):
        others = [value + 1, value - 1, 0, 1, -value, 2 * value]
    elif isinstance(value, float):
        others = [value * 2, value * 10, value / 2, value + 1, 0.0, 1.0, -value]
    elif isinstance(value, str):
        head, arrow, tail = value.rpartition("->")
        others = (
            [f"{value}_", ""]
            if not arrow
            else [head + arrow + "".join(order) for order in _orders(list(tail))]
        )
    elif value is None and not isinstance(parent, ast.Compare):
        others = [0, 1]
    return [
        o
        for o in {repr(other): other for other in others if repr(other) != "-0.0"}.values()
        if repr(o) != repr(value)
    ]


def _attributes(node: ast.Attribute, tree: ast.Module) -> list[str]:
    """Return which other attribute may stand there: what `self` keeps, a function or method alike, its variant in place."""
    others = _alike(node.attr)
    base = node.value.id if isinstance(node.value, ast.Name) else ""
    if base == "self":
        others += _other_attributes(node.attr, tree)
    elif node.attr.endswith("_"):
        others.append(node.attr.rstrip("_"))
    elif hasattr(_IN_PLACE.get(base, torch.Tensor), f"{node.attr}_"):
        others.append(f"{node.attr}_")
    return others


def _calls(node: ast.Call) -> Iterator[ast.expr]:
    """Yield a call with an argument left out, swapped or under another keyword; and what it was called with, uncalled."""
    yield from (_having(node, args=_without(node.args, i)) for i in range(len(node.args)))
    yield from (_having(node, args=order) for order in _orders(node.args))
    for i, keyword in enumerate(node.keywords):
        yield _having(node, keywords=_without(node.keywords, i))
        if (other := {"min": "max", "max": "min"}.get(keyword.arg or "")) is not None:
            yield _having(
                node, keywords=[*node.keywords[:i], _having(keyword, arg=other), *node.keywords[i + 1 :]]
            )
    values = [keyword.value for keyword in node.keywords]
    for order in _orders(values):
        yield _having(node, keywords=[_having(k, value=v) for k, v in zip(node.keywords, order, strict=True)])
    if node.args and not isinstance(node.args[0], ast.Starred):
        yield node.args[0]
    if isinstance(node.func, ast.Attribute):
        yield node.func.value


def statements(owner: ast.AST, body: list[ast.stmt], tree: ast.Module) -> Iterator[list[ast.stmt]]:
    """Yield what one slip makes of a list of statements: one left out or changed, two swapped, one drawn into the block beside it."""
    if isinstance(owner, ast.Module):
        return
    plain = [_is_plain(each) for each in body]
    for i, each in enumerate(body):
        if not plain[i]:
            continue
        before, behind = body[:i], body[i + 1 :]
        yield [*before, *behind] or [ast.Pass()]
        if behind and plain[i + 1] and not _independent(each, behind[0]):
            yield _swapped(body, i)
        if isinstance(each, (ast.For, ast.While, ast.With, ast.If)):
            if behind and plain[i + 1]:
                yield [*before, _having(each, body=[*each.body, behind[0]]), *behind[1:]]
            if before and plain[i - 1]:
                yield [*before[:-1], _having(each, body=[before[-1], *each.body]), *behind]
        yield from ([*before, *instead, *behind] for instead in _instead(each, tree))


def _independent(one: ast.stmt, other: ast.stmt) -> bool:
    """Say whether the order of two statements is seen to be the same: simple ones of which neither sets what the other names, nor calls what may."""
    if not all(isinstance(each, (ast.Assign, ast.AugAssign, ast.Expr)) for each in (one, other)):
        return False
    calls = [any(isinstance(node, ast.Call) for node in ast.walk(each)) for each in (one, other)]
    (stored, named), (stored_too, named_too) = _places(one), _places(other)
    if any(calls):
        return not all(calls) and not named & named_too
    return not stored & named_too and not stored_too & named


def _places(statement: ast.stmt) -> tuple[set[str], set[str]]:
    """Return what a statement sets, and all that it names; what an object keeps counts as the object, but for what `self` keeps."""
    stored, named = set(), set()
    own = {
        id(node.value): f"self.{node.attr}"
        for node in ast.walk(statement)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self"
    }
    for node in ast.walk(statement):
        if isinstance(node, ast.Name):
            named.add(own.get(id(node), node.id))
        if isinstance(getattr(node, "ctx", None), ast.Store):
            stored |= {own.get(id(n), n.id) for n in ast.walk(node) if isinstance(n, ast.Name)}
    return stored, named


def _instead(each: ast.stmt, tree: ast.Module) -> Iterator[list[ast.stmt]]:
    """Yield what one slip makes of a statement."""
    match each:
        case ast.For(body=body) | ast.While(body=body) | ast.With(body=body) | ast.If(body=body):
            if len(body) > 1:
                yield [body[0], _having(each, body=body[1:])]
                yield [_having(each, body=body[:-1]), body[-1]]
            if isinstance(each, (ast.For, ast.While)):
                yield [_having(each, body=[*body, ast.Break()])]
            else:
                yield body
        case ast.AugAssign(target=target, op=op, value=value):
            yield from ([_having(each, op=other())] for other in _ARITHMETIC.get(type(op), ()))
            yield [ast.Assign([target], value)]
            if not _is_number(target, tree):  # no longer in place
                yield [ast.Assign([target], ast.BinOp(_having(target, ctx=ast.Load()), op, value))]
        case ast.Assign(targets=[ast.Name(id=name) as to], value=ast.BinOp(ast.Name(id=left), op, right)):
            if left == name:  # in place, and it may be an argument
                yield [ast.AugAssign(to, op, right)]
        case ast.Assign(targets=[ast.Tuple(elts=parts) as to]):
            yield from ([_having(each, targets=[_having(to, elts=order)])] for order in _orders(parts))
        case ast.Break():
            yield [ast.Continue()]
        case ast.Continue():
            yield [ast.Break()]


def _is_number(target: ast.expr, tree: ast.Module) -> bool:
    """Say whether a variable begins as a number that is written there, so that nothing of it is changed in place."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            values = node.value.elts if isinstance(node.value, ast.Tuple) else [node.value]
            names = node.targets[0].elts if isinstance(node.targets[0], ast.Tuple) else node.targets
            for name, value in zip(names, values, strict=False):
                if isinstance(value, ast.Constant) and ast.unparse(name) == ast.unparse(target):
                    return True
    return False


def _is_plain(each: ast.stmt) -> bool:
    """Say whether a statement can go or move: no definition, and no docstring."""
    if isinstance(each, (ast.FunctionDef, ast.ClassDef, ast.Pass)):
        return False
    return not (isinstance(each, ast.Expr) and isinstance(each.value, ast.Constant))
