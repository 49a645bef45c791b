"""Name the misconception whose network behaves like a student's."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

import math
from collections import OrderedDict
from typing import Any

import torch

from autograder.graders.kit.architecture import Architecture
from autograder.graders.kit.arrangements import in_order
from autograder.graders.kit.matching import close
from autograder.grading import causes
from autograder.grading.misconceptions import Misconception
from autograder.sandbox.inside.calling import seed
from autograder.sandbox.inside.network_probes import module


def error_of(each: Misconception, spec: dict[str, Any]) -> str:
    try:
        _run(each, spec)
    except Exception as error:
        return f"{type(error).__name__}: {error}"[:300]
    return "no error"


_RUNS: OrderedDict[tuple[Misconception, int, tuple[int, ...]], dict[str, Any]] = (
    OrderedDict()
)  # what misconceptions gave lately


def _run(each: Misconception, spec: dict[str, Any]) -> dict[str, Any]:
    place = (each, spec["seed"], tuple(spec["images"].shape))
    if place not in _RUNS:
        _RUNS[place] = _run_anew(each, spec)
        while len(_RUNS) > 256:
            _RUNS.popitem(last=False)
    return _RUNS[place]


def _run_anew(each: Misconception, spec: dict[str, Any]) -> dict[str, Any]:
    state = torch.random.get_rng_state()
    try:
        return module({spec["item"]: each.function}, spec)
    finally:
        torch.random.set_rng_state(state)


def named(
    known: tuple[Misconception, ...],
    architecture: Architecture,
    seen: dict[str, Any],
    spec: dict[str, Any],
    training: bool = False,
) -> list[str]:
    """Return which of the misconceptions known has a network that, with the student's weights, gives what the student's gives.

    With `training`, in training mode too, where the same numbers are drawn for what acts by chance; without, those come first that do.
    """
    if not causes.sought():
        return []
    sizes = _shapes(seen["parameters"])
    sized = [each for each in known if _sizes(each, spec) == sizes]
    alike = [each for each in sized if _behaves_like(each, seen, spec, "outputs")]
    if training or len(alike) > 1:
        both = [each for each in alike if _behaves_like(each, seen, spec, "outputs_training")]
        alike = both if both or training else alike
    found = [each.name for each in alike]
    if found or sizes == sorted(map(math.prod, architecture.roles)):
        return found
    # Sizes of parameters that only other networks have say which network it is.
    return [each.name for each in sized if _signed_like(each, seen, spec)]


_SIZES: dict[
    tuple[Misconception, str], list[int]
] = {}  # of a misconception's parameters, whatever the images hold


def _sizes(each: Misconception, spec: dict[str, Any]) -> list[int]:
    """Return the sizes of a misconception's parameters, which need no run of it once they are known; none of one that cannot run."""
    place = (each, str(spec.get("arguments")))
    if place not in _SIZES:
        try:
            _SIZES[place] = _shapes(_run(each, spec)["parameters"])
        except Exception:
            _SIZES[place] = []
    return _SIZES[place]


def _signed_like(each: Misconception, seen: dict[str, Any], spec: dict[str, Any]) -> bool:
    try:
        return _signature(_run(each, spec))[:4] == _signature(seen)[:4]
    except Exception:
        return False


def _behaves_like(each: Misconception, seen: dict[str, Any], spec: dict[str, Any], mode: str) -> bool:
    try:
        theirs = _run(each, spec)
        outputs = theirs[mode]
        if not close(outputs, seen[mode]):
            outputs = _with_weights(each, seen["parameters"], spec, mode)
        return close(outputs, seen[mode]) and _signature(theirs) == _signature(seen)
    except Exception:
        return False  # a misconception that cannot run on these weights is not what the student wrote


def _with_weights(
    each: Misconception, parameters: list[torch.Tensor], spec: dict[str, Any], mode: str
) -> torch.Tensor:
    model = each.function(**spec.get("arguments", {}))
    model.eval()
    with torch.no_grad():
        model(spec["images"][:2])
        places = list(model.parameters())
        weights = in_order(parameters, [tuple(each.shape) for each in places])
        for place, weight in zip(places, weights, strict=True):
            place.copy_(weight.reshape(place.shape))
        model.train(mode == "outputs_training")
        seed(spec["seed"] + 1)
        outputs: torch.Tensor = model(spec["images"].clone())
        return outputs


def _shapes(parameters: list[torch.Tensor]) -> list[int]:
    """Return how many numbers each parameter holds: a 7×7 convolution may stand for a linear layer."""
    return sorted(p.numel() for p in parameters)


def _signature(seen: dict[str, Any]) -> tuple[Any, ...]:
    """Return what does not depend on the weights: modes, shapes, which parameters learn."""
    outputs, training = seen["outputs"], seen["outputs_training"]
    reached = sorted((g.numel(), bool(g.abs().sum() > 0)) for g in seen["gradients"])
    return (
        close(outputs, training), tuple(outputs.shape), tuple(training.shape), tuple(seen["single"].shape),
        sum(bool(each) for each in seen["trainable"]), tuple(reached),
    )  # fmt: skip
