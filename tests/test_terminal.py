"""Names, messages and notes that a student chose are words on the instructor's terminal, never markup or commands."""

import io

import pytest
from rich.console import Console

from autograder.commands import grade
from autograder.gradebook.judging import Report
from autograder.gradebook.table import print_class
from autograder.grading.items import Material
from autograder.grading.outcomes import Failed
from autograder.grading.plugin import Raw
from autograder.grading.points import score_item
from autograder.grading.scorecard import Scorecard

HOSTILE = "[/bold] [red]x \x1b]0;owned\x07\x1b[2J\x9b31m\u202e\ud800\r[link=https://127.0.0.1]y"


def printed(show):
    text = io.StringIO()
    show(Console(file=text, width=300, force_terminal=False))
    said = text.getvalue()
    said.encode()  # any terminal takes it
    assert not set(said) & set("\x1b\x07\x9b\u202e\r")
    assert "[/bold] [red]x" in said  # shown as it is, not obeyed
    return said


def hostile_card(lab1):
    (item,) = lab1.items("01_cnn_layers")[:1]
    raw = Raw(
        item.id, "test_x", "A fact.", 1, False, False, "failed", Failed("f()", HOSTILE * 500, "y", HOSTILE)
    )
    result = score_item(item, [raw], Material(item.id, None), [])
    assert len(result.tests[0].message) < 4000
    return Scorecard(
        lab1.name, HOSTILE, HOSTILE, "invalid", 0.0, 2.0, [result], message=HOSTILE, notes=[HOSTILE]
    )


def test_a_scorecard_on_the_terminal(lab1, monkeypatch):
    def show(console):
        monkeypatch.setattr(grade, "out", console)
        grade._print_card(hostile_card(lab1))

    printed(show)


@pytest.mark.parametrize("fault", [False, True])
def test_a_class_on_the_terminal(lab1, fault):
    report = Report(cards={HOSTILE: {"01_cnn_layers": hostile_card(lab1)}}, notes={HOSTILE: [HOSTILE]})
    if fault:
        report.faults[HOSTILE] = HOSTILE
    printed(lambda console: print_class(console, 2, ["01_cnn_layers"], [HOSTILE], report, {}))
