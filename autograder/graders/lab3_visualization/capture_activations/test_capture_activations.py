"""Hidden tests of `capture_activations`."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

from functools import partial

import torch

from autograder.graders.kit.rules import check_from_scratch
from autograder.graders.kit.several_calls import all_of
from autograder.graders.lab3_visualization.models import CALM, check, images, network
from autograder.grading import item

_NAMES = ("stem", "deep.0")


def _check(student, rng, names, n=3, training=False, dtype=torch.float32, hooked=None, **more):
    net = network(rng, training, dtype, hooked=hooked)
    return partial(check, student, "capture_activations", net, images(rng, n, dtype), list(names), **more)


@item("capture_activations", veto=True)
def test_capture_activations_from_scratch(student, rng):
    """`capture_activations` is your own: no ready feature extractor is called."""
    check_from_scratch(student, "capture_activations", network(rng, False), images(rng, 2), list(_NAMES))


@item("capture_activations", gate=True)
def test_capture_activations_gives_a_dict(student, rng):
    """The result is a dict: for each name a tensor (N, …) of that layer's output."""
    _check(student, rng, ("stem", "deep"), form_only=True)()


@item("capture_activations", weight=3)
def test_capture_activations_values(student, rng):
    """Each named layer's output is returned for all images, nested layers' too, and no other layer's."""
    several = (
        (("stem",), 3), (("deep.0", "head.out", "block.body.conv", "act"), 2), (("head", "block", "stem", "deep"), 4),
        (("head.drop", "deep.1.0"), 1), (("head.out",), 70),
    )  # fmt: skip
    all_of(*(_check(student, rng, names, n, also=("keys",)) for names, n in several))
    _check(student, rng, ("deep.1", "stem"), 2, dtype=torch.float64, also=("keys",))()


@item("capture_activations", weight=2)
def test_capture_activations_as_they_were(student, rng):
    """What a later layer changes in place is returned as it was when its own layer gave it."""
    several = (("norm",), ("block.body.norm", "stem"), ("norm", "block.body", "deep.0"))
    all_of(*(_check(student, rng, names) for names in several))


@item("capture_activations", weight=2)
def test_capture_activations_in_evaluation_mode(student, rng):
    """The pass is in evaluation mode, whatever the model was in, and the mode that was found is restored."""
    also = ("evaluating", "modes", "weights")
    all_of(*(_check(student, rng, (*_NAMES, "head.out"), training=mode, also=also) for mode in (True, False)))


@item("capture_activations", weight=2)
def test_capture_activations_leaves_no_trace(student, rng):
    """Afterwards no hook of yours is left, gradients, images and names are as they were, and the result hangs on no graph."""
    also = ("graph", "recording", *CALM)
    for grad, hooked in ((True, ["deep.0", "norm"]), (False, None)):
        for training in (True, False):
            names = ("stem", "deep.0", "block")
            _check(student, rng, names, training=training, grad=grad, hooked=hooked, also=also)()


@item("capture_activations", weight=1.5)
def test_capture_activations_when_the_forward_raises(student, rng):
    """Where the model's forward pass raises an error, it comes through; no hook is left, mode and gradients are as they were."""
    _check(student, rng, _NAMES)()  # an error alone earns nothing
    also = ("error", "hooks", "modes", "grad")
    for training in (True, False):
        asked = network(rng, training, failing=True), images(rng, 2), ["stem", "head.broken", "deep.0"]
        student.check("capture_activations", *asked, raising=True, result=False, also=also)


@item("capture_activations", weight=1.5)
def test_capture_activations_of_an_unknown_name(student, rng):
    """An unknown name is a KeyError before the model runs; no hook is left, the mode is as it was."""
    _check(student, rng, _NAMES)()
    also = ("error", "passes", "hooks", "modes")
    for names in (("stem", "deep.0", "deep.2"), ("stem2",), ("out", "stem"), ("stem", "head.in", "deep.0")):
        _check(student, rng, names, training=True, raising=True, result=False, also=also)()
