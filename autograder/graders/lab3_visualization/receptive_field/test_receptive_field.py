"""Hidden tests of `receptive_field`."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

from functools import partial

from autograder.graders.kit.several_calls import all_of
from autograder.grading import item


def _layers(rng, count):
    """Return convolutions, each second one with a stride that is none of its neighbours'."""
    return [(rng.number(2, 7), 1 + i % 2 * rng.number(1, 3)) for i in range(count)]


def _check(student, layers, **more):
    return partial(student.check, "receptive_field", layers, **more)


@item("receptive_field", gate=True)
def test_receptive_field_gives_two_numbers(student, rng):
    """The result is two numbers: the size and the stride."""
    student.check("receptive_field", [(5, 1), (2, 2)], form_only=True)


@item("receptive_field", weight=1)
def test_receptive_field_of_one_layer(student, rng):
    """One layer sees its kernel, and its outputs are its stride apart."""
    all_of(*(_check(student, [(k, s)]) for k, s in ((rng.number(4, 9), 1), (3, 2), (2, 5), (1, 3))))


@item("receptive_field", weight=1)
def test_receptive_field_without_strides(student, rng):
    """Layers of stride 1 add kernel_size − 1 pixels each."""
    several = ([(3, 1), (3, 1)], [(rng.number(4, 7), 1), (2, 1), (5, 1)], [(1, 1), (rng.number(3, 6), 1)])
    all_of(*(_check(student, each) for each in several))


@item("receptive_field", weight=2)
def test_receptive_field_with_strides(student, rng):
    """Behind a stride, the steps of every later layer are that many times as long; strides multiply."""
    several = (
        [(5, 1), (2, 2), (5, 1), (2, 2)],
        [(rng.number(3, 7), 2), (rng.number(2, 6), 3), (4, 1)],
        [(3, 1), (rng.number(2, 5), 3)],
        [(1, 2), (4, 1), (1, 2), (3, 1)],
        [(2, 4), (2, 3)],
        _layers(rng, 5),
        _layers(rng, 7),
    )
    all_of(*(_check(student, each) for each in several))


@item("receptive_field", weight=0.5)
def test_receptive_field_leaves_its_layers(student, rng):
    """The list of layers stays as it was: asked twice, it gives the same."""
    student.check("receptive_field", _layers(rng, 4), repeat=2)
