"""Hidden tests of `channel_dropout`: what follows from its definition, whatever the random numbers are (`masks.py` has the bounds)."""

# CANARY-5b0c2f6e-hidden-grader

from functools import partial

import torch

from autograder.graders.kit.rules import check_from_scratch
from autograder.graders.kit.several_calls import all_of
from autograder.graders.lab2_learning.masks import Drop
from autograder.grading import item

LARGE = (80, 50, 2, 3)  # 4,000 channels: each bound is at most a tenth


@item("channel_dropout", veto=True)
def test_channel_dropout_from_scratch(student, rng):
    """`channel_dropout` is written from scratch: no library dropout inside."""
    check_from_scratch(student, "channel_dropout", rng.normal(2, 3, 4, 5))


@item("channel_dropout", gate=True)
def test_channel_dropout_shape(student, rng):
    """The result has the shape of the input; in training some elements are zero and others are not."""
    drop = Drop(student, rng, "channel_dropout", channels=True)
    drop.require_drops(drop.input(20, 15, 6, 7))
    for shape in ((2, 3, 4, 5), (1, 4, 3, 2), (3, 1, 5, 1)):
        student.check("channel_dropout", rng.normal(*shape), form_only=True)


@item("channel_dropout", weight=0.5)
def test_channel_dropout_in_evaluation(student, rng):
    """In evaluation the result is x, whatever p is."""
    drop, check = (
        Drop(student, rng, "channel_dropout"),
        partial(student.check, "channel_dropout", also=("inputs",)),
    )
    check(rng.normal(2, 6, 3, 4), 0.5, False)
    check(rng.normal(3, 2, 5, 4), drop.high(), training=False)
    check(rng.normal(1, 9, 2, 2), p=drop.low(), training=False)
    check(rng.normal(2, 5, 2, 3), 1.0, False)


@item("channel_dropout", weight=1)
def test_channel_dropout_of_whole_channels(student, rng):
    """A channel of an image is dropped or kept as a whole; chance decides for each channel of each image by itself."""
    drop = Drop(student, rng, "channel_dropout", channels=True)
    low, high = drop.low(), drop.high()
    all_of(
        partial(drop.check, drop.apart, drop.input(*LARGE), low),
        partial(drop.check, drop.apart, drop.input(50, 80, 3, 1), high),
        partial(drop.check, drop.count_varies, rng.uniform(1, 64, 2, 1, low=1, high=2), repeat=16),
    )


@item("channel_dropout", weight=1)
def test_channel_dropout_share_and_scale(student, rng):
    """In training a channel is zero with probability p (without p, with 0.5), and else divided by 1 − p."""
    drop = Drop(student, rng, "channel_dropout", channels=True)
    x, low, high = drop.input(*LARGE), drop.low(), drop.high()
    for fact in (drop.scale, drop.share):
        all_of(
            partial(drop.check, fact, x),
            partial(drop.check, fact, x, low, True),
            partial(drop.check, fact, x, high, training=True),
        )


@item("channel_dropout", weight=0.5)
def test_channel_dropout_draws_anew(student, rng):
    """Each call drops other channels."""
    drop = Drop(student, rng, "channel_dropout", channels=True)
    p = drop.low()
    drop.check(drop.anew, drop.input(*LARGE), p, repeat=2)


@item("channel_dropout", weight=0.5)
def test_channel_dropout_of_nothing_and_of_all(student, rng):
    """With p = 0 everything is kept as it is, with p = 1 everything is zero."""
    calls = (rng.normal(4, 2, 3, 2), 0.0), (rng.normal(2, 3, 2, 4), 1.0), (rng.normal(3, 1, 2, 4), 1)
    all_of(*(partial(student.check, "channel_dropout", *each) for each in calls))


@item("channel_dropout", weight=0.5)
def test_channel_dropout_gradient_and_input(student, rng):
    """The gradient goes through the kept channels only; the input keeps its values; the result has its dtype: float64 as well."""
    drop = Drop(student, rng, "channel_dropout", channels=True)
    p, weights = drop.low(), rng.uniform(*LARGE, low=1, high=2)
    drop.check(drop.gradient, drop.input(*LARGE), p, weights=weights)
    x = drop.input(30, 20, 3, 4, dtype=torch.float64)
    drop.check(drop.scale, x, p, inputs=True)
    drop.check(drop.scale, x.transpose(2, 3)[1:], p, inputs=True)
