"""What graders say, in another language: messages are read from the sources, and a shown sentence is taken back to its own."""

from __future__ import annotations

import ast
import inspect
import time
from pathlib import Path
from typing import Any

import grading_bench as bench
import pytest
from machine_language import leftovers, machine_language

from autograder.authoring import messages
from autograder.authoring.sentences import said_in
from autograder.authoring.translations.books import books
from autograder.pages import retelling
from autograder.pages.language import ENGLISH, Language
from autograder.pages.retelling import PLACE, Retelling
from autograder.pages.retelling import words_in as english_in

ROOT = Path(__file__).parents[1]

# --- messages of a source ---------------------------------------------------------------------------------------

SOURCE = '''
"""A module of graders, which says nothing."""
TABLE = (("TypeError", r"takes \\\\d+ arguments, not more", "A call leaves out `{name}`."),)
NTH = ("first", "second")
swapped = instead("You swap rows and columns.", {"x = x.T": "x = x + rows of it"})
def clue(n, places, first):
    """Say what is wrong with it."""
    if n > 9:
        raise CourseError(f"Nobody reads {n} of these.")
    which = " One more is there." if first else ""
    side = "long" if n else "short"
    for name, apart in (("a GELU", 1), ("a tanh", 2)):
        print("not said at all")
        if first.startswith("it is") and n == "one of them":
            return f"You have {name} behind it." + f" Look at {NTH[n]!s} there."
    return f"Axis {n} is too {side}: {len(places)} place{'' if n == 1 else 's'}, {f'{n:.2g}'} wide.{which}"
def compared(where, got, names):
    """Compare."""
    known = " and ".join(names)
    place = f"row {len(got)} of it"
    apart = difference(got, where, place) or f"{place} is another"
    return Difference("shape", f"{where} has shape {tuple(got)}, expected {len(got)} values") if known else "x == y"
@item("clue")
def test_clue(student):
    """The title of a fact."""
'''
SAID = {
    "The title of a fact.",
    "A call leaves out `{name}`.",
    "You swap rows and columns.",
    "One more is there.",
    *(f"Axis {{n}} is too {side}: {{places}} {place}, {{n_2}} wide.{{which}}" for side in ("long", "short") for place in ("place", "places")),
    *(f"You have {name} behind it. Look at {{nth_n}} there." for name in ("a GELU", "a tanh")),
    "a tanh",
    "first",
    "second",
    "{first} and {rest}",
    "{got_2} values",
    "{where} with shape {got}",
    "a result with shape {got}",
    "row {got} of it",  # which is also handed on
    "row {got} of it is another",
    "shape {got}",
}  # fmt: skip


def test_a_string_of_words_is_a_message_and_a_choice_makes_two() -> None:
    assert set(said_in(SOURCE, tests=True)) == SAID
    assert "The title of a fact." not in said_in(SOURCE)


def test_where_pages_speak_only_what_is_marked_is_said() -> None:
    source = 'X = message("right")\nY = "some words of it"\ndef f(words, n):\n    return words("{n} of them", n=n) + words.count("{number} point", "{number} points", n) + words(X)\n'
    assert said_in(source, all=False) == ["right", "{n} of them", "{number} point", "{number} points"]


def test_no_place_of_a_page_s_message_lacks_its_value() -> None:
    """Each `words("… {name}", name=…)` fills the places that it has."""
    for path in [
        *(ROOT / "autograder" / "gradebook").glob("*.py"),
        *(ROOT / "autograder" / "repos").glob("*.py"),
    ]:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if (
                isinstance(node, ast.Call)
                and ast.unparse(node.func) == "words"
                and isinstance(node.args[0], ast.Constant)
            ):
                named = {each.arg for each in node.keywords}
                wanted = set(PLACE.findall(node.args[0].value))
                assert None in named or wanted == named, (path.name, node.args[0].value)


# --- a sentence taken back ---------------------------------------------------------------------------------------

TOLD = {
    "Called {called}. It gave {got}. Expected: {wanted}.": "Se llamó a {called}. Dio {got}. Se esperaba: {wanted}.",
    "{got} as {where}": "{got} como {where}",
    "the {what}": "el {what}",
    "loss": "coste",
    "a number": "un número",
    "Your {what} is rounded.": "Redondeas: {what}.",
    "from {low} to {high}, not from {low}": "de {low} a {high}, no de {low}",
    "Return it as it is.": "Devuélvelo tal cual.",
    "{dtype} tensor {shape}": "tensor {shape} de {dtype}",
    "{first} and {rest}": "{first} y {rest}",
    ", then {n} times": ", y luego {n} veces",
}
CASES = {
    "Your loss is rounded. Return it as it is.": "Redondeas: coste. Devuélvelo tal cual.",
    "Called f(float32 tensor (2, 3), pad=1). It gave 3 as the loss. Expected: a number.": "Se llamó a f(tensor (2, 3) de float32, pad=1). Dio 3 como el coste. Se esperaba: a number.".replace("a number", "un número"),
    "from 1 to 2, not from 1": "de 1 a 2, no de 1",
    "from 1 to 2, not from 3": "from 1 to 2, not from 3",  # another sentence
    "g((a, b), c) and `b`": "g((a, b), c) y `b`",
    "[1, (2 and 3)] and `b`": "[1, (2 and 3)] and `b`",
    "`a` and `b`": "`a` y `b`",
    # A student's words stay, and what surrounds them does not take them for its own.
    "Called f(). It gave ValueError: seen as such. Expected: a number.": "Se llamó a f(). Dio ValueError: seen as such. Se esperaba: un número.",
    "treats it as wrong": "treats it as wrong",
    "Nobody knows this.": "Nobody knows this.",
    "3 of 4": "3 of 4",
    "S(a number, lr=0.1), then 12 times": "S(un número, lr=0.1), y luego 12 veces",
    "f(x) is not known": "f(x) is not known",
    "": "",
}  # fmt: skip


@pytest.mark.parametrize("text", CASES)
def test_a_sentence_is_told_by_its_message_and_by_what_fills_its_places(text: str) -> None:
    assert Language("es", TOLD).said(text) == CASES[text]
    assert ENGLISH.said(text) == text


INNER = "a rather deep network with a loop"
WITHIN = f"You have {INNER} in your notebook."


@pytest.mark.parametrize(("limit", "most"), [("_DEEPEST", 1), ("_MOST_READ", len(WITHIN) + len(INNER))])
def test_what_a_limit_cut_short_is_not_kept(limit: str, most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    told = Retelling(
        {
            "You have {what} in your notebook.": "Tienes {what} en tu cuaderno.",
            "a rather deep network with {what}": "una red bastante profunda con {what}",
            "a loop": "un bucle",
        }
    )
    with monkeypatch.context() as patch:
        patch.setattr(retelling, limit, most)
        assert told(WITHIN) == "Tienes una red bastante profunda con a loop en tu cuaderno."
        assert told(INNER) == "una red bastante profunda con un bucle"
    assert told(WITHIN) == "Tienes una red bastante profunda con un bucle en tu cuaderno."


def test_what_failed_leaves_no_depth_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    told = Retelling(TOLD)
    text = next(iter(CASES))
    with monkeypatch.context() as patch:
        patch.setattr(Retelling, "_found", lambda self, text: 1 / 0)
        for _ in range(20):
            with pytest.raises(ZeroDivisionError):
                told(text)
    assert told(text) == CASES[text]


def test_no_text_of_a_student_takes_long() -> None:
    told = Retelling(
        {
            **TOLD,
            **{
                f"{{a}} {word} {{b}}": f"{{b}} {word} {{a}}"
                for word in ("is", "as", "of", "at", "has", "with")
            },
        }
    )
    for text in (
        "is as of at " * 500,
        "a. " * 2000,
        "f(" * 1500 + "is a" + ")" * 1500,
        "`is` as, of: " * 400,
        "x" * 7999,
    ):
        begin = time.process_time()
        told(text)
        assert time.process_time() - begin < 3, text[:20]


# --- every message that a grader can say ---------------------------------------------------------------------------


@pytest.mark.parametrize("lab", bench.COURSE.assignments, ids=lambda lab: lab.name)
def test_every_hint_title_and_name_is_a_message(lab: Any) -> None:
    words = machine_language(lab)
    known = [bench.known(item.id) for item in lab.items() if item.solution]
    titles = [inspect.getdoc(test) for name in lab.notebooks for test, _ in bench.hidden_tests(name)]
    hints = [
        text
        for each in known
        for wrong in each.misconceptions
        for text in (wrong.hint, wrong.name.replace("_", " "))
    ]
    results = [f"the {name}" for each in known for name in each.results]
    assert [text for text in (*titles, *hints, *results) if english_in(words.said(text))] == []


def test_what_graders_say_is_hidden_and_what_the_engine_says_is_not() -> None:
    found = {book.folder.name: book for book in books(bench.COURSE) if book.mark}
    assert set(found) == {"kit", *(lab.name for lab in bench.COURSE.assignments)}
    for book in books(bench.COURSE):
        assert (book.folder.parent.name == "graders") is (book.mark == messages.CANARY)
    engine = " ".join(each.text for each in messages.of_engine())
    assert not [lab.name for lab in bench.COURSE.assignments if lab.name in engine]
    for path in (ROOT / "autograder" / "graders").rglob("*.po"):
        assert path.read_text("utf-8").startswith(messages.CANARY)


def told_whole(item: str) -> list[tuple[str, str]]:
    """Return what is left of English where wrong answers to an item are told in the machine's language, with the text."""
    words, what, left = machine_language(bench.LAB_OF[item]), bench.known(item), {}
    results = [bench.grade_misconception(item, each, 3) for each in what.misconceptions]
    for folder in ("wrong", "one_mistake"):
        answers = bench.answers(folder, item).values()
        results += [bench.grade(bench.notebook(**{item: each}), item, seed=3) for each in answers]
    assert len(results) > 10
    for result in results:
        for text, _, over in leftovers(result, words):
            left.setdefault(over, text)
    return list(left.items())


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("item", ["relu", "l2_penalty", "receptive_field"])
@pytest.mark.usefixtures("remembered")
def test_no_english_is_left_of_what_is_said_of_wrong_answers(item: str) -> None:
    assert told_whole(item) == []


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("item", [each for each, stub in bench.ALL_STUBS.items() if stub])
@pytest.mark.usefixtures("remembered")
def test_no_english_is_left_of_any_answer(item: str) -> None:
    assert told_whole(item) == []


def test_a_message_that_is_forgotten_shows() -> None:
    lab = bench.LAB_OF["relu"]
    told = {
        text: other for text, other in machine_language(lab)._told.items() if not text.startswith("You flip")
    }
    assert english_in(Language("xx", told).said("You flip the kernel."))
