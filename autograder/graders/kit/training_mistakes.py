"""The mistakes that any loop over batches invites, as changes of an answer that trains for an epoch."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

from collections.abc import Callable

from autograder.grading.misconceptions import Misconception


def common(instead: Callable[..., Misconception]) -> dict[str, Misconception]:
    """Return the misconceptions that an epoch of training invites, by name.

    Args:
        instead: Changes an answer that hands `model(x.to(device)), y.to(device)` to its loss and calls by their names `model.train`,
            `optimizer.zero_grad`, `loss.backward` and `optimizer.step`.
    """
    return {
        "zero_grad_missing": instead(
            "Your gradients pile up: `backward` adds to what is already there, and nothing clears it. Clear the gradients once for every batch.",
            {"optimizer.zero_grad()": ""},
        ),
        "zero_grad_between_backward_and_step": instead(
            "You clear the gradients after `backward` and before the step, so the optimizer has nothing to work with. Clear them before `backward` or after the step, and step after `backward`.",
            {"optimizer.zero_grad()": "", "optimizer.step": "optimizer.zero_grad()\n        optimizer.step"},
        ),
        "backward_missing": instead(
            "Your optimizer steps without gradients, because nothing computes them. Go backward through the loss before the step.",
            {"loss.backward()": ""},
        ),
        "step_missing": instead(
            "You compute gradients, but the weights never move. Let the optimizer make its step after `backward`.",
            {"optimizer.step()": ""},
        ),
        "training_mode_not_set": instead(
            "You never switch to training mode, so after an evaluation the network goes on in evaluation mode. Switch at the start, whatever mode you find.",
            {"model.train()": ""},
        ),
        "trains_in_evaluation_mode": instead(
            "You train in evaluation mode: dropout is off and batch norm keeps its old statistics. Training asks for `model.train()`.",
            {"model.train()": "model.eval()"},
        ),
        "batches_not_moved": instead(
            "Your batches do not reach the `device` given, neither images nor labels. `x.to(device)` returns a new tensor: keep it. And give `device` no other value inside.",
            {"(x.to(device)), y.to(device)": "(x), y"},
        ),
        "labels_not_moved": instead(
            "You move the images to `device` and leave the labels behind. The loss needs both in one place: `y = y.to(device)`.",
            {"y.to(device)": "y"},
        ),
        "images_not_moved": instead(
            "You move the labels to `device` and leave the images behind. The network lies there, so its input has to: `x = x.to(device)`.",
            {"x.to(device)": "x"},
        ),
    }
