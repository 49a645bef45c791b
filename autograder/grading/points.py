"""From outcomes to points: share an item's points out by weight, and put the diagnosis into words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from autograder.course.model import Item
from autograder.grading.items import Material
from autograder.grading.misconceptions import Misconception
from autograder.grading.outcomes import Failed
from autograder.grading.plugin import Raw
from autograder.grading.public_names import in_public
from autograder.grading.scorecard import ItemResult, TestResult
from autograder.pages.html import clean_text

_MOST_CANDIDATES = 8
_MOST_MESSAGE = 3000  # characters; it quotes the student's results and errors


def score_item(item: Item, raws: list[Raw], known: Material, diagnosed: list[str]) -> ItemResult:
    """Return an item's result from its tests and the misconceptions that explain them, the best first."""
    hints = {each.name: each.hint for each in known.misconceptions}
    tests: list[TestResult] = []
    following = followers(
        raws, next((each for each in known.misconceptions if each.name in diagnosed[:1]), None)
    )
    values = sum(raw.weight for raw in raws if not raw.gate)
    forms = sum(raw.weight for raw in raws if raw.gate)
    lost = any((raw.veto or (raw.gate and not raw.weight)) and raw.outcome != "passed" for raw in raws)
    form = 1 - sum(raw.weight for raw in raws if raw.gate and raw.outcome != "passed") / (
        (values + forms) or 1
    )
    worth = item.points / values * form if values and not lost else 0.0  # of a weight of 1
    earned = sum(raw.weight for raw in raws if raw.outcome == "passed" and not raw.gate)
    for raw in raws:
        if (follower := following.get(raw.name)) is not None:
            tests.append(
                TestResult(
                    raw.name, raw.title, "follows", raw.weight, _message(raw, follower), seconds=round(raw.seconds, 3),
                    follows_from=follower.source, keeps=round(worth * raw.weight, 4) if follower.keeps else 0.0,
                )
            )  # fmt: skip
            continue
        matches = raw.failure.matches if raw.failure is not None else []
        name = next((each for each in diagnosed if each in matches), None)
        tests.append(
            TestResult(
                raw.name, raw.title, raw.outcome, raw.weight, _message(raw), name,
                hints.get(name, "") if name else _advice(raw), round(raw.seconds, 3),
                None if any(t.outcome in ("failed", "error") for t in tests) or not raw.failure else raw.failure.picture,
                again=raw.failure.again if raw.failure and len(raw.failure.again) <= _MOST_MESSAGE else "",
            )
        )  # fmt: skip
    whole = earned == values and form == 1 and not lost and bool(values)
    score = float(item.points) if whole else round(worth * earned, 2)
    if raws and all(raw.outcome in ("not_attempted", "skipped") for raw in raws):
        status = "not_attempted"
    elif whole:  # not by the score: an item may be worth nothing
        status = "passed"
    else:
        status = "partial" if earned and worth else "failed"
    return ItemResult(item.id, float(item.points), score, status, tests)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Follower:
    """A fact that fails for a reason that stands in another. `source`: that one's title. `keeps`: it may keep part of its points."""

    source: str
    keeps: bool


def followers(raws: list[Raw], named: Misconception | None) -> dict[str, Follower]:
    """Return the failed facts that are no mistakes of their own, by name.

    A relation of the student's own function says so where there is one. Without, an answer that is the named misconception's own is
    that one's matter, which is told at the facts it is `about`; and the same error in the same line is told once.

    Args:
        raws: The item's tests.
        named: The misconception that explains them best.
    """
    failed = [raw for raw in raws if raw.failure is not None]
    mine = [raw.name for raw in failed if named and raw.failure and named.name in raw.failure.matches]
    about = [name for name in mine if named and name in named.about] or mine[:1]
    found: dict[str, bool] = {}
    errors: set[str] = set()
    for raw in failed:
        assert raw.failure is not None
        if raw.gate or raw.veto or raw.failure.stop:
            continue
        error = raw.failure.got if raw.outcome == "error" else ""
        true = raw.holds()
        if true or (true is None and (error in errors or (raw.name in mine and raw.name not in about))):
            found[raw.name] = named is not None and not named.other_task and (raw.name in mine or bool(true))
        else:  # where it is told
            errors |= {error} - {""}
    wrong = [raw for raw in failed if raw.name not in found]
    if not wrong and failed:  # something is wrong, and no more is known
        wrong = failed[:1]
        found.pop(failed[0].name)
    source = next((raw.title for raw in wrong if raw.name in about), wrong[0].title if wrong else "")
    told = any(raw.name in mine for raw in wrong)  # by name, where the student reads it
    return {name: Follower(source, keeps and told) for name, keeps in found.items()}


def diagnosis(raws: list[Raw], rerun: Callable[[Misconception], list[Raw]], known: Material) -> list[str]:
    """Return the misconceptions that explain an item's failures, the best first.

    Of those that give the student's very answers, the best fails and passes the same facts as the student. One agrees by chance
    that fails a fact which the student's answer passes, or does not explain the first fact that fails, or answers otherwise
    as often as alike: a wrong diagnosis is worse than none.

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
        and _explains_the_first(raws, profiles[name], name)
        and _votes(raws, profiles[name], name) > _contradictions(raws, profiles[name], name)
    ]
    return sorted(likely, key=lambda name: (_agreement(mine, profiles[name]), votes[name]), reverse=True)


# Of a test: whether it passed; if not, at which call it failed, with what, and which of several calls failed.
_Ending = tuple[bool, str, str, tuple[int, ...]]


def _profile(raws: list[Raw]) -> dict[str, _Ending]:
    """Return how each test ends."""
    return {
        raw.name: (
            raw.outcome == "passed",
            raw.failure.called if raw.failure else "",
            raw.failure.got if raw.failure else "",
            tuple(raw.failure.calls) if raw.failure else (),
        )
        for raw in raws
    }


def _votes(raws: list[Raw], theirs: dict[str, _Ending], name: str) -> int:
    """Return in how many tests the misconception gives the student's answer, and fails at the same calls.

    A tensor and several calls count twice: many numbers are not the same by chance.
    """
    return sum(
        1 + (raw.failure.got.startswith("[") or len(raw.failure.calls) > 1)
        for raw in raws
        if raw.failure is not None
        and name in raw.failure.matches
        and (raw.name not in theirs or tuple(raw.failure.calls) == theirs[raw.name][3])
    )


def _explains_the_first(raws: list[Raw], theirs: dict[str, _Ending], name: str) -> bool:
    """Say whether the misconception gives the student's answer to the first call that fails, or fails there too, where that ends in an error.

    Where form alone or a library call fails before the rest, of which such a fact tells nothing, either may be the first.
    """
    failed = [raw for raw in raws if raw.failure is not None]
    apart = [raw.veto or (raw.gate and raw.weight > 0) for raw in failed]
    for raw in (failed[0], failed[apart.index(False) if False in apart else 0]):
        assert raw.failure is not None
        ending = theirs.get(raw.name, (True, "", "", ()))
        first = next(iter(raw.failure.calls.values()), raw.failure)
        alike = name in first.matches or (first.error and not ending[0])
        if alike and not _contradicted(raw.failure, ending, name):
            return True
    return False


def _contradictions(raws: list[Raw], theirs: dict[str, _Ending], name: str) -> int:
    """Return in how many tests the misconception gives another answer to a call, or fails at one which the student's passes.

    Errors are left out: their words depend on how the code is written.
    """
    return sum(
        raw.failure is not None and _contradicted(raw.failure, theirs.get(raw.name, (True, "", "", ())), name)
        for raw in raws
    )


def _contradicted(failure: Failed, theirs: _Ending, name: str) -> bool:
    passed, called, got, calls = theirs
    if passed:
        return False
    if failure.calls:
        several = failure.calls
        return any(i not in several or not (several[i].error or name in several[i].matches) for i in calls)
    if name in failure.matches or failure.error:
        return False
    return bool(failure.called) and called == failure.called and got != failure.got


def _agreement(mine: dict[str, _Ending], theirs: dict[str, _Ending]) -> tuple[int, int, int]:
    """Return how many tests end alike, how many of them at the same call, how many of those with the same words."""
    pairs = [(each, theirs[name]) for name, each in mine.items() if name in theirs]
    return (
        sum(a[0] == b[0] for a, b in pairs),
        sum(a[:2] == b[:2] for a, b in pairs),
        sum(a == b for a, b in pairs),
    )


def _advice(raw: Raw) -> str:
    return clean_text(raw.failure.advice, _MOST_MESSAGE) if raw.failure else ""


def _message(raw: Raw, follower: Follower | None = None) -> str:
    match raw.outcome:
        case "passed":
            return ""
        case _ if follower is not None:
            return f"No mistake of its own: it follows from what is wrong in “{follower.source}”"
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
