"""Similar submissions: planted copies come first, what all are given counts for nothing, and nothing that is handed in stops the class."""

import json
import os
import random
import re
import sys
import time

import pytest
from typer.testing import CliRunner

from autograder.authoring.handing_in import filled
from autograder.cli import app
from autograder.errors import CourseError
from autograder.intake.submissions import released
from autograder.repos import record
from autograder.repos.record import Entry, Record
from autograder.repos.roster import Person
from autograder.similar import works as works_module
from autograder.similar.ranking import LEAST, STANDS_OUT, Mark, rank
from autograder.similar.tokens import tokens
from autograder.similar.works import Piece, Work, class_works, other_works
from tests.conftest import ROOT

sys.path.insert(0, str(ROOT / "benchmarks"))
import similar as trial
from disguises import DISGUISES, renamed

LAB = "lab1_train_cnn"
FIRST = "01_cnn_layers"


def silent(items, what):
    yield from items


@pytest.fixture(scope="module")
def independent():
    """Return students no two of whom share an answer."""
    return trial.different(trial.answers(), random.Random(1))


def work(name, cells, **more):
    return Work(name, tuple(Piece("", item, source) for item, source in cells.items()), **more)


def ranked(works, most=1000):
    return rank(works, trial.given(), silent, most)


def names(pair):
    return {pair.first.name, pair.second.name}


# --- what is found -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("disguise", DISGUISES)
def test_a_disguised_copy_is_above_every_independent_pair(independent, disguise):
    copied = DISGUISES[disguise](independent[2], random.Random(3))
    if disguise != "cells_reordered":
        assert not set(copied.values()) & set(independent[2].values())  # it is disguised
    first, second = ranked(
        [*(work(f"s{i}", c) for i, c in enumerate(independent)), work("copy", copied)]
    ).pairs[:2]
    assert names(first) == {"s2", "copy"}
    assert first.share >= STANDS_OUT > second.share


def test_independent_answers_do_not_stand_out(independent):
    ranking = ranked([work(f"s{i}", cells) for i, cells in enumerate(independent)])
    assert ranking.standing_out == 0
    assert 0 < ranking.pairs[0].share < STANDS_OUT / 2
    assert ranking.count == len(independent) * (len(independent) - 1) / 2


def test_the_trial_s_figures_are_of_this_program(tmp_path):
    """The threshold that the documentation gives is judged by the benchmark, which any other tool goes through too."""
    figures = trial.trial({"autograder similar": trial.ours, "lines": trial.lines}, 1)
    assert figures["autograder similar"]["different"]["above_all"] == 1
    assert figures["autograder similar"]["different"]["false_alarms"] == 0
    assert figures["autograder similar"]["alike"]["auc"] > figures["lines"]["alike"]["auc"]
    assert figures["lines"]["different"]["missed_by_disguise"]["renamed"] == 1
    shown = trial.page(json.loads(trial.FIGURES.read_text()))
    assert shown in (ROOT / "docs" / "similar.md").read_text()


def test_the_cells_to_try_things_in_do_not_make_two_works_alike(independent, course, lab1):
    """As they were given they are not a student's; and a hint taken in all of them is little that is alike."""
    cells = released(course, LAB)[FIRST].cells
    scratch = [cell.source for cell in cells if cell.kind == "own"]
    assert [line for each in scratch for line in each.split("\n")[1:]] == [
        f'# hint("{item.id}")' for item in lab1.items(FIRST)
    ]
    ours = {cell.source.strip() for cell in cells}
    assert not any(works_module._is_own(cell, ours) for cell in cells if cell.kind == "own")
    taken = {str(i): each.replace("# hint", "hint") for i, each in enumerate(scratch)}
    ranking = ranked([work(f"s{i}", {**c, **taken}) for i, c in enumerate(independent)])
    assert ranking.standing_out == 0
    two = ranked([work(f"s{i}", {**c, **(taken if i < 2 else {})}) for i, c in enumerate(independent)])
    assert two.standing_out == 0


def test_members_of_a_group_are_no_pair_and_others_weigh_more(independent):
    same = [work(name, independent[0], group="team") for name in ("ann", "ben")]
    assert not ranked(same).pairs
    assert [names(pair) for pair in ranked([*same, work("eve", independent[0])]).pairs] == [
        {"ann", "eve"},
        {"ben", "eve"},
    ]
    few = {"relu": independent[0]["relu"]}
    class_ = [work(f"s{i}", cells) for i, cells in enumerate(independent[1:])]
    assert (
        ranked([work("a", few), work("b", few), *class_]).pairs[0].share < STANDS_OUT
    )  # a copied line is no copied lab
    assert LEAST > 0


def test_earlier_years_are_compared_with_the_class_and_not_among_themselves(independent):
    old = [work(f"old{i}", independent[0], elsewhere=True) for i in range(2)]
    class_ = [work("ann", renamed(independent[0], random.Random(1))), work("ben", independent[1])]
    for works in ([*class_, *old], [*old, *class_]):
        ranking = ranked(works)
        assert [names(pair) for pair in ranking.pairs[:2]] == [{"ann", "old0"}, {"ann", "old1"}]
        assert {"old0", "old1"} not in [names(pair) for pair in ranking.pairs]
        assert ranking.count == 5


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("total = a + b  # sum", "x=y+z", True),
        ("self.conv1 = nn.Conv2d(1, 8, 3)", "self.first = layers.Conv2d(1, 8, 3)", True),
        ('def f(x):\n    """Say."""\n    return x', "def g(y):\n    return y", True),
        ("f(f'{a}')", 'f("b")', True),
        ("x.unfold(2, 3, 1)", "x.reshape(2, 3, 1)", False),
        ("x = max(a, b)", "x = min(a, b)", False),
        ("for i in x: pass", "while i in x: pass", False),
        ("return (", "return )", False),
    ],
)
def test_tokens_survive_what_does_not_matter(one, other, same):
    assert ([t.word for t in tokens(one)] == [t.word for t in tokens(other)]) is same


def test_marks_cover_the_code_in_common_and_no_comment():
    one = "y = 3\nfor i in range(4):\n    # mine\n    out[i] = x[i] * weight[i] + 7\n"
    other = "for k in range(4):\n    res[k] = a[k] * b[k] + 7\nprint(1, 2, 3, 4)\n"
    ranking = rank([Work("a", (Piece("", "", one),)), Work("b", (Piece("", "", other),))], [], silent, 9)
    marks = ranking.marks(ranking.pairs[0].first.pieces[0], ranking.in_common(ranking.pairs[0]))
    shown = [one[mark.start : mark.end] for mark in marks]
    assert shown == ["for i in range(4):", "out[i] = x[i] * weight[i] + 7"]
    assert all(mark.rare for mark in marks)
    assert not ranking.marks(Piece("", "", "import os\n"), frozenset())
    assert marks[0] == Mark(6, 24, True)


# --- what is handed in ---------------------------------------------------------------------------------------


def hand_in(course, student, cells, extra=(), folder=None):
    """Write a student's notebooks: the released ones with these cells, and cells of their own at the end."""
    place = folder or course.root / "submitted" / student / LAB
    place.mkdir(parents=True)
    for name, release in released(course, LAB).items():
        values = filled(release.values, cells)
        for source in extra:
            values["cells"].append({"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": source})  # fmt: skip
        (place / f"{name}.ipynb").write_text(json.dumps(values))
    return place


def run(course, *options):
    done = CliRunner().invoke(
        app, ["similar", LAB, "--course", str(course.root), *map(str, options)], env={"COLUMNS": "200"}
    )
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.output


def read(course):
    return class_works(course, course.assignment(LAB), released(course, LAB), None, silent)


def test_the_whole_command(temporary_course, independent):
    course = temporary_course
    for i, cells in enumerate(independent[:3]):
        hand_in(course, f"s{i}", cells)
    script = "<script>alert(1)</script>\x1b[31m"
    copied = DISGUISES["everything"](independent[0], random.Random(1))
    hand_in(course, "<img src=x>", copied, [f"shout = 1  # {script}"])
    for name in ("idle", "idler"):
        hand_in(course, name, {})
    (hand_in(course, "torn", independent[3]) / f"{FIRST}.ipynb").write_text("{")
    course.private.mkdir(exist_ok=True)
    record.write(course, Record(LAB, "now", entries=[Entry("r", "clone", "/", students=["s1", "torn"])]))
    said = run(course, "--show", 3)
    rows = [line for line in said.splitlines() if line.startswith("│")]
    assert "<img src=x>" in rows[0]
    assert "s0" in rows[0]
    assert re.search(r"7 submissions, 20 pairs; 1 pair stands out", said)
    assert "never a grade" in said
    assert f"torn: {FIRST}.ipynb is not a notebook" in said
    assert "idle" not in said  # what is released counts for nothing
    folder = course.root / "grades" / f"{LAB}-similar"
    pages = {path.name: path.read_text() for path in folder.iterdir()}
    assert sorted(pages) == ["pair-1.html", "pair-2.html", "pair-3.html", "similar.html"]
    for page in pages.values():
        assert "default-src 'none'" in page
        assert "<script" not in page
        assert "<img" not in page
        assert "\x1b" not in page
        assert "CANARY" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in pages["pair-1.html"]
    assert "&lt;img src=x&gt;" in pages["similar.html"]
    assert f"torn: {FIRST}.ipynb is not a notebook" in pages["similar.html"]
    assert pages["pair-1.html"].count("<mark class=rare>") > 20
    assert "Return the size of a convolution" not in pages["pair-1.html"]
    again = run(course, "--show", 1)
    assert again.splitlines()[1:5] == said.splitlines()[1:5]
    assert sorted(path.name for path in folder.iterdir()) == ["pair-1.html", "similar.html"]


def test_groups_by_the_roster(temporary_course, independent):
    course, lab = temporary_course, temporary_course.assignment(LAB)
    for student, i in (("ann", 0), ("ben", 0), ("cem", 1), ("eve", 0)):
        hand_in(course, student, independent[i])
    people = [Person("ann", group="t"), Person("ben", group="t"), Person("cem", group="t")]
    made = class_works(course, lab, released(course, LAB), Record(LAB, "now", roster=people), silent)
    assert [(each.name, each.group) for each in made] == [("ann, ben", "t"), ("cem", "t"), ("eve", "")]
    alone = class_works(course, lab, released(course, LAB), None, silent)
    assert [each.name for each in alone] == ["ann", "ben", "cem", "eve"]


def test_own_cells_and_helpers_in_our_demos_are_read_and_our_code_is_not(temporary_course):
    course = temporary_course
    helper = "def helper(a, b):\n    return a.roll(3) * b.flip(0) - 17\n"
    hand_in(course, "ann", {}, [helper])
    assert [(piece.id, piece.source) for piece in read(course)[0].pieces] == [("", helper)] * 3
    assert not ranked(
        [*read(course), Work("release", tuple(Piece("", "", each) for each in trial.given()))]
    ).pairs


def test_other_folders(temporary_course, independent, tmp_path):
    course, lab = temporary_course, temporary_course.assignment(LAB)
    place = tmp_path / "last year"
    hand_in(course, "old", independent[0], folder=place / "old" / LAB)
    hand_in(course, "deep", independent[0], folder=place / "section 2" / "deep")
    found = place / "found"
    found.mkdir()
    whole = json.loads((place / "old" / LAB / f"{FIRST}.ipynb").read_text())
    (found / "from the web.ipynb").write_text(json.dumps(whole))
    plain = {"nbformat": 4, "cells": [{"cell_type": "code", "source": "x = 1", "metadata": {}}]}
    (found / "other.ipynb").write_text(json.dumps(plain))
    (found / "torn.ipynb").write_text("{")
    (found / "link.ipynb").symlink_to("/etc/passwd")
    made = {each.name: each for each in other_works(place, course, lab, released(course, LAB), silent)}
    assert sorted(made) == sorted(
        f"last year/{each}" for each in ("old", "section 2/deep", *(f"found/{n}.ipynb" for n in ("from the web", "other", "torn", "link")))
    )  # fmt: skip
    assert all(each.elsewhere for each in made.values())
    assert made["last year/old"].pieces == made["last year/section 2/deep"].pieces
    web = made["last year/found/from the web.ipynb"]
    assert {piece.id for piece in web.pieces} == {
        "conv_output_size",
        "conv2d",
        "max_pool2d",
        "relu",
        "CNN",
        "count_parameters",
    }
    assert [piece.source for piece in made["last year/found/other.ipynb"].pieces] == ["x = 1"]
    assert "not a notebook" in made["last year/found/torn.ipynb"].notes[0]
    assert "not a plain file" in made["last year/found/link.ipynb"].notes[0]
    hand_in(course, "ann", renamed(independent[0], random.Random(1)))
    assert re.search(r"│ +100 % │ ann +│ last year/(old|section 2/deep) ", run(course, "--also", place))
    for wrong, words in ((tmp_path / "none", "is no folder"), (course.root / "submitted" / "ann", "this class itself"), (course.root / "release" / "x", "no folder")):  # fmt: skip
        with pytest.raises(CourseError, match=words):
            run(course, "--also", wrong)
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(CourseError, match="holds no notebook"):
        run(course, "--also", empty)


def test_one_submission_is_nothing_to_compare(temporary_course, independent):
    with pytest.raises(CourseError, match="There is no submission of"):
        run(temporary_course)
    hand_in(temporary_course, "ann", independent[0])
    with pytest.raises(CourseError, match="only one submission of"):
        run(temporary_course)


HOSTILE = {
    "blank lines": "\n    " * 40_000,
    "open strings": '\\"' * 100_000,
    "open brackets": "(" * 200_000,
    "quotes": "'''\"\"\"" * 30_000,
    "docstrings": "''" * 100_000,
    "formatted": "f\"{f'{" * 30_000,
    "one name": "x" * 200_000,
    "digits": "1e-" * 60_000,
    "halves": "\ud800" * 10_000,
    "spaces": "a" + " " * 199_000,
    "nested": "-" * 100_000 + "1",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_tokens_take_no_longer_than_their_length(name):
    source = HOSTILE[name]
    few, many = (_seconds(source[:n]) for n in (6_000, 60_000))
    assert many < 40 * max(few, 0.05)  # a square would be 100


def _seconds(source):
    times = []
    for _ in range(3):
        began = time.process_time()
        tokens(source)
        times.append(time.process_time() - began)
    return min(times)


def test_hostile_submissions_stop_nobody(temporary_course, independent):
    course = temporary_course
    for i in range(2):
        hand_in(course, f"s{i}", independent[i])
    hand_in(course, "large", {}, [*HOSTILE.values(), "def f(:\n  ]] x = ¿ \0"] * 3)
    place = hand_in(course, "deep", {})
    (place / f"{FIRST}.ipynb").write_text("[" * 400_000)
    (place / "02_training_loop.ipynb").unlink()
    os.mkfifo(place / "02_training_loop.ipynb")
    made = {each.name: each for each in read(course)}
    assert sum(len(piece.source) for piece in made["large"].pieces) == works_module._MOST_CODE
    assert "Only the first 60,000 of" in made["large"].notes[0]
    assert len(made["deep"].notes) == 2
    said = run(course)
    assert "Only the first 60,000 of" in said
    assert "4 submissions" in said
