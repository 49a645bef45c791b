"""Misconceptions of `evaluate` about batches, devices and gradients."""

# CANARY-5b0c2f6e-hidden-grader

from __future__ import annotations

import torch

from autograder.graders.lab1_train_cnn.evaluate.written import instead
from autograder.grading.misconceptions import misconception


@misconception("Your function stops after the first batch. Take its `return` or `break` out of the loop.")
def only_first_batch(model, loader, criterion, device="cpu"):
    was_training = model.training
    model.eval()
    with torch.no_grad():
        for x, y in loader:
            logits, y = model(x.to(device)), y.to(device)
            loss = criterion(logits, y).item()
            correct = (logits.argmax(dim=1) == y).sum().item()
            model.train(was_training)
            return loss, correct / len(y)


@misconception(
    "Your last batch, the smaller one, is left out. Its samples count too: no condition on its size, no `break`."
)
def last_batch_skipped(model, loader, criterion, device="cpu"):
    was_training = model.training
    model.eval()
    total, correct, n = 0.0, 0, len(loader.dataset)
    with torch.no_grad():
        for x, y in loader:
            if len(y) < loader.batch_size:
                n -= len(y)
                continue
            logits, y = model(x.to(device)), y.to(device)
            total += criterion(logits, y).item() * len(y)
            correct += (logits.argmax(dim=1) == y).sum().item()
    model.train(was_training)
    return total / n, correct / n


only_last_batch = instead(
    "Each batch overwrites the results of the one before, so only the last is left. Add up over all batches.",
    {
        "total, correct, n = 0.0, 0, len(loader.dataset)": "",
        "total += criterion(logits, y).item() * len(y)": "loss = criterion(logits, y).item()",
        "correct += (logits.argmax(dim=1) == y).sum": "accuracy = (logits.argmax(dim=1) == y).float().mean",
        "total / n, correct / n": "loss, accuracy",
    },
)
batches_not_moved = instead(
    "Your batches do not reach the `device` given, neither images nor labels. `x.to(device)` returns a new tensor: keep it. And give `device` no other value inside.",
    {", y = model(x.to(device)), y.to(device)": " = model(x)"},
)
labels_not_moved = instead(
    "You move the images to `device` and leave the labels behind. The criterion needs both in one place: `y = y.to(device)`.",
    {", y = model(x.to(device)), y.to(device)": " = model(x.to(device))"},
)


@misconception(
    "Yours is a training loop: it goes backward and steps, and where gradients are off it cannot. Evaluation needs neither optimizer nor `backward`; it only looks, under `torch.no_grad()`.",
    other_task=True,
)
def trains_on_validation(model, loader, criterion, device="cpu"):
    was_training = model.training
    model.eval()
    total, correct, n = 0.0, 0, len(loader.dataset)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    for x, y in loader:
        logits, y = model(x.to(device)), y.to(device)
        loss = criterion(logits, y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(y)
        correct += (logits.argmax(dim=1) == y).sum().item()
    model.train(was_training)
    return total / n, correct / n


@misconception(
    "There is a `backward` in your evaluation: nothing is learned here, and where gradients are off it fails. Take it out, and do everything under `torch.no_grad()`."
)
def backward_while_evaluating(model, loader, criterion, device="cpu"):
    was_training = model.training
    model.eval()
    total, correct, n = 0.0, 0, len(loader.dataset)
    for x, y in loader:
        logits, y = model(x.to(device)), y.to(device)
        loss = criterion(logits, y)
        loss.backward()
        total += loss.item() * len(y)
        correct += (logits.argmax(dim=1) == y).sum().item()
    model.train(was_training)
    return total / n, correct / n


parentheses_of_no_grad_missing = instead(
    "`no_grad` needs its parentheses: `with torch.no_grad():` makes the context; without them you enter the class itself.",
    {"no_grad()": "no_grad"},
)
images_flattened = instead(
    "You flatten the images. Hand them to the model as they come, (N, 1, 28, 28): a CNN needs their rows and columns.",
    {
        ", n = 0.0, 0, len(loader.dataset)": " = 0.0, 0",
        "logits, y = model(x.to(device))": "x, y = x.to(device).view(len(x), -1)",
        "total +": "logits = model(x)\n            total +",
        "return": "n = len(loader.dataset)\n    return",
    },
)
mode_restored_outside_only = instead(
    "You set the mode back in the outermost module alone: an assignment to `training` leaves the layers inside as they are. Call `train` with the mode that you found.",
    {
        ", n = 0.0, 0, len(loader.dataset)": " = 0.0, 0",
        ", y = model(x.to(device)), y.to(device)": " = model(x.to(device))",
        "y).item(": "y.to(device)).item(",
        "= y": "= y.to(device)",
        "train(was_training)": "training = was_training",
        "return": "n = len(loader.dataset)\n    return",
    },
)
