"""Check a network by its weights: load them into the reference network here, and compare what the two give.

Weights are matched by shape and behaviour, never by name: any order, bare parameters, a transposed or 7×7 last layer,
any order of flattening, biases inside the matrices.
"""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F

from autograder.graders.lab1_train_cnn import naming
from autograder.graders.lab1_train_cnn.cnn import clues as cnn_clues
from autograder.graders.lab1_train_cnn.looks import PARAMETERS, trainable
from autograder.graders.lab1_train_cnn.matching import CONVOLUTIONS, ROLES, Match, close, forward, match
from autograder.grading import causes
from autograder.grading.compare import describe, short
from autograder.grading.misconceptions import Misconception
from autograder.grading.outcomes import Failed
from autograder.grading.rng import Rng
from autograder.grading.student import Student
from autograder.sandbox.inside.probes import drawn

_CALLED = "CNN()(x (4, 1, 28, 28))"
_BRIGHTEST = 30.0  # so that an activation with an upper limit (ReLU6) meets it
_BEND = (
    1e-6 * _BRIGHTEST
)  # some ten times what float32 rounds off here; a quarter of the draws come so close somewhere
_MOST_DRAWS = 6


# --------------------------------------------------------------------------------------------- observing a student


def spec_of(rng: Rng) -> dict[str, Any]:
    """Return what the probe `module` is asked with these random numbers."""
    fresh = Rng(rng.seed)
    return {
        "item": "CNN",
        "images": fresh.uniform(4, 1, 28, 28, high=_BRIGHTEST),
        "single": fresh.uniform(1, 1, 28, 28, high=_BRIGHTEST),
        "labels": torch.tensor([3, 0, 7, 9]),
        "seed": rng.seed % 2**31,
        "whole": PARAMETERS,
    }


def observe_cnn(student: Student, rng: Rng) -> dict[str, Any]:
    """Return what the probe `module` sees.

    Raises:
        Failed: It is no module, or its code raised an error; a misconception with the same error is named.
    """
    spec = spec_of(rng)
    try:
        seen = student.observation("module", "CNN", spec, _CALLED, accept=lambda seen: _right(seen, spec))
    except Failed as failure:
        if causes.sought():
            _name_error(failure, student, spec)
        raise
    if seen.get("module") is not True:
        raise Failed(
            "CNN()",
            describe(seen.get("result")),
            "an nn.Module",
            "Let your class inherit from `nn.Module`.",
            stop=True,
        )
    if not _well_formed(seen):
        raise Failed(
            _CALLED,
            describe(seen.get("outputs")),
            "a floating-point tensor of shape (4, 10)",
            "Return the scores of the last layer.",
        )
    if not _as_drawn(seen, spec):
        raise Failed(
            _CALLED,
            "parameters that do not keep the numbers written into them",
            "parameters that change in training only",
            "Use plain layers or `nn.Parameter`, leave `parameters` as it is, and change no weight in `forward`.",
        )
    width = cnn_clues.width_of(seen["parameters"])
    if width is not None and width != ROLES[6][1]:
        seen["features"] = {28: width, **_features(student, spec, cnn_clues.SIDES[1:])}
    return seen


def _name_error(failure: Failed, student: Student, spec: dict[str, Any]) -> None:
    """Give an error its misconceptions, or else the advice that its numbers allow."""
    matches = [m for m in naming.misconceptions() if failure.got.startswith(naming.error_of(m, spec))]
    features = _features(student, spec, cnn_clues.SIDES) if cnn_clues.features_in(failure.got) else {}
    if features:
        # No padding and a third pool leave as much of 28×28 pixels, but not of other sizes.
        matches = [m for m in matches if _features_of(m, spec) == features]
    failure.matches = [m.name for m in matches]
    failure.advice = cnn_clues.of_error(failure.got, features) or failure.advice


def _features(student: Student, spec: dict[str, Any], sides: tuple[int, ...]) -> dict[int, int]:
    """Return by the images' side how many numbers an image sends to the linear layer, where an error tells it."""
    found = {}
    for side in sides:
        reply = student.ask("module", "CNN", _resized(spec, side))
        text = str(reply.value["message"]) if reply.status == "error" else ""
        if (count := cnn_clues.features_in(text)) is not None:
            found[side] = count
    return found


def _features_of(each: Misconception, spec: dict[str, Any]) -> dict[int, int]:
    counts = {
        side: cnn_clues.features_in(naming.error_of(each, _resized(spec, side))) for side in cnn_clues.SIDES
    }
    return {side: count for side, count in counts.items() if count is not None}


def _resized(spec: dict[str, Any], side: int) -> dict[str, Any]:
    """Return the probe with images of another side (their values do not matter)."""
    size = (side, side)
    return {**spec, "images": torch.zeros(4, 1, *size), "single": torch.zeros(1, 1, *size)}


def _drawn(seen: dict[str, Any]) -> list[int]:
    learning = [each is True for each in seen["trainable"]]
    return drawn(learning, [each.numel() for each in seen["parameters"]], PARAMETERS)


def _as_drawn(seen: dict[str, Any], spec: dict[str, Any]) -> bool:
    """Say whether the weights are those that follow from the seed: dead ones would make any network the task's."""
    generator = torch.Generator().manual_seed(spec["seed"])
    for i in _drawn(seen):
        theirs = seen["parameters"][i]
        ours = (0.1 * torch.randn(theirs.shape, generator=generator)).to(theirs.dtype)
        if not torch.allclose(theirs.double(), ours.double(), rtol=1e-4, atol=1e-6):
            return False
    return True


def _match(seen: dict[str, Any], spec: dict[str, Any]) -> Match | None:
    """Match the weights that were drawn: what else a network holds is none of the task's."""
    if tuple(seen["outputs"].shape) != (len(spec["images"]), 10):
        return None
    return match([seen["parameters"][i] for i in _drawn(seen)], spec["images"], seen["outputs"])


def _right(seen: dict[str, Any], spec: dict[str, Any]) -> bool:
    try:
        return _well_formed(seen) and _as_drawn(seen, spec) and _match(seen, spec) is not None
    except (RuntimeError, ValueError, TypeError, KeyError, IndexError):
        return False


def _well_formed(seen: dict[str, Any]) -> bool:
    lists = [seen.get("parameters"), seen.get("trainable"), seen.get("gradients")]
    return (
        all(isinstance(each, list) for each in lists)
        and all(isinstance(p, torch.Tensor) for p in seen["parameters"] + seen["gradients"])
        and len(seen["parameters"]) == len(seen["trainable"])
        and all(isinstance(seen.get(key), torch.Tensor) for key in ("outputs", "single", "outputs_training"))
    )


# ------------------------------------------------------------------------------------------------------- the facts


def require_tensor(
    value: Any,
    shape: tuple[int, ...],
    called: str,
    matches: Callable[[], list[str]] = list,
) -> None:
    """Fail unless `value` is a floating-point tensor of this shape; `matches` is asked for misconceptions only then."""
    wanted = f"a floating-point tensor of shape {shape}"
    if not isinstance(value, torch.Tensor):
        raise Failed(
            called,
            describe(value),
            wanted,
            "Look at the `return` line: it must give back a tensor.",
            matches(),
            kind="type",
        )
    if tuple(value.shape) != shape:
        raise Failed(
            called, f"shape {tuple(value.shape)}", wanted,
            cnn_clues.of_shape(tuple(value.shape), shape[0])
            or "Print the shape after each step, and compare it with the formula in the task.", matches(), kind="shape",
        )  # fmt: skip
    if not value.is_floating_point():
        raise Failed(
            called,
            f"dtype {short(value.dtype)}",
            wanted,
            "Keep the dtype of the input: `dtype=x.dtype`.",
            matches(),
            kind="dtype",
        )


def require_match(
    seen: dict[str, Any], rng: Rng, apart: Callable[[dict[str, Any]], bool | None] = lambda seen: None
) -> Match:
    """Fail unless the reference network with the student's weights gives the student's scores.

    `apart` says whether the fact that is tested is true of what was seen, whatever network it is (`Failed.true`).
    """
    spec = spec_of(rng)
    found = _match(seen, spec)
    if found is not None:
        return found
    shapes = ", ".join(str(tuple(p.shape)) for p in seen["parameters"][:12])
    matches = naming.named(seen, spec)
    if matches or not causes.sought():
        advice = ""
    elif (shape := tuple(seen["outputs"].shape)) != (len(spec["images"]), 10):
        advice = cnn_clues.of_shape(shape, len(spec["images"]))
    else:
        advice = cnn_clues.of_network(seen, spec["images"], spec["single"]) or _advice(seen)
    raise Failed(
        _CALLED,
        f"other scores than the network of the task with your weights (your parameters: {shapes})"[:300],
        "conv 1→8→16→32 (3×3, padding 1, ReLU after each), 2×2 max pool after the first two, linear 1568→10",
        advice,
        matches,
        true=apart(seen),
    )


def right_but_for_the_shape(seen: dict[str, Any], rng: Rng) -> bool | None:
    """Say whether scores of another shape are the network's, in its order; None for scores of the right one, or of other numbers."""
    spec = spec_of(rng)
    wanted = (len(spec["images"]), 10)
    if tuple(seen["outputs"].shape) == wanted or seen["outputs"].numel() != wanted[0] * wanted[1]:
        return None
    return _match({**seen, "outputs": seen["outputs"].reshape(wanted)}, spec) is not None or None


def _advice(seen: dict[str, Any]) -> str:
    """Return what to try where no misconception is known: by the parameters, else by the scores."""
    count = sum(p.numel() for p in seen["parameters"])
    if count != PARAMETERS:
        kernels = [
            tuple(p.shape) for p in seen["parameters"] if p.ndim == 4 and tuple(p.shape) not in CONVOLUTIONS
        ]
        which = (
            f" A convolution has the weights {kernels[0]}, which the task has not."
            if kernels and kernels[0][-1] != 7
            else ""
        )
        return (
            f"Your network has {count:,} parameters, the task's {PARAMETERS:,} (80 + 1,168 + 4,640 + "
            "15,690): print each layer's "
            f"and find the one that differs.{which}"
        )
    if not close(seen["outputs"], seen["outputs_training"]):
        return (
            "Your scores differ between training and evaluation mode: take out dropout, batch norm, and whatever asks "
            "for `self.training`."
        )
    scores = seen["outputs"].double()
    if bool((scores >= 0).all()):
        end = (
            "They add up to 1: take the softmax out."
            if bool((scores.sum(1) - 1).abs().max() < 1e-3)
            else "Take the activation out."
        )
        return f"Your scores are never negative: something acts on them after the linear layer. {end}"
    return (
        "Your layers have the right sizes, so what happens between them differs: a ReLU after each "
        "convolution and none at the end, "
        "a 2×2 max pool after the first and the second, nothing else."
    )


def require_single(seen: dict[str, Any], rng: Rng) -> None:
    spec = spec_of(rng)
    found = _match(seen, spec)
    assert found is not None
    if tuple(seen["single"].shape) != (1, 10) or not close(found(spec["single"].double()), seen["single"]):
        raise Failed(
            "CNN()(x (1, 1, 28, 28))", describe(seen["single"]), "a tensor of shape (1, 10) with that image's scores",
            "Flatten with `flatten(1)`, which keeps the batch, and use no `squeeze()`.", naming.named(seen, spec), true=False,
        )  # fmt: skip


def require_training(
    student: Student, rng: Rng, apart: Callable[[dict[str, Any]], bool | None] = lambda seen: None
) -> None:
    """Fail unless the network trains as the task's does; where rounding decides about a gradient, look at other images.

    At a ReLU's bend, and where two pixels are a pool's largest, the next digit says which way a gradient goes: one right
    network in some thousands would lose a point by that.
    """
    for attempt in range(_MOST_DRAWS):
        fresh = Rng(rng.seed + attempt)
        seen = observe_cnn(student, fresh)
        found = require_match(seen, fresh, apart)
        try:
            return require_gradients(seen, fresh)
        except Failed:
            if attempt == _MOST_DRAWS - 1 or not _at_a_bend(found, spec_of(fresh)["images"]):
                raise
    return None


def _at_a_bend(found: Match, images: torch.Tensor) -> bool:
    """Say whether a number before a ReLU, or what parts the two largest of a window, is so small that rounding decides."""
    w1, w2, w3, b1, b2, b3, *_ = found.weights
    x = images.double()
    with torch.no_grad():
        for w, b, pooled in ((w1, b1, True), (w2, b2, True), (w3, b3, False)):
            before = F.conv2d(x, w, b, padding=1)
            if float(before.abs().min()) < _BEND:
                return True
            x = F.relu(before)
            if pooled:
                windows = x.unfold(2, 2, 2).unfold(3, 2, 2).flatten(4)
                first, second = windows.topk(2).values.unbind(-1)
                if bool(((first - second < _BEND) & (first > 0)).any()):
                    return True
                x = first
    return False


def require_gradients(seen: dict[str, Any], rng: Rng) -> None:
    """Fail unless training mode gives the same scores and the loss reaches every parameter as in the reference."""
    spec = spec_of(rng)
    found = _match(seen, spec)
    assert found is not None
    if not close(seen["outputs"], seen["outputs_training"]):
        raise Failed(
            "CNN() in training mode", describe(seen["outputs_training"]), "the same scores as in evaluation mode",
            "Take out what acts in training only (dropout, batch norm): the network of the task has neither.", naming.named(seen, spec), true=False,
        )  # fmt: skip
    weights = tuple(w.clone().requires_grad_() for w in found.weights)
    F.cross_entropy(forward(weights, spec["images"].double()), spec["labels"]).backward()
    came = seen["gradients"]
    gradients = (
        found.arrange([came[i].double() for i in _drawn(seen)])
        if len(came) == len(seen["parameters"])
        else []
    )
    for role, weight, i in zip(ROLES, weights, found.where, strict=True):
        assert weight.grad is not None
        norm = float(weight.grad.norm())
        theirs = float(gradients[i].norm()) if i < len(gradients) else 0.0
        if abs(norm - theirs) > 1e-2 * norm + 1e-7:
            raise Failed(
                "loss.backward()", f"a gradient of size {theirs:.4g} at the parameter of shape {role}", f"a gradient of size {norm:.4g}",
                "Is a feature map detached, turned into NumPy, or computed under `no_grad` on its way?", naming.named(seen, spec), true=False,
            )  # fmt: skip


def require_count(seen: dict[str, Any], rng: Rng) -> None:
    count = trainable(seen)
    if count != PARAMETERS:
        raise Failed(
            "the number of trainable parameters of CNN()", f"{count:,}", f"{PARAMETERS:,} = 80 + 1,168 + 4,640 + 15,690",
            "Count layer by layer, biases included: is there a layer too many, or one frozen?", naming.named(seen, spec_of(rng)), true=False,
        )  # fmt: skip
