"""The comments of a cell, one message a paragraph; what is code, or an order to a tool, stays."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Callable, Iterator

from autograder.authoring.translations.edits import Edit, Places
from autograder.authoring.translations.voices import Say
from autograder.authoring.translations.wrapping import width, wrapped
from autograder.locale.kept import has_words

_ORDER = re.compile(r"(noqa|fmt:|type:|ruff|pragma|%%|!|@param)|#")
_TITLE = re.compile(r"@title ")  # of a folded cell, on Colab
_SHAPE = re.compile(r"\([\w ,…:×*+/-]*\)")  # (N, C_out, H, W)
_CODE = (ast.Call, ast.Subscript, ast.Attribute, ast.Assign, ast.Import, ast.ImportFrom, ast.Return, ast.For)

LONGEST = 100


def is_code(text: str) -> bool:
    """Say whether a text is Python, such as a line that students may take the # off."""
    try:
        tree = ast.parse(text.strip())
    except (SyntaxError, ValueError):
        return False
    return any(isinstance(node, _CODE) for node in ast.walk(tree))


def comment_edits(places: Places, say: Say, wanted: Callable[[int], bool]) -> Iterator[Edit]:
    """Yield the changes of the comments in the lines that are `wanted`."""
    inside = _inside_of_strings(places)
    for block in _blocks(places, wanted):
        line, column, text = block[0]
        if places.lines[line - 1][:column].strip():
            yield from _trailing(places, line, column, text, say, line in inside)
        else:
            yield from _own_lines(places, block, say)


_Comment = tuple[int, int, str]  # line, column, text with its #


def _blocks(places: Places, wanted: Callable[[int], bool]) -> Iterator[list[_Comment]]:
    """Yield comments that belong together: those alone on their lines, one under the other."""
    block: list[_Comment] = []
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(places.text).readline))
    except (tokenize.TokenError, SyntaxError):
        return
    for token in tokens:
        if token.type != tokenize.COMMENT or not wanted(token.start[0]):
            continue
        line, column = token.start
        alone = not places.lines[line - 1][:column].strip()
        if block and alone and block[-1][:2] == (line - 1, column) and _is_alone(places, block[-1]):
            block.append((line, column, token.string))
        else:
            if block:
                yield block
            block = [(line, column, token.string)]
    if block:
        yield block


def _is_alone(places: Places, comment: _Comment) -> bool:
    return not places.lines[comment[0] - 1][: comment[1]].strip()


def _own_lines(places: Places, block: list[_Comment], say: Say) -> Iterator[Edit]:
    paragraph: list[_Comment] = []
    for comment in [*block, (0, 0, "#")]:
        body = comment[2][1:].strip()
        stays = not body or bool(_ORDER.match(body)) or is_code(body)
        title = bool(_TITLE.match(body))
        if (stays or title) and paragraph:
            yield from _paragraph(places, paragraph, "", say)
            paragraph = []
        if title:
            yield from _paragraph(places, [comment], "@title ", say)
        elif not stays:
            paragraph.append(comment)


def _paragraph(places: Places, lines: list[_Comment], head: str, say: Say) -> Iterator[Edit]:
    text = " ".join(each[2][1:].strip() for each in lines).removeprefix(head)
    if not has_words(text) or _SHAPE.fullmatch(text):
        return
    said = say(text, "title of a folded cell" if head else "comment")
    if said != text:
        (first, column, _), (last, _, end) = lines[0], lines[-1]
        indent = " " * column
        made = [indent + f"# {head}{said}"] if head else wrapped(said, f"{indent}# ", f"{indent}# ", LONGEST)
        start = places.at(first, 0)
        yield Edit(start, places.at(last, column + len(end)), "\n".join(made))


def _trailing(places: Places, line: int, column: int, text: str, say: Say, inside: bool) -> Iterator[Edit]:
    """A comment behind code; above it where the line would be too long to read."""
    body = text[1:].strip()
    if _ORDER.match(body) or is_code(body) or _SHAPE.fullmatch(body) or not has_words(body):
        return
    said = say(body, "comment")
    if said == body:
        return
    before = places.lines[line - 1][:column]
    place = places.at(line, column)
    if width(f"{before}# {said}") <= LONGEST or inside or places.lines[line - 2][-1:] == "\\":
        yield Edit(place, place + len(text), f"# {said}")
        return
    indent = before[: len(before) - len(before.lstrip())]
    above = wrapped(said, f"{indent}# ", f"{indent}# ", LONGEST)
    start = places.at(line, 0)
    yield Edit(start, start, "\n".join(above) + "\n")
    yield Edit(place - (len(before) - len(before.rstrip())), place + len(text), "")


def _inside_of_strings(places: Places) -> set[int]:
    """Return the lines whose start may lie inside of a string."""
    try:
        nodes = list(ast.walk(ast.parse(places.text)))
    except (SyntaxError, ValueError):
        return set()
    strings = [n for n in nodes if isinstance(n, ast.JoinedStr) or (isinstance(n, ast.Constant) and isinstance(n.value, str))]  # fmt: skip
    return {line for each in strings for line in range(each.lineno + 1, (each.end_lineno or each.lineno) + 1)}
