"""The language in which a student is spoken to. English is what is written in the sources; any other is in catalogues (`locale/*.po`)."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from autograder.course.dates import shown, span, units, zone_of
from autograder.course.late import number_and_unit
from autograder.errors import CourseError
from autograder.pages.retelling import Retelling, filled

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
    """Return a language with the messages of some folders.

    Raises:
        CourseError: None of them has a catalogue of it.
    """
    if code == "en":
        return ENGLISH
    paths = [path for folder in folders if (path := folder / f"{code}.po").is_file()]
    if not paths:
        raise CourseError(
            f"Graders say nothing in {code!r} yet: there is no {folders[0] / code}.po. `autograder languages add {code}` makes it."
        )
    from babel.messages.pofile import read_po

    told: dict[str, str] = {}
    for path in paths:
        with path.open("rb") as file:
            catalogue = read_po(file, locale=code)
        for each in catalogue:
            if each.id and each.string and not each.fuzzy:
                told.setdefault(str(each.id), str(each.string))
    return Language(code, told)


def of_assignment(code: str, assignment: str) -> Language:
    """Return a language with what is said of an assignment: by the engine, by what labs share, and by its own graders."""
    graders = PACKAGE / "graders"
    return language(code, PACKAGE / "locale", graders / "kit" / "locale", graders / assignment / "locale")
