"""A hidden call can be made again: the lines that a scorecard keeps of it give the very inputs, and say nothing else."""

import datetime
from dataclasses import replace

import grading_bench as bench
import pytest
import torch

from autograder.errors import CourseError
from autograder.grading import again
from autograder.grading.rng import Rng
from autograder.grading.scorecard import Scorecard, without_inputs


def called_with(lines, item):
    """Run the lines; return what the function was called with."""
    seen = []
    space = {"torch": torch, item: lambda *args, **kwargs: seen.append((args, kwargs))}
    exec(lines, space)
    (call,) = seen
    return call


def test_lines_make_the_very_inputs():
    rng = Rng(77)
    x, _, weight = (
        rng.normal(2, 3, 7, 9),
        rng.permutation(50),
        rng.uniform(4, 3, 3, 2, low=-2, dtype=torch.float64),
    )
    labels, apart, bias = (
        rng.integers(0, 5, 60),
        rng.spread(2, 3, 6, 8, dtype=torch.float64),
        2 * rng.normal(3),
    )
    text = again.lines(
        rng, "conv2d", (x, weight, bias), {"stride": 2, "a": labels, "b": apart, "c": None, "d": x}
    )
    args, kwargs = called_with(text, "conv2d")
    for mine, theirs in zip(
        (*args, kwargs["a"], kwargs["b"], kwargs["d"]), (x, weight, bias, labels, apart, x), strict=True
    ):
        assert torch.equal(mine, theirs)
        assert mine.dtype == theirs.dtype
    assert (kwargs["stride"], kwargs["c"]) == (2, None)


def test_what_cannot_be_made_again_has_no_lines():
    rng = Rng(78)
    large = rng.normal(100)
    assert again.lines(rng, "relu", (2 * large,), {}) == ""  # not as it was drawn
    assert again.lines(None, "relu", (large,), {}) == ""
    assert again.lines(rng, "relu", (object(),), {}) == ""
    for _ in range(20):
        last = rng.normal(100)
    assert again.lines(rng, "relu", (last,), {}) == ""


@pytest.mark.parametrize(
    ("item", "name"),
    [("conv2d", "kernel_flipped"), ("relu", "absolute_value"), ("softmax", "dim_ignored")],
)
def test_a_scorecard_keeps_the_failed_call(item, name):
    """What the lines call gives the wrong answer that the fact showed."""
    known = {each.name: each.function for each in bench.material(bench.LAB.name, item).misconceptions}
    wrong = known[name]
    student = bench.student_of(bench.notebook(**{item: wrong}), item, {item})
    raws = bench.run_tests(student, bench.NOTEBOOK_OF[item], item, 3)
    result = bench.scored(item, raws, 3)
    kept = [test for test in result.tests if test.again]
    assert kept
    args, kwargs = called_with(kept[0].again, item)
    right = bench.material(bench.LAB.name, item).reference(*args, **kwargs)
    assert not torch.allclose(wrong(*args, **kwargs), right, equal_nan=True)
    card = Scorecard("a", "n", "s", "graded", 0, 0, [result])
    assert not [test for each in without_inputs(card).items for test in each.tests if test.again]


def test_inputs_are_shown_from_the_due_date_on():
    now, day = datetime.datetime.now(datetime.UTC), datetime.timedelta(days=1)
    for due, shown in ((now + day, False), (now - day, True)):
        lab = replace(bench.LAB, hidden_inputs="after_due", due=f"{due:%Y-%m-%d %H:%M}+00:00")
        assert bench.COURSE.shows_inputs(lab) is shown
        assert not bench.COURSE.shows_inputs(replace(lab, hidden_inputs="never"))
    with pytest.raises(CourseError, match="needs a `due`"):
        replace(bench.LAB, hidden_inputs="after_due")
    with pytest.raises(CourseError, match='is "never" or "after_due"'):
        replace(bench.LAB, hidden_inputs=True)
