"""Lines that fit a page: wide characters count twice, code and formulas are never cut."""

from __future__ import annotations

import re
import unicodedata

from autograder.locale.kept import KEPT

# A Chinese or Japanese character may end a line; anything else does at a space.
_WIDE = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff]")
_FILLED = re.compile(r"\{\{.*?\}\}")  # the build puts a number here
_NEVER_FIRST = "，。、；：？！）】》”’…,.;:?!)]"


def width(text: str) -> int:
    """Return how many columns a text takes."""
    return sum(2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in text)


def wrapped(text: str, first: str, rest: str, most: int) -> list[str]:
    """Return a paragraph as lines of at most `most` columns: `first` begins the first, `rest` the others."""
    lines, line = [], first
    for piece in pieces(text):
        begun = line.strip() and line not in (first, rest)
        if begun and width(_FILLED.sub("10", line + piece).rstrip()) > most:
            lines.append(line.rstrip())
            line = rest
        line += piece
    return [*lines, line.rstrip()]


def pieces(text: str) -> list[str]:
    """Return a text cut wherever a line may end; spaces stay at the end of the piece before."""
    inside = {i for found in KEPT.finditer(text) for i in range(found.start(), found.end() - 1)}
    found, start = [], 0
    for i, each in enumerate(text[:-1]):
        after = text[i + 1]
        ends = each == " " and after != " "
        ends = ends or (bool(_WIDE.match(each)) and after != " " and after not in _NEVER_FIRST)
        if ends and i not in inside:
            found.append(text[start : i + 1])
            start = i + 1
    return [*found, text[start:]] if text else []
