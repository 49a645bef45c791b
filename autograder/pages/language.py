"""The language in which a student is spoken to. English is what is written in the sources; any other is in catalogues (`locale/*.po`)."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from autograder.course.dates import shown, span, units, zone_of
from autograder.course.late import number_and_unit
from autograder.locale.catalogue import languages_in, read
from autograder.locale.kept import lost
from autograder.pages.retelling import Retelling, filled

SAID = "said"  # where catalogues have what is told here
PACKAGE = Path(__file__).parents[1]


def message(text: str) -> str:
    """Return a text as it is. It marks what is said in another language where it is shown."""
    return text


class Language:
    """What is said in one language: messages of ours, sentences of graders, numbers and dates.

    Args:
        code: Its code, as in `release/<code>`.
        told: What messages are in it.
    """

    def __init__(self, code: str = "en", told: Mapping[str, str] | None = None) -> None:
        self.code = code
        self._told = dict(told or {})
        self._retelling = Retelling(self._told)

    @property
    def english(self) -> bool:
        return self.code == "en"

    @property
    def tag(self) -> str:
        """Return the code as HTML writes it: `pt-BR`."""
        return self.code.replace("_", "-")

    def __call__(self, message: str, **values: object) -> str:
        """Return a message of ours with its places filled."""
        return filled(self._told.get(message, message), values)

    def count(self, one: str, many: str, number: float) -> str:
        """Return a message of ours about a number, which stands in it as `{number}`: `one` for 1, else `many`."""
        return self(one if number == 1 else many, number=self.number(number))

    def said(self, text: str) -> str:
        """Return what a grader said in English; what is not known stays as it is."""
        return text if self.english else self._retelling(text)

    def number(self, value: float) -> str:
        if self.english:
            return f"{value:g}"
        from babel.numbers import format_decimal

        return format_decimal(float(f"{value:g}"), locale=self.code)

    def moment(self, when: datetime, zone: str) -> str:
        """Return a moment, in the course's time zone."""
        if self.english:
            return shown(when, zone)
        from babel.dates import format_date, format_time

        aware = when.replace(tzinfo=UTC) if when.tzinfo is None else when
        local = aware.astimezone(zone_of(zone or "UTC"))
        clock = format_time(local, "medium" if local.second else "short", local.tzinfo, self.code)
        where = "UTC" if zone in ("", "UTC") else f"({zone}, UTC{local.isoformat()[-6:]})"
        return f"{format_date(local, 'long', self.code)}, {clock} {where}"

    def span(self, seconds: float) -> str:
        """Return how long something took, in the one or two units that matter."""
        if self.english:
            return span(seconds)
        from babel.units import format_unit

        parts = [(count, f"duration-{unit}") for count, unit in units(seconds) if count]
        return " ".join(format_unit(count, unit, "long", locale=self.code) for count, unit in parts[:2])

    def written(self, span: str) -> str:
        """Return a time as the course's configuration writes it, such as "15 min"."""
        found = None if self.english else number_and_unit(span)
        if found is None:
            return span
        from babel.units import format_unit

        return format_unit(found[0], f"duration-{found[1]}", "long", locale=self.code)


ENGLISH = Language()


@functools.cache
def language(code: str, *folders: Path) -> Language:
    """Return a language with what the catalogues of some folders say in it; what they lack, or say without a number or another part, stays English.

    Raises:
        CourseError: A catalogue cannot be read.
    """
    if code == ENGLISH.code:
        return ENGLISH
    told = {}
    for folder in folders:
        for (context, text), entry in read(folder, code).entries.items():
            if context == SAID and entry.usable and not lost(text, entry.text):
                told[text] = entry.text
    return Language(code, told)


def spoken() -> list[str]:
    """Return the languages, English apart, in which the engine has something to say."""
    return languages_in(PACKAGE)


def of_assignment(code: str, assignment: str) -> Language:
    """Return a language with what is said of an assignment: by the engine, by what labs share, and by its own graders."""
    graders = PACKAGE / "graders"
    return language(code, PACKAGE, graders / "kit", graders / assignment)
