"""When a submission was handed in: nbgrader's time stamp beside the notebooks, as nbgrader reads it."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

from autograder.course.dates import zone_of
from autograder.errors import CourseError
from autograder.intake.files import read_plain

# nbgrader would look for a file of the time zone's name.
_STAMP = re.compile(
    r"(\d{4}-\d\d-\d\d[ T]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?) ?(Z|[+-]\d\d:?\d\d|[A-Za-z][A-Za-z_+-]*(/[A-Za-z_+-]+)*)?",
    re.ASCII,
)


def timestamp(folder: Path, zone: str = "") -> str:
    """Return when a submission was handed in, as nbgrader reads it; "" where that is not said, or not in its form.

    nbgrader takes `+0100` for 100 seconds and `CEST` for UTC, and says nothing. So what has a zone is written in UTC here; an
    abbreviation is understood if it is what the course's time zone is called then, and else is UTC as it is there.
    """
    try:
        text = read_plain(folder / "timestamp.txt", 100).decode().strip()
        known = _STAMP.fullmatch(text)
        if known is None:
            return ""
        written, place = datetime.fromisoformat(known[1]), known[2] or "UTC"
        if not 1970 <= written.year <= 2200:
            return ""
        if place in ("Z", "UTC"):
            return text
        aware = _aware(written, place, zone)
        if aware is None and "/" in place:
            return ""  # no place on earth; nbgrader ends the command where it cannot read a time
        return f"{aware or written:%Y-%m-%d %H:%M:%S.%f} UTC"
    except (OSError, OverflowError, ValueError):
        return ""


def _aware(written: datetime, place: str, zone: str) -> datetime | None:
    """Return a time in UTC, or None where it is not known which zone is meant."""
    if place[0] in "+-":
        return datetime.fromisoformat(f"{written.isoformat()}{place}").astimezone(UTC)
    try:
        if "/" in place:
            return written.replace(tzinfo=zone_of(place)).astimezone(UTC)
        local = zone_of(zone)
    except CourseError:
        return None
    both = (written.replace(tzinfo=local, fold=fold) for fold in (0, 1))
    return next((each.astimezone(UTC) for each in both if each.tzname() == place), None)
