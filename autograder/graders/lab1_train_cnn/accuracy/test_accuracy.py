"""Hidden tests of `accuracy`."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

from functools import partial

import torch

from autograder.graders.kit import inputs
from autograder.graders.kit.rules import check_from_scratch
from autograder.graders.kit.several_calls import all_of
from autograder.grading import item

DOUBLE = torch.float64


@item("accuracy", veto=True)
def test_accuracy_from_scratch(student, rng):
    """`accuracy` is written from scratch: no metric of a library inside."""
    check_from_scratch(student, "accuracy", inputs.scored(rng, 6, 4), rng.integers(0, 4, 6))


@item("accuracy", gate=True, weight=0.5)
def test_accuracy_is_a_number(student, rng):
    """`accuracy` returns one number."""
    student.check("accuracy", rng.spread(5, 5), rng.integers(0, 5, 5), form_only=True)


@item("accuracy", weight=1)
def test_accuracy_values(student, rng):
    """It is the fraction of samples whose highest score is at their label."""
    calls = []
    for n, k in ((401, 4), (6, 6), (53, 5), (80, 3)):  # so many that two wrong shares hardly agree by chance
        logits = inputs.scored(rng, n, k)
        labels = torch.where(rng.uniform(n) < 0.6, logits.argmax(1), rng.integers(0, k, n))
        labels[logits[0].argmax()] = (
            0  # image 0 is the best of that class: an argmax over the images agrees once
        )
        # The first is right, the last one is wrong in the first call only: to leave out either shows.
        labels[0], labels[-1] = logits[0].argmax(), (logits[-1].argmax() + (n == 401)) % k
        logits[2] -= logits[2].max()
        labels[2] = 0  # the largest score of image 2 is its label: who compares those two finds one
        calls.append((logits, labels))
    all_of(*(partial(student.check, "accuracy", *each, any_form=True) for each in calls))


@item("accuracy", weight=0.5)
def test_accuracy_of_all_right(student, rng):
    """It is 1 where every sample is right and 0 where none is, for one sample as for many."""
    calls = []
    for n, k, shift in ((29, 3, 0), (17, 4, 1), (1, 6, 0), (1, 5, 2), *inputs.drawn(rng)):
        logits = inputs.scored(rng, n, k)
        calls.append((logits, (logits.argmax(1) + shift) % k))
    all_of(*(partial(student.check, "accuracy", *each, any_form=True) for each in calls))
