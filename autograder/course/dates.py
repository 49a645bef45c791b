"""Moments that people write, in the course's time zone: read strictly, since a due date that is read wrongly decides grades."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from autograder.errors import CourseError

_WRITTEN = re.compile(
    r"(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?)(?: ?(Z|UTC|[+-]\d\d:?\d\d))?)?", re.ASCII
)
_FORM = 'Write it as "2026-10-01 23:59"'


def zone_of(name: str) -> tzinfo:
    """Return the time zone of a place, such as Europe/Berlin, or UTC.

    Raises:
        CourseError: There is none of that name. Abbreviations (CET, EST) are refused: whether they know summer time is not clear.
    """
    try:
        if isinstance(name, str) and ("/" in name or name == "UTC"):
            return ZoneInfo(name)
    except (LookupError, ValueError, OSError):
        pass
    raise CourseError(
        f'The time zone {name!r} is not known. Name a place, as in time_zone="Europe/Berlin" or "America/New_York", or "UTC".'
    )


def moment(text: str, zone: str, what: str) -> datetime:
    """Return a moment, in UTC.

    Args:
        text: Day and time of day, such as `2026-10-01 23:59`, which is 23:59:00 in the zone; behind it may stand an offset (`+02:00`).
        zone: The course's time zone; "" where it has none.
        what: What the moment is, for messages.

    Raises:
        CourseError: It is none, a day alone, or no time or two times in that zone (when the clocks change).
    """
    said = f"{what} {text!r}"
    found = _WRITTEN.fullmatch(text.strip()) if isinstance(text, str) else None
    if found is None:
        raise CourseError(f"{said} is not a time. {_FORM}.")
    day, clock, offset = found.groups()
    if clock is None:
        raise CourseError(f"{said} is a day without a time: does the work end before it or with it? {_FORM}.")
    try:
        written = datetime.fromisoformat(f"{day} {clock}")
    except ValueError as error:
        raise CourseError(f"{said} is not a time: {error}. {_FORM}.") from error
    if not 2000 <= written.year <= 2199:
        raise CourseError(f"{said} lies in no year of this course. {_FORM}.")
    if offset is not None:
        return written.replace(tzinfo=_offset(offset, said)).astimezone(UTC)
    if not zone:
        raise CourseError(
            f'{said} does not say in which time zone. Put one into course_config.py, such as time_zone="Europe/Berlin", or write an offset, as in "2026-10-01 23:59+02:00".'
        )
    return _local(written, zone_of(zone), f"{said} ({zone})")


def _local(written: datetime, zone: tzinfo, said: str) -> datetime:
    first, second = (written.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    if first.utcoffset() == second.utcoffset():
        return first.astimezone(UTC)
    if first.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != written:
        raise CourseError(f"{said} does not exist: the clocks are put forward there then. Name another time.")
    raise CourseError(
        f'{said} comes twice: the clocks are put back there then. Write which one is meant, with its offset: "{first.isoformat(" ", "minutes")}" or "{second.isoformat(" ", "minutes")}".'
    )


def _offset(text: str, said: str) -> timezone:
    if text in ("Z", "UTC"):
        return UTC
    hours, minutes = int(text[1:3]), int(text[-2:])
    if hours > 14 or minutes > 59:
        raise CourseError(f"{said} has an offset that no place has. Write it as in 2026-10-01 23:59+02:00.")
    span = timedelta(hours=hours, minutes=minutes)
    return timezone(-span if text[0] == "-" else span)


def plain_utc(when: datetime) -> datetime:
    """Return a moment as nbgrader's gradebook keeps it: in UTC, without saying so."""
    return when.astimezone(UTC).replace(tzinfo=None)


def shown(when: datetime, zone: str) -> str:
    """Return a moment for people: `2026-10-01 23:59 (Europe/Berlin, UTC+02:00)`. One without a zone is meant in UTC."""
    aware = when.replace(tzinfo=UTC) if when.tzinfo is None else when
    local = aware.astimezone(zone_of(zone) if zone else UTC)
    clock = local.strftime("%Y-%m-%d %H:%M:%S" if local.second else "%Y-%m-%d %H:%M")
    return f"{clock} UTC" if zone in ("", "UTC") else f"{clock} ({zone}, UTC{local.isoformat()[-6:]})"


def units(seconds: float) -> list[tuple[int, str]]:
    """Return how long something took as days, hours and minutes; at least a minute."""
    minutes = max(1, int(seconds // 60))
    return [(minutes // 1440, "day"), (minutes // 60 % 24, "hour"), (minutes % 60, "minute")]


def span(seconds: float) -> str:
    """Return how long something took, in the one or two units that matter: `1 day 2 hours`."""
    named = [f"{count} {unit}{'s' if count != 1 else ''}" for count, unit in units(seconds) if count]
    return " ".join(named[:2])
