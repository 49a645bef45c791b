"""Markdown, one message a paragraph: a heading, an item of a list, a cell of a table is one as well. Hard wraps are joined."""

from __future__ import annotations

import re
from collections.abc import Iterator

from autograder.authoring.translations.code import code
from autograder.authoring.translations.voices import Say
from autograder.locale.kept import has_words

_FENCE = re.compile(r"^\s*(```+|~~~+)\s*(\w*)")
_BEGIN = re.compile(r"^(\s*(?:>\s?)*(?:#{1,6}\s+|[-*+]\s+|\d+[.)]\s+)?)(.*)$", re.DOTALL)
_ALONE = re.compile(r"^\s*(#{1,6}\s|[-*+]\s|\d+[.)]\s|>|\||\$\$|```|~~~)")  # such a line begins a block
_RULE = re.compile(r"^[\s|:-]+$")  # below a table's head
_BAR = re.compile(r"(?<!\\)\|")


def markdown(text: str, say: Say) -> str:
    """Return Markdown with every paragraph as `say` says it. What is said as it was stays as it was, line ends too."""
    return "\n".join(_said(kind, lines, say) for kind, lines in _blocks(text.split("\n")))


def _blocks(lines: list[str]) -> Iterator[tuple[str, list[str]]]:
    """Yield the blocks of a text in order: their kind, and their lines."""
    i = 0
    while i < len(lines):
        start, line = i, lines[i]
        i += 1
        if not line.strip():
            yield "blank", [line]
        elif fence := _FENCE.match(line):
            while i < len(lines) and not lines[i].strip().startswith(fence[1]):
                i += 1
            i = min(i + 1, len(lines))
            yield "fence", lines[start:i]
        elif line.lstrip().startswith("$$"):
            while i < len(lines) and not (lines[i - 1].rstrip().endswith("$$") and _closed(lines[start:i])):
                i += 1
            yield "formula", lines[start:i]
        elif line.lstrip().startswith("|"):
            yield "row", [line]
        else:
            heading = line.lstrip().startswith("#")
            while not heading and i < len(lines) and lines[i].strip() and not _ALONE.match(lines[i]):
                i += 1
            yield "paragraph", lines[start:i]


def _closed(lines: list[str]) -> bool:
    return "\n".join(lines).count("$$") % 2 == 0


def _said(kind: str, lines: list[str], say: Say) -> str:
    text = "\n".join(lines)
    if kind == "fence":
        return _fence(lines, say)
    if kind == "blank" or not has_words(text):
        return text
    match kind:
        case "row":
            return text if _RULE.match(text) else _row(text, say)
        case "formula":
            return say(text, "formula: translate the words in \\text{…} alone, where they are no names")
    begin, rest = _parts(text)
    joined = " ".join(line.strip() for line in rest.split("\n")).strip()
    said = say(joined, "heading" if "#" in begin else "list item" if begin.strip() else "")
    return text if said == joined else begin + said


def _parts(text: str) -> tuple[str, str]:
    found = _BEGIN.match(text)
    assert found is not None
    return found[1], found[2]


def _row(line: str, say: Say) -> str:
    """Return a table's row, cell by cell, so that its shape stays."""
    cells = _BAR.split(line)
    for i, cell in enumerate(cells):
        if has_words(cell):
            said = say(cell.strip(), "cell of a table")
            cells[i] = cell if said == cell.strip() else f" {said} "
    return "|".join(cells)


def _fence(lines: list[str], say: Say) -> str:
    """Return a block of code: Python with its comments and texts, anything else as one message with its line ends."""
    found = _FENCE.match(lines[0])
    body = "\n".join(lines[1:-1])
    if found is not None and found[2] in ("python", "py"):
        said = code(body, say)
    else:
        said = say(body, "a block that keeps its lines") if has_words(body) else body
    return "\n".join([lines[0], said, lines[-1]]) if len(lines) > 2 else "\n".join(lines)
