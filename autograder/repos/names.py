"""Names of people, however a system writes them: accents apart or stripped, words in any order, glued together or not."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Hashable, Iterable, Iterator
from functools import lru_cache
from itertools import permutations
from typing import Generic, TypeVar

T = TypeVar("T", bound=Hashable)

_APOSTROPHES = dict.fromkeys(map(ord, "'`´‘’‛′＇"), None)
# What stands between two words. Hyphens, apostrophes and dots stand inside one.
_APART = re.compile(r"[\s,;:/\\|_+&\"“”„()\[\]{}<>，、；：（）・]+")
_BRACKETS = re.compile(r"[(\[{（].*?[)\]}）]")
# Letters that Unicode does not take apart, and those that some systems write as two.
_STROKES = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe"})  # fmt: skip
_SPELT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"})
# Combining classes. A vowel sign of Hindi or a Japanese voice mark is no accent.
_ACCENTS = {202, 216, 220, 230, 240}
_ALL_ORDERS = 4  # words; of more only those that keep the sequence: `Last Last, First Second Third`
_LONGEST = 300  # characters; whatever is longer is no name, and may be made to be slow


def key(name: str) -> str:
    """Return a file's or repository's name as it is looked up: in lower case, and composed (macOS writes accents apart)."""
    return unicodedata.normalize("NFC", name).lower()


def plain(text: str) -> str:
    """Return a name's letters and digits alone, in one form of Unicode, without case: `O’Neil, Zoë` is `oneilzoë`."""
    text = unicodedata.normalize(
        "NFKC", unicodedata.normalize("NFKC", text.translate(_APOSTROPHES)).casefold()
    )
    return "".join(c for c in text if unicodedata.category(c)[0] in "LMN" and not "\u02b0" <= c <= "\u02ff")


def bare(text: str) -> frozenset[str]:
    """Return how a plain name may look where accents are stripped, or spelt out: `müller` is `muller` and `mueller`."""
    return frozenset({_stripped(text), _stripped(text.translate(_SPELT))})


def repaired(name: str) -> Iterator[str]:
    """Yield what a name may have been before a program took its UTF-8 for something else, or wrote letters as `#U00eb`."""
    for encoding in ("cp437", "cp1252", "latin-1"):
        try:
            text = name.encode(encoding).decode()
        except UnicodeError:
            continue
        if text != name:
            yield text
    if "#U" in name:
        yield re.sub(r"#U([0-9a-fA-F]{4})", lambda code: chr(int(code[1], 16)), name)


class Called(Generic[T]):
    """Who may be meant by a name."""

    def __init__(self, known: Iterable[tuple[T, str]]) -> None:
        self._loose: dict[str, dict[T, None]] = {}
        self._strict: dict[str, dict[T, None]] = {}
        self._words: dict[str, dict[T, None]] = {}
        for owner, name in known:
            for words in _readings(name[:_LONGEST]):
                for order in _orders(words):
                    glued = "".join(order)
                    self._strict.setdefault(glued, {})[owner] = None
                    for form in (glued, *bare(glued)):
                        self._loose.setdefault(form, {})[owner] = None
                for key in _sorted(words):
                    self._words.setdefault(key, {})[owner] = None

    def find(self, name: str) -> list[T]:
        """Return all who may be meant. Where several are, the spaces and accents that the name has tell them apart, its order never."""
        for text in (name, *repaired(name)) if len(name) <= _LONGEST else ():
            found: dict[T, None] = {}
            by_words: dict[T, None] = {}
            by_accents: dict[T, None] = {}
            for words in _readings(text):
                glued = "".join(words)
                for form in (glued, *bare(glued)):
                    found |= self._loose.get(form, {})
                if len(words) > 1:
                    for key in _sorted(words):
                        by_words |= self._words.get(key, {})
                if glued not in bare(glued):
                    by_accents |= self._strict.get(glued, {})
            found |= by_words
            for fitting in (by_words, by_accents):
                found = {owner: None for owner in found if owner in fitting} or found
            if found:
                return list(found)
        return []


def _stripped(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text.translate(_STROKES))
    return unicodedata.normalize("NFC", "".join(c for c in apart if unicodedata.combining(c) not in _ACCENTS))


@lru_cache(maxsize=10_000)
def _readings(name: str) -> tuple[tuple[str, ...], ...]:
    """Return a name's words, and without what it has in brackets."""
    found = (
        tuple(word for part in _APART.split(text) if (word := plain(part)))
        for text in (name, _BRACKETS.sub(" ", name))
    )
    return tuple(dict.fromkeys(words for words in found if words))


def _orders(words: tuple[str, ...]) -> Iterable[tuple[str, ...]]:
    if len(words) <= _ALL_ORDERS:
        return permutations(words)
    return (words[i:] + words[:i] for i in range(len(words)))


def _sorted(words: tuple[str, ...]) -> set[str]:
    """Return keys that are the same for the same words in any order, accents or not."""
    return {
        " ".join(sorted(map(_stripped, words))),
        " ".join(sorted(_stripped(w.translate(_SPELT)) for w in words)),
    }
