"""Keep the reference for `evaluate` and the ways in which students get an evaluation wrong."""

# CANARY-5b0c2f6e-hidden-grader

from __future__ import annotations

import math

import torch

from autograder.graders.kit import instruments
from autograder.graders.lab1_train_cnn.evaluate.batches import *  # noqa: F403  (of_module reads them here)
from autograder.graders.lab1_train_cnn.evaluate.results import *  # noqa: F403  (of_module reads them here)
from autograder.graders.lab1_train_cnn.evaluate.scores import *  # noqa: F403  (of_module reads them here)
from autograder.graders.lab1_train_cnn.evaluate.written import instead
from autograder.grading.misconceptions import misconception

LEAST_MISCONCEPTIONS = 10
RESULTS = ("loss", "accuracy")


def reference(model, loader, criterion, device="cpu"):
    """Return mean loss per sample and accuracy; leave mode and gradient state as they were."""
    was_training = model.training
    model.eval()
    loss_sum, correct, count = 0.0, 0, 0
    with torch.no_grad():
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            logits = model(x)  # (N, classes)
            loss_sum += criterion(logits, y).item() * len(y)
            correct += (logits.argmax(dim=1) == y).sum().item()
            count += len(y)
    model.train(was_training)
    return loss_sum / count, correct / count


def trace_clue(seen, expected):
    """Say what is wrong in the order of things; else of the first result that is wrong, which is the one shown."""
    if said := instruments.changes_clue(seen) or instruments.trace_clue(seen, expected, training=False):
        return said
    mine, theirs = seen["result"], expected["result"]
    if (
        isinstance(mine, (tuple, list))
        and len(mine) == 2
        and all(isinstance(each, (int, float)) for each in mine)
    ):
        count = sum(entry[2] for entry in expected["log"])
        right = [abs(a - b) <= 1e-4 * max(1.0, abs(b)) for a, b in zip(mine, theirs, strict=True)]
        if all(right):
            return ""
        wrong = right.index(False)
        if wrong == 1 and mine[1] in (math.floor(100 * theirs[1]), round(100 * theirs[1])) and mine[1] > 1:
            return "Your accuracy is a percentage in whole numbers. Return the share itself: right answers / samples, with `/`."
        if said := instruments.rounding_clue(mine[wrong], theirs[wrong], RESULTS[wrong]):
            return said
        sums = [
            instruments.divisor_clue(*each, count, what)
            for *each, what in zip(mine, theirs, RESULTS, strict=True)
        ]
        if sums[0] and sums[0] == sums[1].replace(*reversed(RESULTS)):
            return sums[0]
        if right == [False, True]:
            return "Your accuracy is right and the loss is not: add up `criterion(…).item() * len(y)`, then divide by all samples."
        if right == [True, False]:
            return "Your loss is right and the accuracy is not: count where the index of the largest logit is the label, over all samples."
    return ""


@misconception(
    "You evaluate in training mode: dropout still drops, and batch norm uses and changes its statistics. Switch to evaluation mode first."
)
def evaluation_mode_missing(model, loader, criterion, device="cpu"):
    total, correct, n = 0.0, 0, len(loader.dataset)
    with torch.no_grad():
        for x, y in loader:
            logits, y = model(x.to(device)), y.to(device)
            total += criterion(logits, y).item() * len(y)
            correct += (logits.argmax(dim=1) == y).sum().item()
    return total / n, correct / n


only_top_module_switched = instead(
    "You set `model.training` by hand, which reaches only the outermost module; its dropout and batch norm go on training. Use the method that switches the whole network.",
    {
        "was_training = model.training": "model.training = False",
        "model.eval()": "",
        "model.train(was_training)": "",
    },
)


@misconception(
    "You evaluate with gradients switched on, which builds a graph for nothing. Do the forward passes under `no_grad`."
)
def gradients_left_on(model, loader, criterion, device="cpu"):
    was_training = model.training
    model.eval()
    total, correct, n = 0.0, 0, len(loader.dataset)
    for x, y in loader:
        logits, y = model(x.to(device)), y.to(device)
        total += criterion(logits, y).item() * len(y)
        correct += (logits.argmax(dim=1) == y).sum().item()
    model.train(was_training)
    return total / n, correct / n


@misconception(
    "You switch off `requires_grad` of the parameters, so the network can’t be trained any more afterwards. Leave the parameters alone and use `no_grad`."
)
def parameters_frozen(model, loader, criterion, device="cpu"):
    was_training = model.training
    model.eval()
    total, correct, n = 0.0, 0, len(loader.dataset)
    model.requires_grad_(False)
    for x, y in loader:
        logits, y = model(x.to(device)), y.to(device)
        total += criterion(logits, y).item() * len(y)
        correct += (logits.argmax(dim=1) == y).sum().item()
    model.train(was_training)
    return total / n, correct / n


mode_left_in_evaluation = instead(
    "You leave the network in evaluation mode. Note its mode before you call `eval()`, and put it back at the end.",
    {"was_training = model.training": "", "model.train(was_training)": ""},
)
always_training_at_exit = instead(
    "You always leave the network in training mode, even if it came in evaluation mode. Put back the mode that you found.",
    {"was_training = model.training": "", "(was_training)": "()"},
)
training_mode_set = instead(
    "You call `train()` where `eval()` is needed, so dropout and batch norm behave as in training. Switch to evaluation mode.",
    {".eval": ".train"},
)


@misconception(
    "You switch gradients off and never on again, so no training can follow. Use `no_grad` as a context, which puts back what it found."
)
def gradients_switched_off_for_good(model, loader, criterion, device="cpu"):
    was_training = model.training
    model.eval()
    total, correct, n = 0.0, 0, len(loader.dataset)
    torch.set_grad_enabled(False)
    for x, y in loader:
        logits, y = model(x.to(device)), y.to(device)
        total += criterion(logits, y).item() * len(y)
        correct += (logits.argmax(dim=1) == y).sum().item()
    model.train(was_training)
    return total / n, correct / n


@misconception(
    "You switch gradients on at the end, even if they were off before. Put back the state that you found; `no_grad` as a context does it by itself."
)
def gradients_switched_on_at_exit(model, loader, criterion, device="cpu"):
    was_training = model.training
    model.eval()
    total, correct, n = 0.0, 0, len(loader.dataset)
    torch.set_grad_enabled(False)
    for x, y in loader:
        logits, y = model(x.to(device)), y.to(device)
        total += criterion(logits, y).item() * len(y)
        correct += (logits.argmax(dim=1) == y).sum().item()
    model.train(was_training)
    torch.set_grad_enabled(True)
    return total / n, correct / n


@misconception(
    "Your evaluation changes the weights: there is an optimizer step in it. Evaluation only looks; take backward pass and step out."
)
def trains_while_evaluating(model, loader, criterion, device="cpu"):
    was_training = model.training
    model.eval()
    total, correct, n = 0.0, 0, len(loader.dataset)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    with torch.enable_grad():
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


loss_averaged_over_batches = instead(
    "You average the loss over batches, so the samples of a smaller last batch weigh more than the others. Weight each batch’s loss by its size.",
    {"() * len(y)": "()", "/ n,": "/ len(loader),"},
)
accuracy_averaged_over_batches = instead(
    "You average the accuracy over batches, so the samples of a smaller last batch weigh more than the others. Count right answers, and divide by all samples.",
    {"sum": "float().mean", "correct / n": "correct / len(loader)"},
)
both_averaged_over_batches = instead(
    "You average loss and accuracy over batches, so the samples of a smaller last batch weigh more. Sum over samples, and divide by their number.",
    {
        ", n = 0.0, 0, len(loader.dataset)": " = 0.0, 0",
        "() * len(y)": "()",
        "sum": "float().mean",
        "n, correct / n": "len(loader), correct / len(loader)",
    },
)
full_batches_assumed = instead(
    "You count every batch as a full one, but the last may be smaller. Divide by the samples that really came.",
    {"(loader.dataset)": "(loader) * loader.batch_size"},
)
batch_losses_divided_by_samples = instead(
    "You add up means over batches and divide by the number of samples, so your loss is too small by the batch size. Weight each batch’s loss by its size before you add it.",
    {"() * len(y)": "()"},
)
sample_losses_divided_by_batches = instead(
    "You weight the losses by batch size but divide by the number of batches. The sum is over samples; divide by their number.",
    {"/ n,": "/ len(loader),"},
)
loss_not_divided = instead(
    "You return the loss summed over all samples. Divide it by their number to get a mean.",
    {"total / n": "total"},
)
batch_losses_summed = instead(
    "You return the sum of the batch losses. Weight each by its batch size, and divide by the number of samples.",
    {"() * len(y)": "()", "total / n": "total"},
)
