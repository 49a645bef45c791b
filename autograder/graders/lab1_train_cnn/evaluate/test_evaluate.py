"""Hidden tests of `evaluate`."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

import functools

from autograder.graders.kit import instruments
from autograder.graders.kit import relations_epochs as relations
from autograder.graders.kit.devices import require_moved
from autograder.graders.kit.several_calls import all_of
from autograder.grading import item


def _evaluation(rng, training=False, criterion="CrossEntropyLoss", n=23, batch=4, wrong=0.25):
    net = instruments.with_dropout(instruments.network(rng, training))
    return (
        net,
        instruments.loader(instruments.mostly_right(rng, net, n, wrong), batch),
        instruments.criterion(criterion),
    )


@item("evaluate", weight=0)  # what it pays is the values': only values pay
def test_evaluation_returns_two_numbers(student, rng):
    """`evaluate` returns two numbers: loss and accuracy."""
    with relations.form_comes_first():
        student.check("evaluate", *_evaluation(rng), form_only=True)


@item("evaluate", weight=3, holds=relations.measures)
def test_evaluation_values(student, rng):
    """Loss and accuracy are means over samples, the accuracy between 0 and 1."""
    calls = (
        _evaluation(rng),
        _evaluation(rng, wrong=0.0),
        (*_evaluation(rng, n=17, batch=16), "cpu"),
        instruments.of_images(_evaluation(rng, criterion="MultiMarginLoss")),
    )
    all_of(*(functools.partial(student.check, "evaluate", *each) for each in calls))


@item("evaluate", weight=1, holds=relations.moved_in_evaluation)
def test_evaluation_moves_its_batches(student, rng):
    """The images and labels of each batch are moved to the device that is given."""
    require_moved(student, "evaluate", *_evaluation(rng))
    relations.require_used(student, "evaluate", rng)


@item("evaluate", weight=2, holds=relations.leaves_no_trace)
def test_evaluation_mode(student, rng):
    """Evaluation happens in evaluation mode and changes nothing: weights, statistics and the mode found are kept."""
    for training in (True, False):
        student.check(
            "evaluate",
            *_evaluation(rng, training=training),
            also=("weights", "modes"),
            judge=relations.judge_traces,
        )
    relations.require_used(student, "evaluate", rng)


@item("evaluate", weight=2, holds=relations.records_no_gradients)
def test_evaluation_without_gradients(student, rng):
    """No gradients are recorded, and the gradient state that was found is restored."""
    for grad in (True, False):
        student.check(
            "evaluate", *_evaluation(rng), also=("quiet", "grad"), grad=grad, judge=relations.judge_graphs
        )
    relations.require_used(student, "evaluate", rng)
