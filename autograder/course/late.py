"""What late work loses: the course's own policy, as data. It is applied once to a submission, never once to a notebook."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from autograder.errors import CourseError

DAY = 86_400.0
_UNITS = {
    "s": 1.0,
    "sec": 1.0,
    "min": 60.0,
    "minute": 60.0,
    "h": 3600.0,
    "hour": 3600.0,
    "day": DAY,
    "week": 7 * DAY,
}
_NAMES = {"s": "second", "sec": "second", "min": "minute", "h": "hour"}
_SPAN = re.compile(rf"(\d+(?:\.\d+)?) ?({'|'.join(_UNITS)})s?", re.ASCII)
_PERCENT = re.compile(r"(\d+(?:\.\d+)?) ?%", re.ASCII)


@dataclass(frozen=True)
class Late:
    """What a submission loses that comes after the student's own due date (which an extension moves).

    A grade never falls below 0. `Late()` takes nothing: it frees one assignment from the course's policy.

    Attributes:
        per_day: For each day that has begun: points, or a text such as "10 %", which is percent of the assignment's points.
        most: Never more than this, in points or percent likewise. `Late(per_day=10, most=10)` takes ten points, however late.
        grace: So long after the due date nothing is taken, such as "15 min"; days begin to count at its end.
        closes: What comes later than this, counted like the days, earns nothing at all, such as "3 days".
    """

    per_day: float | str = 0
    most: float | str | None = None
    grace: str = ""
    closes: str = ""

    def __post_init__(self) -> None:
        self.taken(DAY, 100.0)  # says now what cannot be read

    def days(self, seconds: float) -> int:
        """Return how many days have begun of those that count."""
        return max(0, math.ceil((seconds - _seconds(self.grace, "grace")) / DAY))

    def taken(self, seconds: float, points: float) -> float:
        """Return the points that a submission loses.

        Args:
            seconds: How long after the student's own due date it came.
            points: The most that the assignment gives.

        Raises:
            CourseError: The policy cannot be read.
        """
        days, closes = self.days(seconds), _seconds(self.closes, "closes")
        loss = days * _points(self.per_day, points, "per_day")
        loss = min(loss, points if self.most is None else _points(self.most, points, "most"), points)
        if closes and seconds - _seconds(self.grace, "grace") > closes:
            loss = points
        return round(loss, 2) if days else 0.0


def _points(amount: float | str, points: float, what: str) -> float:
    if isinstance(amount, int | float) and not isinstance(amount, bool) and 0 <= amount < math.inf:
        return float(amount)
    percent = _PERCENT.fullmatch(amount.strip()) if isinstance(amount, str) else None
    if percent is None:
        raise CourseError(
            f"Late({what}={amount!r}): write points as a number, such as {what}=10, or percent of the assignment's points as a text, "
            f'such as {what}="10 %".'
        )
    return float(percent[1]) * points / 100


def number_and_unit(span: str) -> tuple[float, str] | None:
    """Return what a time such as "15 min" says, the unit by its whole name; None where it is none."""
    found = _SPAN.fullmatch(span.strip())
    return (float(found[1]), _NAMES.get(found[2], found[2])) if found else None


def _seconds(span: str, what: str) -> float:
    if span == "":
        return 0.0
    found = _SPAN.fullmatch(span.strip()) if isinstance(span, str) else None
    if found is None:
        raise CourseError(
            f'Late({what}={span!r}): write a time as a text, such as "15 min", "2 hours" or "3 days".'
        )
    return float(found[1]) * _UNITS[found[2]]
