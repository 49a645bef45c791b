"""The instructor's report, on classes made by hand: what it counts, what it says of few, of nobody and of equals, and what it shows of hostile names."""

import csv
import html.parser
import io
import json
import random
import re
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

import numpy
import pytest
from rich.console import Console

from autograder.course.model import Assignment, Item, Limits
from autograder.export.charts import COLOURS
from autograder.export.common_errors import normalised
from autograder.export.item_analysis import FEWEST
from autograder.export.report import make_report, print_report
from autograder.export.report_page import Links, write_report
from autograder.export.spans import bins
from autograder.gradebook import history
from autograder.gradebook.results import ItemScore, StudentResult
from autograder.grading.cells import Cells
from autograder.grading.items import Material
from autograder.grading.plugin import Raw
from autograder.grading.points import score_item
from autograder.grading.scorecard import ItemResult, Scorecard, TestResult
from autograder.grading.student import Student
from autograder.intake.notebooks import Notebook
from autograder.sandbox import Reply

LAB = Assignment("lab", {"01_a": {"easy": 2, "hard": 6}, "02_b": {"odd": 4, "dropped": 0}})
HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "\x1b[31mred\u202egnp",
    "=cmd|' /C calc'!A0",
    "../../../etc",
    "a'b&c",
]


def result(student, scores, cards=(), status="graded", **more):
    """A student's result: the scores of LAB's items by name; None for what waits."""
    items = [
        ItemScore(i.id, i.notebook, scores.get(i.id, 0.0), i.points)
        for i in LAB.items()
        if i.id in scores or i.points == 0
    ]
    known = [each.score for each in items]
    total = None if None in known or status != "graded" else sum(known)
    return StudentResult(
        student, status, LAB.points, score=total, items=items, cards={card.notebook: card for card in cards}, **more
    )  # fmt: skip


def drawn_class(count, seed=7):
    """Students of a drawn strength: `hard` follows it, `odd` goes against it, everybody has `easy`."""
    drawn = random.Random(seed)
    strengths = [drawn.random() for _ in range(count)]
    return [
        result(
            f"s{i:02}",
            {
                "easy": 2.0,
                "hard": round(6 * min(1, max(0, s + drawn.uniform(-0.2, 0.2))), 2),
                "odd": round(4 * (1 - s), 2),
            },
        )
        for i, s in enumerate(strengths)
    ]


def item(report, name):
    return next(row for row in report.items if row.id == name)


def failed(reply, item="conv2d", attempted=True, status="error"):
    """A fact's card as grading makes it of what the sandbox answered."""
    cells = Cells(Notebook("01_a", ()), Limits())
    cells.how_it_stopped = lambda name: reply.get("stopped", "") if isinstance(reply, dict) else ""
    cells.import_that_failed = lambda name: reply.get("import", "") if isinstance(reply, dict) else ""
    student = Student(None, "lab", Limits(), (item,), frozenset({item} if attempted else ()), cells)
    failure = student.broken(Reply(status, reply), f"{item}(x)", item)
    outcome = "error" if failure.expected == "a result, not an error" else "failed"
    raw = Raw(item, "test_it", "It works.", 1, False, False, outcome, failure)
    return score_item(Item(item, 4, "01_a"), [raw, raw], Material(item, None), [])


def raised(kind, message, where="", missing="", stopped=""):
    return {"type": kind, "message": message, "where": where, "missing": missing, "stopped": stopped}


def card(*items, status="graded", message="", notebook="01_a"):
    return Scorecard("lab", notebook, "", status, 0.0, 8.0, list(items), message=message)


def text_of(report):
    said = Console(width=80, record=True, file=io.StringIO())
    print_report(said, report)
    return said.export_text()


def page_of(report, tmp_path, root=None):
    folder = (root or tmp_path) / "grades" / "lab-report"
    return write_report(report, folder, Links(root or tmp_path, folder, "lab")).read_text()


def rows(tmp_path, name):
    with (tmp_path / "grades" / "lab-report" / f"{name}.csv").open(newline="") as file:
        return list(csv.DictReader(file))


# ------------------------------------------------------------------------------------------------------------ items


def test_hardness_and_discrimination_are_those_that_numpy_gives(tmp_path):
    results = drawn_class(40)
    report = make_report(LAB, results, None)
    table = numpy.array([[each.score for each in r.items][:3] for r in results])
    for place, name in enumerate(("easy", "hard", "odd")):
        assert item(report, name).mean == pytest.approx(table[:, place].mean() / (2, 6, 4)[place])
    for place, name in ((1, "hard"), (2, "odd")):
        rest = table.sum(axis=1) - table[:, place]
        expected = numpy.corrcoef(table[:, place], rest)[0, 1]
        uncorrected = numpy.corrcoef(table[:, place], table.sum(axis=1))[0, 1]
        assert abs(expected - uncorrected) > 0.1  # the item itself is not in the sum
        assert item(report, name).discrimination == pytest.approx(expected)
    assert item(report, "odd").discrimination < 0
    assert (item(report, "easy").discrimination, item(report, "easy").note) == (
        None,
        "everybody earned the same",
    )
    page_of(report, tmp_path)
    given = rows(tmp_path, "items")
    assert list(given[0])[:8] == [
        "notebook", "item", "points", "full", "partial", "none", "not_attempted", "mean_share",
    ]  # fmt: skip
    assert given[1]["discrimination"] == f"{item(report, 'hard').discrimination:.3f}"
    assert f"{item(report, 'odd').discrimination:.2f}" in text_of(report)


def test_the_hardest_item_comes_first_on_the_page(tmp_path):
    page = page_of(make_report(LAB, [result("ada", {"easy": 2.0, "hard": 1.0, "odd": 2.0})], None), tmp_path)
    places = [page.index(f"<td><code>{name}</code>") for name in ("hard", "odd", "easy", "dropped")]
    assert places == sorted(places)


def test_few_students_get_no_coefficient():
    few = make_report(LAB, drawn_class(FEWEST - 1), None)
    assert {(row.discrimination, row.note) for row in few.items if row.points} == {(None, "too few students")}
    assert "it takes 20" in text_of(few)
    enough = make_report(LAB, drawn_class(FEWEST), None)
    assert item(enough, "hard").discrimination is not None
    assert "it takes" not in text_of(enough)


def test_who_waits_for_a_grade_counts_where_it_is_known_and_is_compared_with_nobody():
    whole = drawn_class(FEWEST)
    waiting = result("zoe", {"easy": 0.0, "hard": None, "odd": 4.0}, status="ungraded")
    alone, both = make_report(LAB, whole, None), make_report(LAB, [*whole, waiting], None)
    assert item(both, "hard").discrimination == item(alone, "hard").discrimination
    assert item(both, "easy").mean == pytest.approx(FEWEST / (FEWEST + 1))
    assert item(both, "hard").mean == item(alone, "hard").mean


@pytest.mark.parametrize(
    "results",
    [
        [],
        [result("ada", {"easy": 2.0, "hard": 6.0, "odd": 0.0})],
        [result("ada", {}, status="missing")],
        [result(f"s{i}", {"easy": 2.0, "hard": 6.0, "odd": 4.0}) for i in range(30)],
        [result(f"s{i}", {"easy": 0.0, "hard": 0.0, "odd": 0.0}) for i in range(30)],
        [result(f"s{i}", {"easy": 0.1 + 0.2, "hard": 0.7, "odd": 0.1 * (i % 2)}) for i in range(30)],
    ],
    ids=["nobody", "one", "missing", "all right", "all wrong", "equal elsewhere"],
)
def test_a_class_without_differences_has_a_page_and_no_coefficient(tmp_path, results):
    report = make_report(LAB, results, None)
    assert all(row.discrimination is None and row.note for row in report.items)
    page = page_of(report, tmp_path)
    assert "nan" not in page.lower()
    assert page.count("<svg") == 2 * any(each.status == "graded" for each in results)
    assert len(rows(tmp_path, "students")) == len(results)
    assert "of 12 points" in text_of(report)


def test_an_item_without_points_is_left_out_of_hardness(tmp_path):
    results = drawn_class(FEWEST)
    report = make_report(LAB, results, None)
    row = item(report, "dropped")
    assert (row.mean, row.discrimination, row.note, row.lost) == (None, None, "no points", [])
    assert "dropped" not in re.findall(r'aria-label="(Bars across[^"]*)"', page_of(report, tmp_path))[0]
    without = Assignment("lab", {"01_a": {"easy": 2, "hard": 6}, "02_b": {"odd": 4}})
    assert (
        item(make_report(without, results, None), "hard").discrimination
        == item(report, "hard").discrimination
    )
    nothing = Assignment("lab", {"01_a": {"easy": 0}})
    assert "0 of 0 points" not in page_of(make_report(nothing, results, None), tmp_path)


def test_who_is_excused_is_not_counted(tmp_path):
    results = drawn_class(FEWEST)
    syntax = failed(raised("MissingFunction", "", missing="conv2d", stopped="SyntaxError: x (line 1)"))
    excused = result("zoe", {"easy": 0.0, "hard": 0.0, "odd": 0.0}, [card(syntax, message="!", status="timeout")],
                     status="excused", submitted="2026-11-02T12:00:00+00:00")  # fmt: skip
    alone, both = make_report(LAB, results, None), make_report(LAB, [*results, excused], None)
    assert alone.items == both.items
    assert alone.scores == both.scores
    assert not both.errors
    assert not both.flagged
    assert not both.spans
    assert "1 excused" in both.headline
    assert "excused" not in alone.headline
    assert "zoe" not in page_of(both, tmp_path)


# ----------------------------------------------------------------------------------------------------------- errors


@pytest.mark.parametrize(
    ("reply", "status", "where", "error"),
    [
        (raised("MissingFunction", "", missing="conv2d", stopped="SyntaxError: expected ':' (line 3)"), "error",
         "conv2d", "SyntaxError in the solution cell"),
        (raised("MissingFunction", "", missing="relu", stopped="IndentationError: unexpected indent (line 9)"), "error",
         "relu", "IndentationError in the solution cell"),
        (raised("MissingFunction", "", missing="conv2d", stopped="NameError: name 'F' is not defined"), "error",
         "conv2d", "the solution cell stops with NameError: name 'F' is not defined"),
        (raised("MissingFunction", "", missing="conv2d", stopped="KeyError:"), "error",
         "conv2d", "the solution cell stops with KeyError:"),
        (raised("MissingFunction", "", missing="conv2d"), "error", "conv2d", "no function of this name in the notebook"),
        ({**raised("MissingFunction", "", missing="conv2d"), "import": "`from mine import *` failed: No module named 'mine'"}, "error",
         "conv2d", "`from mine import *` failed: No module named 'mine'"),
        (raised("MissingFunction", "Tensor", missing="conv2d"), "error",
         "conv2d", "the name is given to something else, of type Tensor"),
        (raised("NotImplementedError", "", "line 4 of conv2d: raise NotImplementedError()"), "error",
         "conv2d", "NotImplementedError left in"),
        (raised("RuntimeError", "shape '[2, 3]' is invalid for input of size 12", "line 2 of conv2d: x.view(2, 3)"), "error",
         "conv2d", "RuntimeError: shape '[…]' is invalid for input of size N"),
        (raised("ZeroDivisionError", ""), "error", "conv2d", "ZeroDivisionError"),
        (2.5, "timeout", "conv2d", "no answer in time; the call was stopped"),
        (None, "timeout", "conv2d", "no answer: the notebook's time was used up before"),
        (None, "died", "conv2d", "the call ended the Python process"),
        (None, "unreadable", "conv2d", "an answer that cannot be read, or is too large"),
    ],
)  # fmt: skip
def test_an_error_is_known_by_what_grading_says_of_it(reply, status, where, error):
    results = [result(name, {}, [card(failed(reply, status=status))]) for name in ("ada", "ben")]
    (found,) = make_report(LAB, results, None).errors
    assert (found.notebook, found.item, found.error, found.students) == ("01_a", where, error, ("ada", "ben"))


def test_a_wrong_answer_and_a_stub_are_no_errors():
    wrong = TestResult("test_it", "It works.", "failed", 1, "Called f(x). It gave 3. Expected: 4.")
    tricky = TestResult(
        "test_it", "It works.", "failed", 1, "Called f(x). It gave 'ValueError: x'. Expected: 4."
    )
    stub = TestResult(
        "test_it", "It works.", "not_attempted", 1, "Not attempted yet: the stub is still there."
    )
    items = [ItemResult("easy", 2, 0, "failed", [each]) for each in (wrong, tricky, stub)]
    assert make_report(LAB, [result("ada", {}, [card(*items)])], None).errors == []


def test_errors_are_counted_once_a_student_and_the_most_frequent_comes_first(tmp_path):
    def syntax(line, item="conv2d"):
        stopped = f"SyntaxError: invalid syntax (line {line})"
        return failed(raised("MissingFunction", "", missing="conv2d", stopped=stopped), item)

    def shapes(sizes):
        return failed(
            raised("RuntimeError", f"mat1 and mat2 shapes cannot be multiplied ({sizes})"), item="CNN"
        )

    results = [
        result("ada", {}, [card(syntax(3), syntax(3, "relu"), shapes("8x128 and 64x10"))]),  # `relu` calls it
        result("ben", {}, [card(syntax(7), shapes("1x2 and 3x4"))]),
        result("cho", {}, [card(syntax(1))]),
        result("dee", {}, [card(status="invalid", message="The notebook 01_a.ipynb was not handed in.")]),
    ]
    report = make_report(LAB, results, None)
    assert [(each.item, each.students) for each in report.errors] == [
        ("conv2d", ("ada", "ben", "cho")), ("CNN", ("ada", "ben")), ("", ("dee",)),
    ]  # fmt: skip
    said = text_of(report)
    assert "3  conv2d: SyntaxError in the solution cell" in said
    assert "2 CNN: RuntimeError: mat1 and mat2 shapes cannot be multiplied (NxN and NxN)" in " ".join(
        said.split()
    )
    assert "1  01_a" not in said  # one student's is no error that several have
    page_of(report, tmp_path)
    assert rows(tmp_path, "errors")[0] == {
        "notebook": "01_a", "item": "conv2d", "error": "SyntaxError in the solution cell", "students": "3", "who": "ada ben cho",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("size (3) at dim 1", "size (12) at dim 0", True),
        ("got [2, 3, 28, 28]", "got [1, 1]", True),
        ("at 0x7f3a10", "at 0xbeef", True),
        ("loss 1.5e-3", "loss -2", True),
        ("name 'F' is not defined", "name 'nn' is not defined", False),
        ("no conv1d here", "no conv2d here", False),
    ],
)
def test_words_are_alike_where_only_numbers_differ(one, other, same):
    assert (normalised(one) == normalised(other)) is same


# ------------------------------------------------------------------------------------------------------------ times


def at(day, hour=12):
    return datetime(2026, 11, day, hour, tzinfo=UTC)


def test_first_and_last_submission_and_the_hours_left(tmp_path):
    due = at(10)
    full = {"easy": 2.0, "hard": 6.0, "odd": 4.0}
    results = [
        result("ada", full, submitted=at(9).isoformat(), due=due),
        result("ben", full, submitted=at(10, 14).isoformat(), due=due),
        result("cho", full, submitted=at(10, 14).isoformat(), due=at(12)),  # has an extension
        result("dee", full, submitted=at(1).isoformat()),  # no due date
        result("eli", {}, status="missing"),
    ]
    report = make_report(LAB, results, None, {"ada": [at(2), at(9)], "dee": [at(3)], "eli": []})
    assert set(report.spans) == {"ada", "ben", "cho", "dee"}
    ada = report.spans["ada"]
    assert (ada.first, ada.last, ada.count, ada.hours_left) == (at(2), at(9), 2, 24.0)
    assert (report.spans["ben"].hours_left, report.spans["cho"].hours_left) == (-2.0, 46.0)
    assert (report.spans["dee"].last, report.spans["dee"].hours_left) == (at(3), None)
    newer = make_report(LAB, results[:1], None, {"ada": [at(11)]}).spans["ada"]
    assert (newer.last, newer.hours_left) == (
        at(11),
        24.0,
    )  # the graded one counts, a newer one waits in the exchange
    assert dict(bins(report.spans)) == {
        "≥ 7 d": 0, "3–7 d": 0, "1–3 d": 2, "6–24 h": 0, "1–6 h": 0, "< 1 h": 0, "late": 1, "> 1 d late": 0,
    }  # fmt: skip
    assert report.times == (
        "Handed in from 2026-11-01 12:00 to 2026-11-10 14:00 (UTC), 2 more than once, 1 late."
    )
    there = make_report(LAB, results, None, zone=ZoneInfo("Asia/Tokyo"))
    assert "to 2026-11-10 23:00 (Asia/Tokyo)" in there.times
    assert "<td>2026-11-10 23:00</td>" in page_of(there, tmp_path)
    assert rows(tmp_path, "students")[1]["last_submission"] == at(10, 14).isoformat()
    assert "Time left" in page_of(report, tmp_path)
    assert rows(tmp_path, "students")[0]["first_submission"] == at(2).isoformat()


def test_each_new_submission_is_noted_once_and_a_torn_line_costs_only_itself(temporary_course):
    home, lab = temporary_course, temporary_course.assignments[0]
    exchange = home.root / "exchange" / home.name / "inbound"
    exchange.mkdir(parents=True)
    config = home.root / "course_config.py"
    config.write_text(
        config.read_text()
        + f"\nimport dataclasses\ncourse = dataclasses.replace(course, nbgrader=lambda c: setattr(c.Exchange, 'root', {str(home.root / 'exchange')!r}))\n"
    )

    def hand_in(student, text):
        folder = home.root / "submitted" / student / lab.name
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "timestamp.txt").write_text(text)

    def noted():
        history.note(home, lab, ["ada", "ben", "zoe"])
        return {who: [f"{time:%d %H:%M}" for time in times] for who, times in history.read(home, lab).items()}

    assert noted() == {}
    hand_in("ada", "2026-11-02 12:00:00.123 UTC")
    hand_in("ben", "no time")
    assert noted() == {"ada": ["02 12:00"]}
    place = home.private / "history" / f"{lab.name}.jsonl"
    size = place.stat().st_size
    assert noted() == {"ada": ["02 12:00"]}
    assert place.stat().st_size == size  # nothing is new
    with place.open("ab") as file:  # a kill in the middle of a line; and lines of no known form
        file.write(b'[]\n{"student": "ada"}\n{"student": "ben", "submitted": "2026-11-0')
    hand_in("ada", "2026-11-03 13:00:00 +0000")
    for name in (
        f"ada+{lab.name}+2026-11-01 10:00:00.5 UTC+AbC",  # handed in before the first was collected
        f"ada+{lab.name}+2026-11-02 12:00:00.123 UTC+AbC",
        "ben+other+2026-11-01 10:00:00 UTC+AbC",
        f"ben+{lab.name}+2026-11-01 10:00:00 ../../etc/passwd+AbC",
        f"ben+{lab.name}+2026-99-01 10:00:00 UTC+AbC",
        f"eve+{lab.name}+2026-11-01 10:00:00 UTC+AbC",  # not of this class
        "junk",
    ):
        (exchange / name.replace("/", "∕")).mkdir()
    assert noted() == {"ada": ["01 10:00", "02 12:00", "03 13:00"]}
    assert [json.loads(line)["student"] for line in place.read_bytes().splitlines()[-2:]] == ["ada", "ada"]
    place.unlink()
    place.mkdir()  # what cannot be written stops nobody's grade
    assert noted() == {}


# --------------------------------------------------------------------------------------------------------- the page


class Page(html.parser.HTMLParser):
    """Tags, links and words of a page, as a browser reads them."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.links, self.words, self.attributes = set(), [], [], set()
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links += [value for name, value in attrs if name in ("href", "src")]

    def handle_data(self, data):
        self.words.append(data)


def hostile_report():
    cards = [
        card(failed(raised("<img src=x onerror=alert(1)>", "</td><script>alert(2)</script>\x1b[2J")),
             failed(raised("ValueError", "</td><script>alert(2)</script>\x1b[2J"))),
        card(status="crashed", message="<script>alert(3)</script>", notebook="02_b"),
    ]  # fmt: skip
    full = {"easy": 2.0, "hard": 0.0, "odd": 4.0}
    return make_report(LAB, [result(name, full, cards) for name in [*HOSTILE, "b\udcff"]], None)


def test_hostile_names_and_messages_are_words_on_the_page(tmp_path):
    report = hostile_report()
    page = Page(page_of(report, tmp_path))
    assert not page.tags & {"script", "img", "iframe", "object", "form", "base"}
    assert not {name for name in page.attributes if name.startswith("on")}
    words = "".join(page.words)
    assert "<script>alert(1)</script>" in words
    assert "<script>alert(…)</script>" in words
    assert "\x1b" not in words
    assert "\u202e" not in words
    assert "\x1b[2J" not in text_of(report)
    for name in ("students", "errors", "flagged"):
        text = (tmp_path / "grades" / "lab-report" / f"{name}.csv").read_text()
        assert not re.search(r'(^|,)"?[=+@]', text, re.MULTILINE)


def test_names_lead_to_feedback_pages_else_to_autograded_notebooks(tmp_path):
    names = ["ada", "ben", "a b'#?%20<x>", "ü"]
    for name, folder, ending in [
        ("ben", "autograded", "ipynb"),
        *((n, "feedback", "html") for n in names if n != "ben"),
    ]:
        path = tmp_path / folder / name / "lab" / f"01_a.{ending}"
        path.parent.mkdir(parents=True)
        path.write_text("page")
    (tmp_path / "outside" / "lab").mkdir(parents=True)
    (tmp_path / "outside" / "lab" / "01_a.html").write_text("page")
    hard = {"easy": 2.0, "hard": 0.0, "odd": 4.0}
    results = [
        result(name, hard, [card(failed(raised("ValueError", "x"), "hard"))])
        for name in [*names, "../outside", "cho"]
    ]
    page = Page(page_of(make_report(LAB, results, None), tmp_path))
    folder = tmp_path / "grades" / "lab-report"
    targets = {(folder / unquote(urlsplit(link).path)).resolve() for link in page.links}
    expected = {tmp_path / "feedback" / n / "lab" / "01_a.html" for n in names if n != "ben"}
    assert targets == expected | {tmp_path / "autograded" / "ben" / "lab" / "01_a.ipynb"}
    assert "../../feedback/ada/lab/01_a.html#test_hard" in page.links
    assert "../../autograded/ben/lab/01_a.ipynb" in page.links
    assert not any(urlsplit(link).scheme for link in page.links)


def test_pictures_are_inline_have_words_and_a_white_face(tmp_path):
    results = [
        result(f"s{i}", {"easy": 2.0, "hard": 6.0 * (i % 2), "odd": 1.0 * (i % 3)},
               submitted=at(9, i).isoformat(), due=at(10))
        for i in range(6)
    ]  # fmt: skip
    page = page_of(make_report(LAB, results, None), tmp_path)
    pictures = re.findall(r"<svg.*?</svg>", page, re.DOTALL)
    assert len(pictures) == 3
    for picture in pictures:
        assert re.match(r'<svg role="img" aria-label="Bars[^"]{40,}"', picture)
        assert 'fill="#fff"' in picture.partition("<text")[0]
    assert "hard: 3, 0, 3, 0" in page  # full, part, none, not tried
    assert sum(int(n) for n in re.findall(r"(\d+) from", pictures[0])) == 6
    assert len(set(COLOURS)) == 4
    assert re.search(r"default-src 'none'", page)


def test_the_report_can_lie_elsewhere(tmp_path):
    root, elsewhere = tmp_path / "course", tmp_path / "far" / "away"
    target = root / "feedback" / "ada" / "lab" / "01_a.html"
    target.parent.mkdir(parents=True)
    target.write_text("page")
    report = make_report(LAB, [result("ada", {"easy": 0.0, "hard": 0.0, "odd": 0.0})], None)
    page = Page(write_report(report, elsewhere, Links(root, elsewhere, "lab")).read_text())
    assert {(elsewhere / urlsplit(link).path).resolve() for link in page.links} == {target}
    assert Path(elsewhere / "items.csv").is_file()
