"""Check a network by its weights: load them into the reference network here, and compare what the two give.

Weights are matched by shape and behaviour, never by name: any order, bare parameters, a transposed or 7×7 last layer,
channels-first or channels-last flattening.
"""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F

from autograder.grading.compare import describe, short
from autograder.grading.outcomes import Failed
from autograder.grading.student import Student
from autograder.misconceptions import Misconception
from autograder.sandbox.inside.probes import _seed, cnn
from autograder.rng import Rng

PARAMETERS = 21_578  # 80 + 1,168 + 4,640 + 15,690
_CONVOLUTIONS = ((8, 1, 3, 3), (16, 8, 3, 3), (32, 16, 3, 3))
_ROLES = (*_CONVOLUTIONS, (8,), (16,), (32,), (10, 1568), (10,))
_MOST_TRIES = 400
_CALLED = "CNN()(x (4, 1, 28, 28))"


@dataclass(frozen=True)
class Match:
    """The reference network with a student's weights, in the roles' order, and which tensor took which role."""

    weights: tuple[torch.Tensor, ...]
    where: tuple[int, ...]

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        return forward(self.weights, x)


def forward(weights: tuple[torch.Tensor, ...], x: torch.Tensor) -> torch.Tensor:
    """Return the reference network's logits (N, 10) for images (N, 1, 28, 28)."""
    w1, w2, w3, b1, b2, b3, w, b = weights
    x = F.max_pool2d(F.relu(F.conv2d(x, w1, b1, padding=1)), 2)  # (N, 8, 14, 14)
    x = F.max_pool2d(F.relu(F.conv2d(x, w2, b2, padding=1)), 2)  # (N, 16, 7, 7)
    x = F.relu(F.conv2d(x, w3, b3, padding=1))  # (N, 32, 7, 7)
    return F.linear(x.flatten(1), w, b)


def _layouts(tensor: torch.Tensor, role: tuple[int, ...]) -> list[torch.Tensor]:
    """Return the ways in which a tensor may play a role, the plainest first."""
    ways: list[torch.Tensor] = []
    if len(role) == 1:
        ways = [tensor.reshape(role)]
    elif len(role) == 4:
        if tensor.ndim == 4:
            orders = [o for o in itertools.permutations(range(4)) if tuple(tensor.shape[i] for i in o) == role]
            ways = [tensor.permute(o) for o in orders]
        else:
            ways = [tensor.reshape(role)]
            if tensor.ndim == 2 and tensor.shape[1] == role[0]:
                ways.insert(0, tensor.t().reshape(role))
    else:
        rows = tensor.reshape(10, -1) if tensor.shape[0] == 10 else None
        if rows is None and tensor.shape[-1] == 10:
            rows = tensor.reshape(-1, 10).t()
        if rows is None:
            rows = tensor.reshape(role)
        grids = {"hwc": rows.reshape(10, 7, 7, 32).permute(0, 3, 1, 2), "cwh": rows.reshape(10, 32, 7, 7).transpose(2, 3)}
        ways = [rows, *(grid.reshape(role) for grid in grids.values())]
    unique: list[torch.Tensor] = []
    for way in ways:
        if not any(torch.equal(way, other) for other in unique):
            unique.append(way)
    return unique


def match(parameters: list[torch.Tensor], images: torch.Tensor, outputs: torch.Tensor) -> Match | None:
    """Return the reference network with those of the student's tensors that reproduce the student's outputs."""
    options: list[list[tuple[int, torch.Tensor]]] = []
    for role in _ROLES:
        numel = torch.Size(role).numel()
        fitting = [
            (i, way) for i, p in enumerate(parameters) if p.numel() == numel and p.is_floating_point()
            for way in _layouts(p.detach().double(), role)
        ]  # fmt: skip
        if not fitting:
            return None
        options.append(fitting)
    images, wanted = images.double(), outputs.detach().double()
    for chosen in itertools.islice(itertools.product(*options), _MOST_TRIES):
        weights = tuple(way for _, way in chosen)
        if _close(forward(weights, images), wanted):
            return Match(weights, tuple(i for i, _ in chosen))
    return None


def _close(a: torch.Tensor, b: torch.Tensor) -> bool:
    if a.shape != b.shape:
        return False
    scale = float(a.abs().max()) if a.numel() else 1.0
    return bool(torch.allclose(a.double(), b.detach().double(), rtol=1e-3, atol=1e-4 * max(scale, 1e-3)))


# --------------------------------------------------------------------------------------------- observing a student


def _spec(rng: Rng) -> dict[str, Any]:
    fresh = Rng(rng.seed)
    return {
        "item": "CNN",
        "images": fresh.uniform(4, 1, 28, 28),
        "single": fresh.uniform(1, 1, 28, 28),
        "labels": torch.tensor([3, 0, 7, 9]),
        "seed": rng.seed % 2**31,
    }


def observe_cnn(student: Student, rng: Rng) -> dict[str, Any]:
    """Return what the probe `cnn` sees.

    Raises:
        Failed: It is no module, or its code raised an error; a misconception with the same error is named.
    """
    spec = _spec(rng)
    try:
        seen = student.observation("cnn", "CNN", spec, _CALLED, accept=lambda seen: _right(seen, spec))
    except Failed as failure:
        failure.matches = [m.name for m in _misconceptions() if failure.got.startswith(_error_of(m, spec))]
        raise
    if seen.get("module") is not True:
        raise Failed("CNN()", describe(seen.get("result")), "an nn.Module", "Let your class inherit from `nn.Module`.", stop=True)
    if not _well_formed(seen):
        raise Failed(_CALLED, describe(seen.get("outputs")), "a float32 tensor of shape (4, 10)", "Return the scores of the last layer.")
    return seen  # type: ignore[no-any-return]


def _right(seen: dict[str, Any], spec: dict[str, Any]) -> bool:
    try:
        return _well_formed(seen) and match(seen["parameters"], spec["images"], seen["outputs"]) is not None
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


def _misconceptions() -> tuple[Misconception, ...]:
    from autograder.grading.items import material

    return material("lab1_train_cnn", "CNN").misconceptions


def _error_of(each: Misconception, spec: dict[str, Any]) -> str:
    try:
        _run(each, spec)
    except Exception as error:
        return f"{type(error).__name__}: {error}"[:300]
    return "no error"


def _run(each: Misconception, spec: dict[str, Any]) -> dict[str, Any]:
    state = torch.random.get_rng_state()
    try:
        return cnn({"CNN": each.function}, spec)
    finally:
        torch.random.set_rng_state(state)


def named(seen: dict[str, Any], rng: Rng) -> list[str]:
    """Return the misconceptions whose network, with the student's weights, gives what the student's gives."""
    spec = _spec(rng)
    return [each.name for each in _misconceptions() if _behaves_like(each, seen, spec)]


def _behaves_like(each: Misconception, seen: dict[str, Any], spec: dict[str, Any]) -> bool:
    try:
        theirs = _run(each, spec)
        if not theirs.get("module") or _shapes(theirs["parameters"]) != _shapes(seen["parameters"]):
            return False
        if _close(theirs["outputs"], seen["outputs"]):
            same_weights = theirs
        else:
            same_weights = _with_weights(each, seen["parameters"], spec)
        return _close(same_weights["outputs"], seen["outputs"]) and _signature(theirs) == _signature(seen)
    except Exception:
        return False  # a misconception that cannot run on these weights is not what the student wrote


def _with_weights(each: Misconception, parameters: list[torch.Tensor], spec: dict[str, Any]) -> dict[str, Any]:
    model = each.function()
    model.eval()
    left = list(parameters)
    with torch.no_grad():
        model(spec["images"][:2])
        for parameter in model.parameters():
            found = next(i for i, p in enumerate(left) if p.shape == parameter.shape)
            parameter.copy_(left.pop(found))
        _seed(spec["seed"])
        return {"outputs": model(spec["images"])}


def _shapes(parameters: list[torch.Tensor]) -> list[tuple[int, ...]]:
    return sorted(tuple(p.shape) for p in parameters)


def _signature(seen: dict[str, Any]) -> tuple[Any, ...]:
    """Return what does not depend on the weights: modes, shapes, which parameters learn."""
    outputs, training = seen["outputs"], seen["outputs_training"]
    reached = sorted((tuple(g.shape), bool(g.abs().sum() > 0)) for g in seen["gradients"])
    return (
        _close(outputs, training), tuple(outputs.shape), tuple(training.shape), tuple(seen["single"].shape),
        sum(bool(each) for each in seen["trainable"]), tuple(reached),
    )  # fmt: skip


# ------------------------------------------------------------------------------------------------------- the facts


def require_tensor(
    value: Any, shape: tuple[int, ...], dtype: torch.dtype, called: str, matches: list[str] | None = None
) -> None:
    """Fail unless `value` is a tensor of this shape and dtype."""
    wanted = f"a {short(dtype)} tensor of shape {shape}"
    if not isinstance(value, torch.Tensor):
        raise Failed(called, describe(value), wanted, "Look at the `return` line: it must give back a tensor.", matches or [])
    if tuple(value.shape) != shape:
        raise Failed(
            called, f"shape {tuple(value.shape)}", wanted,
            "Print the shape after each step, and compare it with the formula in the task.", matches or [],
        )  # fmt: skip
    if value.dtype != dtype:
        raise Failed(called, f"dtype {short(value.dtype)}", wanted, "Keep the dtype of the input: `dtype=x.dtype`.", matches or [])


def require_match(seen: dict[str, Any], rng: Rng) -> Match:
    """Fail unless the reference network with the student's weights gives the student's scores."""
    spec = _spec(rng)
    found = match(seen["parameters"], spec["images"], seen["outputs"])
    if found is not None:
        return found
    shapes = ", ".join(str(tuple(p.shape)) for p in seen["parameters"][:12])
    raise Failed(
        _CALLED,
        f"scores beginning {describe(seen['outputs'][0])}, from parameters of shapes {shapes}"[:600],
        "the scores that conv 1→8→16→32 (3×3, padding 1, ReLU after each), 2×2 max pooling after the first two, and "
        "linear 1568→10 give with your weights",
        "Go through `forward` line by line beside the drawing of the network: which layer is missing, too many, or out of order?",
        named(seen, rng),
    )


def require_single(seen: dict[str, Any], rng: Rng) -> None:
    spec = _spec(rng)
    found = match(seen["parameters"], spec["images"], seen["outputs"])
    assert found is not None
    if tuple(seen["single"].shape) != (1, 10) or not _close(found(spec["single"].double()), seen["single"]):
        raise Failed(
            "CNN()(x (1, 1, 28, 28))", describe(seen["single"]), "a tensor of shape (1, 10) with that image's scores",
            "Flatten with `flatten(1)`, which keeps the batch, and use no `squeeze()`.", named(seen, rng),
        )  # fmt: skip


def require_gradients(seen: dict[str, Any], rng: Rng) -> None:
    """Fail unless training mode gives the same scores and the loss reaches every parameter as in the reference."""
    spec = _spec(rng)
    found = match(seen["parameters"], spec["images"], seen["outputs"])
    assert found is not None
    if not _close(seen["outputs"], seen["outputs_training"]):
        raise Failed(
            "CNN() in training mode", describe(seen["outputs_training"]), "the same scores as in evaluation mode",
            "Take out what acts in training only (dropout, batch norm): the network of the task has neither.", named(seen, rng),
        )  # fmt: skip
    weights = tuple(w.clone().requires_grad_() for w in found.weights)
    F.cross_entropy(forward(weights, spec["images"].double()), spec["labels"]).backward()
    gradients = seen["gradients"]
    for role, weight, i in zip(_ROLES, weights, found.where, strict=True):
        assert weight.grad is not None
        norm = float(weight.grad.norm())
        theirs = float(gradients[i].double().norm()) if i < len(gradients) else 0.0
        if abs(norm - theirs) > 1e-2 * norm + 1e-7:
            raise Failed(
                "loss.backward()", f"a gradient of size {theirs:.4g} at the parameter of shape {role}", f"a gradient of size {norm:.4g}",
                "Is a feature map detached, turned into NumPy, or computed under `no_grad` on its way?", named(seen, rng),
            )  # fmt: skip


def require_count(seen: dict[str, Any], rng: Rng) -> None:
    count = sum(p.numel() for p, trainable in zip(seen["parameters"], seen["trainable"], strict=True) if trainable is True)
    if count != PARAMETERS:
        raise Failed(
            "the number of trainable parameters of CNN()", f"{count:,}", f"{PARAMETERS:,} = 80 + 1,168 + 4,640 + 15,690",
            "Count layer by layer, biases included: is there a layer too many, or one frozen?", named(seen, rng),
        )  # fmt: skip
