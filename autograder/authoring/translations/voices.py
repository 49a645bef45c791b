"""Who is asked for each text, paragraph by paragraph: a list that takes it down, or a catalogue that knows its translation.

One way through the sources serves both: what is collected is what is translated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Protocol

from autograder.locale import ENGLISH, Catalogue, Message

Say = Callable[[str, str], str]  # text and a word to the translator -> the text that is shown


class Voice(Protocol):
    """Whoever is asked."""

    language: str

    def at(self, context: str) -> Say:
        """Return who answers for the texts of one place."""


class Original:
    """Says every text as it is."""

    language = ENGLISH

    def at(self, context: str) -> Say:
        return lambda text, note: text


class Collector:
    """Says every text as it is, and takes it down."""

    language = ENGLISH

    def __init__(self) -> None:
        self._messages: dict[tuple[str, str], Message] = {}

    def __iter__(self) -> Iterator[Message]:
        return iter(self._messages.values())

    def at(self, context: str) -> Say:
        def say(text: str, note: str) -> str:
            self._messages.setdefault((context, text), Message(text, context, note))
            return text

        return say


class Translator:
    """Says a text in another language, by the first catalogue that knows it; in English where none does."""

    def __init__(self, language: str, *catalogues: Catalogue) -> None:
        self.language = language
        self._catalogues = catalogues

    def at(self, context: str) -> Say:
        def say(text: str, note: str) -> str:
            found = (each.gettext(text, context) for each in self._catalogues)
            return next((each for each in found if each != text), text)

        return say


ORIGINAL = Original()
