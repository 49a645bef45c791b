"""A student's Markdown in what people look at: feedback pages and the formgrader, by nbgrader's own converters."""

from __future__ import annotations

import html
import json
import re
import time
from typing import Any

import pytest
from nbconvert.exporters import HTMLExporter
from nbconvert.filters import Highlight2HTML, markdown2html, markdown_mistune
from nbformat import from_dict
from nbgrader.server_extensions.formgrader import handlers
from traitlets.config import Config

from autograder.course.model import Assignment, Course
from autograder.gradebook import filters
from autograder.gradebook.converter import CourseFeedback
from autograder.gradebook.feedback import PAGE
from autograder.gradebook.feedback_page import Book, Grade
from autograder.gradebook.feedback_page import page_of as page_of_parts
from autograder.gradebook.writing import nbgrader_settings
from autograder.intake import submissions
from autograder.intake.notebooks import sanitise
from autograder.intake.submissions import clean_notebook, released
from autograder.pages import html as cleaning
from autograder.pages.html import clean_markdown

LIVE = [
    "[a](javascript:alert(1))",
    "[a](&#106;avascript:alert(1))",
    "[a](&#x000006a;avascript&#58;alert(1))",
    "[a](JaVaScRiPt&colon;alert(1))",
    "[a](javascript\\:alert(1))",
    "[a]( \n javascript:alert(1))",
    "[a](dat&#97;:text/html,x)",
    "[a](vbscript:x)",
    "[a](file:///etc/passwd)",
    "[a][1]\n\n[1]: &#x6a;avascript:alert(1)",
    "[1]\n\n[1]:\n  javascript:alert(1)",
    "> [1]\n\n> [1]:\n> javascript:alert(1)",
]
HARMLESS = [
    "[a](https://example.org/b?c=d:e)",
    "[a](mailto:ada@example.org)",
    "[a](#further-down)",
    "[a][1]\n\n[1]: https://example.org",
    "`layers[0](x, y)` and `d[0]: int`",
    "Our training data: 60,000 images",
]


def targets(page: str) -> list[str]:
    return [
        re.sub(r"[\0- ]", "", html.unescape(each))
        for each in re.findall(r'(?:href|src)\s*=\s*"([^"]*)"', page)
    ]


def is_live(page: str) -> bool:
    schemes = [re.match(r"([a-z][a-z0-9+.-]*):", each, re.I) for each in targets(page)]
    return any(each and each[1].lower() not in ("http", "https", "mailto") for each in schemes)


@pytest.mark.parametrize("words", LIVE)
def test_a_link_that_runs_something_is_dead_in_the_words_and_in_the_page(words: str) -> None:
    assert is_live(markdown2html(words))  # as it was handed in
    assert not is_live(markdown2html(clean_markdown(words)))
    assert not is_live(filters.safe_markdown(words))


@pytest.mark.parametrize("words", HARMLESS)
def test_words_that_harm_nobody_stay_as_they_are(words: str) -> None:
    assert clean_markdown(words) == words
    assert targets(filters.safe_markdown(words)) == targets(markdown2html(words))


def test_what_course_texts_need_is_still_rendered() -> None:
    words = "# A\n\n$x<y$\n\n- [x] done\n\n|a|\n|-:|\n|1|\n\n```python\nimport torch\n```\n![a](data:image/png;base64,AAAA)"
    page = filters.safe_markdown(words)
    for part in (
        "<h1>A",
        "<mi>x</mi><mo>&lt;</mo><mi>y</mi></mrow></math>",
        "checkbox",
        "text-align:right",
        'class="kn"',
        'src="data:image/png;base64,AAAA"',
    ):
        assert part in page
    assert "missing" in filters.safe_markdown(
        "missing ![a](attachment:b)"
    )  # what cannot be rendered shows as text


@pytest.mark.parametrize(
    "fence", ["```ipython3", "~~~ ipython", "> ```ipython3", "- ```{.ipython3}", "1. ````perl x"]
)
def test_only_python_is_coloured_in_words(fence: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A student could name the lexer that is slow (2.7 s for 20,000 characters), or any other."""
    asked: list[str] = []
    plain = markdown_mistune.get_lexer_by_name
    monkeypatch.setattr(
        markdown_mistune, "get_lexer_by_name", lambda name, **more: asked.append(name) or plain(name, **more)
    )
    words = f"{fence}\nx = a.a\n\n```python\nimport torch\n```\n\n``` inline ``` and ```inline``` stay"
    markdown2html(words)
    assert asked
    asked.clear()
    page = filters.safe_markdown(words)
    assert set(asked) <= {"python"}
    assert "x = a.a" in page
    assert page.count("inline") == 2


def page_of(name: str, course: Course, assignment: Assignment, *cells: dict[str, Any]) -> str:
    """Render cells with the course's settings, as the feedback command or the formgrader does."""
    config, coursedir = nbgrader_settings(course, assignment)
    if name == "feedback":
        config = CourseFeedback(coursedir=coursedir, config=config).config
    else:
        more = {"template_name": "formgrade", "extra_template_basedirs": [handlers.template_path]}
        config = Config({**config, "HTMLExporter": {**config.HTMLExporter, **more}})
    own = [{"metadata": {}, "id": f"a{i}", **cell} for i, cell in enumerate(cells)]
    notebook = from_dict({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": own})
    found: dict[str, Any] = {
        "nbgrader": {PAGE: page_of_parts(notebook, "n", [], Book({}, Grade(0, 0)), [])},
        "assignment_id": "a", "notebook_id": "n", "submission_id": "s", "student": "eve", "base_url": "", "index": 0, "total": 1,
    }  # fmt: skip
    return str(HTMLExporter(config=config).from_notebook_node(notebook, resources=found)[0])


@pytest.mark.parametrize("name", ["feedback", "formgrader"])
def test_the_finished_page_holds_no_live_link(
    name: str, temporary_course: Course, lab1: Assignment, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = "\n\n".join(f"{each} <img src=x onerror=alert(2)>" for each in LIVE[:3]) + "\n\nwords stay"
    cell = {"cell_type": "markdown", "source": words}
    page = page_of(name, temporary_course, lab1, cell)
    assert "words stay" in page
    assert "javascript:alert(1)" not in page
    assert "alert(2)" not in page
    monkeypatch.setattr(filters, "safe_markdown", markdown2html)
    page = page_of(name, temporary_course, lab1, cell)
    assert "javascript:alert(1)" in page
    assert "alert(2)" in page


def code(source: str) -> dict[str, Any]:
    return {"cell_type": "code", "source": source, "outputs": [], "execution_count": None}


@pytest.mark.parametrize("name", ["feedback", "formgrader"])
def test_code_is_coloured_where_that_is_quick(
    name: str, temporary_course: Course, lab1: Assignment, monkeypatch: pytest.MonkeyPatch
) -> None:
    attack = code("a." * 10_000 + "left out")  # pygments takes the square of its length
    usual = code("def relu(x):\n    return x.clamp(min=0)\n")
    coloured: list[str] = []
    plain = Highlight2HTML.__call__
    monkeypatch.setattr(
        Highlight2HTML,
        "__call__",
        lambda self, source, *more: coloured.append(source) or plain(self, source, *more),
    )
    page = page_of(name, temporary_course, lab1, usual, attack, usual)
    assert coloured == [usual["source"]] * 2
    assert page.count('<span class="nf">relu</span>') == 2
    assert "a.a.a.a" in page
    assert "(8 characters left out)" in page
    monkeypatch.setattr(filters, "_MOST_COLOURED", 2_000)
    long = [code("x = 1\n" * 300) for _ in range(3)]
    page = page_of(name, temporary_course, lab1, *long, usual)  # one of the three is within the page's budget
    assert page.count('<span class="mi">1</span>') == 300
    assert page.count("x = 1") == 600
    assert '<span class="nf">relu</span>' in page
    page = page_of(name, temporary_course, lab1, code("x = '<script>alert(4)</script>'\n" + "y" * 3_000))
    assert "&lt;script&gt;alert(4)" in page
    assert "<script>alert(4)" not in page


def rendered(course: Course, lab1: Assignment, cells: list[str]) -> tuple[float, list[str]]:
    """Return the seconds that a notebook's Markdown takes to render, and what is kept of the student's."""
    release = released(course, lab1.name)[next(iter(lab1.notebooks))]
    raw = {"cells": [{"cell_type": "markdown", "source": each} for each in cells]}
    clean = clean_notebook(raw, release, sanitise(raw, release.cells, "n"))
    kept = [cell["source"] for cell in clean["cells"] if cell["cell_type"] == "markdown"]
    json.dumps(clean)
    begin = time.process_time()
    for each in kept:
        filters.safe_markdown(each)
    return time.process_time() - begin, kept


def test_markdown_that_renders_slowly_is_cut_and_broken(
    course: Course, lab1: Assignment, monkeypatch: pytest.MonkeyPatch
) -> None:
    for opening in ("\\begin{a}", "\\\\[", "\\\\("):
        cells = [opening * (20_000 // len(opening))] * 3
        quick, _ = rendered(course, lab1, cells)
        with monkeypatch.context() as without:
            without.setattr(cleaning, "_MOST_MATH", 10**9)
            without.setattr(filters, "_MOST_MATH", 10**9)  # the page's own budget
            slow, _ = rendered(course, lab1, cells)
        assert slow > 3 * quick
    _, kept = rendered(course, lab1, ["x" * 30_000] * 15)
    assert sum(map(len, kept)) < 201_000
    assert max(map(len, kept)) < 20_100
    assert "(10,000 characters left out)" in kept[0]
    assert "(30,000 characters left out)" in kept[-1]
    monkeypatch.setattr(submissions, "_MOST_WORDS", 10**9)
    monkeypatch.setattr(submissions, "_MOST_WORDS_IN_ALL", 10**9)
    assert sum(map(len, rendered(course, lab1, ["x" * 30_000] * 15)[1])) == 450_000
