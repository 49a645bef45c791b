"""Judge a whole training: replayed here step by step, or with scripted parts where the student's own are wrong."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

import functools
import re
from collections import OrderedDict
from dataclasses import replace
from typing import Any

import torch

from autograder.graders.kit import instruments
from autograder.graders.kit.matching import Match, match
from autograder.graders.lab1_train_cnn.cnn.network import ARCHITECTURE
from autograder.graders.lab1_train_cnn.evaluate import reference as evaluate
from autograder.graders.lab1_train_cnn.fit.clues import KEYS, advice
from autograder.graders.lab1_train_cnn.own_parts import own_parts_are_right
from autograder.graders.lab1_train_cnn.train_one_epoch import reference as train_one_epoch
from autograder.grading import causes
from autograder.grading.aspects import same_error
from autograder.grading.compare import Difference, difference
from autograder.grading.observers import Reply, run_here
from autograder.grading.outcomes import Failed
from autograder.grading.pictures import picture_of
from autograder.grading.rng import Rng
from autograder.grading.student import Student, call_text
from autograder.sandbox.inside.parts import Data, Loader

MADE_UP_IMAGES = 1500
MADE_UP_EPOCHS = (3, 12)  # more where few do not do: first weights are free, and small ones start slowly
MADE_UP_THRESHOLD = 0.70  # below the worst of all in benchmarks/thresholds.json

# Which of the student's own parts are replaced by scripted ones: none, then both, then one of them.
_MOST_ATTEMPTS = 60
LAB = "lab1_train_cnn"  # whose scripted parts are asked for
_STANDINS = ([], ["train_one_epoch", "evaluate"], ["evaluate"], ["train_one_epoch"])


def training(rng: Rng, epochs: int, lr: float, easy: bool = False) -> dict[str, Any]:
    """Return a training that tells much: of the first that come, one that is `_telling`."""
    return _draw(Rng(_seed_of_telling(rng.seed, epochs, lr, easy)), epochs, lr, easy)


@functools.lru_cache(maxsize=256)
def _seed_of_telling(start: int, epochs: int, lr: float, easy: bool) -> int:
    for seed in range(start + epochs, start + epochs + _MOST_ATTEMPTS):
        if _telling(_draw(Rng(seed), epochs, lr, easy), easy):
            break
    return seed


def _draw(fresh: Rng, epochs: int, lr: float, easy: bool) -> dict[str, Any]:
    model = instruments.network(fresh)
    if easy:
        data, held_out = (
            instruments.grouped_samples(fresh, n, key) for n, key in ((22, "train data"), (13, "val data"))
        )
    else:  # what the network knows before training it forgets over random labels: the best epoch comes early
        data = instruments.samples(fresh, 22, "train data")
        held_out = replace(instruments.mostly_right(fresh, model, 13), key="val data")
    train, val = instruments.loader(data, 8, "train"), instruments.loader(held_out, 5, "val")
    numbers = [round(float(x), 4) for x in fresh.uniform(97, low=0.05, high=0.95)]
    return {
        "lab": LAB, "item": "fit", "args": [model, train, val, epochs, lr], "kwargs": {}, "seed": 0, "grad": True, "script": numbers,
    }  # fmt: skip


def _telling(spec: dict[str, Any], easy: bool) -> bool:
    """Say whether rounding hardly matters in a training, and whether its best epoch comes early.

    (Else who stops early, or goes back to the best weights, would give the same as who does neither.) In an easy one
    every answer is right before the last epoch: who stops at full accuracy is found.
    """
    epochs = spec["args"][3]
    plain = expected_of(spec)
    loss, accuracy = plain["result"]["val_loss"], plain["result"]["val_accuracy"]
    latest = epochs // 2 if epochs > 8 else epochs - 1  # so early that a patient one stops
    if easy and max(accuracy[:-1]) < 1.0:
        return False
    if (
        epochs > 3
        and not easy
        and not (loss.index(min(loss)) < latest and accuracy.index(max(accuracy)) < epochs - 1)
    ):
        return False
    precise = expected_of({**spec, "args": _in_double_precision(spec["args"])})
    # A tenth of the tolerance (compare.RTOL) on whatever is judged.
    for name, value in plain["nets"]["model"]["state"].items():
        other = precise["nets"]["model"]["state"][name]
        if not torch.allclose(value.double(), other.double(), rtol=1e-5, atol=2e-6):
            return False
    return all(
        abs(a - b) <= 1e-5 * max(1.0, abs(b))
        for key in KEYS for a, b in zip(plain["result"][key], precise["result"][key], strict=True)
    )  # fmt: skip


def _in_double_precision(args: list[Any]) -> list[Any]:
    model, train, val, *rest = args

    def double(loader: Loader) -> Loader:
        return replace(loader, data=replace(loader.data, x=loader.data.x.double()))

    state = {
        name: value.double() if value.is_floating_point() else value for name, value in model.state.items()
    }
    return [replace(model, state=state), double(train), double(val), *rest]


def _composed(namespace: dict[str, Any], measured_after: bool = False) -> Any:
    """Return a `fit` of ours that calls the scripted parts where there are any.

    Args:
        namespace: Where the parts may stand.
        measured_after: Whether `train_loss` is measured by an evaluation after each epoch: allowed as well.
    """

    def fit(model: Any, train_loader: Any, val_loader: Any, epochs: int, lr: float) -> dict[str, list[float]]:
        train = namespace.get("train_one_epoch", train_one_epoch.reference)
        validate = namespace.get("evaluate", evaluate.reference)
        criterion, adam = torch.nn.CrossEntropyLoss(), torch.optim.Adam(model.parameters(), lr=lr)
        history: dict[str, list[float]] = {key: [] for key in KEYS}
        for _ in range(epochs):
            loss = train(model, train_loader, criterion, adam)
            history["train_loss"].append(
                validate(model, train_loader, criterion)[0] if measured_after else loss
            )
            loss, accuracy = validate(model, val_loader, criterion)
            history["val_loss"].append(loss)
            history["val_accuracy"].append(accuracy)
        return history

    return fit


_LATEST: OrderedDict[tuple[Any, ...], dict[str, Any]] = OrderedDict()  # what trainings of ours gave


def expected_of(spec: dict[str, Any], measured_after: bool = False) -> dict[str, Any]:
    model, *_, epochs, lr = spec["args"]
    precision = next(iter(model.state.values())).dtype
    place = (
        *spec["script"],
        epochs,
        lr,
        str(precision),
        *spec.get("standins", []),
        measured_after,
    )  # names a draw
    if place not in _LATEST:
        namespace: dict[str, Any] = {}
        namespace["fit"] = _composed(namespace, measured_after)
        reply = run_here(namespace, "call", spec)
        assert reply.status == "ok", reply.value
        _LATEST[place] = reply.value
        while len(_LATEST) > 128:
            _LATEST.popitem(last=False)
    return _LATEST[place]


def _compare(
    seen: dict[str, Any],
    expected: dict[str, Any],
    keys: tuple[str, ...],
    weights: bool,
    spec: dict[str, Any] | None = None,
    either: bool = False,
) -> Difference | None:
    """Return the first difference; with `spec`, the training loss may also be measured after each epoch.

    With `either`, history or weights will do.
    """
    found = _history(seen, expected, keys, spec)
    if weights and bool(found) == either:
        states = ((seen["nets"][name]["state"], net["state"]) for name, net in expected["nets"].items())
        differences = (difference(*each, None, "the weights after training") for each in states)
        found = next(filter(None, differences), None)
    if found:
        return found
    trained = [entry[4:] for entry in seen["script"] if entry[0] == "train"]
    wanted = [entry[4:] for entry in expected["script"] if entry[0] == "train"]
    if not trained:
        return None
    return difference(trained, wanted, None, "(optimizer, its settings, loss) of each epoch")


def _in_history(mine: Any, theirs: dict[str, Any]) -> Difference | None:
    """Return the first difference, told by epochs: "`val_loss` of epoch 2 is …"."""
    found = difference(mine, theirs, None, "the history")
    if found is None:
        return None
    text = re.sub(r"^value (\d+) of '(\w+)' of the history", r"`\2` of epoch \1", found.text)
    return replace(found, text=re.sub(r"^'(\w+)' of the history", r"`\1`", text))


def _history(
    seen: dict[str, Any], expected: dict[str, Any], keys: tuple[str, ...], spec: dict[str, Any] | None
) -> Difference | None:
    mine, theirs = seen["result"], expected["result"]
    for key in keys:
        found = _in_history(mine, {key: theirs[key]})
        if found and spec is not None and key == "train_loss" and found.kind == "value":
            after = expected_of(spec, measured_after=True)["result"]
            found = _in_history(mine, {key: after[key]}) and found
        if found:
            return found
    return None


def _judge(
    student: Student,
    spec: dict[str, Any],
    keys: tuple[str, ...],
    weights: bool,
    form: bool = False,
    either: bool = False,
) -> None:
    called = call_text("fit", tuple(spec["args"]), {})
    first: tuple[Reply, Difference | None] | None = None
    for standins in _STANDINS:
        if standins is _STANDINS[1] and (not causes.sought() or own_parts_are_right(student, spec)):
            break  # while a misconception is tried, both are the references
        asked = {**spec, "standins": standins}
        reply = student.observer.observe("call", asked, student.limits.call)
        found: Difference | None = None
        if reply.status == "ok":
            try:
                found = _compare(reply.value, expected_of(asked), keys, weights, asked, either)
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
    raise _explain(student, spec, called, *first)


def _explain(
    student: Student,
    spec: dict[str, Any],
    called: str,
    reply: Reply,
    found: Difference | None,
) -> Exception:
    matches = []
    for each in student.material("fit").misconceptions if causes.sought() else ():
        theirs = run_here({"fit": each.function}, "call", {**spec, "standins": []})
        if found is None and reply.status == theirs.status == "error":
            if same_error(reply.value, theirs.value):
                matches.append(each.name)
            continue
        if theirs.status != "ok" or found is None:
            continue
        try:
            same = _compare(reply.value, theirs.value, (), True) is None and not difference(
                reply.value["result"], theirs.value["result"], None, ""
            )
        except (KeyError, TypeError, ValueError, AttributeError, IndexError, RuntimeError):
            same = False
        if same:
            matches.append(each.name)
    if found is None:
        broken = student.broken(reply, called, "fit")
        if isinstance(broken, Failed):
            broken.matches = matches
        return broken
    got, wanted = found.words(reply.value.get("result"), None)
    if not causes.sought():
        return Failed(called, got, wanted, kind=found.kind)
    expected = expected_of({**spec, "standins": []})
    after = expected_of({**spec, "standins": []}, measured_after=True)["result"]["train_loss"]
    if not difference(reply.value.get("result"), {"train_loss": after}):
        expected = {**expected, "result": {**expected["result"], "train_loss": after}}
    picture = picture_of("losses", reply.value.get("result"), expected["result"])
    ruled_out: set[int] = student.once("variants of fit that were ruled out", set)
    words = advice(reply.value, expected, spec, _key(found), None if matches else ruled_out)
    return Failed(called, got, wanted, words, matches, picture=picture, kind=found.kind)


def _key(found: Difference) -> str:
    """Return the key of the list that a difference is about; "" where it is about no list."""
    return next((key for key in KEYS if f"`{key}`" in found.text), "")


def check_form(student: Student, rng: Rng) -> None:
    """Fail unless `fit` returns the dict with its three lists of the right length."""
    _judge(student, training(rng, 3, 0.05), KEYS, weights=False, form=True)


def check(
    student: Student,
    rng: Rng,
    keys: tuple[str, ...],
    weights: bool,
    epochs: int = 6,
    lr: float = 0.05,
    easy: bool = False,
    either: bool = False,
) -> None:
    """Fail unless history and weights (with `either`: one of both) are right; an easy task is learned before the last epoch."""
    _judge(student, training(rng, epochs, lr, easy), keys, weights, either=either)


# ----------------------------------------------------------------------------------------------- trained_accuracy

NAMES = {
    "item": "fit",
    "module": "CNN",
    "loaders": "make_loaders",
    "trainer": "fit",
}  # what the probe `training` calls


def trained(student: Student, data: Data, images: torch.Tensor, epochs: int) -> Match:
    """Train the student's network by the student's code, and return the reference network with its weights.

    Raises:
        Failed: The code raised an error, or the network is not that of the task.
    """
    called = f"make_loaders(…), then fit(CNN(), train_loader, val_loader, epochs={epochs}, lr=0.001)"
    made = f"CNN()(zeros of shape {(2, *images.shape[1:])})"
    spec: dict[str, Any] = {**NAMES, "shape": list(images.shape[1:]), "seed": 1}
    # The first weights are drawn while the process does not know the data: a constructor that finds and learns them gains nothing.
    start = student.observation("network", "trained_accuracy", spec, made).get("start")
    found = None
    if _tensors(start):
        spec |= {"data": data, "images": images[:8], "epochs": epochs, "lr": 0.001, "start": start}
        seen = student.observation("training", "trained_accuracy", spec, called, student.limits.training_call)
        parameters, outputs = seen.get("parameters"), seen.get("outputs")
        begun = difference(seen.get("start"), start) is None
        if begun and _tensors(parameters) and isinstance(outputs, torch.Tensor):
            found = match(ARCHITECTURE, parameters, images[:8], outputs)
    if found is None:
        raise Failed(
            called, "a network that is not the one of the task", "conv 1→8→16→32, two pools, linear 1568→10",
            "Mend `CNN` in notebook 01 first, then paste it into the cell `my_cnn`.", stop=True,
        )  # fmt: skip
    return found


def _tensors(values: Any) -> bool:
    return isinstance(values, list) and all(isinstance(each, torch.Tensor) for each in values)


def require_accuracy(
    student: Student,
    data: Data,
    images: torch.Tensor,
    labels: torch.Tensor,
    epochs: tuple[int, ...],
    threshold: float,
    name: str,
) -> None:
    """Fail unless the trained network, computed here from the weights that came back, reaches the threshold.

    Each number of epochs is a training of its own; one that reaches it is enough.
    """
    for number in epochs:
        accuracy = trained(student, data, images, number).accuracy(images, labels)
        if accuracy >= threshold:
            return
    raise Failed(
        f"fit(CNN(), …) on {len(data.y):,} images, {epochs[-1]} epochs", f"{accuracy:.1%} right on {name}", f"at least {threshold:.0%}",
        "Mend `train_one_epoch`, `evaluate` and `fit` first, then `make_loaders`. If all of them are right, look at how "
        "`CNN` draws its first weights: those of PyTorch's layers reach this.",
    )  # fmt: skip
