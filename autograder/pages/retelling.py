"""Say again, in another language, a sentence that a grader made: by the message that it was made from, and what filled its places.

A scorecard keeps English sentences and nothing else. A message is such a sentence with named places, `Your {what} is rounded.`;
what fills a place is a number, code, or words that are messages themselves. What is found nowhere stays as it is.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

PLACE = re.compile(r"\{([a-z_]\w*)\}")
_MOST = 8000  # characters of a sentence that is looked for; it quotes a student
_MOST_READ = 100_000  # characters of all that it is made of
_MOST_KEPT = 3000  # texts that are known already
_DEEPEST = 12
_MOST_TRIES = 20  # to end a place where brackets are closed
_TELLING = 16  # letters with which a message is known, whatever fills its places
_CODE = re.compile(r"`[^`]*`|'[^'\n]*'|(?<!\w)[A-Za-z_][\w.]*(?=[(\[=])")
_WORD = re.compile(r"(?<![\w.])[A-Za-z]{2,}(?!\w|\.\w)")
_NAMES = frozenset(
    ["True", "False", "None", "nan", "inf", "bool", "int", "float", "str", "list", "tuple", "dict", "set"]
)
_A_NAME = re.compile(r"[A-Z]\w*")  # of a type, or an optimizer
_END = re.compile(r"(?<=[.?!])['”)]* (?=\S)")
_SIGNS = ((", ",), (": ",), ("; ",), (" (", ")"))
_CALL = re.compile(r"[\w.…]+\(")
_ARGUMENT = re.compile(r"(\w+=)?(.*)", re.DOTALL)


def filled(message: str, values: Mapping[str, object]) -> str:
    """Return a message with its places filled; a place that has no value stays as it is written."""
    return PLACE.sub(lambda found: str(values.get(found[1], found[0])), message)


def words_in(text: str) -> list[str]:
    """Return the words of a text: what is no code, no name of Python's and no number."""
    return [word for word in _WORD.findall(_CODE.sub(" ", text)) if word not in _NAMES]


@dataclass(frozen=True)
class _Message:
    """A message with places: the text before, between and behind them, and the same in the other language."""

    texts: tuple[str, ...]
    places: tuple[str, ...]
    told: str

    @functools.cached_property
    def letters(self) -> int:
        return sum(each.isalpha() for text in self.texts for each in text)

    @property
    def telling(self) -> bool:
        return self.letters >= _TELLING

    def values(self, text: str) -> dict[str, str] | None:
        """Return what fills the places, if a text was made from this message: brackets that are whole, if that is possible.

        Each place ends where the next text first stands. With few letters nothing else than whole brackets will do.
        """
        found = self._values(text, _MOST_TRIES)
        return self._values(text, 1) if found is None and self.telling else found

    def _values(self, text: str, tries: int) -> dict[str, str] | None:
        first, *between, last = self.texts
        at, end = len(first), len(text) - len(last)
        if at > end or not text.startswith(first) or not text.endswith(last):
            return None
        found: dict[str, str] = {}
        for place, behind in zip(self.places, [*between, None], strict=True):
            there, left = end if behind is None else text.find(behind, at, end), tries
            while tries > 1 and left and there >= 0 and not _closed(text[at:there]):
                there, left = -1 if behind is None else text.find(behind, there + 1, end), left - 1
            if there < 0 or not left or found.setdefault(place, text[at:there]) != text[at:there]:
                return None
            at = there + len(behind or "")
        return found


class Retelling:
    """The messages of one language, by what they are in English."""

    def __init__(self, told: Mapping[str, str]) -> None:
        self._whole = {each: other for each, other in told.items() if not PLACE.search(each)}
        made = []
        for each, other in told.items():
            if places := tuple(PLACE.findall(each)):
                made.append(_Message(tuple(PLACE.split(each)[::2]), places, other))
        self._made = sorted(made, key=lambda each: -each.letters)
        self._known: dict[str, tuple[str, bool]] = {}
        self._read = self._depth = self._cuts = 0
        self._short: set[str] = set()  # known for this sentence alone: a limit cut the search short

    def __call__(self, text: str) -> str:
        """Return a sentence, or several, in the other language."""
        self._read = 0
        if len(text) > _MOST:
            return text
        if len(self._known) > _MOST_KEPT:
            self._known.clear()
        try:
            return self._said(text)[0]
        finally:
            for core in self._short:
                self._known.pop(core, None)
            self._short.clear()

    def _said(self, text: str) -> tuple[str, bool]:
        """Return a text in the other language, and whether nothing English is left of it."""
        core = text.strip()
        if core not in self._known:
            self._read += len(core)
            if self._depth > _DEEPEST or self._read > _MOST_READ:
                self._cuts += 1
                return text, False
            cuts = self._cuts
            self._depth += 1
            try:
                self._known[core] = self._found(core)
            finally:
                self._depth -= 1
            if self._cuts > cuts:
                self._short.add(core)
        elif core in self._short:
            self._cuts += 1  # and so is all that is made of it
        said, whole = self._known[core]
        return text.replace(core, said, 1) if core else text, whole

    def _found(self, text: str) -> tuple[str, bool]:
        if text not in self._whole and (not words_in(text) or _A_NAME.fullmatch(text)):
            return text, True
        return self._call(text) or self._message(text) or self._sentences(text) or self._pieces(text)

    def _message(self, text: str) -> tuple[str, bool] | None:
        if text in self._whole:
            return self._whole[text], True
        partly = None
        for message in self._made:
            if (values := message.values(text)) is None:
                continue
            if partly and not message.telling:
                continue
            said = {place: self._said(value) for place, value in values.items()}
            found = filled(message.told, {place: words for place, (words, _) in said.items()})
            if all(whole for _, whole in said.values()):
                return found, True
            if message.telling:
                partly = partly or (found, False)
        return partly

    def _sentences(self, text: str) -> tuple[str, bool] | None:
        """Return sentences that follow one another, the first as long as possible."""
        for end in reversed(list(_END.finditer(text))):
            if (first := self._message(text[: end.end() - 1])) is not None:
                rest, whole = self._said(text[end.end() :])
                space = "" if first[0].endswith(("。", "！", "？")) else " "
                return f"{first[0]}{space}{rest}", first[1] and whole
        return None

    def _call(self, text: str) -> tuple[str, bool] | None:
        """Return a call with what its arguments are called, and what is said behind it."""
        if (begin := _CALL.match(text)) is None or (end := _end_of_brackets(text, begin.end())) < 0:
            return None
        said, whole = "", True
        for piece, behind in _split(text[begin.end() : end], (", ",)):
            name, value = _ARGUMENT.fullmatch(piece).groups()  # type: ignore[union-attr]  # it fits anything
            words, right = (value, True) if value.isidentifier() else self._said(value)
            said, whole = f"{said}{name or ''}{words}{behind}", whole and right
        rest, right = self._said(text[end + 1 :])
        if rest and not (whole and right):
            return None  # rather a sentence that begins like a call
        return f"{begin[0]}{said}){rest}", whole and right

    def _pieces(self, text: str) -> tuple[str, bool]:
        """Return what stands between signs, piece by piece, if each is known."""
        for signs in _SIGNS:
            said = [(*self._said(piece), behind) for piece, behind in _split(text, signs)]
            if len(said) > 1 and all(whole for _, whole, _ in said):
                return "".join(words + behind for words, _, behind in said), True
        return text, False


def _end_of_brackets(text: str, begin: int) -> int:
    """Return where a bracket is closed that was opened before `begin`; -1 where it is not."""
    depth = 1
    for at in range(begin, len(text)):
        depth += (text[at] in "([{") - (text[at] in ")]}")
        if not depth:
            return at
    return -1


def _closed(text: str) -> bool:
    """Say whether each bracket that is opened in a text is closed there, and code too."""
    depth = 0
    for sign in text:
        depth += (sign in "([{") - (sign in ")]}")
        if depth < 0:
            return False
    return depth == 0 and text.count("`") % 2 == 0


def _split(text: str, signs: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Yield what stands between signs that are in no brackets and no code, each with the sign behind it."""
    begin = at = depth = 0
    code = False
    while at < len(text):
        sign = next((each for each in signs if text.startswith(each, at)), "")
        if sign and not code and depth == 0:
            yield text[begin:at], sign
            begin = at = at + len(sign)
            continue
        code ^= text[at] == "`"
        depth = max(0, depth + (text[at] in "([{") - (text[at] in ")]}"))
        at += 1
    yield text[begin:], ""
