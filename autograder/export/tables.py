"""Write CSV that a spreadsheet cannot mistake for formulas, and read the files that learning systems give."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from autograder.errors import AutograderError
from autograder.intake.files import write_text
from autograder.pages.html import plain_characters

_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?%?")
_FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]|[\t\r\n]")


class ExportError(AutograderError):
    """Grades cannot be written in this form."""


def harmless(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula: an apostrophe stands before one, plain numbers stay."""
    return f"'{cell}" if _FORMULA.match(cell) and not _NUMBER.fullmatch(cell.strip()) else cell


def number(value: float) -> str:
    """Return points as plain as possible: 87.5, 100."""
    return f"{round(value, 2):g}" if abs(value) < 100_000 else f"{value:.2f}"


@dataclass
class Sheet:
    """A CSV file that somebody gave us to fill in, as it is."""

    path: Path
    rows: list[list[str]] = field(default_factory=list)
    delimiter: str = ","
    bom: bool = False

    @property
    def header(self) -> list[str]:
        return self.rows[0]


def read_sheet(path: Path) -> Sheet:
    """Read a CSV file, its delimiter recognised by its first line.

    Raises:
        ExportError: It cannot be read.
    """
    try:
        raw = path.read_bytes()
        text = raw.decode("utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ExportError(f"{path} cannot be read as UTF-8 text ({error}). Download it again.") from error
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise ExportError(f"{path} is no CSV file ({error}). Download it again.") from error
    if not rows or not rows[0]:
        raise ExportError(f"{path} is empty. Download it again.")
    return Sheet(path, rows, delimiter, raw.startswith(b"\xef\xbb\xbf"))


def write_rows(path: Path, rows: Iterable[Sequence[str]], delimiter: str = ",", bom: bool = False) -> int:
    """Write a CSV file, every cell harmless, and return the number of rows. Writing is atomic."""
    return _write(path, ([harmless(cell) for cell in row] for row in rows), delimiter, bom)


def write_filled(path: Path, sheet: Sheet, rows: Iterable[Sequence[str]]) -> int:
    """Write a file that somebody gave us with our numbers in it: every other cell stays as it was."""
    return _write(path, rows, sheet.delimiter, sheet.bom)


def _write(path: Path, rows: Iterable[Sequence[str]], delimiter: str, bom: bool) -> int:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\r\n")
    count = 0
    for row in rows:
        writer.writerow(row)
        count += 1
    write_text(
        path, plain_characters(("\ufeff" if bom else "") + text.getvalue())
    )  # a folder's name may be no UTF-8
    return count
