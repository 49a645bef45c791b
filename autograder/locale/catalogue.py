"""One language's translations of one place, in gettext's PO format: read, asked, brought up to date, written.

The English text is the key, beside a context that says where it stands. What is missing or fuzzy is shown in English.
"""

from __future__ import annotations

import codecs
import difflib
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.messages.catalog import Catalog
from babel.messages.pofile import PoFileError, denormalize, escape, read_po

from autograder.errors import CourseError
from autograder.locale.kept import lost
from autograder.locale.signs import drawable

ENGLISH = "en"  # the sources' own language
FOLDER = "locale"  # beside what is translated: `locale/es.po`
PLACED = "text in a figure or a column"  # so begins the note of a text that stays English where its translation could not be drawn
_LANGUAGE = re.compile(r"[a-z]{2,3}(_[A-Z][a-z]{3})?(_([A-Z]{2}|[0-9]{3}))?")
_BEFORE = re.compile(r'\|\s*(msgid |msgctxt |msgid_plural |(?="))(.*)')  # Babel reads it as a comment
_LINE = re.compile(rb'\s*(#.*|(msg\w+(\[\d+\])?\s*)?"[^"\\]*(\\.[^"\\]*)*"\s*)?')
_SHORT = 3  # words: a shorter text may mean another thing elsewhere ("right"), so somebody must look
_ALIKE = 0.6  # how much of a changed text must be as it was, so that its translation is worth mending
_ALIKE_ELSEWHERE = 0.8  # where it moved as well
_STRING, _DOCSTRING = "text in ", "docstring"  # so begin the notes of strings and of docstrings

Key = tuple[str, str]  # context and English text


@dataclass(frozen=True)
class Message:
    """A text to translate: in English, where it stands, and a word to the translator."""

    text: str
    context: str = ""
    note: str = ""

    @property
    def key(self) -> Key:
        return self.context, self.text

    def stays(self, language: str) -> bool:
        """Say whether the text is English in this language too: it is drawn, and the language's signs cannot be."""
        return self.note.startswith(PLACED) and not drawable(language)


@dataclass(frozen=True)
class Entry:
    """A translation; "" where there is none yet. A fuzzy one belongs to an English text that was changed since, `before`."""

    text: str = ""
    fuzzy: bool = False
    before: str = ""
    said: tuple[str, ...] = ()  # the translator's own comments

    @property
    def usable(self) -> bool:
        return bool(self.text) and not self.fuzzy


@dataclass(frozen=True)
class Catalogue:
    """The translations of one place into one language, by context and English text."""

    language: str
    entries: dict[Key, Entry] = field(default_factory=dict)
    notes: dict[Key, str] = field(default_factory=dict)
    path: Path = Path()

    def gettext(self, text: str, context: str = "") -> str:
        """Return the translation, or the English text where there is none that holds."""
        found = self.entries.get((context, text))
        return found.text if found is not None and found.usable else text

    def lacking(self) -> Iterator[str]:
        """Yield what is missing, fuzzy, or lacks something that the English text has."""
        for (context, text), entry in self.entries.items():
            if not entry.usable:
                yield f"{self.path.name}, {context}: {'fuzzy' if entry.fuzzy else 'missing'}: {shown(text)}"
        yield from self.broken()

    def broken(self) -> Iterator[str]:
        """Yield which translations lack something that the English text has: a formula, code, a link, a placeholder, a number."""
        for (context, text), entry in self.entries.items():
            if entry.usable:
                note = self.notes.get((context, text), "")
                for said in (*lost(text, entry.text), *_unfit(text, entry.text, note)):
                    yield f"{self.path.name}, {context}: the translation of {shown(text)} {said}"

    def updated(self, messages: Iterable[Message]) -> Catalogue:
        """Return the catalogue of these messages: what is known of the same text stays, of one that was changed it is fuzzy.

        A text that moved, or stands elsewhere as well, takes its translation along; where an English text is again what it was before
        a change, its translation holds again. What is not asked for any more goes, and so does what is drawn where the language's signs
        cannot be.
        """
        wanted = {each.key: each.note for each in messages if not each.stays(self.language)}
        gone = {key: each for key, each in self.entries.items() if each.text and key not in wanted}
        # Of several translations of one text that which is usable.
        known = {key[1]: each for key, each in self.entries.items() if each.text and not each.usable}
        known |= {key[1]: each for key, each in self.entries.items() if each.usable}
        entries = {}
        for key in wanted:
            entry = self.entries.get(key, Entry())
            if not entry.text and key[1] in known:
                entry = _carried(key[1], known[key[1]], gone, entry.said)
            elif not entry.text:
                entry = _nearest(key, gone)
            entries[key] = entry
        return Catalogue(self.language, entries, wanted, self.path)

    def to_text(self) -> str:
        """Return the catalogue as a PO file, one line a text. The same entries give the same file, with every version of Babel."""
        name = Locale.parse(self.language).english_name
        blocks = [
            f"# {name}. What is missing or fuzzy is shown in English.",
            f'msgid ""\nmsgstr ""\n"Language: {self.language}\\n"\n"Content-Type: text/plain; charset=utf-8\\n"',
            '"Content-Transfer-Encoding: 8bit\\n"\n"MIME-Version: 1.0\\n"',
            f'"Plural-Forms: {Catalog(self.language).plural_forms}\\n"\n',
        ]
        for key, entry in self.entries.items():
            blocks += [f"# {each}" for each in entry.said]
            blocks += [f"#. {each}" for each in self.notes.get(key, "").split("\n") if each]
            blocks += ["#, fuzzy"] if entry.fuzzy else []
            blocks += [f"#| msgid {escape(entry.before)}"] if entry.fuzzy else []
            blocks += [f"msgctxt {escape(key[0])}"] if key[0] else []
            blocks += [f"msgid {escape(key[1])}", f"msgstr {escape(entry.text)}", ""]
        return "\n".join(blocks)


def require_language(language: str) -> str:
    """Return a language's code.

    Raises:
        CourseError: It is none that is known.
    """
    try:
        if not _LANGUAGE.fullmatch(language):
            raise ValueError(language)
        Locale.parse(language)
    except (ValueError, UnknownLocaleError) as error:
        raise CourseError(
            f"{language!r} is no language that can be built. Give its code, such as es, zh or pt_BR."
        ) from error
    return language


def read(folder: Path, language: str) -> Catalogue:
    """Return a folder's catalogue of a language; an empty one where there is none yet.

    Raises:
        CourseError: The file cannot be read.
    """
    path = folder / FOLDER / f"{language}.po"
    if not path.is_file():
        return Catalogue(language, path=path)
    text = path.read_bytes().removeprefix(codecs.BOM_UTF8)  # some editors put one there
    for number, line in enumerate(text.splitlines(), 1):
        if not _LINE.fullmatch(line):
            raise CourseError(
                f"{path}, line {number}: a quote is missing, or stands alone in a text without a \\ before it."
            )
    try:
        catalog = read_po(io.BytesIO(text), locale=language, abort_invalid=True)
    except (PoFileError, ValueError) as error:
        raise CourseError(f"{path} is no catalogue that can be read: {error}") from error
    entries, notes = {}, {}
    for message in catalog:
        if isinstance(message.id, str) and message.id and isinstance(message.string, str):
            key = (message.context or "", message.id)
            said = tuple(each for each in message.user_comments if not _BEFORE.fullmatch(each))
            entries[key] = Entry(message.string, message.fuzzy, _before(message.user_comments), said)
            notes[key] = "\n".join(message.auto_comments)
    return Catalogue(language, entries, notes, path)


def _before(comments: Iterable[str]) -> str:
    """Return the English text that a fuzzy translation belongs to; in several lines, if another program wrote it."""
    lines, kind = [], ""
    for found in filter(None, map(_BEFORE.fullmatch, comments)):
        kind = found[1] or kind
        lines += [found[2]] if kind == "msgid " else []
    return "".join(str(denormalize(each)) for each in lines)


def languages_in(folder: Path) -> list[str]:
    """Return the languages that a folder has catalogues of."""
    return sorted(path.stem for path in (folder / FOLDER).glob("*.po"))


def _carried(text: str, known: Entry, gone: dict[Key, Entry], said: tuple[str, ...]) -> Entry:
    """Return the translation of a text that stands elsewhere, or stood there: then it is no longer among what is `gone`."""
    before = next((key for key in gone if key[1] == text), None)
    moved = gone.pop(before) if before is not None else None
    if moved is not None and (moved.usable or not known.usable or _is_short(text)):
        return moved
    entry = replace(known, said=said)
    return replace(entry, fuzzy=True, before=text) if _is_short(text) else entry


def _nearest(key: Key, gone: dict[Key, Entry]) -> Entry:
    """Return the translation of the text that most likely was changed into this one, as fuzzy; an empty one where none is like it.

    Where the text is what a fuzzy translation belongs to, that holds again.
    """
    context, text = key
    best, most = Entry(), (False, 0.0)
    likely = [each for each in gone.items() if each[0][0] == context or not _is_short(text)]
    for (there, before), entry in likely:
        if entry.fuzzy and entry.before == text:
            return replace(entry, fuzzy=False, before="")
        here = there == context
        match = difflib.SequenceMatcher(None, before, text, autojunk=False)
        least = _ALIKE if here else _ALIKE_ELSEWHERE
        if match.real_quick_ratio() >= least and match.quick_ratio() >= least:
            alike = match.ratio()
            if alike >= least and (here, alike) >= most:
                best, most = replace(entry, fuzzy=True, before=entry.before or before), (here, alike)
    return best


def _is_short(text: str) -> bool:
    return len(text.split()) < _SHORT


def _unfit(text: str, translation: str, note: str) -> Iterator[str]:
    """Yield what would break the place of a text: a second line, but in a string, and what a docstring reads as an escape."""
    lines = text.count("\n"), translation.count("\n")
    if lines[0] != lines[1] and not note.startswith(_STRING):
        yield f"has {lines[1]} line ends where the English text has {lines[0]}"
    if note.startswith(_DOCSTRING) and text.count("\\") != translation.count("\\"):
        yield "has other backslashes than the English text"


def shown(text: str) -> str:
    """Return a text as an error names it."""
    line = " ".join(text.split())
    return repr(line if len(line) <= 90 else f"{line[:89]}…")
