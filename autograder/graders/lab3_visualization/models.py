"""Models that hidden tests hand to a student's function: layers by name, nested, in place, with functional code between them."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

from dataclasses import replace
from typing import Any

import torch

from autograder.grading.outcomes import Failed
from autograder.grading.rng import Rng
from autograder.grading.student import Student
from autograder.sandbox.inside.parts import Net, Workshop

IMAGE = (3, 6, 4)  # channels, rows, columns
CLASSES = 5
# What a call leaves behind, and what went on meanwhile.
LEFT = ("hooks", "modes", "grad", "weights", "inputs", "gradients", "learning")
CALM = ("evaluating", *LEFT)


def _layers(head: list[Any]) -> dict[str, Any]:
    """Return layers for images (3, 6, 4): what batch norm and the block give is changed in place by what comes behind.

    The maps: stem, norm and block give (7, 6, 5), deep gives (4, 3, 2).
    """
    block = {"conv": ["Conv2d", 7, 7, 3, {"padding": 1}], "norm": ["BatchNorm2d", 7]}
    return {
        "stem": ["Conv2d", 3, 7, [5, 2], {"padding": [2, 1]}],
        "watch": ["Watch"],
        "norm": ["BatchNorm2d", 7],
        "act": ["ReLU", {"inplace": True}],
        "block": ["Residual", block],
        "deep": ["Sequential", ["Conv2d", 7, 4, [2, 3], {"stride": 2}], ["Sequential", ["Tanh"]]],
        "head": [
            "Sequential",
            {"flat": ["Flatten"], "drop": ["Dropout", 0.5], "out": ["Linear", 24, CLASSES], **dict(head)},
        ],
    }


def network(
    rng: Rng,
    training: bool = True,
    dtype: torch.dtype = torch.float32,
    head: list[Any] | None = None,
    failing: bool = False,
    hooked: list[str] | None = None,
) -> Net:
    """Return a model in one mode throughout; `head` are further (name, layer) at its end, `failing` lets it raise before them.

    Batch norm and dropout tell the modes apart.
    """
    layers = _layers([*(head or []), *([("broken", ["Failing"])] if failing else [])])
    return _drawn(rng, layers, training, dtype, hooked or [])


def _drawn(rng: Rng, layers: dict[str, Any], training: bool, dtype: torch.dtype, hooked: list[str]) -> Net:
    state = {}
    for name, value in Workshop().build(Net("model", [layers], {})).state_dict().items():
        shape = tuple(value.shape)
        if not value.is_floating_point():
            state[name] = torch.tensor(3)
        elif "running_var" in name or name.endswith("norm.weight"):
            state[name] = rng.uniform(*shape, low=0.5, high=2.0, dtype=dtype)
        else:  # so that no number grows on its way: a Tanh that is full leaves a gradient to rounding
            size = value[0].numel() if value.ndim > 1 else 4
            state[name] = rng.normal(*shape, dtype=dtype) / size**0.5
    return Net("model", [layers], state, training, hooked=hooked)


def images(rng: Rng, n: int, dtype: torch.dtype = torch.float32) -> torch.Tensor:
    return rng.normal(n, *IMAGE, dtype=dtype)


def maps(net: Net, batch: torch.Tensor, *names: str) -> list[torch.Tensor]:
    """Return what layers give (N, …) in evaluation mode, in the order in which they run."""
    model, kept = Workshop().build(replace(net, training=False)), []
    for name in names:
        layer = model.get_submodule(name)
        layer.register_forward_hook(lambda module, given, output: kept.append(output.clone()))
    with torch.no_grad():
        model(batch)
    return kept


def is_steady(net: Net, batch: torch.Tensor) -> bool:
    """Say whether rounding decides about no gradient: nothing lies near 0 before a ReLU, and no probability near 1."""
    norm, act, body, scores = maps(net, batch, "norm", "act", "block.body", "head.out")
    before = torch.cat([norm.flatten(), (act + body).flatten()])
    return float(before.abs().min()) > 1e-4 and float(scores.softmax(1).max()) < 0.9


# Words of errors that are raised for a model which works, and what to try.
_ERRORS = {
    "KeyError": "The model has that name. `dict(model.named_modules())` holds every module by its name: the outermost, those inside others (with dots), and what holds others as well.",
    "RuntimeError: Input type (": "The images have another dtype than the model's weights by then. Hand them on as they come, without `.float()`.",
    "RuntimeError: selected index k out of range": "You choose among fewer numbers than there are images. Put one number for each image together, of all batches, before you choose.",
    "RuntimeError: zero-dimensional tensor": "Of a batch with one image you make a single number without an axis. Keep the axis of the images: name the axes of the map, `amax(dim=(1, 2))`, and do without `squeeze()`.",
    "ValueError: expected 4D input": "The next layer gets what your hook returns, in the output's place. Let the hook return nothing: a `lambda` returns what stands behind its colon.",
}


def check(student: Student, item: str, *args: Any, **more: Any) -> None:
    """Do what `student.check` does; of an error that is usual here, say more than of others.

    Raises:
        Failed: The result differs.
        NotAttempted: The stub was left alone.
    """
    try:
        student.check(item, *args, **more)
    except Failed as failure:
        known = [each for words, each in _ERRORS.items() if failure.got.startswith(words)]
        if known and not failure.matches:
            failure.advice = known[0]
        raise


def trace_clue(seen: dict[str, Any], expected: dict[str, Any], own: bool = False) -> str:
    """Say what a call leaves behind, or lets happen, where that alone is wrong; `own`: whether its result is to have a memory of its own, and no graph."""
    mine, theirs = seen["nets"]["model"], expected["nets"]["model"]
    if expected["error"] and not seen["error"]:
        return "You catch the error of the model's forward pass, and nobody learns of it. Let it through: a `finally:` without an `except` cleans up, and hides nothing."
    if (error := seen["error"]) and not expected["error"]:
        return (
            f"Your function raises {error['kinds'][0]} here. Call it in a cell of your own to see the line."
        )
    if error and expected["error"]["kinds"][0] not in error["kinds"]:
        return "You raise another error in the place of the one from the model's forward pass. Let that through as it is: a `finally:` without an `except` cleans up."
    if mine["hooks"] != theirs["hooks"]:
        if sum(mine["hooks"].values()) < sum(theirs["hooks"].values()):
            return "You remove hooks that are not yours. Keep the handle of each hook that you register, and call its `remove()` alone."
        return "Hooks of yours stay on the model, and will run in every later pass. Keep what `register_forward_hook` returns, and call `remove()` on each in a `finally:`, which also runs where an error ends the function."
    if seen["log"] and not expected["log"]:
        return "Look at all the names before the model runs: an unknown one is an error by itself."
    if any(ran[0] for ran in seen["log"]) and not any(ran[0] for ran in expected["log"]):
        return "The model runs in training mode: batch norm and dropout behave differently there. Call `model.eval()` first."
    if mine["training"] != theirs["training"]:
        return "The model's mode after the call is another than before. Remember `model.training`, and give it to `model.train(...)` at the end: it may have been either."
    if seen["grad_enabled"] != expected["grad_enabled"]:
        return "Gradients are switched on or off for good. `with torch.no_grad():` puts back what it found."
    if mine["grad_left"] and not theirs["grad_left"]:
        return "`backward()` leaves gradients in all of the model's parameters. `torch.autograd.grad(score, image)` gives the image's alone."
    if mine["has_grad"] != theirs["has_grad"]:
        return "In `.grad` of the model's parameters stand zeros afterwards, where None was. Leave `.grad` as you find it; `torch.autograd.grad(score, image)` does."
    if seen["recording"] != expected["recording"]:
        return "The image that was handed in records gradients afterwards, or has some in its `.grad`. Work on a copy: `image.detach().clone().requires_grad_()`."
    if mine["requires_grad"] != theirs["requires_grad"]:
        return "You freeze the model's parameters, or set them free. Leave `requires_grad` of the parameters as it is."
    if mine["moved"] and not theirs["moved"]:
        return "You change the model's weights. Work on a copy: `.detach().clone()`."
    pairs = zip(seen["inputs"], expected["inputs"], strict=True)
    if not all(torch.equal(a, b) for a, b in pairs if isinstance(b, torch.Tensor)):
        return "You change the images that were handed in, and the caller's are other ones from then on. Operators such as `-=` and methods that end in `_` do that: work on a copy."
    if own and seen["graph"]:
        return "What you return still hangs on the graph of a forward pass, or of the weights. Work under `torch.no_grad()`, or keep `.detach().clone()`."
    if own and seen["shared"]:
        return "What you return shares its memory with the model or with an argument: who writes into it changes that. Return a `clone()`."
    return ""
