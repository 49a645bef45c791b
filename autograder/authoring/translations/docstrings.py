"""Docstrings, one message a paragraph: an argument's line, a heading such as `Returns:`, is one as well."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from autograder.authoring.translations.comments import is_code
from autograder.authoring.translations.edits import Edit, Places
from autograder.authoring.translations.voices import Say
from autograder.authoring.translations.wrapping import wrapped
from autograder.locale.kept import has_words

_ENTRY = re.compile(
    r"(\*{0,2}[\w.\[\]]+(, [\w.\[\]]+)*|\([\w, ]+\)|[A-Z][\w ]{0,30}|`[^`]+`):( |$)|[-*] |\d+\. "
)
_LABEL = re.compile(r"[A-Z][\w ]{0,30}:( |$)")
_FORMULA = re.compile(r"[\w.]+(\[[^\]]*\])? = ")  # such a line, below another one, stays a line
_ALIGNED = re.compile(
    r"(\s*[\w.]+(?:\[[^\]]*\])? = .*\S\s{2,})(\(.*\))\s*"
)  # and what is said of it stays in its column
_QUOTES = re.compile(r"([rRuU]?)(\"\"\"|'''|\"|')")
_LONGEST = 96


def documented(tree: ast.AST) -> Iterator[tuple[ast.AST, ast.Constant]]:
    """Yield what has a docstring, with it."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)) and node.body:
            first = node.body[0]
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):  # fmt: skip
                yield node, first.value


def docstring_edit(places: Places, node: ast.Constant, say: Say) -> Iterator[Edit]:
    """Yield the change of a docstring, if `say` changes anything in it."""
    start, end = places.of(node)
    quotes = _QUOTES.match(places.text, start)
    if quotes is None or not places.text.endswith(quotes[2], start, end):
        return
    inner = places.text[quotes.end() : end - len(quotes[2])]
    said = docstring(inner, node.col_offset, say)
    if said != inner:
        yield Edit(quotes.end(), end - len(quotes[2]), said)


def docstring(text: str, indent: int, say: Say) -> str:
    """Return a docstring's text with each paragraph as `say` says it; those that are said as they were stay as they were."""
    made: list[str] = []
    paragraph: list[str] = []
    doctest = False
    for line in [*text.split("\n"), ""]:
        doctest = line.strip().startswith((">>>", "...")) or (doctest and bool(line.strip()))
        stays = not line.strip() or doctest
        if paragraph and (stays or _begins(line, paragraph)):
            made += _paragraph(paragraph, "" if made else " " * indent, say)
            paragraph = []
        if stays:
            made.append(line)
        else:
            paragraph.append(line)
    return "\n".join(made[:-1])


def _begins(line: str, paragraph: list[str]) -> bool:
    """Say whether a line begins a message of its own behind those of `paragraph`."""
    first, here = _indent(paragraph[0]), _indent(line)
    if paragraph[-1].rstrip().endswith(":") or here < first:
        return True
    if len(paragraph) > 1 and here < _indent(paragraph[1]):
        return True
    if here == first and _FORMULA.match(line.strip()) and _FORMULA.match(paragraph[0].strip()):
        return True
    return here == first and bool(_ENTRY.match(paragraph[0].strip()) or _LABEL.match(line.strip()))


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _is_formula(text: str) -> bool:
    return is_code(text.replace("²", "**2"))


def _paragraph(lines: list[str], hidden: str, say: Say) -> list[str]:
    """Return a paragraph's lines. `hidden`: the indentation of the first line of all, which stands behind the quotes."""
    if len(lines) == 1 and _FORMULA.match(lines[0].strip()):
        if _is_formula(lines[0]):
            return lines
        if (aligned := _ALIGNED.fullmatch(lines[0])) and _is_formula(aligned[1]):
            return [aligned[1] + say(aligned[2], "docstring, beside a formula")]
    text = " ".join(each.strip() for each in lines)
    said = say(text, "docstring") if has_words(text) else text
    if said == text:
        return lines
    first = lines[0][: _indent(lines[0])]
    if len(lines) > 1:
        rest = lines[1][: _indent(lines[1])]
    else:
        rest = hidden + first + ("    " if _ENTRY.match(text) else "")
    end = lines[-1][len(lines[-1].rstrip()) :]
    made = wrapped(said, first, rest, _LONGEST)
    return [*made[:-1], made[-1] + end]
