"""Which strings of a notebook, or of a public check, are words that students read, and which are the code's own.

Words are: a text of several words; a single word that is drawn or printed, at once or by a variable. A string that the code
compares, or looks something up with, is the code's: translated, it would be another program. `logic` names those.
"""

from __future__ import annotations

import ast
import functools
import re
from collections.abc import Iterable, Iterator
from typing import TypeGuard

from autograder.authoring.translations.comments import is_code
from autograder.authoring.translations.flow import called, drawn, leaves
from autograder.authoring.translations.placed import placed
from autograder.locale.kept import has_words

_OPTIONS = re.compile(
    r"(upper|lower|center) (left|right|center)|(offset|figure|axes|subfigure) (points|pixels|fraction)|cpu|cuda"
)
_ASKED = {"get", "pop", "setdefault", "startswith", "endswith", "count", "index", "split", "replace", "partition", "removeprefix", "getattr", "hasattr", "setattr", "find_spec", "ready", "check", "hint"}  # fmt: skip
_WITH_DEFAULT = {"get", "pop", "setdefault"}
# Where a word is an option: beside `ha="right"` a drawn "right" is still a word.
_PLACES = {"ha", "va", "loc", "align"}
# Whose strings are patterns, addresses or settings, and no words.
_NEVER = {"compile", "search", "fullmatch", "match", "sub", "findall", "finditer", "split", "Path", "open", "filterwarnings", "savefig", "load", "save", "find_spec", "ModuleType"}  # fmt: skip
_SINGLE = re.compile(r"[^\W\d_]+(['-][^\W\d_]+)*[.,:;?!]?")
_LEADING = re.compile(r"^(\s*\{\})+")  # fields before a text
_ERRORS = re.compile(r"(\w*(Error|Iteration|Exception|Warning)\|?)+")
_STATUS = re.compile(r"[a-z]+( [a-z]+)*\??")

Text = ast.Constant | ast.JoinedStr


def logic(tree: ast.AST) -> set[str]:
    """Return the strings that code compares, or looks something up with."""
    found: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Compare():
                asked: Iterable[ast.AST] = [node.left, *node.comparators]
            case ast.Subscript():
                asked = [node.slice]
            case ast.MatchValue():
                asked = [node.value]
            case ast.Call() if called(node.func) in _ASKED:
                asked = node.args[:1] if called(node.func) in _WITH_DEFAULT else node.args
            case _:
                continue
        found |= {each for part in asked for each in _constants(part)}
    return found


def _constants(node: ast.AST) -> Iterator[str]:
    """Yield the strings of an operand: itself, or what a tuple, list or set of it holds."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, (ast.Tuple, ast.List, ast.Set)):
        for each in node.elts:
            yield from _constants(each)


class Labels:
    """The strings that students read, of cells that belong together: those of a notebook, or the parts of the public checks."""

    def __init__(self, sources: Iterable[str]) -> None:
        self._trees = {source: tree for source in sources if (tree := parsed(source)) is not None}
        whole = ast.Module([node for tree in self._trees.values() for node in tree.body], [])
        self.logic = frozenset(logic(whole))
        self._drawn = drawn(whole)
        # A word that stands elsewhere as well, where nothing is drawn, may mean something to the code.
        apart = self._drawn | set(_places(whole))
        self._elsewhere = {_said(n) for n in ast.walk(whole) if _is_string(n) and n not in apart}

        self._placed = {_said(each) for each in placed(self._trees.values()) if _is_string(each)}
        self._words: dict[str, list[Text]] = {}

    def is_placed(self, node: Text) -> bool:
        """Say whether a string, or one that says the same, is drawn in a figure or fills a column."""
        return _said(node) in self._placed

    def of(self, source: str) -> tuple[ast.Module | None, list[Text]]:
        """Return a cell's tree, and its strings that are words, without docstrings, in their order."""
        tree = self._trees.get(source)
        if tree is not None and source not in self._words:
            self._words[source] = list(self._texts(tree))
        return tree, self._words.get(source, [])

    def _texts(self, tree: ast.Module) -> Iterator[Text]:
        parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
        strings = [node for node in ast.walk(tree) if _is_string(node)]
        for node in sorted(strings, key=lambda each: (each.lineno, each.col_offset)):
            if isinstance(parents.get(node), (ast.JoinedStr, ast.Expr)):
                continue
            text = _said(node)
            if (
                text in self.logic
                or not has_words(text)
                or _OPTIONS.fullmatch(text)
                or _is_setting(node, parents)
            ):
                continue
            several = len(text.split()) > 1 or text != text.strip()
            code = is_code(bare := _LEADING.sub("", text)) or is_code(f"{bare})")  # a call may go on
            word = isinstance(node, ast.JoinedStr) or bool(_SINGLE.fullmatch(text.strip()))
            if (
                (several and (not code or _is_words(parents.get(node))))
                or (word and node in self._drawn and text not in self._elsewhere)
                or (word and text.islower() and _is_words(parents.get(node)))
                or _is_status(node, text, tree)
            ):
                yield node


def _places(tree: ast.AST) -> Iterator[ast.AST]:
    """Yield the strings that say where a text is put."""
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg in _PLACES:
            yield from leaves(node.value)
        elif isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                if isinstance(key, ast.Constant) and key.value in _PLACES:
                    yield from leaves(value)


@functools.lru_cache(maxsize=32)
def labels_of(sources: tuple[str, ...]) -> Labels:
    """Return the strings that students read of code that belongs together: each language asks for the same."""
    return Labels(sources)


def parsed(source: str) -> ast.Module | None:
    """Return a cell's tree; None where it cannot be parsed."""
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError):
        return None


def _is_string(node: ast.AST) -> TypeGuard[Text]:
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


def _said(node: Text) -> str:
    """Return a string as a message, a field as `{}`."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    return "".join(str(each.value) if isinstance(each, ast.Constant) else "{}" for each in node.values)


def _is_words(node: ast.AST | None) -> bool:
    """Say whether what is called takes words alone, in the public checks."""
    return isinstance(node, ast.Call) and called(node.func) == "Words"


def _is_setting(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> bool:
    """Say whether a string is a pattern, an address, a setting, or stands in a field of an f-string."""
    child, parent = node, parents.get(node)
    nearest = True  # no call between the string and this one
    while parent is not None and not isinstance(parent, ast.stmt):
        if isinstance(parent, ast.FormattedValue) or (_is_row(parent) and child is not parent.elts[2]):
            return True
        if nearest and isinstance(parent, ast.Call):
            if child is not parent.func and called(parent.func) in _NEVER:
                return True
            nearest = False
        child, parent = parent, parents.get(parent)
    match parent:
        case ast.Assign(targets=[ast.Subscript(value=ast.Name(id="_LARGE"))]):
            return True
    return False


def _is_row(node: ast.AST) -> TypeGuard[ast.Tuple]:
    """Say whether a tuple is a row of a table of errors: kinds, pattern, words, pattern of the line."""
    if not isinstance(node, ast.Tuple) or len(node.elts) < 3:
        return False
    first = node.elts[0]
    return isinstance(first, ast.Constant) and bool(_ERRORS.fullmatch(str(first.value)))


def _is_status(node: Text, text: str, tree: ast.AST) -> bool:
    """Say whether a word is given a name in capitals at the top of a module, as statuses are."""
    if not isinstance(tree, ast.Module) or not _STATUS.fullmatch(text):
        return False
    return any(
        isinstance(each, ast.Assign)
        and all(name.isupper() for target in each.targets for name in _targets(target))
        and any(leaf is node for leaf in leaves(each.value))
        for each in tree.body
    )


def _targets(target: ast.AST) -> list[str]:
    if isinstance(target, ast.Tuple):
        return [name for each in target.elts for name in _targets(each)]
    return [target.id] if isinstance(target, ast.Name) else [""]
