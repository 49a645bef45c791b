"""Hidden tests of `maximise_activation`: a result is judged by how far it lifts the channel's mean, not pixel by pixel."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

from functools import partial

import torch

from autograder.graders.kit.several_calls import all_of
from autograder.graders.lab3_visualization.convnets import (
    FLAT,
    MODEL,
    NESTED,
    ONE_LINEAR,
    as_found,
    images,
    network,
)
from autograder.graders.lab3_visualization.maximise_activation.climbs import climb
from autograder.graders.lab3_visualization.maximise_activation.reference import ENOUGH, gain
from autograder.grading import item
from autograder.grading.compare import Difference, difference

DOUBLE = torch.float64
# Two convolutions with a SiLU between them, whose negative has a summit; a ReLU in place writes over the second one's maps.
_HILLS = [
    *(["Conv2d", 2, 5, 3], ["SiLU"], ["Conv2d", 5, 3, 1], ["ReLU", {"inplace": True}]),
    *(["BatchNorm2d", 3], ["Flatten"], ["Linear", 36, 7], ["Tanh"], ["Dropout", 0.4], ["Linear", 7, 4]),
]


def _judge(args, named, leaves=None):
    """Return a judge of the gain and the range; with `leaves`, the item's material, also of the model and the start image."""

    def judge(seen, expected):
        result = seen["result"]
        found = difference(result, expected["result"])
        if found is not None and (found.kind != "value" or named.get("steps") == 0):
            return found
        low, high = float(result.min()), float(result.max())
        if not (low >= -1e-5 and high <= 1 + 1e-5):
            return Difference("value", f"a result from {low:.4g} to {high:.4g}, expected pixels from 0 to 1")
        mine, theirs = gain(args, result), gain(args, expected["result"])
        if not mine >= ENOUGH * theirs:
            said = f"a result that lifts the mean of channel {args[2]} by {mine:.4g}"
            return Difference("value", f"{said}, expected at least {ENOUGH * theirs:.4g}")
        if leaves is None:
            return None
        return as_found(seen, expected, leaves, "inputs", "recording", "graph")

    return judge


def _every(student, *calls, leaves=False):
    known = student.material("maximise_activation") if leaves else None
    more = {"also": ("inputs", "recording", *MODEL, "graph")} if leaves else {}
    for_each = partial(student.check, "maximise_activation", **more)
    all_of(*(partial(for_each, *args, **named, judge=_judge(args, named, known)) for *args, named in calls))


@item("maximise_activation", gate=True)
def test_maximise_activation_shape(student, rng):
    """It returns an image of the start's shape and type."""
    for layers, name in ((NESTED, "1.1"), (FLAT, "0")):
        args = (network(rng, layers), name, 2, images(rng, 1))
        student.check("maximise_activation", *args, steps=2, lr=1.0, form_only=True)


@item("maximise_activation", weight=1.5)
def test_maximise_activation_gain(student, rng):
    """The image lifts the mean of that channel's map, as that layer gives it in evaluation mode, and stays from 0 to 1."""
    *by_place, named = climb(rng, ONE_LINEAR, "3", 3, steps=15, lr=6.0)
    _every(
        student,
        climb(rng, NESTED, "1.1", 2, steps=12, lr=6.0),
        climb(rng, NESTED, "0.1", 4, steps=8, lr=12.0),
        (*by_place, named["steps"], named["lr"], {}),
        climb(rng, FLAT, "0", 1, training=False, steps=8, lr=12.0),
    )


@item("maximise_activation", weight=1)
def test_maximise_activation_on_its_way(student, rng):
    """Each step is `lr` times the gradient of the mean of the map as that layer gives it, and stays from 0 to 1 before the next."""
    sum_of_the_map, longer = {"lr": 1.2}, {"lr": 1.0}
    worse = (sum_of_the_map, longer, {"way": "clamped at the end"}, {"way": "rectified"})
    _every(student, climb(rng, _HILLS, "2", 1, hill=50.0, worse=worse, steps=30))


@item("maximise_activation", weight=1)
def test_maximise_activation_steps(student, rng):
    """It climbs `steps` times, each time `lr` times the gradient, by default 50 times 0.1; no step gives the start."""
    _every(
        student,
        climb(rng, NESTED, "1.1", 1, as_good=({"steps": 49},)),
        climb(rng, NESTED, "1.2", 3, steps=3, lr=2.0, worse=({"steps": 2, "lr": 2.0}, {"steps": 3, "lr": 1.0})),
        climb(rng, ONE_LINEAR, "0", 2, steps=1, lr=3.0, worse=({"steps": 1, "lr": 1.0},)),
        (network(rng, NESTED), "1.1", 2, images(rng, 1), {"steps": 0}),
    )  # fmt: skip


@item("maximise_activation", weight=1)
def test_maximise_activation_leaves_the_model(student, rng):
    """The model is as it was, its weights, gradients, mode and hooks, and so is the start image."""
    _every(
        student,
        climb(rng, NESTED, "1.1", 3, hooked=("1.1",), steps=4, lr=3.0),
        climb(rng, FLAT, "1", 2, training=False, steps=4, lr=3.0),
        leaves=True,
    )


@item("maximise_activation", weight=0.5)
def test_maximise_activation_in_double_precision(student, rng):
    """It works in float64, and from a start image that is a view."""
    net, name, channel, start, named = climb(rng, NESTED, "1.1", 0, dtype=DOUBLE, steps=6, lr=4.0)
    view = start.transpose(2, 3).contiguous().transpose(2, 3)
    _every(
        student,
        (net, name, channel, view, named),
        climb(rng, ONE_LINEAR, "3", 1, dtype=DOUBLE, steps=5, lr=4.0),
        leaves=True,
    )
