"""Count the errors that many students have, from what the scorecards say of them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from autograder.gradebook.results import StudentResult
from autograder.grading.scorecard import Scorecard, TestResult
from autograder.pages.html import plain

# The sentences of `grading.points` and `grading.student`; a test holds them together.
_GAVE = re.compile(r"\. It gave (.*)\. Expected: ", re.DOTALL)
_STOPPED = re.compile(r"no `(\w+)`: its cell stopped with ([\w.]+):? ?(.*)", re.DOTALL)
_OTHER_TYPE = re.compile(r"no function: `(\w+)` is of type (.*) once all cells have run", re.DOTALL)
_NOT_IMPORTED = re.compile(r"no `(\w+)`, since (.*)", re.DOTALL)
_NO_FUNCTION = re.compile(r"no function `(\w+)` in the notebook")
_RAISED = re.compile(r"(\w+): (.*)", re.DOTALL)
_PLACE = re.compile(r" in line \d+ of \S+: [^\n]*\Z")
_UNREADABLE = ("SyntaxError", "IndentationError", "TabError")
_WORDS = {
    "no answer in time": "no answer in time; the call was stopped",
    "no answer: the notebook's time": "no answer: the notebook's time was used up before",
    "the Python process ended": "the call ended the Python process",
    "an answer that cannot be read": "an answer that cannot be read, or is too large",
    "an answer of an unexpected form": "an answer of an unexpected form",
}
_MOST = 160  # characters of an error


@dataclass(frozen=True)
class CommonError:
    """An error, where it is, and who has it. `item` is "" where it concerns the whole notebook."""

    notebook: str
    item: str
    error: str
    students: tuple[str, ...]


def common_errors(results: Iterable[StudentResult]) -> list[CommonError]:
    """Return every error with its students, the most frequent first. A student counts once for each, in however many facts it shows."""
    students: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for result in results:
        for key in sorted({key for card in result.cards.values() for key in _errors(card)}):
            students[key].append(result.student)
    found = [CommonError(*key, tuple(who)) for key, who in students.items()]
    return sorted(found, key=lambda each: (-len(each.students), each.notebook, each.item, each.error))


def _errors(card: Scorecard) -> Iterator[tuple[str, str, str]]:
    if card.status in ("invalid", "crashed"):  # each item says the same
        yield card.notebook, "", normalised(card.message)
        return
    if card.status == "timeout":
        yield card.notebook, "", normalised(card.message)
    for item in card.items:
        for test in item.tests:
            if found := _error(item.id, test):
                yield card.notebook, *found


def _error(item: str, test: TestResult) -> tuple[str, str] | None:
    """Return the item to blame and its error in words, or None where a fact is only wrong."""
    said = _GAVE.search(test.message) if test.outcome in ("failed", "error") else None
    if said is None:
        return None
    gave = said[1]
    if stopped := _STOPPED.match(gave):
        name, kind, message = stopped.groups()
        if kind in _UNREADABLE:
            return name, f"{kind} in the solution cell"
        return name, normalised(f"the solution cell stops with {kind}: {message}")
    if other := _OTHER_TYPE.match(gave):
        return other[1], normalised(f"the name is given to something else, of type {other[2]}")
    if lost := _NOT_IMPORTED.match(gave):
        return lost[1], normalised(lost[2])
    if absent := _NO_FUNCTION.match(gave):
        return absent[1], "no function of this name in the notebook"
    for begin, words in _WORDS.items():
        if gave.startswith(begin):
            return item, words
    if test.outcome == "error" and (raised := _RAISED.match(gave)):
        kind, message = raised[1], _PLACE.sub("", raised[2]).strip()
        if kind == "NotImplementedError" and not message:
            return item, "NotImplementedError left in"
        return item, normalised(f"{kind}: {message}".rstrip(": "))
    return None


def normalised(text: str) -> str:
    """Return an error's words with what differs from student to student left out: numbers, shapes, addresses.

    Example:
        >>> normalised("RuntimeError: mat1 and mat2 shapes cannot be multiplied (8x128 and 64x10)")
        'RuntimeError: mat1 and mat2 shapes cannot be multiplied (NxN and NxN)'
    """
    text = plain(text, 2 * _MOST)
    text = re.sub(r"\b0x[0-9a-fA-F]+", "0x…", text)
    text = re.sub(r"(?<![\w.])\d+x\d+(?!\w)", "NxN", text)
    text = re.sub(r"(?<![\w.])-?\d+(?:\.\d+)?(?:e[+-]?\d+)?(?!\w)", "N", text)
    text = re.sub(r"([\[(])N(?:, ?N)*,?([\])])", r"\1…\2", text)
    return text if len(text) <= _MOST else f"{text[: _MOST - 1]}…"
