"""What cells showed, as a feedback page may show it again: text and pictures, within the room that one page has."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from nbformat import NotebookNode

from autograder.gradebook.fill import OURS
from autograder.pages.html import clean_text
from autograder.pages.language import ENGLISH, Language

_MOST_OUTPUT = 100_000  # characters in one page
_MOST_PICTURES = 4_000_000  # base64 signs in one page
_BASE64 = re.compile(r"[A-Za-z0-9+/=\s]*")


@dataclass(frozen=True)
class Output:
    """What a cell of the student's showed: text, or a picture."""

    text: str = ""
    png: str = ""


class Room:
    """What one page may still show of outputs."""

    def __init__(self, words: Language = ENGLISH) -> None:
        self._words = words
        self._text, self._pictures = _MOST_OUTPUT, _MOST_PICTURES

    def outputs(self, cell: NotebookNode) -> list[Output]:
        """Return what a cell showed, each output in one form."""
        shown = []
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            text = output.get("text") or "\n".join(output.get("traceback", [])) or data.get("text/plain", "")
            if png := self._png(data):
                shown.append(Output(png=png))
            elif text := clean_text("".join(text), self._text) if self._text > 0 else "":
                self._text -= len(text)
                shown.append(Output(text=f"{self._words(text.strip())}\n" if text.strip() in OURS else text))
        return shown

    def pictures(self, cell: NotebookNode) -> list[tuple[str, str]]:
        """Return the pictures of a graded cell, each with its words."""
        found = [output.get("data", {}) for output in cell.get("outputs", [])]
        said = self._words.said
        return [(png, said(str(data.get("text/plain", "")))) for data in found if (png := self._png(data))]

    def _png(self, data: dict[str, Any]) -> str:
        png = "".join(data.get("image/png", ""))
        if not png or len(png) > self._pictures or not _BASE64.fullmatch(png):
            return ""
        self._pictures -= len(png)
        return "".join(png.split())
