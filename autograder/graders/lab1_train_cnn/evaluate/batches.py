"""Misconceptions of `evaluate` about batches, devices and gradients."""

# CANARY-5b0c2f6e-hidden-grader

from __future__ import annotations

import torch

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


@misconception(
    "Each batch overwrites the results of the one before, so only the last is left. Add up over all batches."
)
def only_last_batch(model, loader, criterion, device="cpu"):
    was_training = model.training
    model.eval()
    with torch.no_grad():
        for x, y in loader:
            logits, y = model(x.to(device)), y.to(device)
            loss = criterion(logits, y).item()
            accuracy = (logits.argmax(dim=1) == y).float().mean().item()
    model.train(was_training)
    return loss, accuracy


@misconception(
    "Your batches do not reach the `device` given, neither images nor labels. `x.to(device)` returns a new tensor: keep "
    "it. And give `device` no other value inside."
)
def batches_not_moved(model, loader, criterion, device="cpu"):
    was_training = model.training
    model.eval()
    total, correct, n = 0.0, 0, len(loader.dataset)
    with torch.no_grad():
        for x, y in loader:
            logits = model(x)
            total += criterion(logits, y).item() * len(y)
            correct += (logits.argmax(dim=1) == y).sum().item()
    model.train(was_training)
    return total / n, correct / n


@misconception(
    "You move the images to `device` and leave the labels behind. The criterion needs both in one place: "
    "`y = y.to(device)`."
)
def labels_not_moved(model, loader, criterion, device="cpu"):
    was_training = model.training
    model.eval()
    total, correct, n = 0.0, 0, len(loader.dataset)
    with torch.no_grad():
        for x, y in loader:
            logits = model(x.to(device))
            total += criterion(logits, y).item() * len(y)
            correct += (logits.argmax(dim=1) == y).sum().item()
    model.train(was_training)
    return total / n, correct / n


@misconception(
    "Yours is a training loop: it goes backward and steps, and where gradients are off it cannot. Evaluation needs "
    "neither optimizer nor `backward`; it only looks, under `torch.no_grad()`.",
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
    "There is a `backward` in your evaluation: nothing is learned here, and where gradients are off it fails. Take it "
    "out, and do everything under `torch.no_grad()`."
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


@misconception(
    "`no_grad` needs its parentheses: `with torch.no_grad():` makes the context; without them you enter the class "
    "itself."
)
def parentheses_of_no_grad_missing(model, loader, criterion, device="cpu"):
    was_training = model.training
    model.eval()
    total, correct, n = 0.0, 0, len(loader.dataset)
    with torch.no_grad:
        for x, y in loader:
            logits, y = model(x.to(device)), y.to(device)
            total += criterion(logits, y).item() * len(y)
            correct += (logits.argmax(dim=1) == y).sum().item()
    model.train(was_training)
    return total / n, correct / n


@misconception(
    "You flatten the images. Hand them to the model as they come, (N, 1, 28, 28): a CNN needs their rows and columns."
)
def images_flattened(model, loader, criterion, device="cpu"):
    was_training = model.training
    model.eval()
    total, correct = 0.0, 0
    with torch.no_grad():
        for x, y in loader:
            x, y = x.to(device).view(len(x), -1), y.to(device)
            logits = model(x)
            total += criterion(logits, y).item() * len(y)
            correct += (logits.argmax(dim=1) == y).sum().item()
    model.train(was_training)
    n = len(loader.dataset)
    return total / n, correct / n


@misconception(
    "You set the mode back in the outermost module alone: an assignment to `training` leaves the layers inside as they "
    "are. Call `train` with the mode that you found."
)
def mode_restored_outside_only(model, loader, criterion, device="cpu"):
    was_training = model.training
    model.eval()
    total, correct = 0.0, 0
    with torch.no_grad():
        for x, y in loader:
            logits = model(x.to(device))
            total += criterion(logits, y.to(device)).item() * len(y)
            correct += (logits.argmax(dim=1) == y.to(device)).sum().item()
    model.training = was_training
    n = len(loader.dataset)
    return total / n, correct / n
