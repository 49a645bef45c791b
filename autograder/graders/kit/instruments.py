"""Instruments for training and evaluation: small networks with batch norm, ragged loaders, the made-up task."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import torch
import torch.nn.functional as F

from autograder.grading.rng import Rng
from autograder.sandbox.inside.parts import Criterion, Data, Loader, Net, Optimizer, Workshop

FEATURES, CLASSES = 6, 4
IMAGE = (1, 2, 3)
_LARGEST = 1e15


def network(rng: Rng, training: bool = True, dtype: torch.dtype = torch.float32) -> Net:
    """Return a small network whose batch norm tells training mode from evaluation mode; no randomness in it.

    The layer before batch norm has no bias: its gradient would be rounding noise, which Adam blows up to full steps.
    """
    hidden = 5
    state = {
        "0.weight": 1.5 * rng.normal(hidden, FEATURES),
        "2.weight": rng.uniform(hidden, low=0.5, high=2.0),
        "2.bias": rng.normal(hidden),
        "2.running_mean": rng.normal(hidden),
        "2.running_var": rng.uniform(hidden, low=0.5, high=3.0),
        "2.num_batches_tracked": torch.tensor(3),
        "4.weight": 1.5 * rng.normal(CLASSES, hidden),
        "4.bias": rng.normal(CLASSES),
    }
    state = {name: value.to(dtype) if value.is_floating_point() else value for name, value in state.items()}
    layers = [
        ["Linear", FEATURES, hidden, {"bias": False}],
        ["Watch"],
        ["BatchNorm1d", hidden],
        ["ReLU"],
        ["Linear", hidden, CLASSES],
    ]
    return Net("model", layers, state, training)


def with_dropout(net: Net) -> Net:
    """Return the network with dropout before its last layer; in evaluation mode it changes nothing."""
    state = {name.replace("4.", "5."): value for name, value in net.state.items()}
    return Net(net.key, [*net.layers[:4], ["Dropout", 0.5], net.layers[4]], state, net.training)


def without_batch_norm(net: Net) -> Net:
    """Return the network without the layer that has buffers, and tells modes apart."""
    state = {name.replace("4.", "3."): value for name, value in net.state.items() if name[0] != "2"}
    return replace(net, layers=[*net.layers[:2], *net.layers[3:]], state=state)


def on_images(net: Net) -> Net:
    """Return the same network for images (N, 1, 2, 3) in place of rows of features.

    What flattens them, or takes or adds an axis, meets an error here, as it does in a CNN.
    """
    state = {
        f"{int(place) + (place != '0')}.{name}": value
        for (place, name), value in ((key.split(".", 1), value) for key, value in net.state.items())
    }
    state["0.weight"] = state["0.weight"].reshape(-1, *IMAGE)
    hidden = len(state["0.weight"])
    first = [["Conv2d", 1, hidden, list(IMAGE[1:]), {"bias": False}], ["Flatten"]]
    return replace(net, layers=[*first, *net.layers[1:]], state=state)


def as_images(data: Data) -> Data:
    """Return the samples with each row of features as an image (1, 2, 3)."""
    return replace(data, x=data.x.reshape(-1, *IMAGE))


def samples(rng: Rng, n: int, key: str = "data", dtype: torch.dtype = torch.float32) -> Data:
    return Data(key, 2 * rng.normal(n, FEATURES, dtype=dtype), rng.integers(0, CLASSES, n))


def grouped_samples(rng: Rng, n: int, key: str = "data") -> Data:
    """Return samples that lie so close to the centre of their class that any network learns them in a few steps."""
    y = rng.integers(0, CLASSES, n)
    return Data(key, 4 * torch.eye(CLASSES, FEATURES)[y] + 0.3 * rng.normal(n, FEATURES), y)


def mostly_right(rng: Rng, net: Net, n: int, wrong_share: float = 0.25) -> Data:
    """Return samples of which the network, in evaluation mode, predicts about three in four right, and the others too high or too low."""
    x = 2 * rng.normal(n, FEATURES)
    model = Workshop().build(Net(net.key, net.layers, net.state, training=False))
    with torch.no_grad():
        y = model(x).argmax(1)
    wrong = rng.permutation(n)[: int(n * wrong_share)]
    wrong = wrong[y[wrong].argsort(stable=True)]
    half = len(wrong) // 2
    y[wrong[:half]] = (y[wrong[:half]] + 1) % CLASSES
    y[wrong[half:]] = (y[wrong[half:]] - 1) % CLASSES
    return Data("data", x, y)


def loader(data: Data, batch_size: int, key: str = "loader") -> Loader:
    return Loader(key, data, batch_size)


def criterion(name: str = "CrossEntropyLoss") -> Criterion:
    return Criterion("criterion", name)


def optimizer(name: str = "SGD", **options: Any) -> Optimizer:
    return Optimizer("optimizer", name, "model", options or {"lr": 0.1})


def made_up_digits(rng: Rng, train: int, test: int) -> tuple[Data, torch.Tensor, torch.Tensor]:
    """Return a task made up for this grading: ten random smooth 28×28 templates with noise and shifts.

    No weights from elsewhere can know it.

    Returns:
        Training data (images (train, 1, 28, 28) as uint8, divided by 255 when built), test images (test, 1, 28, 28) in
        [0, 1], and test labels (test,).
    """
    coarse = rng.normal(10, 1, 7, 7)
    templates = F.interpolate(coarse, size=(28, 28), mode="bicubic", align_corners=False)[
        :, 0
    ]  # (10, 28, 28)
    low, high = templates.amin((1, 2), keepdim=True), templates.amax((1, 2), keepdim=True)
    templates = (templates - low) / (high - low)
    n = train + test
    labels = rng.integers(0, 10, n)
    shifts = rng.integers(-2, 3, n, 2)
    images = torch.stack(
        [
            torch.roll(templates[y], (int(dy), int(dx)), (0, 1))
            for y, (dy, dx) in zip(labels, shifts, strict=True)
        ]
    )
    images = (images + 0.25 * rng.normal(n, 28, 28)).clamp(0, 1)
    pixels = (images * 255).round().to(torch.uint8)[:, None]  # (n, 1, 28, 28)
    return Data("data", pixels[:train], labels[:train], 255.0), pixels[train:].float() / 255, labels[train:]


def _moved(seen: dict[str, Any]) -> bool:
    return any(net.get("moved") for net in seen["nets"].values())


def changes_clue(seen: dict[str, Any]) -> str:
    """Say of an evaluation whether it changes weights or computes gradients; "" where it does neither."""
    if _moved(seen):
        return "Your evaluation changes the weights: an optimizer steps in it. Take optimizer, `backward` and step out; evaluation only looks."
    if any(any(net.get("has_grad") or []) for net in seen["nets"].values()):
        return "There is a backward pass in your evaluation, and it leaves gradients in the network. Take `backward` out, and do everything under `torch.no_grad()`."
    return ""


def _is_usual(value: Any) -> bool:
    """Say whether a value is a number with which one can reckon: no NaN, and none that overflows when it is divided."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) <= _LARGEST


def rounding_clue(mine: Any, theirs: Any, what: str) -> str:
    """Say whether a number is the right one rounded or cut; "" where it is neither, or may be any constant."""
    if not _is_usual(mine) or not _is_usual(theirs) or math.isclose(mine, theirs, rel_tol=1e-4, abs_tol=1e-6):
        return ""
    if mine == 0 and abs(theirs) < 1:
        return f"Your {what} is 0: is it cut down to a whole number, as by `//` and `int`, or is nothing added up?"
    if mine == math.floor(theirs):
        return f"Your {what} is cut down to a whole number: `//` and `int` do that. Divide with `/`, and return what comes."
    for digits in range(2, 5):  # as in `clues.rounded_to`
        step = 10.0**-digits
        if abs(mine / step - round(mine / step)) < 1e-6 and abs(mine - theirs) <= 0.5001 * step:
            return f"Your {what} is rounded. Return it as it is, and round only what you print."
    return ""


def divisor_clue(mine: Any, theirs: Any, count: int, what: str) -> str:
    """Say by which other whole number a sum was divided instead of by the number of samples; "" where by none."""
    if not _is_usual(mine) or not _is_usual(theirs) or not mine:
        return ""
    divisor = count * theirs / mine
    if (
        not 1.5 <= divisor <= _LARGEST
        or abs(divisor - round(divisor)) > 1e-4 * divisor
        or round(divisor) == count
    ):
        return ""
    return f"Your {what} is a sum over samples divided by {round(divisor):,}, and there are {count} samples. Count them as they come, or take `len(loader.dataset)`."


def trace_clue(seen: dict[str, Any], expected: dict[str, Any], training: bool) -> str:
    """Say what is wrong in the order of forward passes, backward passes and steps, or in their modes; "" where nothing is."""
    log, wanted = seen.get("log") or [], expected.get("log") or []
    order = seen.get("order") or []
    n = len(wanted)
    if not log:
        return "The model is never called: run `model(x)` on each batch of the loader."
    if training and not all(entry[0] for entry in log):
        return "A forward pass runs in evaluation mode. Call `model.train()` at the start."
    if not training and any(entry[0] for entry in log):
        return "A forward pass runs in training mode. Call `model.eval()` first, and restore the mode that you found."
    if not training and any(entry[1] for entry in log):
        return "Gradients are recorded in a forward pass. Do the whole evaluation under `torch.no_grad()`."
    if sum(entry[2] for entry in log) < sum(entry[2] for entry in wanted):
        return f"{len(log)} of {n} batches go through the model. Does the loop end early, by a `return` or `break` inside it?"
    if len(log) > n:
        return (
            f"The model is called {len(log)} times for {n} batches. Call it once a batch and keep the result."
        )
    if not training:
        return ""
    backward, steps = order.count("backward"), order.count("step")
    if not backward and "backward of a cut graph" in order:
        return "The backward pass begins at the loss and ends at once: `.detach()`, `.data` or a new tensor cuts its way to the weights. Hand the criterion what the network gives."
    if not backward:
        return "There is no backward pass: `loss.backward()` on the loss of each batch."
    if not steps and _moved(seen):
        return "Something else than the optimizer that you are given moves the weights. Make none of your own: call `optimizer.step()` of the argument."
    if not steps:
        return "The optimizer never steps: `optimizer.step()` after each `backward()`."
    if backward < n:
        return f"There are {backward} backward passes for {n} batches. Each batch gets a `backward()` and a step of its own."
    if steps != n:
        return f"There are {steps} optimizer steps for {n} batches. Step once a batch, inside the loop."
    if order.index("step") < order.index("backward"):
        return "The optimizer steps before the first backward pass. The order is forward, backward, step."
    return ""


def of_images(arguments: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return network and loader for images in place of rows, and the other arguments as they are."""
    net, served, *others = arguments
    return (on_images(net), loader(as_images(served.data), served.batch_size), *others)
