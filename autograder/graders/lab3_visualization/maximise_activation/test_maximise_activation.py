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
from autograder.graders.lab3_visualization.maximise_activation.reference import ENOUGH, gain, reference
from autograder.grading import item
from autograder.grading.compare import Difference, difference
from autograder.sandbox.inside.parts import Workshop

DOUBLE = torch.float64
_TRIES = 100
_LEAST = 0.05  # of a gain, so that rounding is nothing beside it


def _by_adam(net, name, channel, start, steps=50, lr=0.1):
    """Return where an optimizer gets that goes other ways: the task allows any, as long as the image climbs."""
    model, maps, image = Workshop().build(net).eval(), [], start.clone().requires_grad_()
    model.get_submodule(name).register_forward_hook(lambda module, given, out: maps.append(out))
    adam = torch.optim.Adam([image], lr=lr, maximize=True)
    for _ in range(steps):
        model(image)
        image.grad = torch.autograd.grad(maps.pop()[0, channel].mean(), image)[0]
        adam.step()
        image.data.clamp_(0, 1)
    return image.detach()


def _climb(rng, layers, name, channel, training=True, dtype=torch.float32, fewer=(), **named):
    """Return arguments with which the reference gains enough, however the start is rounded, and Adam no less.

    Args:
        rng, layers, training, dtype: Of the network and the start image.
        name, channel: What is climbed for.
        fewer: Other keywords, with each of which far less is gained.
        named: The call's own keywords, which are returned last.
    """
    for _ in range(_TRIES):
        net, start = network(rng, layers, training, dtype), images(rng, 1, dtype)
        start.view(-1)[:4] = torch.tensor([0.0, 1.0, 0.0, 1.0], dtype=dtype)  # ends of the range
        args = (net, name, channel, start)

        def gained(begin, keywords, args=args):
            return gain(args, reference(Workshop().build(args[0]), *args[1:3], begin, **keywords))

        if (best := gained(start, named)) < _LEAST:
            continue
        if abs(gained((start + 1e-3).clamp(0, 1), named) - best) > 0.005 * best:
            continue
        if all(gained(start, each) < 0.93 * best for each in fewer) and (
            gain(args, _by_adam(*args, **named)) > 0.995 * best
        ):
            break
    return (*args, named)


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
        if any(each.requires_grad for each in seen["inputs"]):
            return Difference(
                "value", "a start image with `requires_grad` switched on, expected it as it was"
            )
        return as_found(seen, expected, leaves)

    return judge


def _every(student, *calls, leaves=False):
    known = student.material("maximise_activation") if leaves else None
    more = {"also": ("inputs", *MODEL)} if leaves else {}
    all_of(
        *(
            partial(student.check, "maximise_activation", *args, **named, judge=_judge(args, named, known), **more)
            for *args, named in calls
        )
    )  # fmt: skip


@item("maximise_activation", gate=True)
def test_maximise_activation_shape(student, rng):
    """It returns an image of the start's shape and type."""
    for layers, name in ((NESTED, "1.1"), (FLAT, "0")):
        args = (network(rng, layers), name, 2, images(rng, 1))
        student.check("maximise_activation", *args, steps=2, lr=1.0, form_only=True)


@item("maximise_activation", weight=1.5)
def test_maximise_activation_gain(student, rng):
    """The image lifts the mean of that channel's map, as that layer gives it in evaluation mode, and stays from 0 to 1."""
    *by_place, named = _climb(rng, ONE_LINEAR, "3", 3, steps=15, lr=6.0)
    _every(
        student,
        _climb(rng, NESTED, "1.1", 2, steps=12, lr=6.0),
        _climb(rng, NESTED, "0.1", 4, steps=8, lr=12.0),
        (*by_place, named["steps"], named["lr"], {}),
        _climb(rng, FLAT, "0", 1, training=False, steps=8, lr=12.0),
    )


@item("maximise_activation", weight=1.5)
def test_maximise_activation_steps(student, rng):
    """It climbs `steps` times, each time `lr` times the gradient, by default 50 times 0.1; no step gives the start."""
    _every(
        student,
        _climb(rng, NESTED, "1.1", 1),
        _climb(rng, NESTED, "1.2", 3, steps=3, lr=2.0, fewer=({"steps": 2, "lr": 2.0}, {"steps": 3, "lr": 1.0})),
        _climb(rng, ONE_LINEAR, "0", 2, steps=1, lr=3.0, fewer=({"steps": 1, "lr": 1.0},)),
        (network(rng, NESTED), "1.1", 2, images(rng, 1), {"steps": 0}),
    )  # fmt: skip


@item("maximise_activation", weight=1)
def test_maximise_activation_leaves_the_model(student, rng):
    """The model is as it was, its weights, gradients, mode and hooks, and so is the start image."""
    _every(
        student,
        _climb(rng, NESTED, "1.1", 3, steps=4, lr=3.0),
        _climb(rng, FLAT, "1", 2, training=False, steps=4, lr=3.0),
        leaves=True,
    )


@item("maximise_activation", weight=0.5)
def test_maximise_activation_in_double_precision(student, rng):
    """It works in float64, and from a start image that is a view."""
    net, name, channel, start, named = _climb(rng, NESTED, "1.1", 0, dtype=DOUBLE, steps=6, lr=4.0)
    view = start.transpose(2, 3).contiguous().transpose(2, 3)
    _every(
        student,
        (net, name, channel, view, named),
        _climb(rng, ONE_LINEAR, "3", 1, dtype=DOUBLE, steps=5, lr=4.0),
        leaves=True,
    )
