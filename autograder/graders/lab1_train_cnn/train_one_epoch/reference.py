"""Keep the reference for `train_one_epoch` and the ways in which students get an epoch of training wrong."""

# CANARY-5b0c2f6e-hidden-grader

from __future__ import annotations

import torch

from autograder.graders.kit import instruments, training_mistakes
from autograder.graders.lab1_train_cnn.train_one_epoch.batches import *  # noqa: F403  (of_module reads them here)
from autograder.graders.lab1_train_cnn.train_one_epoch.loss import *  # noqa: F403  (of_module reads them here)
from autograder.graders.lab1_train_cnn.train_one_epoch.written import instead
from autograder.grading.misconceptions import misconception

LEAST_MISCONCEPTIONS = 10


def reference(model, loader, criterion, optimizer, device="cpu"):
    """Make one optimizer step a batch, in training mode; return the mean loss per sample."""
    model.train()
    loss_sum, count = 0.0, 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        loss_sum += loss.item() * len(y)
        count += len(y)
    return loss_sum / count


def trace_clue(seen, expected):
    """Say what is wrong in the order of things; else which of the results."""
    if said := instruments.trace_clue(seen, expected, training=True):
        return said
    mine, theirs = (each["nets"]["model"]["state"] for each in (seen, expected))
    if all(
        torch.allclose(mine[name].double(), theirs[name].double(), rtol=1e-4, atol=1e-5) for name in theirs
    ):
        numbers = seen.get("result"), expected.get("result")
        count = sum(entry[2] for entry in expected["log"])
        if isinstance(numbers[0], (tuple, list, dict)) and not isinstance(numbers[1], list):
            return "You train as you should and return more than asked. Return the mean loss alone."
        if said := instruments.rounding_clue(*numbers, "loss") or instruments.divisor_clue(
            *numbers, count, "loss"
        ):
            return said
        return "You train as you should; only the number returned is wrong. Add up `loss.item() * len(y)` and divide by the number of samples, so that a smaller last batch weighs less."
    return "Forward passes, backward passes and steps come in the right order, but the weights are not those of the rule. Is the gradient changed on its way (clipping, scaling, a missing `zero_grad`), or the loss not plain `criterion(model(x), y)`?"


globals().update(training_mistakes.common(instead))


@misconception(
    "You clear the gradients once before the loop, so within the epoch every batch adds to those before it. Clear them for every batch."
)
def zero_grad_once_per_epoch(model, loader, criterion, optimizer, device="cpu"):
    model.train()
    total = 0.0
    optimizer.zero_grad()
    for x, y in loader:
        loss = criterion(model(x.to(device)), y.to(device))
        loss.backward()
        optimizer.step()
        total += loss.item() * len(y)
    return total / len(loader.dataset)


@misconception(
    "The optimizer steps before this batch’s gradients exist, right after the old ones were cleared, so nothing is learned. Go backward first, then step."
)
def step_before_backward(model, loader, criterion, optimizer, device="cpu"):
    model.train()
    total = 0.0
    for x, y in loader:
        optimizer.zero_grad()
        loss = criterion(model(x.to(device)), y.to(device))
        optimizer.step()
        loss.backward()
        total += loss.item() * len(y)
    return total / len(loader.dataset)


@misconception(
    "Your step stands at the start of the loop, so it uses the gradient of the batch before, and the last batch is never learned. Step after `backward`."
)
def step_uses_previous_batch(model, loader, criterion, optimizer, device="cpu"):
    model.train()
    total = 0.0
    for x, y in loader:
        optimizer.step()
        optimizer.zero_grad()
        loss = criterion(model(x.to(device)), y.to(device))
        loss.backward()
        total += loss.item() * len(y)
    return total / len(loader.dataset)


two_steps_per_batch = instead(
    "You make two optimizer steps for every batch. One gradient, one step.",
    {"total +": "optimizer.step()\n        total +"},
)


@misconception(
    "Your step stands outside the loop, so there is one step an epoch on the gradients of all batches. Step inside the loop, once for every batch."
)
def one_step_per_epoch(model, loader, criterion, optimizer, device="cpu"):
    model.train()
    total = 0.0
    optimizer.zero_grad()
    for x, y in loader:
        loss = criterion(model(x.to(device)), y.to(device))
        loss.backward()
        total += loss.item() * len(y)
    optimizer.step()
    return total / len(loader.dataset)


@misconception(
    "You step after every second batch on the sum of two gradients. Every batch gets a step of its own, on its gradient alone."
)
def gradients_accumulated_over_two_batches(model, loader, criterion, optimizer, device="cpu"):
    model.train()
    total = 0.0
    optimizer.zero_grad()
    for i, (x, y) in enumerate(loader):
        loss = criterion(model(x.to(device)), y.to(device))
        loss.backward()
        if i % 2 == 1 or i == len(loader) - 1:
            optimizer.step()
            optimizer.zero_grad()
        total += loss.item() * len(y)
    return total / len(loader.dataset)


gradients_clipped = instead(
    "You clip the gradients before the step, which changes the weights you end with. Nothing was asked between `backward` and the step.",
    {"optimizer.step": "nn.utils.clip_grad_norm_(model.parameters(), 1.0)\n        optimizer.step"},
)
loss_multiplied_before_backward = instead(
    "You multiply the loss by the batch size before `backward`, so gradients come out too large. Go backward through the criterion’s own value; weight it only in the sum that you report.",
    {"y.to(device))": "y.to(device)) * len(y)", "() * len(y)": "()"},
)


@misconception(
    "You divide the loss by the batch size before `backward`, but the criterion has already averaged over the batch, so gradients come out too small. Leave the loss as it is."
)
def loss_divided_before_backward(model, loader, criterion, optimizer, device="cpu"):
    model.train()
    total = 0.0
    for x, y in loader:
        optimizer.zero_grad()
        loss = criterion(model(x.to(device)), y.to(device)) / len(y)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(y) * len(y)
    return total / len(loader.dataset)


softmax_before_criterion = instead(
    "You put a softmax on the outputs before the criterion. Cross entropy takes logits and does the softmax itself; hand it what the network gives.",
    {"model(x.to(device))": "F.softmax(model(x.to(device)), dim=1)"},
)
criterion_ignored = instead(
    "You compute a loss of your own choice and never call `criterion`. Use the one that you were given.",
    {"= criterion": "= F.cross_entropy"},
)
optimizer_ignored = instead(
    "The optimizer that you were given does not step, or not as it was made: you make one of your own inside, or set another learning rate. Use the argument as it is.",
    {"for x": "optimizer = torch.optim.SGD(model.parameters(), lr=0.01)\n    for x"},
)


@misconception(
    "Your forward pass runs with gradients switched off, so `backward` never reaches the weights. `no_grad` is for evaluation; do without it here."
)
def gradients_switched_off(model, loader, criterion, optimizer, device="cpu"):
    model.train()
    total = 0.0
    for x, y in loader:
        optimizer.zero_grad()
        with torch.no_grad():
            loss = criterion(model(x.to(device)), y.to(device))
        loss.requires_grad_(True)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(y)
    return total / len(loader.dataset)
