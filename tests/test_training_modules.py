"""Try the training items' misconceptions and unusual right answers on small instruments.

The instruments are independent of the hidden graders: a small network in float64 with batch norm and a
dropout whose masks are fixed, ragged batches, and hooks that count forward passes, backward passes and steps.
"""

import contextlib
import functools
import importlib
import inspect
import itertools
import math
import random

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader, Subset, TensorDataset, random_split

from autograder.grading.misconceptions import Misconception, of_module

ITEMS = ("make_loaders", "train_one_epoch", "evaluate", "fit")
HIDDEN = {
    item: importlib.import_module(f"autograder.graders.lab1_train_cnn.{item}.reference") for item in ITEMS
}
UNUSUAL = {
    item: importlib.import_module(f"autograder.graders.lab1_train_cnn.{item}.unusual") for item in ITEMS
}
NOTEBOOK = {
    "torch": torch,
    "nn": nn,
    "F": F,
    "np": np,
    "math": math,
    "DataLoader": DataLoader,
    "Subset": Subset,
    "TensorDataset": TensorDataset,
    "random_split": random_split,
}


# --- submissions ----------------------------------------------------------------------------------


def from_source(source, name, **more):
    """Run source as a notebook's cell would be, and return what it defines under `name`."""
    namespace = {**NOTEBOOK, **more}
    exec(compile(source, f"<{name}>", "exec"), namespace)
    return namespace[name]


def answers_of(module):
    functions = inspect.getmembers(module, inspect.isfunction)
    return [f for name, f in functions if f.__module__ == module.__name__ and not name.startswith("_")]


def unusual_of(answer):
    used = {name: HIDDEN[name].reference for name in ("train_one_epoch", "evaluate")}
    return from_source(inspect.getsource(answer), answer.__name__, **used)


# --- instruments ----------------------------------------------------------------------------------


class FixedDropout(nn.Module):
    """Drop every third value in training mode, always the same ones."""

    def forward(self, x):
        kept = torch.arange(x.shape[1], device=x.device) % 3 != 0
        return x * kept / 0.6 if self.training else x


class Rows(nn.Linear):
    """Take samples (N, 1, 5) as a convolution does: neither flattened nor with an axis more."""

    def forward(self, x):
        if x.ndim != 3:
            raise RuntimeError(f"{x.ndim} axes")
        return super().forward(x.squeeze(1))


def network(seed, log):
    """Return a network (N, 1, 5) to (N, 4) that writes down its forward and backward passes."""
    torch.manual_seed(seed)
    layers = nn.Sequential(Rows(5, 7), nn.BatchNorm1d(7), nn.ReLU(), FixedDropout(), nn.Linear(7, 4)).double()

    def forwards(module, inputs, outputs):
        log.append(("forward", module.training, module[1].training, torch.is_grad_enabled(), len(inputs[0])))
        if outputs.requires_grad:
            outputs.register_hook(lambda gradient: log.append(("backward",)))

    layers.register_forward_hook(forwards)
    return layers


def loader(seed, n, batch_size):
    generator = torch.Generator().manual_seed(seed)
    x = 3 * torch.randn(n, 1, 5, generator=generator, dtype=torch.float64)
    return DataLoader(TensorDataset(x, torch.randint(4, (n,), generator=generator)), batch_size=batch_size)


def seen_of(model, log):
    return {
        "state": {name: value.detach().clone() for name, value in model.state_dict().items()},
        "modes": [module.training for module in model.modules()],
        "trainable": [parameter.requires_grad for parameter in model.parameters()],
        "gradients": [parameter.grad is not None for parameter in model.parameters()],
        "grad_enabled": torch.is_grad_enabled(),
        "log": list(log),
    }


def result_of(function, *arguments):
    """Return what a call gives, or the words of its error."""
    try:
        return function(*arguments)
    except (ArithmeticError, AttributeError, IndexError, RuntimeError, TypeError, ValueError) as error:
        return f"{type(error).__name__}: {error}"


class Judged(Exception):
    """The criterion was called: what comes later is not asked."""


def places(function, seed, make_optimizer=None):
    """Return where images and labels lie when network and criterion get them, the network lying on `meta`."""
    seen = []
    model = network(seed, []).to("meta")

    def images_come(module, given):
        seen.append(given[0].device.type)
        return (given[0].to("meta"),)

    def criterion(scores, labels):
        seen.append(labels.device.type)
        raise Judged

    model[0].register_forward_pre_hook(images_come)
    optimizer = [make_optimizer(model.parameters(), lr=0.05)] if make_optimizer else []
    with (
        torch.enable_grad(),  # puts back what it found
        contextlib.suppress(Judged, AttributeError, RuntimeError, TypeError, ValueError),
    ):
        function(model, loader(seed, 17, 5), criterion, *optimizer, "meta")
    return seen


def watch_train_one_epoch(function, seed):
    """Train two epochs, entered in training mode with SGD, then in evaluation mode with Adam."""
    seen = []
    for training in (True, False):
        log = []
        model = network(seed, log).train(training)
        make = torch.optim.SGD if training else torch.optim.Adam
        optimizer = make(model.parameters(), lr=0.05)
        optimizer.register_step_post_hook(lambda *_, log=log: log.append(("step",)))
        criterion = nn.CrossEntropyLoss(label_smoothing=0.1)
        losses = []
        criterion.register_forward_hook(lambda *details, losses=losses: losses.append(details[-1]))
        for _ in range(2):
            result = result_of(function, model, loader(seed, 17, 5), criterion, optimizer)
            cut = any(loss.is_leaf and loss.grad is not None for loss in losses)
            seen.append({"result": result, "backward of a cut graph": cut, **seen_of(model, log)})
            model.train(training)
    seen[0]["places"] = places(function, seed, torch.optim.SGD)
    return seen


def watch_evaluate(function, seed):
    """Evaluate from three states, on labels most of which are predicted right."""
    seen = []
    x, y = loader(seed, 46, 3).dataset.tensors  # the last batch has one sample
    predicted = network(seed, []).eval()(x).argmax(dim=1)
    labels = torch.where(torch.arange(46) % 4 == 0, y, predicted)
    for training, gradients in ((True, True), (False, True), (True, False)):
        log = []
        model = network(seed, log).train(training)
        with torch.set_grad_enabled(gradients):
            batches = DataLoader(TensorDataset(x, labels), batch_size=3)
            result = result_of(function, model, batches, nn.CrossEntropyLoss(label_smoothing=0.1))
            seen.append({"result": result, **seen_of(model, log)})
    seen[0]["places"] = places(function, seed)
    return seen


def watch_fit(function, seed):
    log = []
    model = network(seed, log)
    history = result_of(function, model, loader(seed, 17, 5), loader(seed + 50, 11, 4), 12, 0.05)
    result = "the model" if history is model else history
    easy = network(seed, [])
    fixed = DataLoader(
        TensorDataset(4 * torch.eye(5, dtype=torch.float64)[:4, None], torch.arange(4)), batch_size=4
    )
    learned = result_of(function, easy, fixed, fixed, 40, 0.05)
    epochs = (
        len(learned.get("val_loss", []))
        if isinstance(learned, dict) and isinstance(learned.get("val_loss"), list)
        else 0
    )
    return {"result": result, "epochs of an easy task": epochs, **seen_of(model, log)}


def served(function, global_seeds, n=103, **arguments):
    """Return what two passes over both loaders serve: a list of batches of labels for each pass."""
    torch.manual_seed(global_seeds[0])
    np.random.seed(global_seeds[1])
    random.seed(global_seeds[2])
    dataset = TensorDataset(torch.arange(n).float().reshape(n, 1), torch.arange(n))
    return [
        [[y.reshape(-1).tolist() for _, y in each] for _ in range(2)]
        for each in function(dataset, **arguments)
    ]


def watch_make_loaders(function, seed):
    """Return the facts about the loaders that are no matter of chance."""
    n, asked = 103, {"batch_size": 7, "val_fraction": 0.3}
    runs = {
        "default": served(function, (seed, 1, 1), 331),
        "first": served(function, (seed, 1, 1), **asked, seed=seed),
        "torch": served(function, (seed + 1, 1, 1), **asked, seed=seed),
        "numpy": served(function, (seed, 2, 2), **asked, seed=seed),
        "other": served(function, (seed, 1, 1), **asked, seed=seed + 1),
        "zero": served(function, (seed, 1, 1), **asked, seed=0),
        "zero again": served(function, (seed + 1, 1, 1), **asked, seed=0),
    }
    flat = {
        run: [[list(itertools.chain(*one)) for one in part] for part in parts] for run, parts in runs.items()
    }
    parts = {run: tuple(tuple(sorted(part[0])) for part in passes) for run, passes in flat.items()}
    (train, train_again), (val, val_again) = flat["first"]
    return {
        "default sizes": [[len(batch) for batch in part[0]] for part in runs["default"]],
        "sizes": [[len(batch) for batch in part[0]] for part in runs["first"]],
        "twice in training": len(set(train)) < len(train),
        "twice in validation": len(set(val)) < len(val),
        "overlap": bool(set(train) & set(val)),
        "missing": len(set(train) | set(val)) < n,
        "missing in default": len({i for part in parts["default"] for i in part}) < 331,
        "last missing": all(
            n - 1 not in train and n - 1 not in val
            for n, (train, val) in ((331, parts["default"]), (103, parts["other"]), (103, parts["zero"]))
        ),
        "same parts in every epoch": (sorted(train), sorted(val)) == (sorted(train_again), sorted(val_again)),
        "validation from the front": sorted(val) == list(range(len(val))),
        "validation in one piece": max(val) - min(val) < len(val),
        "torch moves the split": parts["first"] != parts["torch"],
        "numpy moves the split": parts["first"] != parts["numpy"],
        "torch moves the split of seed 0": parts["zero"] != parts["zero again"],
        "seed moves the split": parts["first"] != parts["other"],
        "new order in training": train != train_again,
        "new order in validation": val != val_again,
        "training in order": train == sorted(train),
        "torch moves the first epoch": train != flat["torch"][0][0],
    }


WATCH = {
    "make_loaders": watch_make_loaders,
    "train_one_epoch": watch_train_one_epoch,
    "evaluate": watch_evaluate,
    "fit": watch_fit,
}


@functools.cache
def of_reference(item, seed):
    """Return what is seen of the reference, which does not change."""
    return WATCH[item](HIDDEN[item].reference, seed)


@functools.cache
def of_misconception(item, misconception):
    return WATCH[item](from_source(misconception.source(item), item), 3)


def same(a, b):
    """Compare observations: numbers nearly, everything else exactly."""
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(same(a[key], b[key]) for key in a)
    if isinstance(a, (list, tuple)) and isinstance(b, (list, tuple)):
        return len(a) == len(b) and all(same(x, y) for x, y in zip(a, b, strict=True))
    if isinstance(a, torch.Tensor) and isinstance(b, torch.Tensor):
        return a.requires_grad == b.requires_grad and torch.allclose(
            a.double(), b.double(), rtol=1e-7, atol=1e-9
        )
    if isinstance(a, float) and isinstance(b, float):
        return math.isclose(a, b, rel_tol=1e-7, abs_tol=1e-9)
    return type(a) is type(b) and a == b


# --- misconceptions -------------------------------------------------------------------------------


@pytest.mark.parametrize("item", ITEMS)
def test_misconceptions_are_many_with_hints_of_their_own(item):
    misconceptions = of_module(HIDDEN[item])
    assert len(misconceptions) >= 12
    assert len({each.hint for each in misconceptions}) == len(misconceptions)
    names = [name for name, value in vars(HIDDEN[item]).items() if isinstance(value, Misconception)]
    assert names == [each.name for each in misconceptions]
    for each in misconceptions:
        assert each.hint.startswith(
            ("You", "With", "Each", "Every", "One", "Both", "The", "Training", "Validation", "`")
        )
        assert 40 < len(each.hint) < 200, each.name


@pytest.mark.parametrize("item", ITEMS)
def test_misconceptions_differ_from_the_reference_and_from_each_other(item):
    seen = {"reference": of_reference(item, 3)}
    seen |= {each.name: of_misconception(item, each) for each in of_module(HIDDEN[item])}
    alike = [(a, b) for a, b in itertools.combinations(seen, 2) if same(seen[a], seen[b])]
    assert alike == []


# --- unusual right answers ------------------------------------------------------------------------


def number(value):
    """Return a number that the contract takes for a float."""
    if isinstance(value, torch.Tensor):
        assert value.ndim == 0
        assert not value.requires_grad
        return value.item()
    assert isinstance(value, (int, float, np.number))
    return float(value)


def assert_close(value, expected):
    assert math.isclose(number(value), expected, rel_tol=1e-5, abs_tol=1e-6)


def right_train_one_epoch(seen, expected):
    for got, want in zip(seen, expected, strict=True):
        assert_close(got["result"], want["result"])
        assert same(got["state"], want["state"])
        forwards = [[entry for entry in each["log"] if entry[0] == "forward"] for each in (got, want)]
        assert forwards[0] == forwards[1]
        assert got["grad_enabled"]
    assert set(seen[0]["places"]) <= {"meta"}


def right_evaluate(seen, expected):
    for got, want in zip(seen, expected, strict=True):
        loss, accuracy = got["result"]
        assert_close(loss, want["result"][0])
        assert_close(accuracy, want["result"][1])
        for fact in ("state", "modes", "trainable", "grad_enabled"):
            assert same(got[fact], want[fact]), fact
        assert not any(mode or gradients for _, mode, _, gradients, _ in got["log"])
    assert set(seen[0]["places"]) <= {"meta"}


def right_fit(seen, expected, measured_after=False):
    assert seen["epochs of an easy task"] == expected["epochs of an easy task"]
    for key, values in expected["result"].items():
        assert len(seen["result"][key]) == len(values)
        if key == "train_loss" and measured_after:
            continue
        for got, want in zip(seen["result"][key], values, strict=True):
            assert_close(got, want)
    for fact in ("state", "trainable", "grad_enabled"):
        assert same(seen[fact], expected[fact]), fact


def right_make_loaders(seen, expected):
    free = ("sizes", "default sizes", "torch moves the first epoch")
    assert {key: value for key, value in seen.items() if key not in free} == {
        key: value for key, value in expected.items() if key not in free
    }
    for key, n, fraction, batch_size in (("sizes", 103, 0.3, 7), ("default sizes", 331, 0.2, 64)):
        train, val = seen[key]
        assert sum(train) + sum(val) == n
        assert abs(sum(val) - n * fraction) <= 1
        for sizes in (train, val):
            assert set(sizes[:-1]) == {batch_size}
            assert 1 <= sizes[-1] <= batch_size


RIGHT = {
    "make_loaders": right_make_loaders,
    "train_one_epoch": right_train_one_epoch,
    "evaluate": right_evaluate,
    "fit": right_fit,
}
ANSWERS = [(item, answer) for item in ITEMS for answer in answers_of(UNUSUAL[item])]


@pytest.mark.filterwarnings("ignore:Converting a tensor with requires_grad")
@pytest.mark.parametrize(
    ("item", "answer"), ANSWERS, ids=[f"{item}-{answer.__name__}" for item, answer in ANSWERS]
)
def test_unusual_answers_are_right(item, answer):
    function = unusual_of(answer)
    assert inspect.signature(function) == inspect.signature(HIDDEN[item].reference)
    for seed in (1, 2, 3):
        free = {"measured_after": True} if answer.__name__.startswith("training_loss_measured_after") else {}
        RIGHT[item](WATCH[item](function, seed), of_reference(item, seed), **free)


@pytest.mark.parametrize("item", ITEMS)
def test_no_misconception_passes_for_right(item):
    for each in of_module(HIDDEN[item]):
        seen = of_misconception(item, each)
        with pytest.raises((AssertionError, TypeError, ValueError, KeyError, IndexError, AttributeError)):
            RIGHT[item](seen, of_reference(item, 3))


def test_unusual_answers_are_many():
    assert all(len(answers_of(UNUSUAL[item])) >= 7 for item in ITEMS)
