"""Hidden tests of `features`."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

from functools import partial

import torch

from autograder.graders.kit.rules import check_from_scratch
from autograder.graders.kit.several_calls import all_of
from autograder.graders.lab3_visualization.convnets import (
    FLAT,
    LONG,
    MODEL,
    NESTED,
    ONE_LINEAR,
    images,
    network,
)
from autograder.grading import item

DOUBLE = torch.float64
_WATCHED = [*FLAT[:1], ["Watch"], *FLAT[1:]]


def _every(student, *calls, **more):
    all_of(*(partial(student.check, "features", *args, **named, **more) for *args, named in calls))


@item("features", veto=True)
def test_features_from_scratch(student, rng):
    """`features` is written from scratch: nothing of `torchvision.models.feature_extraction` or captum inside."""
    check_from_scratch(student, "features", network(rng, FLAT), images(rng, 4))


@item("features", gate=True)
def test_features_shape(student, rng):
    """`features` returns a tensor (N, D): for each image as many numbers as the last linear layer takes."""
    for layers, n in ((FLAT, 4), (NESTED, 7), (ONE_LINEAR, 3)):
        student.check("features", network(rng, layers), images(rng, n), form_only=True)


@item("features", weight=2)
def test_features_values(student, rng):
    """They are what goes into the last linear layer in evaluation mode, wherever in the model it stands."""
    _every(student, *((network(rng, each), images(rng, 6), {}) for each in (NESTED, FLAT, ONE_LINEAR, LONG)))


@item("features", weight=1)
def test_features_in_batches(student, rng):
    """All images come, in their order, in batches of at most `batch_size`, 64 without one."""
    net = network(rng, _WATCHED)
    _every(
        student,
        (net, images(rng, 10), {"batch_size": 4}),
        (net, images(rng, 70), {}),
        (net, images(rng, 5), 1, {}),
        (net, images(rng, 6), {"batch_size": 3}),
        also=("batches",),
    )


@item("features", weight=1)
def test_features_leaves_the_model(student, rng):
    """The model is as it was, in both modes, and no hook is left in it."""
    nets = network(rng, FLAT), network(rng, NESTED, training=False), network(rng, NESTED, hooked=["3.3.1"])
    _every(student, *((net, images(rng, 3 + i), {"batch_size": 2}) for i, net in enumerate(nets)), also=MODEL)
    student.check("features", network(rng, FLAT), images(rng, 3), grad=False, also=MODEL)


@item("features", weight=0.5)
def test_features_without_a_graph(student, rng):
    """No graph hangs on them."""
    student.check("features", network(rng, FLAT), images(rng, 4), also=("graph",))


@item("features", weight=0.5)
def test_features_of_other_images(student, rng):
    """One image, views and float64 work, and the images stay as they were."""
    wide = 2 * images(rng, 10, DOUBLE) - 0.5  # not from 0 to 1
    view = wide[::2].transpose(2, 3).contiguous().transpose(2, 3)
    calls = (
        (network(rng, ONE_LINEAR), images(rng, 1), {}),
        (network(rng, FLAT, dtype=DOUBLE), view, {"batch_size": 3}),
    )
    _every(student, *calls, also=("inputs",))
