"""Which strings of a notebook are drawn or printed, at once or by a variable, as far as a short look shows."""

from __future__ import annotations

import ast
from collections.abc import Iterator

DRAWS = {"print", "show", "title", "suptitle", "set_title", "xlabel", "ylabel", "set_xlabel", "set_ylabel", "set_zlabel", "text", "annotate", "legend", "set_label", "set_xticklabels", "set_yticklabels", "xticks", "yticks", "figtext", "write"}  # fmt: skip
SAYS = {
    "title",
    "xlabel",
    "ylabel",
    "zlabel",
    "label",
    "labels",
    "names",
    "desc",
    "xticklabels",
    "yticklabels",
    "tick_labels",
}
_LOOKS = {"len", "zip", "enumerate", "list", "tuple", "sorted", "reversed", "str", "join", "append", "items"}
_MOST_STEPS = 6  # from a variable to the next


def leaves(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the strings that a value may be or hold: of a choice, a sum, a tuple, the keys and values of a dictionary."""
    match node:
        case ast.Constant() | ast.JoinedStr():
            yield node
        case ast.IfExp():
            yield from leaves(node.body)
            yield from leaves(node.orelse)
        case ast.BinOp(op=ast.Add()):
            yield from leaves(node.left)
            yield from leaves(node.right)
        case ast.Tuple() | ast.List():
            for each in node.elts:
                yield from leaves(each)


def drawn(tree: ast.AST) -> set[ast.AST]:
    """Return the strings that are drawn or printed."""
    nodes = list(ast.walk(tree))
    shown = [value for node in nodes for value in _shown_by(node)]
    names: set[str] = set()
    found: set[ast.AST] = set()
    for _ in range(_MOST_STEPS):
        for value in shown:
            found |= set(leaves(value))
        more = {name for value in shown for name in _names_in(value)} - names
        more -= _handed_on(nodes, names | more)
        if not more:
            break
        names |= more
        shown = [value for node in nodes for value in _given(node, names, nodes)]
    return found


def _handed_on(nodes: list[ast.AST], names: set[str]) -> set[str]:
    """Return the variables that a call takes which does something else with them than to draw or print, such as `x.to(device)`."""
    functions = {node.name: node.args.args for node in nodes if isinstance(node, ast.FunctionDef)}
    found = set()
    for node in nodes:
        if not isinstance(node, ast.Call) or (name := called(node.func)) in DRAWS | _LOOKS:
            continue
        own = functions.get(name, []) if isinstance(node.func, ast.Name) else []
        places = {i for i, each in enumerate(own) if each.arg in names}
        words = {each.arg for each in own if each.arg in names} | SAYS
        given = [each for i, each in enumerate(node.args) if i not in places]
        given += [each.value for each in node.keywords if each.arg not in words]
        found |= {each.id for each in given if isinstance(each, ast.Name)}
    return found


def called(function: ast.AST) -> str:
    """Return the last name of what is called."""
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _shown_by(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what a call draws or prints."""
    if isinstance(node, ast.Call):
        if called(node.func) in DRAWS:
            yield from node.args
        yield from (each.value for each in node.keywords if each.arg in SAYS)


def _names_in(node: ast.AST) -> set[str]:
    """Return the variables whose value is said: those of an f-string's fields, of a choice, of `", ".join(names)`."""
    match node:
        case ast.Name():
            return {node.id}
        case ast.Call(func=ast.Attribute(attr="join"), args=[argument]):
            return _names_in(argument)
        case ast.GeneratorExp() | ast.ListComp():
            return _names_in(node.elt)
        case ast.Call():
            return set()
        case ast.Subscript():
            return _names_in(node.value)
        case ast.FormattedValue():
            return _names_in(node.value)
        case ast.IfExp():
            return _names_in(node.body) | _names_in(node.orelse)
        case ast.BinOp():
            return _names_in(node.left) | _names_in(node.right)
        case ast.Tuple() | ast.List():
            return {name for each in node.elts for name in _names_in(each)}
        case ast.JoinedStr():
            return {name for each in node.values for name in _names_in(each)}
    return set()


def _given(node: ast.AST, names: set[str], nodes: list[ast.AST]) -> Iterator[ast.AST]:
    """Yield what a variable among `names` is given here: by `=`, by a loop, by a call of the function whose parameter it is."""
    match node:
        case ast.Assign():
            for target in node.targets:
                yield from _matched(target, node.value, names)
        case ast.For() | ast.comprehension():
            yield from _looped(node.target, node.iter, names)
        case ast.FunctionDef():
            wanted = [(i, each.arg) for i, each in enumerate(node.args.args) if each.arg in names]
            calls = [each for each in nodes if isinstance(each, ast.Call) and getattr(each.func, "id", "") == node.name] if wanted else []  # fmt: skip
            for call in calls:
                yield from (call.args[i] for i, _ in wanted if i < len(call.args))
                yield from (each.value for each in call.keywords if each.arg in {arg for _, arg in wanted})


def _matched(target: ast.AST, value: ast.AST, names: set[str]) -> Iterator[ast.AST]:
    if isinstance(target, ast.Name) and target.id in names:
        yield value
        if isinstance(value, ast.Dict):
            yield from (each for each in (*value.keys, *value.values) if each is not None)
    elif isinstance(target, ast.Tuple) and isinstance(value, (ast.Tuple, ast.List)) and len(target.elts) == len(value.elts):  # fmt: skip
        for inner, each in zip(target.elts, value.elts, strict=True):
            yield from _matched(inner, each, names)


def _looped(target: ast.AST, over: ast.AST, names: set[str]) -> Iterator[ast.AST]:
    """Yield what a loop's variables are given: of tuples their own places, of `zip` and `enumerate` their own sequences."""
    match over, target:
        case ast.Call(func=ast.Name(id="enumerate"), args=[inner, *_]), ast.Tuple(elts=[_, second]):
            yield from _looped(second, inner, names)
        case ast.Call(func=ast.Name(id="zip"), args=sequences), ast.Tuple(elts=targets):
            for each, sequence in zip(targets, sequences, strict=False):
                yield from _looped(each, sequence, names)
        case ast.Call(func=ast.Attribute(attr="items", value=inner)), ast.Tuple(elts=[first, second]):
            if isinstance(inner, ast.Dict):
                for key, value in zip(inner.keys, inner.values, strict=True):
                    yield from _matched(first, key, names) if key is not None else ()
                    yield from _matched(second, value, names)
            elif isinstance(first, ast.Name) and first.id in names:
                yield inner
        case ((ast.Tuple() | ast.List()), _):
            for each in over.elts:
                yield from _matched(target, each, names)
        case ast.Name(), _:
            if isinstance(target, ast.Name) and target.id in names:
                yield over
