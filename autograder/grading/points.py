"""From outcomes to points: share an item's points out by weight, and put the diagnosis into words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from autograder.course import Item
from autograder.grading.items import Material
from autograder.grading.outcomes import Failed
from autograder.grading.plugin import Raw
from autograder.grading.public_names import in_public
from autograder.html import clean_text
from autograder.misconceptions import Misconception
from autograder.scorecard import ItemResult, TestResult

_MOST_CANDIDATES = 8
_MOST_MESSAGE = 3000  # characters; it quotes the student's results and errors


def score_item(item: Item, raws: list[Raw], known: Material, diagnosed: list[str]) -> ItemResult:
    """Return an item's result from its tests and the misconceptions that explain them, the best first."""
    hints = {each.name: each.hint for each in known.misconceptions}
    tests: list[TestResult] = []
    for raw in raws:
        matches = raw.failure.matches if raw.failure is not None else []
        name = next((each for each in diagnosed if each in matches), None)
        tests.append(
            TestResult(
                raw.name, raw.title, raw.outcome, raw.weight, _message(raw), name,
                hints.get(name, "") if name else _advice(raw), round(raw.seconds, 3),
                None if any(t.outcome in ("failed", "error") for t in tests) or not raw.failure else raw.failure.picture,
            )
        )  # fmt: skip
    total = sum(raw.weight for raw in raws)
    earned = sum(raw.weight for raw in raws if raw.outcome == "passed")
    lost = any((raw.gate or raw.veto) and raw.outcome != "passed" for raw in raws)
    whole = earned == total and not lost and bool(total)
    score = (
        float(item.points) if whole else 0.0 if lost or not total else round(item.points * earned / total, 2)
    )
    if raws and all(raw.outcome in ("not_attempted", "skipped") for raw in raws):
        status = "not_attempted"
    elif whole:  # not by the score: an item may be worth nothing
        status = "passed"
    else:
        status = "partial" if earned and not lost else "failed"
    return ItemResult(item.id, float(item.points), score, status, tests)  # type: ignore[arg-type]


def diagnosis(raws: list[Raw], rerun: Callable[[Misconception], list[Raw]], known: Material) -> list[str]:
    """Return the misconceptions that explain an item's failures, the best first.

    Of those that give the student's very answers, the best fails and passes the same facts as the student. One that fails a fact
    which the student's answer passes agrees by chance, and so does one that answers the same call otherwise more often than
    alike: a wrong diagnosis is worse than none.

    Args:
        raws: The item's tests.
        rerun: Runs the item's tests on a misconception.
        known: The item's material.
    """
    votes = Counter(name for raw in raws if raw.failure is not None for name in raw.failure.matches)
    ranked = sorted(votes, key=lambda name: -votes[name])[:_MOST_CANDIDATES]
    if not ranked:
        return []
    by_name = {each.name: each for each in known.misconceptions}
    mine = _profile(raws)
    profiles = {name: _profile(rerun(by_name[name])) for name in ranked}
    passed = {test for test, each in mine.items() if each[0]}
    likely = [
        name
        for name in ranked
        if all(profiles[name].get(test, (True,))[0] for test in passed)
        and votes[name] >= _contradictions(mine, profiles[name])
    ]
    return sorted(likely, key=lambda name: (_agreement(mine, profiles[name]), votes[name]), reverse=True)


def _profile(raws: list[Raw]) -> dict[str, tuple[bool, str, str]]:
    """Return of each test whether it passed; if not, at which call it failed, and with what."""
    return {
        raw.name: (
            raw.outcome == "passed",
            raw.failure.called if raw.failure else "",
            raw.failure.got if raw.failure else "",
        )
        for raw in raws
    }


def _contradictions(mine: dict[str, tuple[bool, str, str]], theirs: dict[str, tuple[bool, str, str]]) -> int:
    """Return in how many tests both fail at the same call with other words."""
    pairs = [(each, theirs[name]) for name, each in mine.items() if name in theirs and not each[0]]
    return sum(a[:2] == b[:2] and a != b and bool(a[1]) for a, b in pairs)


def _agreement(
    mine: dict[str, tuple[bool, str, str]], theirs: dict[str, tuple[bool, str, str]]
) -> tuple[int, int, int]:
    """Return how many tests end alike, how many of them at the same call, how many of those with the same words."""
    pairs = [(each, theirs[name]) for name, each in mine.items() if name in theirs]
    return (
        sum(a[0] == b[0] for a, b in pairs),
        sum(a[:2] == b[:2] for a, b in pairs),
        sum(a == b for a, b in pairs),
    )


def _advice(raw: Raw) -> str:
    return clean_text(raw.failure.advice, _MOST_MESSAGE) if raw.failure else ""


def _message(raw: Raw) -> str:
    match raw.outcome:
        case "passed":
            return ""
        case "not_attempted":
            return "Not attempted yet: the stub is still there."
        case "skipped":
            return "Not tried: an earlier fact does not hold."
        case "grader_fault":
            return "The grader itself failed here. No grade was written; your instructor has been told."
    assert raw.failure is not None
    return clean_text(in_public(_sentence(raw.failure)), _MOST_MESSAGE)


def _sentence(failure: Failed) -> str:
    return f"Called {failure.called}. It gave {failure.got}. Expected: {failure.expected}."
