"""What went wrong gets its own words, in the public check and in the grader alike, however the answer is written."""

from __future__ import annotations

import contextlib
import importlib.util
import io
import itertools
import linecache
import math
import textwrap
import warnings
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import grading_bench as bench
import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader, Subset, TensorDataset, random_split

from autograder.grading.clues import clue

IMPORTS: dict[str, Any] = {
    "torch": torch, "nn": nn, "F": F, "np": np, "math": math, "DataLoader": DataLoader, "Subset": Subset,
    "TensorDataset": TensorDataset, "random_split": random_split,
}  # fmt: skip
_numbers = itertools.count()


@pytest.fixture(autouse=True)
def _quietly(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    bench.remember_trusted_runs(monkeypatch)
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        yield


@pytest.fixture(scope="module")
def checks() -> ModuleType:
    spec = importlib.util.spec_from_file_location(
        "checks_of_causes", bench.COURSE.release(bench.LAB.name) / "checks.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def define(code: str) -> dict[str, Any]:
    """Return the names of a notebook that is right but for what this cell defines."""
    source = textwrap.dedent(code).strip("\n") + "\n"
    name = f"<ipython-input-{next(_numbers)}-cell>"
    linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
    names = {**bench.notebook(), **IMPORTS}
    exec(compile(source, name, "exec"), names)
    return names


def words_of(item: str, code: str, checks: ModuleType) -> tuple[str, str]:
    """Return what the grader advises of the first fact that fails, and what the public check does."""
    names = define(code)
    result = bench.grade(names, item, 1)
    assert result.score < result.points
    outcome = checks.outcome_of(item, names)
    assert outcome.status == "not yet", outcome.text()
    return next(test.hint for test in result.tests if test.hint), outcome.advice


NET = """
    class CNN(nn.Module):
        def __init__(self):
            super().__init__()
            self.a, self.b, self.c = nn.Conv2d(1, 8, 3, padding=1), nn.Conv2d(8, 16, 3, padding=1), nn.Conv2d(16, 32, 3, padding=1)
            self.d = nn.Linear(1568, 10)
        def forward(self, x):
            x = F.max_pool2d(F.relu(self.a(x)), 2)
            x = F.max_pool2d(F.relu(self.b(x)), 2)
            x = F.relu(self.c(x))
            return self.d(x.flatten(1))
    """
CONV = """
    def conv2d(x, weight, bias=None, stride=1, padding=0):
        x = F.pad(x, (padding,) * 4)
        (n, _, h, w), (o, _, kh, kw) = x.shape, weight.shape
        oh, ow = (h - kh) // stride + 1, (w - kw) // stride + 1
        out = x.new_zeros(n, o, oh, ow)
        for k in range(o):
            for i in range(oh):
                for j in range(ow):
                    window = x[:, :, i * stride:i * stride + kh, j * stride:j * stride + kw]
                    out[:, k, i, j] = (window * weight[k]).sum((1, 2, 3)) + {}
        return out
    """
FIT = """
    def fit(model, train_loader, val_loader, epochs, lr):
        criterion, adam = nn.CrossEntropyLoss(), torch.optim.Adam(model.parameters(), lr=lr)
        history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
        for epoch in range(epochs):
            TRAIN
            loss, accuracy = evaluate(model, val_loader, criterion)
            history["val_loss"].append(loss)
            history["val_accuracy"].append(accuracy)
        return history
    """
INLINE = """
            model.train()
            total, n = 0, 0
            for x, y in train_loader:
                adam.zero_grad()
                loss = criterion(model(x), y)
                loss.backward()
                adam.step()
                total, n = total + loss * len(y), n + len(y)
            history["train_loss"].append(total / n)
"""
LOSSES_KEPT = """
            model.train()
            losses = []
            for x, y in train_loader:
                adam.zero_grad()
                losses.append(criterion(model(x), y) * len(y))
                (losses[-1] / len(y)).backward()
                adam.step()
            history["train_loss"].append(sum(losses) / len(train_loader.dataset))
"""
CALLED = """
            history["train_loss"].append(train_one_epoch(model, train_loader, criterion, adam))
"""
EPOCH = """
    def train_one_epoch(model, loader, criterion, optimizer, device="cpu"):
        model.train()
        total = 0.0
        for x, y in loader:
            optimizer.zero_grad()
            loss = criterion(model(x.to(device)), y.to(device))
            loss.backward()
            optimizer.step()
            total += loss.item() * len(y)
        return total / len(loader.dataset)
    """
EVALUATE = """
    def evaluate(model, loader, criterion, device="cpu"):
        before = model.training
        model.eval()
        total, right = 0.0, 0
        with torch.no_grad():
            for x, y in loader:
                x, y = x.to(device), y.to(device)
                scores = model(x)
                total += criterion(scores, y).item() * len(y)
                right += int((scores.argmax(1) == y).sum())
        model.train(before)
        return total / len(loader.dataset), right / len(loader.dataset)
    """
COUNT = """
    def count_parameters(model):
        total = 0
        for p in model.parameters():
            if p.requires_grad:
                total += p.numel()
            return total
    """


def but(code: str, *changes: tuple[str, str]) -> str:
    for old, new in changes:
        assert old in code, old
        code = code.replace(old, new)
    return code


def fit(train: str, *changes: tuple[str, str]) -> str:
    return but(FIT, ("            TRAIN\n", train.strip("\n") + "\n"), *changes)


# What is wrong: the item, the code, words of the grader's advice, words of the check's.
Case = tuple[str, str, str, str]
OWN_WORDS: dict[str, Case] = {
    "graph kept in a sum": ("fit", fit(INLINE), "keep the graph of their whole epoch", "keeps the graph of its whole epoch"),
    "graph kept in a list": ("fit", fit(LOSSES_KEPT), "keep the graph of their whole epoch", "keeps the graph of its whole epoch"),
    "graph kept by a part": (
        "train_one_epoch", but(EPOCH, ("loss.item() * len(y)", "loss * len(y)")), "hangs on its graph", "holds its graph",
    ),
    "return in the loop of batches": (
        "train_one_epoch", but(EPOCH, ("        return", "            return")), "returns inside the loop", "`for x, y in loader:` ends it",
    ),
    "return in the loop under no_grad": (
        "evaluate", but(EVALUATE, ("        model.train(before)\n        return", "                model.train(before)\n                return")),
        "Does the loop end early", "`for x, y in loader:` ends it",
    ),
    "return in the loop of epochs": (
        "fit", fit(CALLED, ("        return history", "            return history")), "stands inside the loop", "`for epoch in range(epochs):` ends it",
    ),
    "return in the loop of parameters": ("count_parameters", COUNT, "return inside the loop", "`for p in model.parameters():` ends it"),
    "return in the loop of rows": (
        "conv2d", """
    def conv2d(x, weight, bias=None, stride=1, padding=0):
        x = F.pad(x, (padding,) * 4)
        (n, _, h, w), (o, _, kh, kw) = x.shape, weight.shape
        out = x.new_zeros(n, o, (h - kh) // stride + 1, (w - kw) // stride + 1)
        for i in range(out.shape[2]):
            for j in range(out.shape[3]):
                window = x[:, :, i * stride:i * stride + kh, j * stride:j * stride + kw]
                out[:, :, i, j] = torch.einsum("nchw,ochw->no", window, weight)
            return out if bias is None else out + bias[:, None, None]
    """,
        "does a loop end early", "`for i in range(out.shape[2]):` ends it",
    ),
    "return in the loop of steps": (
        "auc", """
    def auc(x, y):
        area = 0
        for x0, x1, y0, y1 in zip(x, x[1:], y, y[1:]):
            area += (x1 - x0).item() * (y0 + y1).item() / 2
            return area
    """, "return inside the loop", "ends it in its first pass",
    ),
    "return in the loop of pairs": (
        "confusion_matrix", """
    def confusion_matrix(preds, labels, num_classes):
        table = torch.zeros((num_classes, num_classes), dtype=torch.int64)
        for i in range(len(preds)):
            table[labels[i]][preds[i]] += 1
            return table
    """, "does the loop end early", "ends it in its first pass",
    ),
    "batch flattened by view": ("CNN", but(NET, ("x.flatten(1)", "x.view(-1)")), "flatten the batch as well", "batch is flattened with them"),
    "batch flattened by flatten": ("CNN", but(NET, ("x.flatten(1)", "torch.flatten(x)")), "flatten the batch as well", "batch is flattened with them"),
    "batch flattened by nn.Flatten": ("CNN", but(NET, ("x.flatten(1)", "nn.Flatten(0)(x)")), "flatten the batch as well", "batch is flattened with them"),
    "Python's max with zero": ("relu", "def relu(x): return max(x, 0)", "Python's own `max`", "Python's own `max`"),
    "Python's max of a window": (
        "max_pool2d", """
    def max_pool2d(x, kernel_size, stride=None):
        s = stride or kernel_size
        h, w = ((side - kernel_size) // s + 1 for side in x.shape[2:])
        out = x.new_zeros(*x.shape[:2], h, w)
        for n in range(len(x)):
            for c in range(x.shape[1]):
                for i in range(h):
                    for j in range(w):
                        out[n, c, i, j] = max(x[n, c, i * s:i * s + kernel_size, j * s:j * s + kernel_size])
        return out
    """, "Python's own `max`", "Python's own `max`",
    ),
    "Python's max of a row": (
        "softmax", "def softmax(z, dim=-1):\n    e = (z - max(z)).exp()\n    return e / e.sum(dim, keepdim=True)", "Python's own `max`", "Python's own `max`",
    ),
    "torch.maximum with a number": ("relu", "def relu(x): return torch.maximum(x, 0.0)", "one side is a plain number", "one side is a plain number"),
    "the pair of max subtracted": (
        "log_softmax", "def log_softmax(z, dim=-1):\n    z = z - z.max(dim, True)\n    return z - z.exp().sum(dim, keepdim=True).log()", "values and places", "two things, values and places",
    ),
    "the pair of max compared": ("accuracy", "def accuracy(logits, labels): return (logits.max(1) == labels).float().mean().item()", "`max(dim=…)` gives a pair", "`max(dim=…)` gives a pair"),
    "the pair of max returned": ("relu", "def relu(x): return torch.max(x, 0)", "0 names an axis", "takes it for an axis"),
    "no bias, indexed": ("conv2d", CONV.format("bias[k]"), "`bias` is None", "`bias` is None"),
    "no bias, viewed": ("conv2d", CONV.format("bias.view(-1)[k]"), "`bias` is None", "`bias` is None"),
    "no bias, added": ("conv2d", but(CONV.format("0"), ("return out", "return out + bias")), "`bias` is None", "`bias` is None"),
    "no bias, made a number": ("conv2d", CONV.format("float(bias)"), "`bias` is None", "`bias` is None"),
    "rows picked by targets": ("cross_entropy", "def cross_entropy(z, t): return -z.log_softmax(1)[t].mean()", "whole rows", "whole rows"),
    "rows picked by targets and added up": (
        "cross_entropy", "def cross_entropy(z, t):\n    return (z.exp().sum(1).log()[:, None] - z)[t].sum() / len(t)", "whole rows", "whole rows",
    ),
    "no super().__init__()": ("CNN", but(NET, ("            super().__init__()\n", "")), "Call `super().__init__()` first", "Call `super().__init__()` first"),
    "super().__init__ without brackets": ("CNN", but(NET, ("super().__init__()", "super().__init__")), "with its brackets", "with its brackets"),
    "no super().__init__(), parameters": (
        "CNN", "class CNN(nn.Module):\n    def __init__(self): self.w = nn.Parameter(torch.rand(10, 784))\n    def forward(self, x): return x.flatten(1) @ self.w.T",
        "Call `super().__init__()` first", "Call `super().__init__()` first",
    ),
    "no super().__init__(), numbers": (
        "CNN", "class CNN(nn.Module):\n    def __init__(self): self.classes = 10\n    def forward(self, x): return x", "Call `super().__init__()` first", "Call `super().__init__()` first",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", OWN_WORDS)
def test_the_cause_is_named_in_check_and_grader(checks: ModuleType, case: str) -> None:
    item, code, in_grader, in_check = OWN_WORDS[case]
    said, checked = words_of(item, code, checks)
    assert in_grader in said, said
    assert in_check in checked, checked
    assert "print the shapes of the tensors" not in checked


def test_a_loop_that_ends_early_is_told_from_values_cut_off() -> None:
    """Both hold one single value wherever they are wrong; only what stands behind what is right was never computed."""
    right = 10 * torch.rand(2, 3, 4, 5, generator=torch.Generator().manual_seed(0)) + 1
    early, cut, biased = right.clone(), right.clamp(max=6), right.clone()
    early[:, :, 1:] = 0
    biased[:, :, 1:] = torch.tensor([1.0, 2, 3])[:, None, None]
    one_window = torch.zeros_like(right)
    one_window[:, :, 0, 0] = right[:, :, 0, 0]
    for mine in (early, biased, one_window):
        assert "does a loop end early" in clue(mine, right)
    for mine in (cut, right.flip(2), right.transpose(2, 3).reshape(right.shape)):
        assert "loop end early" not in clue(mine, right)


@pytest.mark.parametrize(
    ("code", "line"),
    [
        ("def relu(x):\n    for i in range(1):\n        if x.dim() > 9:\n            return x\n    return x.abs()", "an `if` decides about it"),
        ("def relu(x):\n    for y in [x]:\n        if y.dim() > 9:\n            continue\n        return y.abs()", "some passes go on"),
        ("def relu(x):\n    def inner(v):\n        return v\n    for y in [x]:\n        z = inner(y).abs()\n    return z", "it stands elsewhere"),
    ],
    ids=lambda value: value if value.count(" ") < 6 else "",
)  # fmt: skip
def test_a_return_that_does_not_end_a_loop_is_not_blamed(checks: ModuleType, code: str, line: str) -> None:
    outcome = checks.outcome_of("relu", define(code))
    assert outcome.advice.startswith("That is the absolute value"), line


def test_a_bias_that_is_there_is_not_blamed(checks: ModuleType) -> None:
    """None comes from elsewhere in these lines."""
    code = CONV.format("(0 if bias is None else bias[k])").replace("(window * weight[k])", "[].append(1)")
    grader, check = words_of("conv2d", code, checks)
    assert "`bias` is None" not in grader + check
