"""Cut outputs and attached pictures out of a notebook's bytes before they are parsed: what a student showed is no reason to refuse the work."""

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
    outputs: list[tuple[int, int]] = field(default_factory=list)
    pictures: list[tuple[int, int]] = field(default_factory=list)


def without_outputs(content: bytes) -> bytes:
    """Return a notebook's JSON with empty lists of outputs, but for those of cells with a tag `demo`, and with nothing in attachments.

    How many pictures are attached to a cell stays to be seen: a person may have to look at them. Nothing is parsed, so that a
    hostile file costs time in proportion to its length and no memory. What is no JSON comes back as something that is none either.

    Raises:
        TooManyValues: It would take too long.
    """
    cuts: list[tuple[int, int, bytes]] = []
    demo = _MOST_DEMO
    for cell, end in _cells(content):
        cuts += [(*each, b"{}") for each in cell.pictures]
        if not cell.outputs:
            continue
        size = sum(last - first for first, last in cell.outputs)
        around = content[cell.begin : cell.outputs[0][0]] + content[cell.outputs[-1][1] : end]
        if size <= demo and b'"demo"' in around:
            demo -= size
        else:
            cuts += [(*each, b"[]") for each in cell.outputs]
    kept, at = [], 0
    for begin, end, nothing in sorted(cuts):
        kept += [content[at:begin], nothing]
        at = end
    return b"".join([*kept, content[at:]])


def _cells(content: bytes) -> Iterator[tuple[_Cell, int]]:
    """Yield the cells that have outputs or attachments, each with its end: objects in the list `cells` of the object that the file is."""
    depth, at, marks = 0, 0, 0
    in_cells = False
    cell: _Cell | None = None
    outputs, picture, attached = -1, -1, False
    text = (0, 0)  # the last text: a key, where a colon follows

    def is_value_of(key: bytes, begin: int) -> bool:
        gap = _COLON.match(content, text[1])
        return gap is not None and gap.end() == begin and content[slice(*text)] == key

    while (mark := _MARK.search(content, at)) is not None:
        marks += 1
        if marks > _MOST_MARKS:
            raise TooManyValues
        begin, at = mark.span()
        match mark[0]:
            case b'"':
                at = _end_of_text(content, at)
                text = (begin, at)
            case b"{":
                depth += 1
                if depth == 3 and in_cells:
                    cell = _Cell(begin)
                elif depth == 4 and cell is not None:
                    attached = is_value_of(b'"attachments"', begin)
                elif depth == 5 and attached:
                    picture = begin
            case b"[":
                depth += 1
                if depth == 2:
                    in_cells = is_value_of(b'"cells"', begin)
                elif depth == 4 and cell is not None and is_value_of(b'"outputs"', begin):
                    outputs = begin
            case _:
                if depth == 5 and picture >= 0 and cell is not None:
                    cell.pictures.append((picture, at))
                    picture = -1
                elif depth == 4 and cell is not None:
                    if outputs >= 0:
                        cell.outputs.append((outputs, at))
                    outputs, attached = -1, False
                elif depth == 3 and cell is not None:
                    if cell.outputs or cell.pictures:
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
