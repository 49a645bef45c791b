"""What a feedback page says, and how it looks: a graded notebook with five mistakes, in a browser and as text."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from nbconvert.exporters import HTMLExporter
from nbformat import NotebookNode, from_dict

from autograder.course.model import Assignment, Course
from autograder.course.questions import answers, questions
from autograder.gradebook.converter import CourseFeedback
from autograder.gradebook.feedback import PAGE
from autograder.gradebook.feedback_page import Book, Grade, page_of
from autograder.gradebook.fill import fill
from autograder.gradebook.page_parts import Page
from autograder.gradebook.results import StudentResult
from autograder.gradebook.writing import nbgrader_settings
from autograder.grading.outcomes import Failed
from autograder.grading.points import _sentence
from autograder.grading.render import item_html, item_text, told
from autograder.grading.scorecard import (
    ItemResult,
    Scorecard,
    TestResult,
    empty_items,
    invalid_card,
    kept,
    without_inputs,
)
from autograder.intake.notebooks import sanitise, source_of
from autograder.intake.submissions import clean_notebook, released
from autograder.pages.language import Language
from autograder.repos import pages as repository_pages
from tests.browser import chromium, contrasts
from tests.test_in_browser import FLIPPED, LEAST_CONTRAST, screenshots  # noqa: F401

NAME = "01_cnn_layers"
MISTAKES = {
    "conv2d": FLIPPED,
    "conv_output_size": "def conv_output_size(size, kernel, stride=1, padding=0):\n    return (size + 2 * padding - kernel) / stride + 1\n",
    "max_pool2d": "def max_pool2d(x, size, stride=None):\n    stride = stride or size\n    return x.unfold(2, size, stride).unfold(3, size, stride).mean((-2, -1))\n",
    "relu": "def relu(x):\n    x[x < 0] = 0\n    return x\n",
    "count_parameters": "def count_parameters(model):\n    return len(list(model.parameters()))\n",
}
OWN = "print('<script>alert(1)</script>', 6 * 7)"
WIDE = (
    "$$"
    + "+".join(["\\frac{1}{2}"] * 60)
    + "$$\n\n|"
    + "wide|" * 40
    + "\n|"
    + "-|" * 40
    + "\n\n    "
    + "code " * 60
)
WORDS = f"My $\\frac{{1}}{{2}}$ *words*\n\n{WIDE}"
MARK = Failed("f(1)", "2. It gave 3", "4")


def rendered(course: Course, page: Page) -> str:
    config, coursedir = nbgrader_settings(course, course.assignments[0])
    converter = CourseFeedback(coursedir=coursedir, config=config)
    empty = from_dict({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": []})
    return str(HTMLExporter(config=converter.config).from_notebook_node(empty, {"nbgrader": {PAGE: page}})[0])


@pytest.fixture(scope="module")
def graded(
    course: Course, lab1: Any, pools: Any, tmp_path_factory: pytest.TempPathFactory
) -> tuple[NotebookNode, list[str]]:
    """A notebook with five mistakes as nbgrader keeps it, and the sources of the released cells."""
    from tests.conftest import Desk

    desk = Desk(course, lab1, tmp_path_factory.mktemp("five"), pools)
    release = desk.releases[NAME]
    values = desk.notebook(NAME, MISTAKES, [OWN])
    values["cells"].append({"cell_type": "markdown", "metadata": {}, "source": WORDS, "id": "a"})
    clean = clean_notebook(values, release, sanitise(values, release.cells, NAME))
    nb, notebook = from_dict(clean), sanitise(clean, release.cells, NAME)
    (result,) = desk.results(values)
    card = Scorecard.from_json(result["scorecard"])
    fill(nb, notebook, card, result["runs"], Path("/nowhere"))
    nb.metadata["autograder"] = {"scorecard": kept(card).to_json()}
    return nb, [source_of(cell) for cell in release.values["cells"]]


def grades_of(nb: NotebookNode) -> dict[str, Grade]:
    items = Scorecard.from_json(nb.metadata["autograder"]["scorecard"]).items
    return {f"test_{item.id}": Grade(item.score, item.points) for item in items}


def page_for(graded: tuple[NotebookNode, list[str]], **more: Any) -> Page:
    nb, ours = graded
    grades, said = more.pop("grades", grades_of(nb)), more.pop("said", [])
    inputs = more.pop("inputs", True)
    total = Grade(sum(each.score for each in grades.values()), sum(each.most for each in grades.values()))
    return page_of(nb, NAME, ours, Book(grades, total, **more), said, inputs)


def test_three_mistakes_come_first_and_the_notebook_is_not_repeated(course: Course, graded: Any) -> None:
    page = page_for(graded)
    assert [task.id for task in page.mend] == ["conv2d", "max_pool2d", "count_parameters"]
    assert [task.mark for task in page.tasks] == ["part", "none", "none", "part", "full", "none"]
    assert [(each.code, each.words) for each in page.own] == [(OWN, ""), ("", WORDS)]
    html = rendered(course, page)
    top, _, below = html.partition("Task by task")
    assert "Looks like “kernel flipped”." in top
    assert top.count("<dt>Came back</dt>") == 3
    assert below.count('<details class="task ') == 6
    assert below.count('<details class="code">') == 6
    assert re.search(r'<img alt="Three heat maps: your result[^"]+" src="data:image/png;base64,', html)
    assert "<mfrac><mrow><mn>1</mn></mrow><mrow><mn>2</mn></mrow></mfrac>" in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt; 42" in html  # what the own cell printed
    for gone in (
        "In [",
        "check(",
        "progress()",
        "about 5 minutes",
        "<script",
        "http:",
        "https:",
        "@import",
        "url(",
    ):
        assert gone not in html, gone
    for each in graded[1]:
        if each.startswith("## "):
            assert each.splitlines()[0].removeprefix("## ") not in html
    assert len(html) < 100_000


def test_questions_come_with_their_answers(course: Course, graded: Any) -> None:
    asked = questions(
        released(course, "lab1_train_cnn")[NAME].values["cells"], {"relu": "It is **0**: $x^2$."}
    )
    assert list(asked) == ["relu"]
    assert asked["relu"].asked.endswith("?")
    nb, ours = graded
    page = page_of(nb, NAME, ours, Book(grades_of(nb), Grade(9, 24)), [], questions=asked)
    html = rendered(course, page)
    assert html.count('<details class="think">') == 1
    assert "It is <strong>0</strong>: <" in html
    assert page_for(graded).tasks[0].question is None


def test_answers_are_read_by_item(course: Course, lab1: Any, tmp_path: Path) -> None:
    assert set(answers(course, lab1, NAME)) == {item.id for item in lab1.items(NAME)}
    assert answers(course, lab1, "no_such_notebook") == {}


def test_the_course_s_own_words_of_another_release_are_nobody_s(graded: Any) -> None:
    nb, ours = graded
    words = [f"{each} One sentence more." if each.startswith("#") else each for each in ours]
    assert words != ours
    page = page_of(nb, NAME, words, Book(grades_of(nb), Grade(9, 24)), [])
    assert [each.words for each in page.own if each.words] == [WORDS]


def test_who_has_all_points_has_nothing_to_mend(graded: Any) -> None:
    """By whatever way: a person's points count, and stand there as a person's."""
    given = {name: Grade(each.most, each.most, by_hand=True) for name, each in grades_of(graded[0]).items()}
    page = page_for(graded, grades=given, comments={"conv2d": "Well *said*."})
    assert page.tasks[1].comment == "Well *said*."
    assert not page.mend
    assert page.whole
    assert {task.mark for task in page.tasks} == {"full"}
    assert "A person set this to 6 of 6 points." in page.tasks[1].said


def test_a_notebook_graded_before_scorecards_were_kept_shows_what_it_has(course: Course, graded: Any) -> None:
    nb, ours = graded
    grades = grades_of(nb)
    old = from_dict(json.loads(json.dumps(nb)))
    for own in (
        {},
        {"scorecard": {"schema": "scorecard/v0"}},
        {"scorecard": {"schema": "scorecard/v1", "new": 1}},
    ):
        old.metadata["autograder"] = own
        html = rendered(course, page_of(old, NAME, ours, Book(grades, Grade(9, 24)), []))
        assert "You flip the kernel." in html
        assert "What to mend first" not in html


@pytest.mark.parametrize("outcome", ["failed", "error"])
def test_what_concerns_the_whole_notebook_is_said_once_on_top(
    graded: Any, lab1: Assignment, outcome: str
) -> None:
    nb = from_dict(json.loads(json.dumps(graded[0])))
    card = invalid_card(lab1, NAME, "ana", "It is `torn`.", "")
    items = empty_items(tuple(lab1.items(NAME)), outcome, "Nothing could be tested.")
    nb.metadata["autograder"]["scorecard"] = replace(card, items=items).to_json()
    page = page_for((nb, graded[1]))
    assert page.notices == ["It is <code>torn</code>."]
    assert not page.mend
    assert {str(task.problem.message) for task in page.tasks if task.problem} == {"Nothing could be tested."}


def result(outcome: Any, **more: Any) -> TestResult:
    return TestResult("test_a", "The bias is added.", outcome, 1, **more)


def test_a_fact_that_follows_and_a_call_to_repeat_are_shown_everywhere(course: Course, graded: Any) -> None:
    again = "x = torch.ones(2)\nconv2d(x, '</pre><b>')"
    tests = [
        result("failed", message=_sentence(MARK), hint="Do `this`.", again=again),
        result("follows", follows_from="kernel_flipped"),
        result("follows", follows_from="Each output is a sum."),
        result("follows"),
    ]
    item = ItemResult("conv2d", 6, 1.5, "partial", tests)
    nb = from_dict(json.loads(json.dumps(graded[0])))
    card = without_inputs(Scorecard.from_json(nb.metadata["autograder"]["scorecard"]))
    others = [replace(each, tests=[t for t in each.tests if t.outcome != "follows"]) for each in card.items]
    items = [item if each.id == "conv2d" else each for each in others]
    nb.metadata["autograder"]["scorecard"] = replace(card, items=items, notes=["A `note`."]).to_json()
    html = rendered(course, page_for((nb, graded[1])))
    texts = [html, item_html(item, []), item_text(item, []), "\n".join(repository_pages._item(item, ""))]
    for text in texts:
        assert text.count("↳") == 3
        for words in (
            "follows from «kernel flipped»",
            "follows from «Each output is a sum.»",
            "follows from another mistake",
        ):
            assert words in text
    for text in (html, *texts[2:]):
        assert "Try it yourself" in text
    assert "Try it yourself" not in texts[1]  # what lies in the graded notebook knows no date
    assert "Try it yourself" not in rendered(course, page_for((nb, graded[1]), inputs=False))
    assert "&lt;/pre&gt;&lt;b&gt;" in html
    assert "A <code>note</code>." in html
    assert html.count("Try it yourself") == 1


def test_a_region_is_written_as_html_writes_it(course: Course, graded: Any) -> None:
    words = Language("pt_BR")
    page = replace(page_for(graded), words=words)
    assert '<html lang="pt-BR">' in rendered(course, page)
    result = StudentResult("ann", "graded", 1.0, score=1.0)
    assert '<html lang="pt-BR">' in repository_pages.page(course.assignments[0], result, words)


def test_a_message_is_taken_apart_as_it_was_put_together() -> None:
    assert told(_sentence(MARK)) == ("f(1)", "2. It gave 3", "4")
    assert told(_sentence(replace(MARK, got="a\nb. Expected: c"))) == ("f(1)", "a\nb. Expected: c", "4")
    assert told("Not tried: an earlier fact does not hold.") is None


def test_the_page_in_a_browser(course: Course, graded: Any, tmp_path: Path, screenshots: Path) -> None:  # noqa: F811
    """Light, dark, on a phone, on paper; nothing is asked of a network, and a link opens what it leads to."""
    path = tmp_path / "page.html"
    path.write_text(rendered(course, page_for(graded, said=["Due: tomorrow."])), encoding="utf-8")
    asked: list[str] = []
    with chromium(viewport={"width": 1280, "height": 900}) as page:
        page.on("request", lambda request: asked.append(request.url))
        for shade in ("light", "dark"):
            page.emulate_media(color_scheme=shade)
            for width in (1280, 400):
                page.set_viewport_size({"width": width, "height": 900})
                page.goto(path.as_uri())
                page.screenshot(path=screenshots / f"feedback_{shade}_{width}.png", full_page=True)
                if width == 1280:
                    assert page.evaluate("document.documentElement.scrollHeight") <= 3 * 900
                page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
                page.screenshot(path=screenshots / f"feedback_{shade}_{width}_open.png", full_page=True)
                assert page.evaluate("document.documentElement.scrollWidth") <= width
                weak = {t: r for t, r in contrasts(page.locator("body")).items() if r < LEAST_CONTRAST}
                assert not weak, (shade, weak)
        page.goto(path.as_uri())
        facts = page.get_by_text("it adds one number to each output channel, once.")
        assert not facts.is_visible()
        page.get_by_role("link", name="conv2d").click()
        assert facts.is_visible()
        page.goto(path.as_uri())
        page.emulate_media(media="print")
        assert facts.is_visible()
        assert page.locator(".highlight").first.is_visible()
    assert {each.partition(":")[0] for each in asked} <= {"file", "data"}
