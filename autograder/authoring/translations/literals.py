"""String literals as messages, and back: an f-string's `{fields}` stay as they are written, and so do its `{{` and `}}`."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

from autograder.authoring.translations.wrapping import pieces, width

_PIECE = re.compile(r"([rRbBuUfF]{0,2})(\"\"\"|'''|\"|')((?:\\.|[^\\])*?)\2", re.DOTALL)
_GAP = re.compile(r"(\s|\\\n|#[^\n]*\n)*")
_FIELD = re.compile(r"\{\{|\}\}|\{(?:[^{}]|\{[^{}]*\})+\}")
_ESCAPED = {"\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
_THREE = ('"""', "'''")


@dataclass(frozen=True)
class Literal:
    """A string as its author wrote it: its text as a message, whether it has fields, and in how many pieces it stands."""

    text: str
    formatted: bool
    pieces: int


def read(source: str) -> Literal | None:
    """Return what a string literal says, pieces side by side joined; None for one that is not read here."""
    found, place = [], 0
    while place < len(source):
        piece = _PIECE.match(source, place)
        if piece is None or "b" in piece[1].lower():
            return None
        found.append(piece)
        gap = _GAP.match(source, piece.end())
        place = gap.end() if gap else piece.end()
    formatted = any("f" in piece[1].lower() for piece in found)
    text = "".join(_decoded(piece, formatted) for piece in found)
    return Literal(text, formatted, len(found))


def _decoded(piece: re.Match[str], formatted: bool) -> str:
    prefix, quote, body = piece[1].lower(), piece[2], piece[3]

    def plain(text: str) -> str:
        return str(ast.literal_eval(f"{prefix.replace('f', '')}{quote}{text}{quote}")) if text else ""

    if "f" not in prefix:
        text = plain(body)
        return text.replace("{", "{{").replace("}", "}}") if formatted else text
    done, place = "", 0
    for field in _FIELD.finditer(body):
        done += plain(body[place : field.start()]) + field[0]
        place = field.end()
    return done + plain(body[place:])


def written(text: str, formatted: bool, column: int, room: int, wrap: bool) -> str:
    """Return Python for a message.

    Args:
        text: The message.
        formatted: Whether it has fields.
        column: Where the literal begins.
        room: How many columns a line has.
        wrap: Whether it may stand in several pieces, one below the other: between brackets it may.
    """
    whole = _piece([text], formatted)
    if whole is not None and (not wrap or column + width(whole) <= room):
        return whole
    lines: list[list[str]] = [[]]
    for each in _chunks(text) if wrap else [text]:
        longer = _piece([*lines[-1], each], formatted)
        if lines[-1] and (longer is None or (wrap and column + width(longer) > room)):
            lines.append([])
        lines[-1].append(each)
    made = [
        _piece(line, formatted) or _piece(line, formatted, _THREE) or repr("".join(line)) for line in lines
    ]
    return ("\n" + " " * column).join(made)


def _chunks(text: str) -> list[str]:
    """Return a message cut where a piece may end: never in a field."""
    found: list[str] = []
    for each in pieces(text):
        if found and found[-1].count("{") != found[-1].count("}"):
            found[-1] += each
        else:
            found.append(each)
    return found


def _piece(chunks: list[str], formatted: bool, quotes: tuple[str, str] = ('"', "'")) -> str | None:
    """Return one literal; None where its fields hold both kinds of quotes."""
    text = "".join(chunks)
    fields = [field[0] for field in _FIELD.finditer(text) if len(field[0]) > 2] if formatted else []
    quote = next((quote for quote in quotes if not any(quote in each for each in fields)), None)
    if quote is None:
        return None
    if formatted and not fields:
        text = text.replace("{{", "{").replace("}}", "}")
    escapes = {**_ESCAPED, quote[0]: f"\\{quote[0]}"}

    def escaped(plain: str) -> str:
        return "".join(escapes.get(each, each) for each in plain)

    if not fields:
        return f"{quote}{escaped(text)}{quote}"
    done, place = "", 0
    for field in _FIELD.finditer(text):
        done += escaped(text[place : field.start()]) + field[0]
        place = field.end()
    return f"f{quote}{done}{escaped(text[place:])}{quote}"
