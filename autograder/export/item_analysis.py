"""Classical item analysis: how hard an item was for a class, and whether it tells strong students from weak ones."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import correlation, fmean

FEWEST = 20
TOO_FEW = "too few students"
_SAME = 1e-6  # points; sums of hundredths differ by less where they are the same


def difficulty(shares: Sequence[float]) -> float | None:
    """Return the difficulty index: the mean share of an item's points, 1 where everybody earned all of it; None for nobody.

    Source: Crocker and Algina, Introduction to Classical and Modern Test Theory (1986), chapter 14.
    """
    return fmean(shares) if shares else None


def discrimination(scores: Sequence[float], rests: Sequence[float]) -> tuple[float | None, str]:
    """Return the corrected item-total correlation, or None and why there is none.

    It is Pearson's r between an item's scores and the sums of all other items (for an item of right and wrong the
    point-biserial one): with the item in the sum, an item of many points would agree with itself. Near 0 the standard error is
    about 1/√(n − 3): 0.24 for 20 students, so fewer give no number.

    Source: Henrysson, Correction of item-total correlations in item analysis, Psychometrika 28 (1963), 211–218.

    Args:
        scores: A student's points for the item, each.
        rests: The same students' points for all other items.
    """
    if len(scores) < FEWEST:
        return None, TOO_FEW
    if max(scores) - min(scores) < _SAME:
        return None, "everybody earned the same"
    if max(rests) - min(rests) < _SAME:
        return None, "everybody earned the same elsewhere"
    return correlation(scores, rests), ""
