"""Changes of a Python text at places that `ast` or `tokenize` named."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Edit:
    """What takes the place of `text[start:end]`."""

    start: int
    end: int
    text: str


def changed(text: str, edits: Iterable[Edit]) -> str:
    """Return the text with all edits made; they do not overlap."""
    for edit in sorted(edits, key=lambda each: (each.start, each.end), reverse=True):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text


class Places:
    """Where lines and nodes of a text stand."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.lines = text.split("\n")
        self._starts = [0]
        for line in self.lines:
            self._starts.append(self._starts[-1] + len(line) + 1)

    def at(self, line: int, column: int) -> int:
        """Return the place of a column, in characters, of a line, which count from 1."""
        return self._starts[line - 1] + column

    def column(self, place: int, line: int) -> int:
        """Return the column of a place in its line."""
        return place - self._starts[line - 1]

    def of(self, node: ast.AST) -> tuple[int, int]:
        """Return where a node begins and ends; `ast` counts columns in bytes."""
        first, last = node.lineno, node.end_lineno  # type: ignore[attr-defined]
        begin = self.lines[first - 1].encode()[: node.col_offset]  # type: ignore[attr-defined]
        end = self.lines[last - 1].encode()[: node.end_col_offset]  # type: ignore[attr-defined]
        return self.at(first, len(begin.decode())), self.at(last, len(end.decode()))
