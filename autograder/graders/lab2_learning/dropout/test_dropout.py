"""Hidden tests of `dropout`: what follows from its definition, whatever the random numbers are (`masks.py` has the bounds)."""

# CANARY-5b0c2f6e-hidden-grader

from functools import partial

import torch

from autograder.graders.kit.rules import check_from_scratch
from autograder.graders.kit.several_calls import all_of
from autograder.graders.lab2_learning.masks import Drop
from autograder.grading import item

LARGE = (20, 25, 40)  # so that each bound is below a twentieth


@item("dropout", veto=True)
def test_dropout_from_scratch(student, rng):
    """`dropout` is written from scratch: no library dropout inside."""
    check_from_scratch(student, "dropout", rng.normal(2, 3))


@item("dropout", gate=True)
def test_dropout_shape(student, rng):
    """The result has the shape of the input, whatever that is; in training some elements are zero and others are not."""
    drop = Drop(student, rng, "dropout")
    drop.require_drops(drop.input(40, 30))
    for shape in ((7,), (1, 5), (2, 3, 4, 5)):
        student.check("dropout", rng.normal(*shape), form_only=True)


@item("dropout", weight=1)
def test_dropout_in_evaluation(student, rng):
    """In evaluation the result is x, whatever p is."""
    drop, check = Drop(student, rng, "dropout"), partial(student.check, "dropout", also=("inputs",))
    check(rng.normal(4, 6), 0.5, False)
    check(rng.normal(2, 3, 5), drop.high(), training=False)
    check(rng.normal(9), p=drop.low(), training=False)
    check(rng.normal(3, 4), training=False)
    check(rng.normal(5, 3), 1.0, False)


@item("dropout", weight=1)
def test_dropout_share(student, rng):
    """In training each element is zero with probability p; without p, with 0.5."""
    drop = Drop(student, rng, "dropout")
    x, low, high = drop.input(*LARGE), drop.low(), drop.high()
    calls = (x,), (x, low), (x.flatten(1), high, True)
    all_of(*(partial(drop.check, drop.share, *each) for each in calls))


@item("dropout", weight=1)
def test_dropout_scale(student, rng):
    """What is kept is divided by 1 − p."""
    drop = Drop(student, rng, "dropout")
    low, high = drop.low(), drop.high()
    all_of(
        partial(drop.check, drop.scale, drop.input(30, 40)),
        partial(drop.check, drop.scale, drop.input(10, 20, 30), low),
        partial(drop.check, drop.scale, drop.input(5, 6, 7, 8), high, training=True),
    )


@item("dropout", weight=1)
def test_dropout_of_each_element(student, rng):
    """Chance decides for each element by itself: not for rows, columns or samples, not by its place or value."""
    drop = Drop(student, rng, "dropout")
    x, low, high = drop.input(*LARGE), drop.low(), drop.high()
    all_of(
        partial(drop.check, drop.apart, x, low),
        partial(drop.check, drop.apart, x, high),
        partial(drop.check, drop.count_varies, rng.uniform(8, 8, low=1, high=2), repeat=16),
    )


@item("dropout", weight=0.5)
def test_dropout_draws_anew(student, rng):
    """Each call drops other elements."""
    drop = Drop(student, rng, "dropout")
    p = drop.low()
    drop.check(drop.anew, drop.input(*LARGE), p, repeat=2)


@item("dropout", weight=0.5)
def test_dropout_of_nothing_and_of_all(student, rng):
    """With p = 0 everything is kept as it is, with p = 1 everything is zero."""
    calls = (rng.normal(4, 5), 0.0), (rng.normal(3, 2, 4), 1.0), (rng.normal(6), 0), (rng.normal(5, 2), 1)
    all_of(*(partial(student.check, "dropout", *each) for each in calls))


@item("dropout", weight=0.5)
def test_dropout_gradient(student, rng):
    """In training the gradient goes through the kept elements, times 1 / (1 − p), and not through the others."""
    drop = Drop(student, rng, "dropout")
    x, p = drop.input(60, 70), drop.low()
    weights = rng.uniform(60, 70, low=1, high=2)
    drop.check(drop.gradient, x, p, weights=weights)


@item("dropout", weight=0.5)
def test_dropout_leaves_its_input(student, rng):
    """The input keeps its values, views work, and the result has the dtype of x: float64 as well."""
    drop = Drop(student, rng, "dropout")
    p = drop.high()
    drop.check(drop.scale, drop.input(40, 30, dtype=torch.float64), p)
    drop.check(drop.scale, drop.input(30, 50).t()[1:], p, inputs=True)
