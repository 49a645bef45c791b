"""Trainings that are right but for one thing, the optimizer, the loss or a schedule: the one that gives a student's numbers is the cause."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, cast

import torch
import torch.nn.functional as F
from torch.optim import lr_scheduler

from autograder.grading.compare import difference
from autograder.grading.observers import run_here

KEYS = ("train_loss", "val_loss", "val_accuracy")  # of a history
Maker = Callable[[Any, float], torch.optim.Optimizer]
Criterion = Callable[..., Any]
Schedule = Callable[[torch.optim.Optimizer, int], Any]
Parts = tuple[Callable[..., Any], Callable[..., Any]]  # that train one epoch, and that evaluate


def replayed(seen: dict[str, Any], spec: dict[str, Any], parts: Parts, ruled_out: set[int]) -> str:
    """Return the words for the variant of the right training that gives the student's numbers and weights, here and in earlier calls."""
    for number, (words, maker, criterion, schedule) in enumerate(_variants(spec["args"][-1])):
        if number in ruled_out or not words:
            continue
        loop = _training(parts, maker, criterion, schedule, seen["result"])
        theirs = run_here({spec["item"]: loop}, "call", {**spec, "standins": []})
        if theirs.status == "ok" and not difference(
            *(each["nets"]["model"]["state"] for each in (seen, theirs.value))
        ):
            return words
        ruled_out.add(number)
    return ""


def _maker(name: str, **options: Any) -> Maker:
    """Return what makes an optimizer with the learning rate that is given, but for other `options`."""

    def make(parameters: Any, lr: float) -> torch.optim.Optimizer:
        return cast(torch.optim.Optimizer, getattr(torch.optim, name)(parameters, **{"lr": lr, **options}))

    return make


def _variants(lr: float) -> Iterator[tuple[str, Maker, Criterion, Schedule | None]]:
    """Yield what stands in for the rule, under the same number for every learning rate; without words where it is the rule itself."""
    adam, entropy = _maker("Adam"), F.cross_entropy
    for rate in (*_RATES, lr / 100, lr / 10, lr / 2, lr * 2, lr * 10):
        words = (
            f"It trains as if the learning rate were {rate:g} and not {lr:g}: hand Adam `lr=lr`, as it is."
        )
        words = "" if abs(rate - lr) < 1e-9 else words
        yield words, _maker("Adam", lr=rate), entropy, None
    for name, options in _OTHER_OPTIMIZERS:
        what = "".join(f" with {key}={value}" for key, value in options.items())
        words = f"Your numbers are those of the optimizer {name}{what}. This item asks for `torch.optim.Adam(model.parameters(), lr=lr)`."
        yield words, _maker(name, **options), entropy, None
    for options in _ADDED:
        what = ", ".join(f"{key}={value}" for key, value in options.items())
        words = f"Your numbers are those of Adam with `{what}`. Nothing but `lr` is handed to it here; leave the rest as it is."
        yield words, _maker("Adam", **options), entropy, None
    for what, criterion in _LOSSES:
        words = f"Your numbers are those of another loss: {what}. This item asks for plain cross entropy on the logits, `nn.CrossEntropyLoss()`."
        yield words, adam, criterion, None
    for schedule in _SCHEDULES:
        words = "Your learning rate changes from epoch to epoch, as a scheduler makes it. It stays `lr` all the way: do without the scheduler."
        yield words, adam, entropy, schedule


_RATES = (1e-4, 3e-4, 5e-4, 1e-3, 5e-3, 0.01, 0.02, 0.05, 0.1)
_OTHER_OPTIMIZERS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("RMSprop", {}), ("RMSprop", {"momentum": 0.9}), ("Adagrad", {}), ("Adadelta", {}), ("Adamax", {}), ("NAdam", {}), ("RAdam", {}), ("ASGD", {}),
    ("Rprop", {}), ("SGD", {"momentum": 0.5}), ("SGD", {"momentum": 0.9, "nesterov": True}), ("AdamW", {"weight_decay": 0.0001}),
)  # fmt: skip
_ADDED: tuple[dict[str, Any], ...] = (
    {"amsgrad": True},
    {"maximize": True},
    *({"betas": (a, b)} for a in (0.0, 0.5, 0.8, 0.9, 0.95) for b in (0.9, 0.95, 0.98, 0.99, 0.999) if (a, b) != (0.9, 0.999)),
    *({"eps": eps} for eps in (1e-7, 1e-6, 1e-5, 1e-4, 1e-3)),
    *({"weight_decay": decay} for decay in (1e-5, 1e-4, 5e-4, 5e-3, 0.01, 0.1)),
)  # fmt: skip


def _one_hot(scores: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    return F.one_hot(labels, scores.shape[1]).to(scores.dtype)


_LOSSES: tuple[tuple[str, Criterion], ...] = (
    ("`nn.NLLLoss` on the logits, which asks for log probabilities", F.nll_loss),
    ('cross entropy summed over the batch (`reduction="sum"`)', lambda s, y: F.cross_entropy(s, y, reduction="sum")),
    ("the mean squared error to one-hot labels", lambda s, y: F.mse_loss(s, _one_hot(s, y))),
    ("the mean squared error between probabilities and one-hot labels", lambda s, y: F.mse_loss(s.softmax(1), _one_hot(s, y))),
    ("binary cross entropy with one-hot labels", lambda s, y: F.binary_cross_entropy_with_logits(s, _one_hot(s, y))),
    ("the multi-class margin loss", F.multi_margin_loss),
    ("cross entropy with smoothed labels", lambda s, y: F.cross_entropy(s, y, label_smoothing=0.05)),
    ("cross entropy with smoothed labels", lambda s, y: F.cross_entropy(s, y, label_smoothing=0.2)),
    ("cross entropy on sigmoids of the logits", lambda s, y: F.cross_entropy(s.sigmoid(), y)),
    ("cross entropy on the logits after a ReLU", lambda s, y: F.cross_entropy(s.relu(), y)),
)  # fmt: skip
_SCHEDULES: tuple[Schedule, ...] = (
    *(
        lambda o, _, n=n, gamma=gamma: lr_scheduler.StepLR(o, n, gamma)
        for n, gamma in (*((1, g) for g in (0.1, 0.5, 0.7, 0.8, 0.9, 0.95, 0.99)), (2, 0.1), (2, 0.5), (3, 0.1), (5, 0.1))
    ),
    lambda o, epochs: lr_scheduler.CosineAnnealingLR(o, epochs),
    lambda o, epochs: lr_scheduler.LinearLR(o),
)  # fmt: skip


class _Unlike(Exception):
    """A number is not the student's: what comes after it need not be trained."""


def _training(
    parts: Parts, maker: Maker, criterion: Criterion, schedule: Schedule | None, like: dict[str, Any]
) -> Callable[..., Any]:
    """Return a training that is right but for optimizer, loss and schedule, and ends at the first number that is not as in `like`."""

    def loop(
        model: Any, train_loader: Any, val_loader: Any, epochs: int, lr: float
    ) -> dict[str, list[float]]:
        optimizer = maker(model.parameters(), lr)
        scheduler = schedule(optimizer, epochs) if schedule else None
        history: dict[str, list[float]] = {key: [] for key in KEYS}
        for epoch in range(epochs):
            numbers = (
                parts[0](model, train_loader, criterion, optimizer),
                *parts[1](model, val_loader, criterion),
            )
            for key, number in zip(KEYS, numbers, strict=True):
                if difference(like[key][epoch], number):
                    raise _Unlike
                history[key].append(number)
            if scheduler:
                scheduler.step()
        return history

    return loop
