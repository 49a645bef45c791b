"""Cut outputs and pictures out of a notebook's bytes before they are parsed: what a student printed is no reason to refuse the work."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

# Outside of texts: what begins or ends a value that others are in, and what begins a text.
_MARK = re.compile(rb'["\[\]{}]')
_COLON = re.compile(rb"[ \t\r\n]*:[ \t\r\n]*")
# A piece of a text; not all of it at once, since each step of a repeated group costs memory until the end.
_PART = re.compile(rb'(?:[^"\\]+|\\.){0,10000}', re.DOTALL)
_MOST_MARKS = 5_000_000  # seconds
_MOST_DEMO = 8 << 20  # bytes of outputs of cells that are not run again, and so are shown as handed in


class TooManyValues(ValueError):
    """There are more values in a file than are looked at."""


@dataclass
class _Cell:
    begin: int
    values: list[tuple[int, int]] = field(default_factory=list)  # of the key that is looked for


def without_outputs(content: bytes) -> bytes:
    """Return a notebook's JSON with empty lists of outputs, but for those of cells with a tag `demo`.

    Nothing is parsed, so that a hostile file costs time in proportion to its length and no memory. What is no JSON comes back
    as something that is none either.

    Raises:
        TooManyValues: It would take too long.
    """
    cuts: list[tuple[int, int]] = []
    demo = _MOST_DEMO
    for cell, end in _cells(content, b'"outputs"', b"["):
        size = sum(last - first for first, last in cell.values)
        around = content[cell.begin : cell.values[0][0]] + content[cell.values[-1][1] : end]
        if size <= demo and b'"demo"' in around:
            demo -= size
        else:
            cuts += cell.values
    return _emptied(content, cuts)


def without_attachments(content: bytes) -> bytes:
    """Return a notebook's JSON without the pictures that are attached to texts; see `without_outputs`.

    Raises:
        TooManyValues: It would take too long.
    """
    cells = _cells(content, b'"attachments"', b"{")
    return _emptied(content, [cut for cell, _ in cells for cut in cell.values])


def _emptied(content: bytes, cuts: list[tuple[int, int]]) -> bytes:
    """Return the bytes with these lists and objects empty."""
    kept, at = [], 0
    for begin, end in cuts:
        kept += [content[at : begin + 1], content[end - 1 : end]]
        at = end
    return b"".join([*kept, content[at:]])


def _cells(content: bytes, key: bytes, bracket: bytes) -> Iterator[tuple[_Cell, int]]:
    """Yield the cells that have such a list or object, each with its end: objects in the list `cells` of the object that the file is."""
    depth, at, marks = 0, 0, 0
    in_cells = False
    cell: _Cell | None = None
    value = -1
    text = (0, 0)  # the last text: a key, where a colon follows
    while (mark := _MARK.search(content, at)) is not None:
        marks += 1
        if marks > _MOST_MARKS:
            raise TooManyValues
        begin, at = mark.span()
        match mark[0]:
            case b'"':
                at = _end_of_text(content, at)
                text = (begin, at)
            case b"{" | b"[" as opening:
                depth += 1
                if depth == 3 and in_cells and opening == b"{":
                    cell = _Cell(begin)
                elif depth in (2, 4) and (gap := _COLON.match(content, text[1])) and gap.end() == begin:
                    name = content[slice(*text)]
                    if depth == 2:
                        in_cells = opening == b"[" and name == b'"cells"'
                    elif cell is not None and name == key and opening == bracket:
                        value = begin
            case _:
                if depth == 4 and value >= 0 and cell is not None:
                    cell.values.append((value, at))
                    value = -1
                elif depth == 3 and cell is not None:
                    if cell.values:
                        yield cell, at
                    cell = None
                elif depth == 2:
                    in_cells = False
                depth -= 1


def _end_of_text(content: bytes, at: int) -> int:
    """Return the position behind the quotation mark that ends a text."""
    while content[at : at + 1] not in (b'"', b""):
        part = _PART.match(content, at)
        assert part is not None  # it takes nothing, if need be
        if part.end() == at:  # a backslash that ends the file
            return len(content)
        at = part.end()
    return at + 1
