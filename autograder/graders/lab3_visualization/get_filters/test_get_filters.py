"""Hidden tests of `get_filters`."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

from functools import partial

import torch

from autograder.graders.kit.several_calls import all_of
from autograder.graders.lab3_visualization import models
from autograder.grading import item
from autograder.grading.aspects import compare_aspect
from autograder.grading.compare import Difference, difference
from autograder.grading.student import call_text

_CONVOLUTIONS = ("stem", "block.body.conv", "deep.0", "head.last")


def _network(rng, **more):
    """Return a model whose last module is a convolution as well; it is never run."""
    return models.network(rng, head=[("last", ["Conv2d", 2, 5, [1, 3]])], **more)


@item("get_filters", gate=True)
def test_get_filters_shape(student, rng):
    """The filters come as a tensor (C_out, C_in, kH, kW)."""
    models.check(student, "get_filters", _network(rng), "stem", form_only=True)


@item("get_filters", weight=2)
def test_get_filters_values(student, rng):
    """They are the weight of the layer with that name, one inside other layers too, in the model's dtype."""
    for dtype in (torch.float32, torch.float64):
        for name in _CONVOLUTIONS:
            models.check(student, "get_filters", _network(rng, dtype=dtype), name, judge=_exactly)


@item("get_filters", weight=1)
def test_get_filters_is_a_copy(student, rng):
    """They are a copy without graph, and the model stays as it was."""
    for training, name in ((True, "stem"), (False, "deep.0")):
        net = _network(rng, training=training)
        models.check(student, "get_filters", net, name, also=("graph", "own", *models.LEFT))


@item("get_filters", weight=1)
def test_get_filters_of_another_name(student, rng):
    """For a name that is no convolution's, KeyError is raised, and its message names the convolutions."""
    net = _network(rng)
    models.check(student, "get_filters", net, "block.body.conv")  # an error alone earns nothing
    others = ("stem2", "conv", "head.out", "block.body.norm", "deep", "deep.0.weight")
    all_of(*(partial(_refuses, student, net, each) for each in others))


def _exactly(seen, expected):
    """Compare dtypes as well, which nobody asks for where no argument is a tensor."""
    return difference(seen["result"], expected["result"])


def _refuses(student, net, name):
    """Compare the error, and which names its message holds, with the reference's."""

    def says(seen):
        error = seen["error"] or {"kinds": [], "message": ""}
        return (
            "KeyError" in error["kinds"],
            error["kinds"][:1],
            [n in error["message"] for n in _CONVOLUTIONS],
        )

    def judge(seen, expected):
        is_one, _, named = says(seen)
        if not is_one:
            return compare_aspect("error", seen, expected, student.material("get_filters"), None, True)
        if all(named):
            return None
        missing = _CONVOLUTIONS[named.index(False)]
        said = seen["error"]["message"][:150]
        return Difference("value", f"KeyError: {said}, expected a message in which {missing!r} stands, too")

    def same(seen, theirs):
        return None if says(seen) == says(theirs) else Difference("value", "another error")

    spec = {"item": "get_filters", "args": [net, name], "kwargs": {}, "seed": 0, "raising": True}
    called = call_text("get_filters", (net, name), {})
    student.compare("call", "get_filters", spec, judge, called, same=same)
