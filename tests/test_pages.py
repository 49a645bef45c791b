"""Feedback pages: one student's work that renders slowly, or never, is that student's matter."""

from __future__ import annotations

import json
import mmap
import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from nbgrader.server_extensions.formgrader import handlers
from traitlets.config import Config

from autograder.course.model import Course
from autograder.errors import CourseError
from autograder.gradebook import filters, pages, whose_language
from autograder.gradebook.converter import CourseFeedback
from autograder.intake import submissions
from tests import hostile, small_class
from tests.test_content_pages import LIVE, targets
from tests.test_resuming import make_class
from tests.test_where_one_stands import NAMES, autograder

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")  # nbgrader's own
N = 50_000  # what a cell may have, and more than preparing leaves of a student's
ATTACKS = {
    "misnested tags": "".join(f"<b class={i}><p>" for i in range(N // 16)),
    "misnested tags in items": "".join(f"<code class={i}><li>" for i in range(N // 20)),
    "open tags before paragraphs": "<p>" + "".join(f"<b class={i}>" for i in range(2_000)) + "<p>x" * 4_000,
    "open folders": "<div>" * (N // 5),
    "quotes": ">" * N,
    "quoted items": "> - " * (N // 4) + "x",
    "items": "- " * (N // 2) + "x",
    "numbers": "1. " * (N // 3) + "x",
    "items below items": "\n".join(" " * 2 * i + "- x" for i in range(220)),
    "items in turn": "- a\n1. b\n" * (N // 9),
    "brackets": "[" * (N // 2) + "]" * (N // 2),
    "links": "[a](" * (N // 4),
    "links in links": "[" * (N // 6) + "a" + "](b)" * (N // 6),
    "labels": "[a][b" * (N // 5),
    "emphasis": "*a _b " * (N // 6),
    "strong and not": "**a *" * (N // 5),
    "stars": "*" * N,
    "backticks": "`" * N,
    "backticks of all lengths": " ".join("`" * i for i in range(1, 310)),
    "backticks alone": "`a" * (N // 2),
    "a wide table": "|a" * (N // 8) + "|\n" + "|-" * (N // 8) + "|\n" + "|\n" * (N // 4),
    "a long table": "|a|b|\n|-|-|\n" + "|a|b|\n" * (N // 6),
    "footnotes": "".join(f"[^{i}]: x\n" for i in range(2_000)) + "".join(f"[^{i}] " for i in range(2_000)),
    "formulas": "$x$ " * (N // 4),
    "dollars": "$$a" * (N // 3),
    "environments": "\\begin{a}" * (N // 9),
    "long formulas": ("$" + "x" * 1_990 + "$ ") * (N // 2_000),
    "a formula of braces": "$" + "{" * 990 + "}" * 990 + "$",
    "macros that grow": ("$\\def\\a{" + "x" * 1_700 + "}" + "\\a" * 90 + "$ ") * (N // 2_000),
    "a long line": "x" * N,
    "blanks": "a" + " " * N + "b",
    "a fenced line": "```python\n" + "a." * (N // 2),
    "fences": ("```python\n" + "a." * 20 + "\n```\n") * (N // 60),
    "addresses": "https://a." * (N // 10),
    "mail": "a@" * (N // 2),
    "entities": "&#x" * (N // 3),
    "a heading": "# " + " " * N + "x",
}  # fmt: skip


@pytest.mark.parametrize("name", ATTACKS)
def test_no_words_take_long_or_grow_to_a_multiple(name: str) -> None:
    words = ATTACKS[name]
    begin = time.process_time()
    page = filters.safe_markdown(words)
    assert (
        time.process_time() - begin < 2.5
    )  # 0.4 s by the slowest here; without a budget 5 s, or growing by its square
    assert len(page) < 30 * len(words) + 1_000


def test_a_cell_beyond_a_budget_shows_as_it_was_written(monkeypatch: pytest.MonkeyPatch) -> None:
    tags = ATTACKS["misnested tags"][:20_000]
    assert "&lt;b class=7&gt;" in filters.safe_markdown(tags + "\n\n*words*")
    assert "<em>words</em>" in filters.safe_markdown(tags + "\n\n*words*")
    assert filters.safe_markdown("<b>bold</b> *words*") == "<p><b>bold</b> <em>words</em></p>\n"
    long = filters.safe_markdown("<script>*" + "x" * N)
    assert long.startswith("<pre>&lt;script&gt;*xxx")
    assert "(9 characters left out)" in long
    assert filters.safe_markdown(ATTACKS["environments"]).startswith("<pre>\\begin{a}")
    monkeypatch.setattr(filters, "_MOST_WITH_TAGS", 10**9)
    assert len(filters.safe_markdown(tags)) > 200 * len(tags)  # what the budget is for


@pytest.fixture(scope="module")
def small(course: Course, tmp_path_factory: pytest.TempPathFactory, loaded_workers: None) -> Course:
    """A graded class of four; the second wrote words, the third links that would run something."""
    small = make_class(tmp_path_factory.mktemp("pages") / "course", course, 4)
    for student, words in (("student01", "my *words*"), ("student02", "\n\n".join(["no links", *LIVE]))):
        path = small.root / "submitted" / student / small.assignments[0].name / f"{hostile.NOTEBOOK}.ipynb"
        notebook = json.loads(path.read_text())
        notebook["cells"].append({"cell_type": "markdown", "metadata": {}, "source": words, "id": "a"})
        path.write_text(json.dumps(notebook))
    done = small_class.autograder(small.root, "grade", small.assignments[0].name, "--jobs", "2")
    assert done.returncode == 0, done.stderr
    return small


@pytest.fixture
def page(small: Course) -> Iterator[Callable[[int], Path]]:
    """Return where a student's page lies; there is none at first."""
    for folder in (small.root / "feedback").glob("*/*"):
        for path in folder.iterdir():
            path.unlink()

    def of(number: int) -> Path:
        return (
            small.root
            / "feedback"
            / f"student0{number}"
            / small.assignments[0].name
            / f"{hostile.NOTEBOOK}.html"
        )

    before = set(psutil.Process().children())  # workers of other tests
    yield of
    assert not set(psutil.Process().children()) - before
    assert not (small.private / "pages").exists()


@pytest.fixture(scope="module")
def written(small: Course) -> Path:
    """Return a folder with all pages, as one command makes them."""
    assert write(small) == 4
    return shutil.copytree(small.root / "feedback", small.root / "older")


@pytest.fixture
def older(small: Course, written: Path, page: Callable[[int], Path]) -> None:
    """Let all pages be there, made before."""
    shutil.copytree(written, small.root / "feedback", dirs_exist_ok=True)


def write(small: Course, **more: Any) -> int:
    return pages.write_feedback(small, small.assignments[0], 2, **more)


def hang(*arguments: Any) -> None:
    while True:
        time.sleep(1)


def test_words_that_are_never_rendered_show_as_they_were_written(
    small: Course, page: Callable[[int], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = filters.safe_markdown
    monkeypatch.setattr(
        filters, "safe_markdown", lambda words: hang() if "my *words*" in words else plain(words)
    )
    monkeypatch.setattr(pages, "DEADLINE", 8.0)
    assert write(small) == 4
    assert "<pre>my *words*</pre>" in page(1).read_text()
    assert "conv_output_size" in page(1).read_text()
    monkeypatch.undo()
    assert write(small) == 4
    assert "my <em>words</em>" in page(1).read_text()
    assert "no links" in page(2).read_text()
    live = re.compile(r"(javascript|vbscript|file|data:text)", re.IGNORECASE)
    assert not [each for each in targets(page(2).read_text()) if live.match(each)]


@pytest.mark.usefixtures("older")
@pytest.mark.parametrize("how", ["hang", "raise", "die", "eat"])
def test_one_student_s_pages_that_cannot_be_made_are_named_and_the_others_are_made(
    how: str, small: Course, page: Callable[[int], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = page(0).stat().st_mtime_ns

    def fails(self: CourseFeedback, filename: str) -> None:
        if "student01" not in filename:
            return convert(self, filename)
        if how == "hang":
            hang()
        elif how == "die":
            os._exit(3)
        elif how == "eat":
            len(bytearray(4 << 30))
        raise ValueError("no such page")

    convert = CourseFeedback.convert_single_notebook
    monkeypatch.setattr(CourseFeedback, "convert_single_notebook", fails)
    monkeypatch.setattr(pages, "DEADLINE", 5.0)
    said = "ValueError: no such page" if how == "raise" else "took longer than 5 s, or more memory"
    with pytest.raises(
        CourseError, match=rf"{said}.* \(student01\)\. The pages of these students are missing.*: 3 pages"
    ):
        write(small)
    assert not page(1).exists()  # the older one shows an older grade
    assert page(0).stat().st_mtime_ns > before
    monkeypatch.undo()
    assert write(small) == 4


def test_what_all_pages_say_is_read_once_for_all(
    small: Course, page: Callable[[int], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The release and the catalogues are read before the forks; the release anew by the next command."""
    reading: list[tuple[Any, ...]] = []

    def noted(read: Callable[..., Any]) -> Callable[..., Any]:
        def once(path: Path, *more: str) -> Any:
            if os.getpid() != parent:
                raise AssertionError(f"{path} is read by a fork")
            reading.append((path, *more))
            return read(path, *more)

        return once

    parent = os.getpid()
    monkeypatch.setattr(submissions, "_released", noted(submissions._released))
    monkeypatch.setattr(whose_language, "read", noted(whose_language.read))
    assert write(small, language="es") == 4
    assert '<html lang="es">' in page(0).read_text()
    assert len(reading) == len(set(reading))
    assert (small.source(small.assignments[0].name), "es") in reading
    reading.clear()
    assert write(small) == 4
    assert (small.release(small.assignments[0].name) / f"{hostile.NOTEBOOK}.ipynb",) in reading


def test_what_the_command_itself_holds_is_not_counted_against_a_student_s_pages(
    small: Course, page: Callable[[int], Path]
) -> None:
    """Pages are made in forks, which begin with all that the process has: a long session, or one with a large class."""
    with mmap.mmap(-1, 4 << 30, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS):
        assert write(small) == 4
    assert page(0).exists()


@pytest.mark.usefixtures("older")
def test_a_command_that_is_stopped_leaves_whole_pages_and_can_be_run_again(
    small: Course, page: Callable[[int], Path]
) -> None:
    before = [page(i).stat().st_mtime_ns for i in range(4)]

    def stop(done: int, total: int) -> None:
        assert total == 4
        if done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write(small, done=stop)
    after = [page(i).stat().st_mtime_ns for i in range(4)]
    assert after != before
    assert any(new == old for new, old in zip(after, before))
    for i in range(4):
        assert page(i).read_text().rstrip().endswith("</html>")
    assert write(small) == 4
    assert all(page(i).stat().st_mtime_ns > new for i, new in enumerate(after))


@pytest.mark.usefixtures("older")
def test_nbgrader_s_own_command_leaves_no_half_page(
    small: Course, page: Callable[[int], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What writes is asked at the moment at which half a page would lie there. The settings are those of the formgrader's button."""
    seen = []
    plain = os.replace

    def look(new: Any, old: Any) -> None:
        seen.append(Path(new).read_text().rstrip().endswith("</html>"))
        plain(new, old)

    from autograder.gradebook.writing import nbgrader_settings

    config, coursedir = nbgrader_settings(small, small.assignments[0])
    coursedir.student_id = "student01"
    config.HTMLExporter.update(template_name="formgrade", extra_template_basedirs=[handlers.template_path])
    converter = CourseFeedback(coursedir=coursedir, config=config)
    converter.update_config(Config({"HTMLExporter": {"template_name": "feedback"}}))
    converter.force = True
    monkeypatch.setattr("autograder.intake.files.os.replace", look)
    converter.start()
    assert seen == [True]
    assert "my <em>words</em>" in page(1).read_text()
    assert "Task by task" in page(1).read_text()


def test_feedback_made_from_a_student_s_folder_runs_nothing_that_lies_there(
    small: Course, page: Callable[[int], Path]
) -> None:
    where = small.root / "submitted" / "student00" / small.assignments[0].name
    names = [name for name in NAMES if name not in ("sitecustomize.py", "usercustomize.py")]
    names += ["jupyter_config.py", "jupyter_nbconvert_config.py", "nbgrader.py", "nbconvert.py", "alembic.py"]
    for name in names:
        (where / name).write_text(f"open({str(where / 'RAN')!r}, 'a').write({name!r} + chr(10))\n")
    try:
        done = autograder(where, "feedback", small.assignments[0].name)
        assert done.returncode == 0, done.stderr
        assert not (where / "RAN").exists()
        assert page(0).exists()
    finally:
        for name in names:
            (where / name).unlink()
