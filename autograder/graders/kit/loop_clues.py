"""What a wrong history tells of a training where no misconception is known."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from autograder.graders.kit.instruments import rounding_clue
from autograder.graders.kit.loop_variants import KEYS
from autograder.grading.compare import difference


def advice(
    seen: dict[str, Any],
    expected: dict[str, Any],
    names: tuple[str, str],
    replayed: Callable[[], str] = str,
    shown: str = "",
) -> str:
    """Return what to try where no misconception is known.

    That is a change of optimizer, loss or schedule that gives the student's very numbers, or what the first number
    that is not as it should be tells.

    Args:
        seen: The student's observation.
        expected: The reference's.
        names: What the functions are called that train one epoch and that evaluate.
        replayed: Says which change of optimizer, loss or schedule it is; "" where none is.
        shown: The key of the list whose number the message shows; "" where it shows something else.
    """
    history, wanted = seen.get("result"), expected["result"]
    if not isinstance(history, dict) or any(not isinstance(history.get(key), list) for key in KEYS):
        return "Return a dict with the lists `train_loss`, `val_loss` and `val_accuracy`, one plain number an epoch in each."
    if any(isinstance(each, (tuple, list)) for key in KEYS for each in history[key]):
        return f"A list of your history holds pairs. `{names[1]}` returns two numbers: write `loss, accuracy = {names[1]}(…)`, and append each to its own list."
    if any(isinstance(each, torch.Tensor) and each.requires_grad for key in KEYS for each in history[key]):
        return "Your history holds tensors that keep the graph of their whole epoch in memory. Take the plain number out of a loss with `.item()` before you add it up or append it."
    if any(isinstance(each, str) for key in KEYS for each in history[key]):
        return "Your history holds text. Append the numbers as they are, and format only what you print."
    epochs = len(wanted["train_loss"])
    lengths = [len(history[key]) for key in KEYS]
    if lengths != [epochs] * 3:
        return f"Your lists have {', '.join(map(str, lengths))} numbers for {epochs} epochs. Append one number to each in every epoch, and run all `epochs`: no early end, no fixed number."
    if said := replayed():
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
        return _alone(wrong[0], history[wrong[0]], wanted[wrong[0]], names)
    if right["train_loss"] == 0 and right["val_loss"] == 0:
        return "The first epoch already differs: is the optimizer `torch.optim.Adam(model.parameters(), lr=lr)` with nothing added, the loss plain `nn.CrossEntropyLoss()` on the logits, and the model in training mode?"
    if right["train_loss"] == epochs and min(right.values()) < epochs:
        return "Training is right and validation is not: use the validation loader, in evaluation mode, after each epoch's training, and let a smaller last batch weigh less."
    first = min(right.values())
    if first < epochs:
        return f"Your numbers are right up to epoch {first} and then drift away: something changes from epoch to epoch. A new optimizer, a schedule of the learning rate, weight decay, a mode that is not set again, or training on validation data does that."
    return "Your history is right but the weights at the end are not those of the last epoch: leave the network as training left it."


def _runs_on(mine: list[Any], theirs: list[float]) -> bool:
    """Say whether numbers are averages over all epochs so far, be it of batches or of samples: undone, they are near the right ones."""
    if len(theirs) < 3 or not all(isinstance(each, (int, float)) for each in mine):
        return False
    own = [
        (i + 1) * each - i * before for i, (each, before) in enumerate(zip(mine, [0.0, *mine], strict=False))
    ]
    far = abs(mine[-1] - theirs[-1]) > 0.3 * abs(theirs[-1])
    return far and all(abs(a - b) < 0.15 * abs(b) for a, b in zip(own, theirs, strict=True))


def _alone(key: str, mine: list[Any], theirs: list[float], names: tuple[str, str]) -> str:
    """Say of the one list that is wrong what it holds: it comes from a training that is right."""
    if len(theirs) > 1 and mine == theirs[::-1]:
        return f"`{key}` alone is wrong: its numbers are right but in reverse order. Append each epoch's behind the last."
    if key == "train_loss":
        if _runs_on(mine, theirs):
            return "`train_loss` alone is wrong, and in later epochs it holds the earlier ones, too. Average over one epoch at a time: the list or sum of its losses is made anew inside the loop over the epochs."
        return f"`train_loss` alone is wrong; the training itself is right. Append what `{names[0]}` returns, the mean over samples."
    which = "first" if key == "val_loss" else "second"
    return f"`{key}` alone is wrong: in every epoch append what `{names[1]}` returns for the validation loader, as it is. It is the {which} of its two numbers."
