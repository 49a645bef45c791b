"""Code as a sequence of words that survives renaming, other comments and another layout."""

from __future__ import annotations

import builtins
import keyword
import re
from dataclasses import dataclass

# Every alternative ends where it stands or at the end of its line or text, so that a hostile cell takes no longer than its length.
_TOKEN = re.compile(
    r"""
    (?P<comment>\#[^\n]*+)
    | (?P<string>(?:\b[rRbBfFuU]{1,2})?(?:
        \"{3}(?:[^"\\]++|\\.|"(?!""))*+(?:\"{3})?
      | '{3}(?:[^'\\]++|\\.|'(?!''))*+(?:'{3})?
      | "(?:[^"\\\n]++|\\.)*+"?
      | '(?:[^'\\\n]++|\\.)*+'?
    ))
    | (?P<number>\d(?:[\w.]|(?<=[eE])[-+])*+)
    | (?P<name>\w++)
    | (?P<sign>\*\*=?|//=?|<<=?|>>=?|[-+*/%&|^@<>=!:]=|->|[^\s])
    """,
    re.VERBOSE | re.DOTALL,
)
_LINE_ENDS = re.compile(r"[ \t\r]*+(?:\n|\Z)")
_KEPT = frozenset((*keyword.kwlist, *(name for name in dir(builtins) if not name.startswith("_"))))


@dataclass(frozen=True, slots=True)
class Token:
    """What a word stands for, and where it stands in the source."""

    word: str
    start: int
    end: int


def tokens(source: str) -> list[Token]:
    """Return a cell's tokens: names that a student can choose are all one word, strings another.

    Keywords, builtins and what stands behind a dot (a library's functions, say) are kept, attributes of `self` are not. Comments, and
    strings on lines of their own such as docstrings, are left out. Code that Python cannot parse has tokens as well.
    """
    found: list[Token] = []
    behind = 0
    for match in _TOKEN.finditer(source):
        kind, word = match.lastgroup, match[0]
        begins_line = behind == 0 or "\n" in source[behind : match.start()]
        behind = match.end()
        if kind == "comment" or (kind == "string" and begins_line and _LINE_ENDS.match(source, behind)):
            continue
        if kind == "string":
            word = "S"
        elif kind == "name":
            behind_dot = len(found) > 1 and found[-1].word == "."
            of_self = behind_dot and source[found[-2].start : found[-2].end] == "self"
            if of_self or not (behind_dot or word in _KEPT):
                word = "V"
        found.append(Token(word, match.start(), match.end()))
    return found
