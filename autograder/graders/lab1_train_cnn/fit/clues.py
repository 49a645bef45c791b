"""What a wrong training run tells where no misconception is known."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import torch
import torch.nn.functional as F
from torch.optim import lr_scheduler

from autograder.graders.kit.instruments import rounding_clue
from autograder.graders.lab1_train_cnn.evaluate import reference as evaluate
from autograder.graders.lab1_train_cnn.train_one_epoch import reference as train_one_epoch
from autograder.grading.compare import difference
from autograder.grading.observers import run_here

KEYS = ("train_loss", "val_loss", "val_accuracy")
Maker = Callable[[Any, float], torch.optim.Optimizer]
Schedule = Callable[[torch.optim.Optimizer, int], Any]


def advice(
    seen: dict[str, Any],
    expected: dict[str, Any],
    spec: dict[str, Any],
    shown: str = "",
    ruled_out: set[int] | None = None,
) -> str:
    """Return what to try where no misconception is known.

    That is a change of optimizer, loss or schedule that gives the student's very numbers, or what the first number
    that is not as it should be tells.

    Args:
        seen: The student's observation.
        expected: The reference's.
        spec: The training.
        ruled_out: Variants of the training that earlier calls of the same student have shown not to be theirs, by number; those of
            this call are added. With None no variant is tried, which would take seconds.
        shown: The key of the list whose number the message shows; "" where it shows something else.
    """
    history, wanted = seen.get("result"), expected["result"]
    if not isinstance(history, dict) or any(not isinstance(history.get(key), list) for key in KEYS):
        return (
            "Return a dict with the lists `train_loss`, `val_loss` and `val_accuracy`, one plain number "
            "an epoch in each."
        )
    if any(isinstance(each, (tuple, list)) for key in KEYS for each in history[key]):
        return (
            "A list of your history holds pairs. `evaluate` returns two numbers: write `loss, accuracy = "
            "evaluate(…)`, and append each to its own list."
        )
    if any(isinstance(each, torch.Tensor) and each.requires_grad for key in KEYS for each in history[key]):
        return (
            "Your history holds tensors that keep the graph of their whole epoch in memory. Take the plain number out of a loss with "
            "`.item()` before you add it up or append it."
        )
    if any(isinstance(each, str) for key in KEYS for each in history[key]):
        return "Your history holds text. Append the numbers as they are, and format only what you print."
    epochs = len(wanted["train_loss"])
    lengths = [len(history[key]) for key in KEYS]
    if lengths != [epochs] * 3:
        return (
            f"Your lists have {', '.join(map(str, lengths))} numbers for {epochs} epochs. Append one "
            "number to each in every epoch, and "
            "run all `epochs`: no early end, no fixed number."
        )
    if ruled_out is not None and (said := _replayed(seen, spec, ruled_out)):
        return said
    trained = not difference(
        *(each.get("nets", {}).get("model", {}).get("state") for each in (seen, expected))
    )
    for key in ((shown,) if shown else KEYS) if trained else ():
        if epochs > 1 and history[key][0] == 0 != history[key][-1]:
            continue  # nothing was measured yet; that is not cut down
        for mine, theirs in zip(history[key], wanted[key], strict=True):
            if said := rounding_clue(mine, theirs, f"`{key}`"):
                return said
    right = {
        key: next(
            (i for i, (a, b) in enumerate(zip(history[key], wanted[key], strict=True)) if difference(a, b)),
            epochs,
        )
        for key in KEYS
    }
    wrong = [key for key in KEYS if right[key] < epochs]
    if len(wrong) == 1:
        return _alone(wrong[0], right[wrong[0]], history[wrong[0]], wanted[wrong[0]])
    if right["train_loss"] == 0 and right["val_loss"] == 0:
        return (
            "The first epoch already differs: is the optimizer `torch.optim.Adam(model.parameters(), "
            "lr=lr)` with nothing added, the "
            "loss plain `nn.CrossEntropyLoss()` on the logits, and the model in training mode?"
        )
    if right["train_loss"] == epochs and min(right.values()) < epochs:
        return (
            "Training is right and validation is not: use the validation loader, in evaluation mode, after each "
            "epoch's training, and let a smaller last batch weigh less."
        )
    first = min(right.values())
    if first < epochs:
        return (
            f"Your numbers are right up to epoch {first} and then drift away: something changes from epoch "
            "to epoch. A new optimizer, a "
            "schedule of the learning rate, weight decay, a mode that is not set again, or training on "
            "validation data does that."
        )
    return (
        "Your history is right but the weights at the end are not those of the last epoch: leave the "
        "network as training left it."
    )


def _runs_on(mine: list[Any], theirs: list[float]) -> bool:
    """Say whether numbers are averages over all epochs so far, be it of batches or of samples: undone, they are near the right ones."""
    if len(theirs) < 3 or not all(isinstance(each, (int, float)) for each in mine):
        return False
    own = [
        (i + 1) * each - i * before for i, (each, before) in enumerate(zip(mine, [0.0, *mine], strict=False))
    ]
    far = abs(mine[-1] - theirs[-1]) > 0.3 * abs(theirs[-1])
    return far and all(abs(a - b) < 0.15 * abs(b) for a, b in zip(own, theirs, strict=True))


def _alone(key: str, first: int, mine: list[Any], theirs: list[float]) -> str:
    """Say of the one list that is wrong what it holds: it comes from a training that is right."""
    if len(theirs) > 1 and mine == theirs[::-1]:
        return f"`{key}` alone is wrong: its numbers are right but in reverse order. Append each epoch's behind the last."
    if key == "train_loss":
        if _runs_on(mine, theirs):
            return (
                "`train_loss` alone is wrong, and in later epochs it holds the earlier ones, too. Average over one epoch at a time: "
                "the list or sum of its losses is made anew inside the loop over the epochs."
            )
        return (
            "`train_loss` alone is wrong; the training itself is right. Append what `train_one_epoch` returns, the mean "
            "over samples."
        )
    which = "first" if key == "val_loss" else "second"
    return (
        f"`{key}` alone is wrong: in every epoch append what `evaluate` returns for the validation loader, as it is. It is "
        f"the {which} of its two numbers."
    )


def _adam(parameters: Any, lr: float) -> torch.optim.Optimizer:
    return torch.optim.Adam(parameters, lr=lr)


def _replayed(seen: dict[str, Any], spec: dict[str, Any], ruled_out: set[int]) -> str:
    """Return the words for the variant of the right training that gives the student's numbers and weights, here and in earlier calls."""
    for number, (words, maker, criterion, schedule) in enumerate(_variants(spec["args"][-1])):
        if number in ruled_out or not words:
            continue
        fit = _training(maker, criterion, schedule, seen["result"])
        theirs = run_here({"fit": fit}, "call", {**spec, "standins": []})
        if theirs.status == "ok" and not difference(
            seen["nets"]["model"]["state"], theirs.value["nets"]["model"]["state"]
        ):
            return words
        ruled_out.add(number)
    return ""


def _variants(lr: float) -> Iterator[tuple[str, Maker, Callable[..., Any], Schedule | None]]:
    """Yield what stands in for the rule, under the same number for every learning rate; without words where it is the rule itself."""
    entropy = F.cross_entropy
    for rate in (
        1e-4,
        3e-4,
        5e-4,
        1e-3,
        5e-3,
        0.01,
        0.02,
        0.05,
        0.1,
        lr / 100,
        lr / 10,
        lr / 2,
        lr * 2,
        lr * 10,
    ):
        words = (
            f"It trains as if the learning rate were {rate:g} and not {lr:g}: hand Adam `lr=lr`, as it is."
        )
        if abs(rate - lr) < 1e-9:
            words = ""
        yield words, lambda p, _, rate=rate: torch.optim.Adam(p, lr=rate), entropy, None
    for name, options in _OTHER_OPTIMIZERS:
        what = "".join(f" with {key}={value}" for key, value in options.items())
        yield (
            f"Your numbers are those of the optimizer {name}{what}. This item asks for `torch.optim.Adam("
            "model.parameters(), lr=lr)`.",
            lambda p, lr, name=name, options=options: getattr(torch.optim, name)(p, lr=lr, **options),
            entropy,
            None,
        )  # fmt: skip
    for options in _ADDED:
        what = ", ".join(f"{key}={value}" for key, value in options.items())
        yield (
            f"Your numbers are those of Adam with `{what}`. Nothing but `lr` is handed to it here; leave the rest as "
            "it is.",
            lambda p, lr, options=options: torch.optim.Adam(p, lr=lr, **options),
            entropy,
            None,
        )
    for what, criterion in _LOSSES:
        yield (
            f"Your numbers are those of another loss: {what}. This item asks for plain cross entropy on the logits, "
            "`nn.CrossEntropyLoss()`.",
            _adam,
            criterion,
            None,
        )
    for schedule in _SCHEDULES:
        words = (
            "Your learning rate changes from epoch to epoch, as a scheduler makes it. It stays `lr` all the way: do "
            "without the scheduler."
        )
        yield words, _adam, entropy, schedule


_OTHER_OPTIMIZERS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("RMSprop", {}),
    ("RMSprop", {"momentum": 0.9}),
    ("Adagrad", {}),
    ("Adadelta", {}),
    ("Adamax", {}),
    ("NAdam", {}),
    ("RAdam", {}),
    ("ASGD", {}),
    ("Rprop", {}),
    ("SGD", {"momentum": 0.5}),
    ("SGD", {"momentum": 0.9, "nesterov": True}),
    ("AdamW", {"weight_decay": 0.0001}),
)
_ADDED: tuple[dict[str, Any], ...] = (
    {"amsgrad": True},
    {"maximize": True},
    *({"betas": (a, b)} for a in (0.0, 0.5, 0.8, 0.9, 0.95) for b in (0.9, 0.95, 0.98, 0.99, 0.999) if (a, b) != (0.9, 0.999)),
    *({"eps": eps} for eps in (1e-7, 1e-6, 1e-5, 1e-4, 1e-3)),
    *({"weight_decay": decay} for decay in (1e-5, 1e-4, 5e-4, 5e-3, 0.01, 0.1)),
)  # fmt: skip


def _one_hot(scores: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    return F.one_hot(labels, scores.shape[1]).to(scores.dtype)


_LOSSES: tuple[tuple[str, Callable[..., Any]], ...] = (
    ("`nn.NLLLoss` on the logits, which asks for log probabilities", F.nll_loss),
    (
        'cross entropy summed over the batch (`reduction="sum"`)',
        lambda s, y: F.cross_entropy(s, y, reduction="sum"),
    ),
    ("the mean squared error to one-hot labels", lambda s, y: F.mse_loss(s, _one_hot(s, y))),
    (
        "the mean squared error between probabilities and one-hot labels",
        lambda s, y: F.mse_loss(s.softmax(1), _one_hot(s, y)),
    ),
    (
        "binary cross entropy with one-hot labels",
        lambda s, y: F.binary_cross_entropy_with_logits(s, _one_hot(s, y)),
    ),
    ("the multi-class margin loss", F.multi_margin_loss),
    ("cross entropy with smoothed labels", lambda s, y: F.cross_entropy(s, y, label_smoothing=0.05)),
    ("cross entropy with smoothed labels", lambda s, y: F.cross_entropy(s, y, label_smoothing=0.2)),
    ("cross entropy on sigmoids of the logits", lambda s, y: F.cross_entropy(s.sigmoid(), y)),
    ("cross entropy on the logits after a ReLU", lambda s, y: F.cross_entropy(s.relu(), y)),
)
_SCHEDULES: tuple[Schedule, ...] = (
    *(
        lambda o, _, n=n, gamma=gamma: lr_scheduler.StepLR(o, n, gamma)
        for n, gamma in (
            *((1, g) for g in (0.1, 0.5, 0.7, 0.8, 0.9, 0.95, 0.99)),
            (2, 0.1),
            (2, 0.5),
            (3, 0.1),
            (5, 0.1),
        )
    ),
    lambda o, epochs: lr_scheduler.CosineAnnealingLR(o, epochs),
    lambda o, epochs: lr_scheduler.LinearLR(o),
)


class _Unlike(Exception):
    """A number is not the student's: what comes after it need not be trained."""


def _training(
    maker: Maker, criterion: Callable[..., Any], schedule: Schedule | None, like: dict[str, Any]
) -> Callable[..., Any]:
    """Return a `fit` that is right but for optimizer, loss and schedule, and ends at the first number that is not as in `like`."""

    def fit(model: Any, train_loader: Any, val_loader: Any, epochs: int, lr: float) -> dict[str, list[float]]:
        optimizer = maker(model.parameters(), lr)
        scheduler = schedule(optimizer, epochs) if schedule else None
        history: dict[str, list[float]] = {key: [] for key in KEYS}
        for epoch in range(epochs):
            numbers = (
                train_one_epoch.reference(model, train_loader, criterion, optimizer),
                *evaluate.reference(model, val_loader, criterion),
            )
            for key, number in zip(KEYS, numbers, strict=True):
                if difference(like[key][epoch], number):
                    raise _Unlike
                history[key].append(number)
            if scheduler:
                scheduler.step()
        return history

    return fit
