"""The public checks: solutions pass, stubs are met kindly, typical wrong answers get the next step named."""

from __future__ import annotations

import ast
import html
import importlib.util
import json
import linecache
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import nbformat
import pytest
import torch

from autograder.course.model import Item, load
from autograder.grading.errors_explained import EXPLANATIONS
from autograder.grading.items import material

ROOT = Path(__file__).resolve().parents[1]
COURSE = load(ROOT)
LAB = COURSE.assignment("lab1_train_cnn")
SOURCE, RELEASE = COURSE.source(LAB.name), COURSE.release(LAB.name)
ITEMS = LAB.items()
pytestmark = pytest.mark.timeout(60)


def ids(item: Item) -> str:
    return item.id


def load_checks(release: Path) -> ModuleType:
    """Return the public checks of a release."""
    spec = importlib.util.spec_from_file_location("checks", release / "checks.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def run(checks: ModuleType, folder: Path, tmp: Path) -> dict[str, dict[str, Any]]:
    """Run the code cells of a folder's notebooks, demos left out, and return the names of each."""
    before, backend = sys.modules.get("checks"), os.environ.get("MPLBACKEND")
    sys.modules["checks"] = checks
    os.environ["MPLBACKEND"] = "Agg"
    names = {}
    try:
        for path in sorted(folder.glob("*.ipynb")):
            shutil.copy(path, tmp)
            names[path.stem], failures = checks.run_notebook(tmp / path.name)
            assert failures == []
    finally:
        sys.modules.pop("checks")
        sys.modules.update({"checks": before} if before else {})
        os.environ.pop("MPLBACKEND")
        os.environ.update({"MPLBACKEND": backend} if backend else {})
    return names


def fill(source: Path, release: Path, folder: Path) -> Path:
    """Write the released notebooks, filled with the solution, into a folder."""
    for path in sorted(release.glob("*.ipynb")):
        released = nbformat.read(path, as_version=4)
        full = nbformat.read(source / path.name, as_version=4)
        answers = {
            cell.id: cell.source for cell in full.cells if cell.metadata.get("nbgrader", {}).get("solution")
        }
        for cell in released.cells:
            cell.source = answers.get(cell.id, cell.source)
        nbformat.write(released, folder / path.name)
    return folder


@pytest.fixture(scope="module")
def checks() -> ModuleType:
    return load_checks(RELEASE)


@pytest.fixture(scope="module")
def solved(checks: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """The names of the released notebooks, filled with the solution."""
    folder = fill(SOURCE, RELEASE, tmp_path_factory.mktemp("filled"))
    return run(checks, folder, tmp_path_factory.mktemp("solved"))


@pytest.fixture(scope="module")
def stubs(checks: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """The names of the released notebooks as they are."""
    return run(checks, RELEASE, tmp_path_factory.mktemp("stubs"))


# ------------------------------------------------------------------------------------- unusual right answers


UNUSUAL = {
    "conv_output_size": """
        def conv_output_size(size, kernel_size, stride=1, padding=0):
            return np.int64(len(range(0, size + 2 * padding - kernel_size + 1, stride)))
        """,
    "conv2d": """
        def conv2d(x, weight, bias=None, stride=1, padding=0):
            columns = F.unfold(x, weight.shape[2:], padding=padding, stride=stride)
            out = weight.flatten(1) @ columns
            h = (x.shape[2] + 2 * padding - weight.shape[2]) // stride + 1
            out = out.reshape(len(x), len(weight), h, -1)
            return out if bias is None else out + bias[:, None, None]
        """,
    "CNN": """
        class CNN(nn.Sequential):
            def __init__(self):
                super().__init__(
                    nn.LazyConv2d(8, 3, padding=1), nn.MaxPool2d(2), nn.ReLU(),
                    nn.LazyConv2d(16, 3, padding=1), nn.MaxPool2d(2), nn.ReLU(),
                    nn.LazyConv2d(32, 3, padding=1), nn.ReLU(), nn.Conv2d(32, 10, 7), nn.Flatten(),
                )
        """,
    "make_loaders": """
        def make_loaders(dataset, batch_size=64, val_fraction=0.2, seed=0):
            torch.manual_seed(seed)
            n = int(len(dataset) * val_fraction)
            train, val = random_split(dataset, [len(dataset) - n, n])
            return DataLoader(train, batch_size, shuffle=True), DataLoader(val, batch_size)
        """,
    "evaluate": """
        @torch.no_grad()
        def evaluate(model, loader, criterion, device="cpu"):
            mode = model.training
            model.eval()
            pairs = [(model(x.to(device)), y.to(device)) for x, y in loader]
            logits, labels = torch.cat([p for p, _ in pairs]), torch.cat([y for _, y in pairs])
            model.train(mode)
            return float(criterion(logits, labels)), np.float64((logits.argmax(1) == labels).numpy().mean())
        """,
    "roc_curve": """
        def roc_curve(scores, labels):
            stops = [scores.max() + 1, *scores.unique().flip(0)]
            positive = labels == 1
            fpr = torch.stack([(scores[~positive] >= c).double().mean() for c in stops])
            tpr = torch.stack([(scores[positive] >= c).double().mean() for c in stops])
            keep = [i for i in range(len(stops)) if i != 1]
            return fpr[keep], tpr[keep], torch.stack(stops)[keep]
        """,
    "accuracy": "def accuracy(logits, labels): return (logits.argmax(1) == labels).float().mean()",
}


def define(code: str, names: dict[str, Any]) -> dict[str, Any]:
    """Return a copy of the names after running some code among them."""
    lines = code.strip("\n").split("\n")
    margin = len(lines[0]) - len(lines[0].lstrip())
    names = dict(names)
    source = "\n".join(line[margin:] for line in lines)
    linecache.cache["student"] = (
        len(source),
        None,
        source.splitlines(keepends=True),
        "student",
    )  # as in a notebook
    exec(compile(source, "student", "exec"), names)
    return names


@pytest.mark.parametrize("item", [i for i in ITEMS if i.id in UNUSUAL], ids=ids)
def test_an_unusual_right_answer_passes(checks: ModuleType, solved: Any, item: Item) -> None:
    outcome = checks.outcome_of(item.id, define(UNUSUAL[item.id], solved[item.notebook]))
    assert outcome.status == "passed", outcome.text()
    assert ("word of advice" in outcome.text()) == (
        item.id == "accuracy"
    )  # a 0-d tensor in place of a number


# --------------------------------------------------------------------------------------- typical wrong answers

CONV = "def conv2d(x, weight, bias=None, stride=1, padding=0): return F.conv2d({})"
POOL = "def max_pool2d(x, kernel_size, stride=None): return {}"
SIZE = "def conv_output_size(size, kernel_size, stride=1, padding=0): return {}"
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
LOADERS = """
def make_loaders(dataset, batch_size=64, val_fraction=0.2, seed=0):
    order = torch.randperm(len(dataset), generator=torch.Generator().manual_seed(seed)).tolist()
    n = round(len(dataset) * val_fraction)
    return DataLoader(Subset(dataset, order[n:]), batch_size, shuffle=True), DataLoader(Subset(dataset, order[:n]), batch_size)
"""
EPOCH = """
def train_one_epoch(model, loader, criterion, optimizer, device="cpu"):
    model.train()
    total, seen = 0.0, 0
    for x, y in loader:
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(y)
        seen += len(y)
    return total / seen
"""
EVALUATE = """
def evaluate(model, loader, criterion, device="cpu"):
    before = model.training
    model.eval()
    total, right, seen = 0.0, 0, 0
    with torch.no_grad():
        for x, y in loader:
            out = model(x)
            total += criterion(out, y).item() * len(y)
            right += (out.argmax(1) == y).sum().item()
            seen += len(y)
    model.train(before)
    return total / seen, right / seen
"""
FIT = """
def fit(model, train_loader, val_loader, epochs, lr):
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for _ in range(epochs):
        history["train_loss"].append(train_one_epoch(model, train_loader, criterion, optimizer))
        loss, accuracy = evaluate(model, val_loader, criterion)
        history["val_loss"].append(loss)
        history["val_accuracy"].append(accuracy)
    return history
"""
PREDICT = """
def predict(model, images):
    before = model.training
    model.eval()
    with torch.no_grad():
        values, places = model(images).softmax(dim=1).max(dim=1)
    model.train(before)
    return places, values
"""
ROC = """
def roc_curve(scores, labels):
    order = scores.argsort(descending=True, stable=True)
    s, y = scores[order], labels[order].float()
    tp, fp = y.cumsum(0), (1 - y).cumsum(0)
    stop = torch.cat([s[1:] != s[:-1], torch.tensor([True])])
    zero = torch.zeros(1)
    fpr, tpr = torch.cat([zero, fp[stop] / fp[-1]]), torch.cat([zero, tp[stop] / tp[-1]])
    return fpr, tpr, torch.cat([torch.tensor([math.inf]), s[stop]])
"""


def but(code: str, *changes: tuple[str, str]) -> str:
    """Return right code with a slip in it."""
    for old, new in changes:
        assert old in code, old
        code = code.replace(old, new)
    return code


WRONG: dict[str, list[tuple[str, str]]] = {
    "conv_output_size": [
        (SIZE.format("(size + 2 * padding - kernel_size) // stride"), "the first place counts"),
        (SIZE.format("(size + padding - kernel_size) // stride + 1"), "both ends"),
        (SIZE.format("(size + 2 * padding - kernel_size) / stride + 1"), "round down"),
        (SIZE.format("math.ceil((size + 2 * padding - kernel_size) / stride) + 1"), "not up"),
        (SIZE.format("size + 2 * padding - kernel_size + 1"), "result with stride 1"),
        (SIZE.format("None"), "`return`"),
    ],
    "conv2d": [
        (CONV.format("x, weight.flip(2, 3), bias, stride, padding"), "unflipped"),
        (CONV.format("x, weight, None, stride, padding"), "bias is missing"),
        (CONV.format("x, weight, bias, 1, padding"), "stride is not used"),
        (CONV.format("x, weight, bias, stride, 0"), "does not count the padding"),
        (CONV.format("x[:, :1], weight[:, :1], bias, stride, padding"), "over all of them"),
        (CONV.format("x.float(), weight.float(), bias, stride, padding"), "float64"),
        (CONV.format("x.mul_(2), weight, bias, stride, padding"), "stay as they are"),
        (CONV.format("x, weight, bias, stride, padding") + ".squeeze()", "four"),
    ],
    "max_pool2d": [
        (POOL.format("F.max_pool2d(x, kernel_size, stride).clamp(min=0)"), "not from 0"),
        (POOL.format("F.max_pool2d(x, kernel_size, stride or 1)"), "stride = kernel_size"),
        (POOL.format("F.avg_pool2d(x, kernel_size, stride)"), "largest"),
        (POOL.format("F.max_pool2d(x, kernel_size, stride, ceil_mode=True)"), "round the size down"),
        (POOL.format("F.max_pool2d(x, kernel_size)"), "stride is not used"),
    ],
    "relu": [
        ("def relu(x): return x.abs()", "absolute"),
        ("def relu(x): return (x > 0).to(x.dtype)", "Keep x itself"),
        ("def relu(x):\n    x[x < 0] = 0\n    return x", "stay as they are"),
        ("def relu(x): return x.clamp(max=0)", "Take the larger"),
        ("def relu(x): return F.leaky_relu(x)", "leaky"),
        ("def relu(x): return x[x > 0]", "shape"),
    ],
    "CNN": [
        (but(NET, ("x = F.relu(self.c(x))", "x = self.c(x)")), "after the third"),
        (but(NET, ("self.d(x.flatten(1))", "self.d(x.flatten(1)).softmax(1)")), "softmax at the end"),
        (but(NET, ("self.d(x.flatten(1))", "self.d(x.flatten(1)).squeeze()")), "batch of one"),
        (but(NET, (", padding=1", "")), "padding=1"),
        (but(NET, ("nn.Linear(1568, 10)", "nn.Linear(1568, 10, bias=False)")), "compare with 80"),
        (but(NET, ("x.flatten(1)", "F.dropout(x, training=self.training).flatten(1)")), "dropout"),
        (but(NET, ("F.max_pool2d(F.relu(self.a", "F.avg_pool2d(F.relu(self.a")), "Compare the order"),
        (but(NET, ("F.max_pool2d", "F.avg_pool2d")), "max pooling"),
        (but(NET, ("self.d(x.flatten(1))", "F.relu(self.d(x.flatten(1)))")), "no ReLU after"),
        (but(NET, ("F.max_pool2d(F.relu(self.b(x)), 2)", "F.relu(self.b(x))"), ("1568", "6272")), "One pooling"),
        ("def CNN(): return 3", "class CNN(nn.Module)"),
    ],
    "count_parameters": [
        ("def count_parameters(model): return len(list(model.parameters()))", "numel"),
        ("def count_parameters(model): return sum(p.numel() for p in model.parameters())", "Frozen"),
        ("def count_parameters(model): return model.weight.numel()", "biases"),
    ],
    "make_loaders": [
        (but(LOADERS, (", generator=torch.Generator().manual_seed(seed)", "")), "seed"),
        (but(LOADERS, ("manual_seed(seed)", "manual_seed(0)")), "`seed` is not used"),
        (but(LOADERS, ("torch.randperm(len(dataset), generator=torch.Generator().manual_seed(seed)).tolist()", "list(range(len(dataset)))")), "not random"),
        (but(LOADERS, ("shuffle=True", "drop_last=False")), "shuffle=True"),
        (but(LOADERS, ("order[:n]), batch_size", "order[:n]), batch_size, shuffle=True")), "leave shuffle away"),
        (but(LOADERS, ("order[:n]), batch_size", "order[:n])")), "batch_size"),
        (but(LOADERS, ("shuffle=True", "shuffle=True, drop_last=True"), ("[n:]", "[n + 1:]")), "missing"),
        (but(LOADERS, ("order[n:]", "order")), "overlap"),
        (but(LOADERS, ("order[n:]", "order[:n]"), ("Subset(dataset, order[:n]), batch_size)", "Subset(dataset, order[n:]), batch_size)")), "larger part"),
        (but(LOADERS, ("DataLoader(Subset(dataset, order[:n]), batch_size)", "Subset(dataset, order[:n])")), "not yet a loader"),
    ],
    "train_one_epoch": [
        (but(EPOCH, ("        optimizer.zero_grad()\n", "")), "zero_grad"),
        (but(EPOCH, ("        optimizer.step()\n", "")), "optimizer.step()"),
        (but(EPOCH, ("loss.item() * len(y)", "loss.item()"), ("seen += len(y)", "seen += 1")), "over batches"),
        (but(EPOCH, ("loss.item()", "loss")), ".item()"),
        (but(EPOCH, ("    model.train()\n", "")), "model.train()"),
        (but(EPOCH, ("loss.item() * len(y)", "loss.item()")), "Multiply it by len(targets)"),
        (but(EPOCH, ("        optimizer.step()\n", ""), ("    return", "    optimizer.step()\n    return")), "once for each batch"),
        (but(EPOCH, ("total / seen", "loss.item()")), "last batch alone"),
    ],
    "evaluate": [
        (but(EVALUATE, ("    model.eval()\n", "")), "model.eval()"),
        (but(EVALUATE, ("torch.no_grad()", "torch.enable_grad()")), "no_grad"),
        (but(EVALUATE, ("    model.train(before)\n", "")), "was_training"),
        (but(EVALUATE, ("model.train(before)", "model.train()")), "was_training"),
        (but(EVALUATE, ("right / seen", "100 * right / seen")), "percentage"),
        (but(EVALUATE, ("right / seen", "right")), "number of right answers"),
        (but(EVALUATE, ("total / seen, right / seen", "right / seen, total / seen")), "order"),
        (but(EVALUATE, (".item() * len(y)", ".item()"), ("total / seen", "total / len(loader)")), "over batches"),
        (but(EVALUATE, ("total / seen, right / seen", "total / seen")), "Return 2 things"),
    ],
    "fit": [
        (but(FIT, ("torch.optim.Adam", "torch.optim.SGD")), "SGD"),
        (but(FIT, ("    for _ in range(epochs):\n", "    for _ in range(epochs):\n        optimizer = torch.optim.Adam(model.parameters(), lr=lr)\n")), "once, before the loop"),
        (but(FIT, (", lr=lr", "")), "`lr` does not reach"),
        (but(FIT, ("evaluate(model, val_loader", "evaluate(model, train_loader")), "on val_loader"),
        (but(FIT, ("    return history", "    return model")), "history"),
        (but(FIT, ("range(epochs)", "range(1)")), "in every epoch"),
        (but(FIT, ("loss, accuracy = evaluate", "accuracy, loss = evaluate")), "exchanged"),
    ],
    "trained_accuracy": [
        ("class CNN(nn.Module):\n    def forward(self, x): return x", "Mend CNN first"),
        (but(NET, ("nn.Conv2d(16, 32, 3, padding=1)", "nn.Conv2d(16, 32, 3, padding=1, bias=False)")), "finished class"),
        ("def fit(model, train_loader, val_loader, epochs, lr): return {}", "very model"),
    ],
    "softmax": [
        ("def softmax(z, dim=-1): return z.exp() / z.exp().sum(dim, keepdim=True)", "infinity"),
        ("def softmax(z, dim=-1): return torch.softmax(z, 0)", "dim=-1 is the last"),
        ("def softmax(z, dim=-1): return torch.softmax(z, -1)", "`dim` is not used"),
        ("def softmax(z, dim=-1): return torch.softmax(z.flatten(), 0).reshape(z.shape)", "whole tensor"),
        ("def softmax(z, dim=-1): return (z - z.max()).exp() / (z - z.max()).exp().sum(dim, keepdim=True)", "own maximum"),
        ("def softmax(z, dim=-1): return z.exp()", "divide"),
    ],
    "log_softmax": [
        ("def log_softmax(z, dim=-1): return torch.softmax(z, dim).log()", "before the logarithm"),
        ("def log_softmax(z, dim=-1): return (torch.softmax(z, dim) + 1e-9).log()", "hides"),
        ("def log_softmax(z, dim=-1): return torch.softmax(z, dim)", "logarithm is asked"),
        ("def log_softmax(z, dim=-1): return -torch.log_softmax(z, dim)", "sign"),
        ("def log_softmax(z, dim=-1): return torch.log_softmax(z, -1)", "`dim` is not used"),
        ("def log_softmax(z, dim=-1): return z - z.exp().sum(dim, keepdim=True).log()", "infinity"),
    ],
    "cross_entropy": [
        ("def cross_entropy(z, t): return F.cross_entropy(z, t, reduction='sum')", "Take the mean"),
        ("def cross_entropy(z, t): return F.cross_entropy(z, t, reduction='none')", "their mean"),
        ("def cross_entropy(z, t): return -F.cross_entropy(z, t)", "negative"),
        ("def cross_entropy(z, t): return F.cross_entropy(z.softmax(1), t)", "twice"),
        ("def cross_entropy(z, t): return -z.softmax(1)[range(len(t)), t].log().mean()", "log of the sum"),
        ("def cross_entropy(z, t): return -z.softmax(1)[range(len(t)), t].mean()", "logarithm is missing"),
    ],
    "predict": [
        (but(PREDICT, ("places, values", "values, places"), ("values, places = model", "values, places = model")), "order"),
        (but(PREDICT, (".softmax(dim=1)", "")), "largest logit"),
        (but(PREDICT, (".softmax(dim=1)", ".softmax(dim=0)")), "over the images"),
        (but(PREDICT, ("    model.eval()\n", "")), "model.eval()"),
        (but(PREDICT, ("    model.train(before)\n", "")), "was_training"),
        (but(PREDICT, ("torch.no_grad()", "torch.enable_grad()")), "no_grad"),
    ],
    "accuracy": [
        ("def accuracy(z, y): return 100 * (z.argmax(1) == y).float().mean().item()", "percentage"),
        ("def accuracy(z, y): return (z.argmax(1) == y).sum().item()", "Divide"),
        ("def accuracy(z, y): return (z.argmax(1) != y).float().mean().item()", "wrong answers"),
        ("def accuracy(z, y): return (z.argmax(1) == y).float()", "One plain number"),
    ],
    "confusion_matrix": [
        ("def confusion_matrix(p, y, k): return torch.bincount(p * k + y, minlength=k * k).reshape(k, k)", "exchanged"),
        ("def confusion_matrix(p, y, k):\n    m = torch.zeros(k, k, dtype=torch.long)\n    m[y, p] += 1\n    return m", "counted once"),
        ("def confusion_matrix(p, y, k):\n    k = int(y.max()) + 1\n    return torch.bincount(y * k + p, minlength=k * k).reshape(k, k)", "num_classes"),
        ("def confusion_matrix(p, y, k): return torch.bincount(y * k + p, minlength=k * k).reshape(k, k).float()", "Integers"),
    ],
    "precision_recall_f1": [
        ("def precision_recall_f1(cm):\n    h, c, r = cm.diagonal().float(), cm.sum(0).clamp(min=1), cm.sum(1).clamp(min=1)\n    return h / r, h / c, 2 * h / (cm.sum(0) + cm.sum(1)).clamp(min=1)", "exchanged"),
        ("def precision_recall_f1(cm):\n    h = cm.diagonal().float()\n    p, r = h / cm.sum(0), h / cm.sum(1)\n    return p, r, 2 * p * r / (p + r)", "0 by definition"),
        ("def precision_recall_f1(cm):\n    h = cm.diagonal().float()\n    p, r = h / cm.sum(0).clamp(min=1), h / cm.sum(1).clamp(min=1)\n    return p, r, (p + r) / 2", "plain mean"),
        ("def precision_recall_f1(cm):\n    h = cm.diagonal()\n    p, r = h // cm.sum(0).clamp(min=1), h // cm.sum(1).clamp(min=1)\n    return p, r, p", "Floating-point"),
    ],
    "roc_curve": [
        (but(ROC, ("stop = torch.cat([s[1:] != s[:-1], torch.tensor([True])])", "stop = torch.ones(len(s), dtype=torch.bool)")), "together"),
        (but(ROC, ("[zero, fp", "[fp"), ("[zero, tp", "[tp"), ("[torch.tensor([math.inf]), s", "[s")), "starts at (0, 0)"),
        (but(ROC, ("math.inf", "0.9")), "above every score"),
        (but(ROC, ("fp[stop] / fp[-1]", "fp[stop] / len(s)")), "all negatives"),
        (but(ROC, ("return fpr, tpr", "return tpr, fpr")), "exchanged"),
        (but(ROC, ("descending=True", "descending=False")), "score >= c"),
        (but(ROC, ("fp[stop] / fp[-1]", "fp[stop]"), ("tp[stop] / tp[-1]", "tp[stop]")), "divide the counts"),
    ],
    "auc": [
        ("def auc(x, y): return ((x[1:] - x[:-1]) * y[:-1]).sum().item()", "here the left one"),
        ("def auc(x, y): return ((x[1:] - x[:-1]) * y[1:]).sum().item()", "here the right one"),
        ("def auc(x, y): return ((x[1:] - x[:-1]) * (y[1:] + y[:-1])).sum().item()", "mean of the two y"),
        ("def auc(x, y): return ((x[:-1] - x[1:]) * (y[1:] + y[:-1]) / 2).sum().item()", "sign"),
        ("def auc(x, y): return y.mean().item()", "its width"),
    ],
}  # fmt: skip
CASES = [(item, code, words) for item in ITEMS for code, words in WRONG[item.id]]


@pytest.mark.parametrize(("item", "code", "words"), CASES, ids=[f"{c[0].id}-{c[2]}" for c in CASES])
def test_a_wrong_answer_gets_the_next_step(
    checks: ModuleType, solved: Any, item: Item, code: str, words: str
) -> None:
    outcome = checks.outcome_of(item.id, define(code, solved[item.notebook]))
    assert outcome.status == "not yet"
    assert words in outcome.advice, outcome.text()
    text = outcome.text()
    assert "called:" in text or "error:" in text
    assert len(text.splitlines()) < 40


def test_every_item_has_three_wrong_answers() -> None:
    assert not [item.id for item in ITEMS if len(WRONG[item.id]) < 3]


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("def relu(x): return x.cuda_() + undefined_name", "AttributeError"),
        ("def relu(x):\n    y = x + 1\n    return torch.ones(7) + y", "must match the size"),
        ("def relu(x): raise ValueError('<b>my own</b>')", "<b>my own</b>"),
        ("relu = 3", "not defined yet"),
        ("def relu(): return 3", "TypeError"),
        ("def relu(x): return 'text'", "a str came back"),
        ("def relu(x): return x.numpy()", "ndarray"),
    ],
)
def test_an_error_is_shown_and_never_raised(checks: ModuleType, solved: Any, code: str, words: str) -> None:
    outcome = checks.outcome_of("relu", define(code, solved["01_cnn_layers"]))
    assert outcome.status != "passed"
    assert words in outcome.text()
    assert "<b>my own</b>" not in outcome.html()


def test_fit_says_when_a_function_it_calls_is_missing(checks: ModuleType, solved: Any, stubs: Any) -> None:
    names = define(FIT, stubs["02_training_loop"])
    assert "calls train_one_epoch, which is not written yet" in checks.outcome_of("fit", names).text()


@pytest.mark.parametrize(
    ("caller", "other", "code"),
    [
        ("fit", "train_one_epoch", but(EPOCH, ("        optimizer.zero_grad()\n", "")) + FIT),
        ("fit", "evaluate", but(EVALUATE, ("right / seen", "100 * right / seen")) + FIT),
        (
            "cross_entropy",
            "log_softmax",
            "def log_softmax(z, dim=-1): return -torch.log_softmax(z, dim)\n"
            "def cross_entropy(z, t): return -torch.stack([log_softmax(z, 1)[i, k] for i, k in enumerate(t)]).mean()",
        ),
        ("softmax", "log_softmax", "def log_softmax(z, dim=-1): return 1 // 0\ndef softmax(z, dim=-1): return log_softmax(z, dim).exp()"),
    ],
)  # fmt: skip
def test_another_item_s_mistake_is_looked_for_there(
    checks: ModuleType, solved: Any, caller: str, other: str, code: str
) -> None:
    """The grader takes no points of the caller for it, so the check must not say that the caller is at fault."""
    (notebook,) = (each.notebook for each in ITEMS if each.id == caller)
    names = define(code, solved[notebook])
    assert checks.outcome_of(caller, names).advice == (
        f"`{caller}` calls `{other}`, whose own check does not pass yet. Begin there."
    )
    assert "Begin there" not in checks.outcome_of(other, names).advice


def test_a_caller_s_own_mistake_stays_its_own(checks: ModuleType, solved: Any) -> None:
    names = define(but(FIT, (", lr=lr", "")), solved["02_training_loop"])
    assert "`lr` does not reach" in checks.outcome_of("fit", names).advice
    loop = "def softmax(z, dim=-1): return log_softmax(z, dim)\ndef log_softmax(z, dim=-1): return softmax(z, dim)"
    for item in ("softmax", "log_softmax"):
        assert checks.outcome_of(item, define(loop, solved["03_softmax_metrics"])).status == "not yet"


# ------------------------------------------------------------------------- what is not attempted, and what is forbidden

BEGUN = {
    "a line of the stub left above": (
        "relu",
        "def relu(x):\n    # YOUR CODE HERE\n    raise NotImplementedError()\n    out = x.clamp(min=0)\n    return out",
        "is still in the code that runs. Delete it.",
    ),
    "a line of the stub left in one branch": (
        "relu",
        "def relu(x):\n    if x.dim() > 9:\n        return x\n    raise NotImplementedError()",
        "is still in the code that runs. Delete it.",
    ),
    "no forward": (
        "CNN",
        "class CNN(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.c = nn.Linear(1, 1)",
        "Your class has no `forward`",
    ),
    "forward inside of __init__": (
        "CNN",
        "class CNN(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.c = nn.Linear(1, 1)\n"
        "        def forward(self, x):\n            return x",
        "Your class has no `forward`",
    ),
    "forward not begun": (
        "CNN",
        "class CNN(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.c = nn.Linear(1, 1)\n"
        "    def forward(self, x):\n        # YOUR CODE HERE\n        raise NotImplementedError()",
        "is still in the code that runs. Delete it.",
    ),
    "a mean of True and False": (
        "accuracy",
        "def accuracy(logits, labels):\n    return (logits.argmax(1) == labels).mean().item()",
        "Make them floating point first",
    ),
    "an error of one's own": (
        "relu",
        "def relu(x):\n    raise NotImplementedError('later')",
        "Read the last words of the error first",
    ),
}


@pytest.mark.parametrize("case", BEGUN)
def test_what_was_begun_is_never_called_not_attempted(checks: ModuleType, solved: Any, case: str) -> None:
    item, code, words = BEGUN[case]
    (notebook,) = (each.notebook for each in ITEMS if each.id == item)
    outcome = checks.outcome_of(item, define(code, solved[notebook]))
    assert outcome.status == "not yet", outcome.text()
    assert words in outcome.advice, outcome.text()


LIBRARY = {
    "conv2d": ("def conv2d(x, weight, bias=None, stride=1, padding=0): return F.conv2d(x, weight, bias, stride, padding)", "F.conv2d"),
    "max_pool2d": ("max_pool2d = F.max_pool2d", "F.max_pool2d"),
    "relu": ("def relu(x): return nn.ReLU()(x)", "F.relu"),
    "softmax": ("def softmax(z, dim=-1): return z.softmax(dim)", "F.softmax"),
    "log_softmax": ("def log_softmax(z, dim=-1): return torch.log_softmax(z, dim)", "F.log_softmax"),
    "cross_entropy": ("cross_entropy = nn.CrossEntropyLoss()", "F.cross_entropy"),
    "accuracy": (
        "from sklearn.metrics import accuracy_score\n"
        "def accuracy(logits, labels): return float(accuracy_score(labels, logits.argmax(1)))",
        "sklearn.metrics.accuracy_score",
    ),
    "confusion_matrix": (
        "import sklearn.metrics as m\ndef confusion_matrix(preds, labels, num_classes):\n"
        "    return torch.tensor(m.confusion_matrix(labels, preds, labels=list(range(num_classes))))",
        "sklearn.metrics.confusion_matrix",
    ),
    "auc": ("def auc(x, y): return float(np.trapezoid(y.numpy(), x.numpy()))", "np.trapezoid"),
}  # fmt: skip


@pytest.mark.parametrize("item", LIBRARY)
def test_right_numbers_of_the_library_s_are_forbidden(checks: ModuleType, solved: Any, item: str) -> None:
    code, call = LIBRARY[item]
    (notebook,) = (each.notebook for each in ITEMS if each.id == item)
    outcome = checks.outcome_of(item, define(code, solved[notebook]))
    assert outcome.status == "forbidden", outcome.text()
    assert f"right numbers, but forbidden: `{call}`" in outcome.title
    assert "earns no points" in outcome.text()
    assert "<b>✗" in outcome.html()


def test_progress_counts_no_points_that_the_rule_takes(
    checks: ModuleType, solved: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    names = solved["03_softmax_metrics"]
    for item in ("softmax", "log_softmax", "cross_entropy"):
        names = define(LIBRARY[item][0], names)
    outcomes = {o.item: o.status for o in checks.outcomes_of("03_softmax_metrics", names)}
    assert [item for item, status in outcomes.items() if status != "passed"] == [
        "softmax",
        "log_softmax",
        "cross_entropy",
    ]
    text, _ = checks._progress({"03_softmax_metrics": checks.outcomes_of("03_softmax_metrics", names)})
    assert "26 of 40 points in reach" in text


def test_another_item_s_library_call_is_its_own_matter(checks: ModuleType, solved: Any) -> None:
    """As in the grading: a loss of one's own on the library's `log_softmax` loses the points of `log_softmax` alone."""
    names = define(
        "def log_softmax(z, dim=-1): return z.log_softmax(dim)\n"
        "def cross_entropy(logits, targets): return -log_softmax(logits, 1)[range(len(targets)), targets].mean()",
        solved["03_softmax_metrics"],
    )
    assert checks.outcome_of("log_softmax", names).status == "forbidden"
    assert checks.outcome_of("cross_entropy", names).status == "passed"


def test_the_rule_and_the_words_are_the_grader_s(checks: ModuleType) -> None:
    assert checks.EXPLANATIONS == EXPLANATIONS
    rule = checks.FROM_SCRATCH
    under = [item.id for item in ITEMS if item.solution and material(LAB.name, item.id).taken is not None]
    assert rule["items"] == under
    taken = material(LAB.name, "relu").taken
    assert all(rule[key] == taken[key] for key in ("operators", "functions", "packages"))


# ------------------------------------------------------------------------------------------------ what is shown


@pytest.mark.parametrize("item", ITEMS, ids=ids)
def test_hints_are_a_ladder_of_three(
    checks: ModuleType, item: Item, capsys: pytest.CaptureFixture[str]
) -> None:
    hints = checks.HINTS[item.id]
    assert len(hints) == len(set(hints)) == 3
    checks._given.clear()
    for step in (1, 2, 3, 3):
        checks.hint(item.id)
        said = capsys.readouterr().out
        assert f"hint {step} of 3" in said
        assert hints[step - 1] in said
    checks.hint(item.id, 1)
    assert hints[0] in capsys.readouterr().out


@pytest.mark.parametrize("item", [i for i in ITEMS if i.id in ("conv2d", "max_pool2d", "relu", "softmax", "log_softmax", "cross_entropy", "accuracy", "confusion_matrix", "precision_recall_f1", "auc")], ids=ids)  # fmt: skip
def test_what_a_message_shows_makes_the_very_call_again(checks: ModuleType, solved: Any, item: Item) -> None:
    """Every example of the item is failed by an answer that is right before it, and its lines are run."""
    right, examples, said = solved[item.notebook][item.id], checks.EXAMPLES[item.id], []
    for number in range(len(examples)):
        calls: list[Any] = []

        def answer(*args: Any, number: int = number, calls: list[Any] = calls, **kwargs: Any) -> Any:
            calls.append((args, kwargs))
            return right(*args, **kwargs) if len(calls) <= number else None

        outcome = checks.outcome_of(item.id, {**solved[item.notebook], item.id: answer})
        shown = dict(outcome.parts)["again"]
        assert "  again:     " in outcome.text()
        names = {"torch": torch, item.id: lambda *args, **kwargs: (args, kwargs)}
        *before, call = shown.splitlines()
        exec("\n".join(before), names)
        args, kwargs = eval(call, names)
        (wanted, options) = calls[-1]
        assert kwargs == options
        assert len(args) == len(wanted)
        for mine, theirs in zip(args, wanted, strict=True):
            if isinstance(theirs, torch.Tensor):
                assert mine.dtype == theirs.dtype
                assert torch.equal(mine, theirs)
            else:
                assert mine == theirs
        assert max(map(len, shown.splitlines())) < 500
        said.append(shown)
    assert len(set(said)) == len(examples)


def test_an_unknown_item_is_answered_kindly(checks: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    checks.hint("conv3d")
    checks.check("conv3d")
    said = capsys.readouterr().out
    assert said.count("conv2d") == 2


def test_check_looks_where_it_is_called_and_prints_text(
    checks: ModuleType, solved: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    names = define("def relu(x): return x.abs()", solved["01_cnn_layers"]) | {"check": checks.check}
    exec("result = check('relu')", names)
    said = capsys.readouterr().out
    assert names["result"] is None
    for word in ("✗ relu", "called:", "came back:", "expected:", "try:"):
        assert word in said


def test_progress_counts_points_of_this_notebook(
    checks: ModuleType, solved: Any, stubs: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    for names, words in ((solved, "36 of 36 points"), (stubs, "0 of 36 points")):
        exec("progress()", names["02_training_loop"] | {"progress": checks.progress})
        said = capsys.readouterr().out
        assert words in said
        assert "the hidden tests decide" in said
        assert "conv2d" not in said
        assert "epoch 1" not in said  # what the solution's fit prints


def test_html_takes_the_themes_colours(checks: ModuleType, solved: Any) -> None:
    for item in ITEMS:
        code, _ = WRONG[item.id][0]
        for names in (solved[item.notebook], define(code, solved[item.notebook])):
            page = checks.outcome_of(item.id, names).html()
            assert "color:inherit" in page
            assert not re.search(r"(?<!-)color:\s*(#|black|white)", page)
            assert "<script" not in page
            assert html.unescape(page).count(item.id) >= 1


def test_a_check_leaves_random_numbers_and_gradients_alone(checks: ModuleType, solved: Any) -> None:
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    for item in ITEMS:
        checks.outcome_of(item.id, solved[item.notebook])
    assert torch.equal(torch.rand(3), expected)
    leak = but(EVALUATE, ("with torch.no_grad():", "torch.set_grad_enabled(False)\n    if True:"))
    outcome = checks.outcome_of("evaluate", define(leak, solved["02_training_loop"]))
    assert "switched off afterwards" in outcome.text()
    assert torch.is_grad_enabled()


# ---------------------------------------------------------------------------------------------- the file itself


def test_the_checks_need_torch_alone() -> None:
    """What else they import, they import where it is used, or do without (`WITHOUT` below runs them so)."""

    def imported(nodes: list[ast.stmt]) -> set[str]:
        names = [a.name for n in nodes if isinstance(n, ast.Import) for a in n.names]
        names += [n.module or "" for n in nodes if isinstance(n, ast.ImportFrom)]
        return {name.split(".")[0] for name in names} - sys.stdlib_module_names

    tree = ast.parse((RELEASE / "checks.py").read_text("utf-8"))
    assert imported(tree.body) == {"torch"}
    others = imported([node for node in ast.walk(tree) if isinstance(node, ast.stmt)]) - {"torch"}
    assert others <= {"IPython", "matplotlib", "tqdm", "torchvision", "sklearn"}


def test_the_table_is_the_courses(checks: ModuleType) -> None:
    assert LAB.notebooks == checks.NOTEBOOKS
    assert list(checks.EXAMPLES) == [item.id for item in ITEMS]
    assert list(checks.HINTS) == [item.id for item in ITEMS]


def shell(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments], cwd=folder, capture_output=True, text=True, timeout=50, check=False
    )


# What a student's machine may lack: only torch and matplotlib are needed.
WITHOUT = """
import sys
MISSING = {"IPython", "tqdm", "torchvision", "sklearn", "nbgrader", "autograder", "nbformat", "jupytext"}
class Without:
    def __init__(self, finder): self.finder = finder
    def find_spec(self, name, *rest): return None if name.split(".")[0] in MISSING else self.finder.find_spec(name, *rest)
    def __getattr__(self, name): return getattr(self.finder, name)
sys.meta_path[:] = [Without(finder) for finder in sys.meta_path]
sys.path.insert(0, ".")
import checks
code = checks.main([])
assert not MISSING & set(sys.modules)
sys.exit(code)
"""


@pytest.mark.parametrize(
    ("folder", "code", "words"),
    [(SOURCE, 0, "100 of 100"), (RELEASE, 1, "0 of 100")],
    ids=["solved", "stubs"],
)
def test_python_checks_runs_a_folder(tmp_path: Path, folder: Path, code: int, words: str) -> None:
    shutil.copy(RELEASE / "checks.py", tmp_path)
    for name in LAB.notebooks:
        shutil.copy(folder / f"{name}.ipynb", tmp_path)
    done = shell(tmp_path, *(["-c", WITHOUT] if code == 0 else ["checks.py"]))
    assert done.returncode == code, done.stdout + done.stderr
    assert f"{words} points in reach" in done.stdout
    assert "Error" not in done.stderr


def test_python_checks_says_what_is_wrong_with_a_folder(
    checks: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "checks", checks)
    assert checks.main([str(tmp_path)]) == 2
    assert "01_cnn_layers.ipynb" in capsys.readouterr().out
    (tmp_path / "01_cnn_layers.ipynb").write_text("<<<<<<< HEAD", encoding="utf-8")
    assert checks.main([str(tmp_path)]) == 2
    assert "cannot be read" in capsys.readouterr().out
    broken = {
        "cells": [
            {
                "cell_type": "code",
                "metadata": {},
                "source": ["import seaborn_not_here\n", "%matplotlib inline"],
            }
        ]
    }
    (tmp_path / "01_cnn_layers.ipynb").write_text(json.dumps(broken), encoding="utf-8")
    assert checks.main([str(tmp_path)]) == 1
    assert "code cell 1: ModuleNotFoundError" in capsys.readouterr().out


def test_a_notebook_alone_writes_its_checks(tmp_path: Path) -> None:
    cells = nbformat.read(RELEASE / "03_softmax_metrics.ipynb", as_version=4).cells
    code = "\n".join(
        c.source for c in cells if c.metadata.get("nbgrader", {}).get("grade_id") == "public_checks"
    )
    (tmp_path / "alone.py").write_text(
        code + "\nfrom checks import check, hint, progress\nhint('auc')", "utf-8"
    )
    done = shell(tmp_path, "alone.py")
    assert done.returncode == 0, done.stderr
    assert "auc, hint 1 of 3" in done.stdout
    assert (tmp_path / "checks.py").read_bytes() == (RELEASE / "checks.py").read_bytes()


@pytest.mark.parametrize(
    ("older", "kept"),
    [("def check(item):\n    return 'of an earlier release'\n", False), ("mine = 1\n", True), ("\xff", True)],
)
def test_an_older_release_beside_a_notebook_is_replaced_and_a_students_file_is_not(
    tmp_path: Path, older: str, kept: bool
) -> None:
    cells = nbformat.read(RELEASE / "03_softmax_metrics.ipynb", as_version=4).cells
    (code,) = [c.source for c in cells if c.metadata.get("nbgrader", {}).get("grade_id") == "public_checks"]
    (tmp_path / "checks.py").write_text(older, encoding="latin-1")
    (tmp_path / "alone.py").write_text(code, "utf-8")
    done = shell(tmp_path, "alone.py")
    assert done.returncode == 0, done.stderr
    assert ((tmp_path / "checks.py").read_text("latin-1") == older) == kept
