"""A language made by machine: each letter of a message becomes another alphabet's, so that what is left of English shows."""

import re

from autograder.authoring import messages
from autograder.pages.language import Language
from autograder.pages.retelling import words_in

_LETTERS = str.maketrans(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "абцдефгхийклмнопярстужвьызАБЦДЕФГХИЙКЛМНОПЯРСТУЖВЬЫЗ",
)
_KEPT = re.compile(r"(`[^`]*`|\{[a-z_]\w*\})")


def machine_made(message):
    """Return the message in the made-up language: code and places stay."""
    pieces = _KEPT.split(message)
    return "⟦" + "".join(each if i % 2 else each.translate(_LETTERS) for i, each in enumerate(pieces)) + "⟧"


def machine_language(lab):
    """Return the made-up language with all that is said of a lab."""
    said = [*messages.of_engine(), *messages.of_kit(), *messages.of_lab(lab)]
    return Language("xx", {each.text: machine_made(each.text) for each in said})


# A student's error in Python's own words, the name of one, and bare names among the arguments of a call.
_STUDENTS = re.compile(
    r"\b[A-Z]\w*(?:Error|Exception|Iteration|Warning|Function|Call): .*?(?=(?: [а-я]|\. [⟦А-Я]|\.?$))|\([A-Z]\w*Error\)"
    r"|тыпе \w+|(?<=\()\w+(?=[,)])|(?<=, )[a-z_]+(?=[,)])",
    re.DOTALL,
)


def leftovers(result, words):
    """Yield of an item's result each text that is not told whole, with how it is told and the English words in that."""
    for test in result.tests:
        mistake = (test.misconception or "").replace("_", " ")
        for text in (test.title, test.message, test.hint, test.follows_from, mistake):
            said = words.said(text)
            over = [word for word in words_in(_STUDENTS.sub("", said)) if not word.endswith("Error")]
            if over:
                yield text, said, " ".join(over)
