"""A cell of code, or a part of the public checks: docstrings, comments and the strings that students read."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from autograder.authoring.translations import literals
from autograder.authoring.translations.comments import LONGEST, comment_edits
from autograder.authoring.translations.docstrings import docstring_edit, documented
from autograder.authoring.translations.edits import Edit, Places, changed
from autograder.authoring.translations.labels import Labels, Text
from autograder.authoring.translations.sound import sound
from autograder.authoring.translations.voices import Say
from autograder.locale.catalogue import PLACED

_BEGIN, _END = re.compile(r"^\s*### BEGIN SOLUTION"), re.compile(r"^\s*### END SOLUTION")


def code(text: str, say: Say, labels: Labels | None = None, said: Say | None = None) -> str:
    """Return code with its docstrings, comments and words in another language; solutions, which nobody is shown, stay.

    Args:
        text: The code.
        say: Says docstrings and comments.
        labels: The strings of all code that belongs together; without, those of this text alone.
        said: Says strings; without, `say` does. One English string must have one translation in a whole notebook: code looks labels up.

    Raises:
        CourseError: A translation would make other code of it.
    """
    labels = labels or Labels([text])
    tree, _ = labels.of(text)
    return sound(text, tree, labels.logic, lambda asked: _code(text, asked(say), labels, asked(said or say)))


def _code(text: str, say: Say, labels: Labels, said: Say) -> str:
    places = Places(text)
    hidden = _solutions(places.lines)
    tree, strings = labels.of(text)
    edits = list(comment_edits(places, say, lambda line: line not in hidden))
    if tree is not None:
        for _, node in documented(tree):
            if node.lineno not in hidden:
                edits += docstring_edit(places, node, say)
        edits += string_edits(places, tree, [s for s in strings if s.lineno not in hidden], labels, said)
    return changed(text, edits)


def words(text: str, say: Say, labels: Labels, first: bool = False) -> str:
    """Return a part of the public checks with what students are shown in another language: its strings, and what `help` says.

    `first`: its docstring is the file's; that of another part is a heading for whoever reads the code.

    Raises:
        CourseError: A translation would make other code of it.
    """
    tree, strings = labels.of(text)
    if tree is None:
        return text
    return sound(text, tree, labels.logic, lambda asked: _words(text, tree, strings, asked(say), first))


def _words(text: str, tree: ast.Module, strings: list[Text], say: Say, first: bool) -> str:
    places = Places(text)
    edits = list(string_edits(places, tree, strings, None, say))
    for owner, node in documented(tree):
        public = owner in tree.body and not getattr(owner, "name", "_").startswith("_")
        if public or (first and owner is tree):
            edits += docstring_edit(places, node, say)
    return changed(text, edits)


def string_edits(
    places: Places, tree: ast.AST, strings: list[Text], labels: Labels | None, say: Say
) -> Iterator[Edit]:
    """Yield the changes of the strings that are words; `labels` says what a figure or a column takes, which checks have none of."""
    bracketed = _bracketed(tree)
    for node in strings:
        start, end = places.of(node)
        literal = literals.read(places.text[start:end])
        if literal is None:
            continue
        said = say(literal.text, _note(literal, labels is not None and labels.is_placed(node)))
        if said != literal.text:
            column = places.column(start, node.lineno)
            # pieces below each other stand between brackets, pieces beside each other may not
            wrap = node in bracketed or (literal.pieces > 1 and "\n" in places.text[start:end])
            # a line that is long in English stays one, and nothing is cut into pieces of a few letters
            long = literal.pieces == 1 and len(places.lines[node.lineno - 1]) > LONGEST
            room = 10**6 if long or column > LONGEST - 40 else LONGEST - 2
            yield Edit(start, end, literals.written(said, literal.formatted, column, room, wrap))


def _note(literal: literals.Literal, placed: bool) -> str:
    note = PLACED if placed else "text in code"
    if literal.formatted:
        note += "; {…} is filled in"
    return note + "; keep the spaces at its ends" if literal.text != literal.text.strip() else note


def _bracketed(tree: ast.AST) -> set[ast.AST]:
    """Return the nodes between brackets, where a line may end anywhere."""
    found: set[ast.AST] = set()
    for node in ast.walk(tree):
        inner: list[ast.AST] = []
        if isinstance(node, ast.Call):
            inner = [*node.args, *node.keywords]
        elif isinstance(node, (ast.List, ast.Set, ast.Dict)) or node in found:
            inner = list(ast.iter_child_nodes(node))
        found |= set(inner)
    return found


def _solutions(lines: list[str]) -> set[int]:
    """Return the lines of solutions, which count from 1."""
    found: set[int] = set()
    inside = False
    for number, line in enumerate(lines, 1):
        inside = inside or bool(_BEGIN.match(line))
        if inside:
            found.add(number)
        inside = inside and not _END.match(line)
    return found
