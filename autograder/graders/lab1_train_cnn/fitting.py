"""Judge a whole training: replayed here step by step, or with scripted parts where the student's parts are wrong."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

from typing import Any

import torch

from autograder.graders.lab1_train_cnn import evaluate, instruments, networks, train_one_epoch
from autograder.graders.lab1_train_cnn import fit as fit_item
from autograder.grading.compare import Difference, describe, difference
from autograder.grading.observers import run_here
from autograder.grading.outcomes import Failed
from autograder.grading.student import Student, call_text
from autograder.sandbox import Reply
from autograder.sandbox.inside.parts import Data
from autograder.rng import Rng

KEYS = ("train_loss", "val_loss", "val_accuracy")
MADE_UP_IMAGES, MADE_UP_EPOCHS = 1500, 3
MADE_UP_THRESHOLD = 0.70  # below the worst of 50 seeds of the reference (benchmarks/thresholds.py)

# Which of the student's own parts are replaced by scripted ones: none, then both, then one of them.
_STANDINS = ([], ["train_one_epoch", "evaluate"], ["evaluate"], ["train_one_epoch"])


def _spec(rng: Rng, epochs: int, lr: float) -> dict[str, Any]:
    fresh = Rng(rng.seed + epochs)
    model = instruments.network(fresh)
    train = instruments.loader(instruments.samples(fresh, 22, "train data"), 8, "train")
    val = instruments.loader(instruments.samples(fresh, 13, "val data"), 5, "val")
    numbers = [round(float(x), 4) for x in fresh.uniform(97, low=0.05, high=0.95)]
    return {
        "item": "fit", "args": [model, train, val, epochs, lr], "kwargs": {}, "seed": 0, "grad": True, "script": numbers,
    }  # fmt: skip


def _composed(namespace: dict[str, Any]) -> Any:
    """Return a `fit` of ours that calls the scripted parts where there are any."""

    def fit(model: Any, train_loader: Any, val_loader: Any, epochs: int, lr: float) -> dict[str, list[float]]:
        train = namespace.get("train_one_epoch", train_one_epoch.reference)
        validate = namespace.get("evaluate", evaluate.reference)
        criterion, adam = torch.nn.CrossEntropyLoss(), torch.optim.Adam(model.parameters(), lr=lr)
        history: dict[str, list[float]] = {key: [] for key in KEYS}
        for _ in range(epochs):
            history["train_loss"].append(train(model, train_loader, criterion, adam))
            loss, accuracy = validate(model, val_loader, criterion)
            history["val_loss"].append(loss)
            history["val_accuracy"].append(accuracy)
        return history

    return fit


def _expected(spec: dict[str, Any]) -> dict[str, Any]:
    namespace: dict[str, Any] = {}
    namespace["fit"] = _composed(namespace)
    reply = run_here(namespace, "call", spec)
    assert reply.status == "ok", reply.value
    return reply.value  # type: ignore[no-any-return]


def _train_loss_measured_after(spec: dict[str, Any]) -> dict[str, Any]:
    """Return the history of a fit that measures `train_loss` by an evaluation after each epoch: allowed as well."""

    def fit(model: Any, train_loader: Any, val_loader: Any, epochs: int, lr: float) -> dict[str, list[float]]:
        criterion, adam = torch.nn.CrossEntropyLoss(), torch.optim.Adam(model.parameters(), lr=lr)
        history: dict[str, list[float]] = {key: [] for key in KEYS}
        for _ in range(epochs):
            train_one_epoch.reference(model, train_loader, criterion, adam)
            history["train_loss"].append(evaluate.reference(model, train_loader, criterion)[0])
        return history

    return dict(run_here({"fit": fit}, "call", spec).value["result"])


def _compare(
    seen: dict[str, Any], expected: dict[str, Any], keys: tuple[str, ...], weights: bool, spec: dict[str, Any]
) -> Difference | None:
    mine, theirs = seen["result"], expected["result"]
    for key in keys:
        found = difference(mine, {key: theirs[key]}, None, "the history")
        if found and key == "train_loss" and found.kind == "value" and not spec.get("standins"):
            found = difference(mine, {key: _train_loss_measured_after(spec)[key]}, None, "the history") and found
        if found:
            return found
    if weights:
        for name, net in expected["nets"].items():
            if found := difference(seen["nets"][name]["state"], net["state"], None, "the weights after training"):
                return found
    trained = [entry[4:7] for entry in seen["script"] if entry[0] == "train"]
    wanted = [entry[4:7] for entry in expected["script"] if entry[0] == "train"]
    return difference(trained, wanted, None, "(optimizer, learning rate, weight decay) of each epoch") if trained else None


def _judge(student: Student, spec: dict[str, Any], keys: tuple[str, ...], weights: bool, form: bool) -> None:
    called = call_text("fit", tuple(spec["args"]), {})
    first: tuple[Reply, Difference | None] | None = None
    for standins in _STANDINS:
        asked = {**spec, "standins": standins}
        reply = student.observer.observe("call", asked, student.limits.call)
        found: Difference | None = None
        if reply.status == "ok":
            try:
                found = _compare(reply.value, _expected(asked), keys, weights, asked)
            except (KeyError, TypeError, ValueError, AttributeError, IndexError, RuntimeError):
                found = Difference("type", "the answer cannot be read")
            if found is not None and form and found.kind == "value":
                found = None
            if found is None:
                return
        first = first or (reply, found)
        if reply.status in ("died", "malformed", "too_large"):
            break
    assert first is not None
    raise _explain(student, spec, keys, weights, called, *first)


def _explain(
    student: Student, spec: dict[str, Any], keys: tuple[str, ...], weights: bool, called: str, reply: Reply, found: Difference | None
) -> Exception:
    if found is None:
        return student._broken(reply, called)
    matches = []
    for each in student.material("fit").misconceptions:
        theirs = run_here({"fit": each.function}, "call", {**spec, "standins": []})
        if theirs.status != "ok":
            continue
        try:
            same = _compare(reply.value, theirs.value, (), True, spec) is None and not difference(
                reply.value["result"], theirs.value["result"], None, ""
            )
        except (KeyError, TypeError, ValueError, AttributeError, IndexError, RuntimeError):
            same = False
        if same:
            matches.append(each.name)
    result = reply.value.get("result")
    return Failed(
        called, f"{found.text}" if isinstance(result, dict) else describe(result), "the history and weights of Adam with that learning rate, "
        "one training pass and one validation an epoch",
        "Run one epoch by hand: `train_one_epoch`, then `evaluate` on the validation loader, and append the three numbers.", matches,
    )  # fmt: skip


def check_form(student: Student, rng: Rng) -> None:
    """Fail unless `fit` returns the dict with its three lists of the right length."""
    _judge(student, _spec(rng, 2, 0.05), KEYS, weights=False, form=True)


def check(
    student: Student, rng: Rng, keys: tuple[str, ...], weights: bool, epochs: int = 6, lr: float = 0.05
) -> None:
    """Fail unless history and weights are those of the rule."""
    _judge(student, _spec(rng, epochs, lr), keys, weights, form=False)


# ----------------------------------------------------------------------------------------------- trained_accuracy


def trained(student: Student, data: Data, images: torch.Tensor, epochs: int) -> networks.Match:
    """Train the student's network by the student's code, and return the reference network with its weights.

    Raises:
        Failed: The code raised an error, or the network is not that of the task.
    """
    called = f"make_loaders(…), then fit(CNN(), train_loader, val_loader, epochs={epochs}, lr=0.001)"
    spec = {"item": "fit", "data": data, "images": images[:8], "epochs": epochs, "lr": 0.001, "seed": 1}
    seen = student.observation("train", "trained_accuracy", spec, called, student.limits.training_call)
    parameters, outputs = seen.get("parameters"), seen.get("outputs")
    if isinstance(parameters, list) and all(isinstance(p, torch.Tensor) for p in parameters) and isinstance(outputs, torch.Tensor):
        found = networks.match(parameters, images[:8], outputs)
        if found is not None:
            return found
    raise Failed(
        called, "a network that is not the one of the task", "conv 1→8→16→32, two pools, linear 1568→10",
        "Mend `CNN` in notebook 01 first, then paste it into the cell `my_cnn`.", stop=True,
    )  # fmt: skip


def require_accuracy(
    student: Student, data: Data, images: torch.Tensor, labels: torch.Tensor, epochs: int, threshold: float, name: str
) -> None:
    """Fail unless the trained network, computed here from the weights that came back, reaches the threshold."""
    found = trained(student, data, images, epochs)
    weights = tuple(w.float() for w in found.weights)
    with torch.no_grad():
        right = sum(
            int((networks.forward(weights, x).argmax(1) == y).sum())
            for x, y in zip(images.split(1000), labels.split(1000), strict=True)
        )
    accuracy = right / len(labels)
    if not accuracy >= threshold:
        raise Failed(
            f"fit(CNN(), …) on {len(data.y):,} images, {epochs} epochs", f"{accuracy:.1%} right on {name}", f"at least {threshold:.0%}",
            "Mend `train_one_epoch`, `evaluate` and `fit` first, then `make_loaders`; a right loop with the right network reaches this.",
        )  # fmt: skip
