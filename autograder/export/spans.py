"""When a class handed in: each student's first and last submission, and how long before the due date the last one came."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from autograder.gradebook.results import StudentResult

# Hours left, from above: a bin holds what is at least so much.
_BINS = (
    (168.0, "≥ 7 d"), (72.0, "3–7 d"), (24.0, "1–3 d"), (6.0, "6–24 h"), (1.0, "1–6 h"), (0.0, "< 1 h"), (-24.0, "late"),
    (-float("inf"), "> 1 d late"),
)  # fmt: skip


@dataclass(frozen=True)
class Span:
    """A student's submissions that are known: the first, the last, how many; and the hours that were left at the last."""

    first: datetime
    last: datetime
    count: int
    hours_left: float | None


def span(result: StudentResult, seen: Sequence[datetime]) -> Span | None:
    """Return a student's span, or None if no time is known. The gradebook's time is the one that counts as the last."""
    graded = datetime.fromisoformat(result.submitted) if result.submitted else None
    times = sorted({time.replace(microsecond=0) for time in [*seen, *([graded] if graded else [])]})
    if not times:
        return None
    last = times[-1]
    left = None if result.due is None else (result.due - (graded or last)).total_seconds() / 3600
    return Span(times[0], last, len(times), left)


def bins(spans: Mapping[str, Span]) -> list[tuple[str, int]]:
    """Return how many students handed in how long before the due date; nothing where there is none."""
    left = [each.hours_left for each in spans.values() if each.hours_left is not None]
    if not left:
        return []
    counts = [0] * len(_BINS)
    for hours in left:
        counts[next(place for place, (least, _) in enumerate(_BINS) if hours >= least)] += 1
    return [(label, count) for (_, label), count in zip(_BINS, counts, strict=True)]
