"""Hidden tests of `count_parameters`."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

from functools import partial

from autograder.graders.kit import relations_layers as relations
from autograder.graders.kit.several_calls import all_of
from autograder.grading import item
from autograder.sandbox.inside.parts import Net


def _net(rng, layers, frozen=(), own=None, tied=None):
    return Net("model", layers, {}, frozen=list(frozen), own=own or {}, tied=tied or {})


@item("count_parameters", gate=True)
def test_count_is_a_number(student, rng):
    """`count_parameters` takes a module and returns a number."""
    student.check("count_parameters", _net(rng, [["Linear", 3, 2]]), form_only=True)


@item("count_parameters", weight=1.5)
def test_count_of_many_modules(student, rng):
    """Weights and biases of every layer count."""
    a, b = rng.number(3, 9), rng.number(4, 11)
    nets = (
        [["Linear", a, b], ["ReLU"], ["Linear", b, 3, {"bias": False}]],
        [["Conv2d", 2, a, 3], ["BatchNorm2d", a], ["Conv2d", a, 5, [3, 2]]],
        [["ReLU"], ["PReLU", 7], ["Flatten"]],
    )
    all_of(*(partial(student.check, "count_parameters", _net(rng, each)) for each in nets))


@item("count_parameters", weight=0.5, holds=relations.shared_tensors_count_once)
def test_count_of_shared_tensors(student, rng):
    """A tensor that two layers share counts once."""
    a, b = rng.number(3, 9), rng.number(4, 11)
    layers = [["Linear", a, a], ["ReLU"], ["Linear", a, a], ["ReLU"], ["Linear", a, b]]
    student.check("count_parameters", _net(rng, layers, tied={"2.weight": "0.weight"}))


@item("count_parameters", weight=1, holds=relations.parameters_are_found_everywhere)
def test_count_reaches_everywhere(student, rng):
    """Layers inside layers count too, and so do parameters that stand in the model itself."""
    a, b = rng.number(3, 9), rng.number(4, 11)
    inner = ["Sequential", ["Linear", a, b], ["Sequential", ["Linear", b, 2]]]
    nets = (
        _net(rng, [["Conv2d", 1, a, [2, 3]], inner, ["LayerNorm", 2]]),
        _net(rng, [["Linear", a, 3]], own={"gain": [b, 4], "shift": [5]}),
    )
    all_of(*(partial(student.check, "count_parameters", each) for each in nets))


@item("count_parameters", weight=1, holds=relations.frozen_parameters_do_not_count)
def test_count_leaves_frozen_ones_out(student, rng):
    """Parameters that are frozen (`requires_grad=False`) are not trainable and do not count."""
    layers = [["Linear", rng.number(5, 9), 4], ["BatchNorm1d", 4], ["Linear", 4, 3]]
    student.check("count_parameters", _net(rng, layers, frozen=("0.weight", "2.bias")))
    student.check(
        "count_parameters",
        _net(rng, layers, frozen=("0.weight", "0.bias", "1.weight", "1.bias", "2.weight")),
    )
