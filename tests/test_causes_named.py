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
def _quietly(remembered: None) -> Iterator[None]:
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
    "return in the loop of parameters": ("count_parameters", COUNT, "no `return` inside the loop", "`for p in model.parameters():` ends it"),
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


# Causes that went by another name: the item, the code, words of the grader's advice, words that it must not say.
MISNAMED: dict[str, Case] = {
    "infinities patched": ("softmax", "def softmax(z, dim=-1):\n    e = z.exp().clamp(max=1e30)\n    return (e / e.sum(dim, keepdim=True)).nan_to_num(0)", "maximum", "add up to 1"),
    "losses of all epochs in one list": (
        "fit", fit(INLINE.replace("total, n = 0, 0", "pass").replace("total, n = total + loss * len(y), n + len(y)", "seen.append(loss.item())").replace("total / n", "np.mean(seen)"), ("        for epoch", "        seen = []\n        for epoch")),
        "in later epochs it holds the earlier ones", "weight decay",
    ),
    "the last window lost": (
        "conv2d", CONV.format("0 if bias is None else bias[k]").replace("range(oh)", "range(oh - 1)"), "Only the last row or column", "square",
    ),
    "the last window lost by slices": (
        "max_pool2d", """
    def max_pool2d(x, kernel_size, stride=None):
        s = stride or kernel_size
        whole = x.unfold(2, kernel_size, s).unfold(3, kernel_size, s).flatten(-2)
        out = torch.zeros(whole.shape[:-1])
        out[..., :-1] = whole[..., :-1, :].amax(-1)
        return out
    """, "Only the last row or column", "square",
    ),
    "device overwritten": ("train_one_epoch", but(EPOCH, ("        model.train()", "        model.train()\n        device = torch.device('cpu')")), "no other value inside", "words that nobody says"),
    "zero or the maximum": ("softmax", "def softmax(z, dim=-1):\n    e = (z - z.amax(dim, True).relu()).exp()\n    return e / e.sum(dim, True)", "far below zero", "overflows"),
    "zero or the maximum, logarithms": ("log_softmax", "def log_softmax(z, dim=-1):\n    z = z - torch.maximum(z.amax(dim, True), z.new_zeros(1))\n    return z - z.exp().sum(dim, True).log()", "far below zero", "overflows"),
    "a mask that is never set": ("relu", "def relu(x):\n    keep = torch.zeros(x.shape, dtype=bool)\n    keep.masked_fill(x > 0, True)\n    return x * keep", "zero everywhere", "its own sign"),
    "np.trapz": ("auc", "def auc(x, y):\n    return float(np.trapz(y=y, x=x))", "from scratch", "look the name up"),
    "a batch that has grown": ("CNN", but(NET, ("F.max_pool2d(F.relu(self.b(x)), 2)", "F.relu(self.b(x))"), ("x.flatten(1)", "x.reshape(-1, 1568)")), "16 rows of scores for 4 images", "is the batch axis lost"),
    "a table of whole numbers": ("conv2d", CONV.format("0 if bias is None else bias[k]").replace("x.new_zeros(n, o, oh, ow)", "torch.zeros(n, o, oh, ow).long()").replace("return out", "return out.to(x.dtype)"), "a tensor of whole numbers takes them", "square"),
    "precision in whole numbers": ("precision_recall_f1", """
    def precision_recall_f1(cm):
        p, r = torch.zeros_like(cm[0]), torch.zeros_like(cm[0])
        for k in range(len(cm)):
            p[k], r[k] = cm[k, k] / cm[:, k].sum().clamp(min=1), cm[k, k] / cm[k].sum().clamp(min=1)
        return p, r, 2 * p * r / (p + r).clamp(min=1)
    """, "a tensor of whole numbers takes", "columns' sums"),
    "thresholds shifted": ("roc_curve", """
    def roc_curve(scores, labels):
        stops = scores.unique().flip(0)
        passed = scores[None] >= stops[:, None]
        tpr, fpr = (F.pad((passed & (labels == k)).sum(1) / (labels == k).sum(), (1, 0)) for k in (1, 0))
        return fpr, tpr, F.pad(stops, (0, 1), value=-9.0)
    """, "shifted by one place", "even grid"),
    "a percentage in whole numbers": ("evaluate", but(EVALUATE, ("right / len(loader.dataset)", "int(right / len(loader.dataset) * 100)")), "percentage in whole numbers", "index of the largest logit"),
    "the last batch's accuracy": ("evaluate", but(EVALUATE, ("right += int((scores.argmax(1) == y).sum())", "right = int((scores.argmax(1) == y).sum()) / len(y)"), (", right / len(loader.dataset)", ", right")), "of the last batch alone", "index of the largest logit"),
    "shares divided by samples": ("evaluate", but(EVALUATE, ("int((scores.argmax(1) == y).sum())", "np.mean([int(a == b) for a, b in zip(scores.argmax(1), y)]).item()")), "each a share already", "index of the largest logit"),
    "means divided by samples": ("evaluate", but(EVALUATE, (".item() * len(y)", ".item()"), (".sum())", ".sum()) / len(y)")), "means over batches, of loss and accuracy", "by hand"),
    "a number inside the logarithm": ("cross_entropy", "def cross_entropy(z, t):\n    p = z.softmax(1).gather(1, t[:, None]) + 1e-5\n    return -p.log().mean()", "add 1e-05 to the probability", "by hand"),
    "softmax over the whole batch": ("cross_entropy", "def cross_entropy(z, t):\n    p = (z - z.max()).exp()\n    return -(p / p.sum()).log()[range(len(t)), t].mean()", "over the whole batch", "by hand"),
    "exponentials as confidences": ("predict", "def predict(model, images):\n    before = model.training\n    model.eval()\n    with torch.no_grad():\n        best = model(images).max(1)\n    model.train(before)\n    return best.indices, best.values.exp()", "are exponentials", "by hand"),
    "parameters in millions": ("count_parameters", "def count_parameters(model):\n    return round(sum(p.nelement() for p in model.parameters() if p.requires_grad) / 10**6, 6)", "a millionth", "by hand"),
    "an area on a grid": ("auc", "def auc(x, y):\n    at = np.linspace(x[0], x[-1], 2001)\n    on = np.interp(at, x, y)\n    return float(((on[1:] + on[:-1]) / 2).mean() * (x[-1] - x[0]))", "no grid of other points", "by hand"),
    "loss.data[0]": ("train_one_epoch", but(EPOCH, ("loss.item()", "loss.data[0]")), "takes the number out", "small inputs"),
    "a sampler and shuffle": ("make_loaders", "def make_loaders(dataset, batch_size=64, val_fraction=0.2, seed=0):\n    s = torch.utils.data.RandomSampler(dataset)\n    return DataLoader(dataset, batch_size, True, s), DataLoader(dataset, batch_size)", "leave `shuffle` away", "small inputs"),
    ".item() of a batch": ("accuracy", "def accuracy(logits, labels): return logits.argmax(1).eq(labels).float().item()", "average them", "small inputs"),
    "xrange": ("confusion_matrix", "def confusion_matrix(preds, labels, num_classes):\n    cm = torch.zeros(num_classes, num_classes).long()\n    for i in xrange(len(labels)): cm[labels[i], preds[i]] += 1\n    return cm", "of Python 2", "Define it"),
    "rounded to four places": ("fit", fit(CALLED, ("append(accuracy)", "append(float(f'{accuracy:.4f}'))")), "Your `val_accuracy` is rounded", "`val_loss`"),
}  # fmt: skip


@pytest.mark.parametrize("case", MISNAMED)
def test_no_other_cause_is_named(case: str) -> None:
    """A hint that nothing supports is worse than the plain sentence."""
    item, code, words, never = MISNAMED[case]
    result = bench.grade(define(code), item, 1)
    hints = [test.hint for test in result.tests if test.hint]
    assert result.score < result.points
    assert words in hints[0], hints[0]
    assert not [hint for hint in hints if never in hint]


def test_a_table_of_numpy_s_is_taken_with_a_word(checks: ModuleType) -> None:
    names = define("""
        def confusion_matrix(preds, labels, num_classes):
            cm = np.zeros((num_classes, num_classes), int)
            np.add.at(cm, (labels.numpy(), preds.numpy()), 1)
            return cm
        """)
    student = bench.student_of(names, "confusion_matrix", {"confusion_matrix"})
    tests = bench.run_tests(student, "03_softmax_metrics", "confusion_matrix", 1)
    assert {test.outcome for test in tests} == {"passed"}
    assert any("NumPy array" in said for said in student.advice)
    outcome = checks.outcome_of("confusion_matrix", names)
    assert outcome.status == "passed"
    assert "NumPy array" in outcome.title


def test_a_wrong_fit_never_has_an_empty_hint() -> None:
    """Also where a misconception gives the same numbers in one test and another one is the better diagnosis."""
    for each in bench.material(bench.LAB.name, "fit").misconceptions[::9]:
        result = bench.grade_misconception("fit", each, seed=1)
        assert all(test.hint for test in result.tests if test.outcome == "failed"), each.name


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
