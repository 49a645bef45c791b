"""Hidden tests of `saliency`."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

from dataclasses import replace
from functools import partial

import torch

from autograder.graders.kit.several_calls import all_of
from autograder.graders.kit.simpler import inputs_stay
from autograder.graders.lab3_visualization.models import CLASSES, images, is_steady, maps, network
from autograder.grading import item

_LOG = [("log", ["LogSoftmax", 1])]
_LABELS = (0, 1, 4)


def _asked(rng, label, training=False, dtype=torch.float32, head=None):
    """Return arguments for which rounding decides nothing, and another class than 0, the label and its neighbours scores best."""
    while True:
        net, batch = network(rng, training, dtype, head), images(rng, 1, dtype)
        best = int(maps(net, batch, "head.out")[0].argmax())
        near = (0, label, (label - 1) % CLASSES, (label + 1) % CLASSES)
        if best not in near and is_steady(net, batch):
            return net, batch[0], label


def _check(student, asked, **more):
    return partial(student.check, "saliency", *asked, **more)


@item("saliency", gate=True)
def test_saliency_shape(student, rng):
    """The result is a map (H, W) for an image (C, H, W)."""
    student.check("saliency", *_asked(rng, 1), form_only=True)


@item("saliency", weight=3)
def test_saliency_values(student, rng):
    """Each value is the largest absolute gradient, over the channels of its pixel, of the label's score as the model gives it."""
    all_of(*(_check(student, _asked(rng, label)) for label in _LABELS))
    all_of(*(_check(student, _asked(rng, label, head=_LOG)) for label in _LABELS))
    student.check("saliency", *_asked(rng, 1, dtype=torch.float64))


@item("saliency", weight=1.5)
def test_saliency_in_evaluation_mode(student, rng):
    """The model runs in evaluation mode, and the mode that was found is restored."""
    also = ("evaluating", "modes", "weights")
    all_of(*(_check(student, _asked(rng, label, label < 4), also=also) for label in _LABELS))


@item("saliency", weight=1.5)
def test_saliency_leaves_no_trace(student, rng):
    """No gradient is left in the model's parameters or in the image, both are as they were, and the map carries no graph."""
    also = ("gradients", "recording", "learning", "weights", "hooks", "grad", "graph")
    for training in (False, True):
        net, *more = _asked(rng, _LABELS[rng.number(0, 2)], training)
        asked = replace(net, frozen=["stem.weight"] if training else []), *more
        inputs_stay(student, "saliency", *asked)
        _check(student, asked, also=also)()
