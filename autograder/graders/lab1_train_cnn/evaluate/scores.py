"""Misconceptions of `evaluate` about scores: the class read from them, and the criterion."""

# CANARY-5b0c2f6e-hidden-grader

from __future__ import annotations

import torch
import torch.nn.functional as F

from autograder.grading.misconceptions import misconception


@misconception(
    "You compare the largest logit itself with the label. You want its position; `max` along a dimension "
    "returns both, values first."
)
def largest_logit_as_label(model, loader, criterion, device="cpu"):
    was_training = model.training
    model.eval()
    total, correct, n = 0.0, 0, len(loader.dataset)
    with torch.no_grad():
        for x, y in loader:
            logits, y = model(x.to(device)), y.to(device)
            total += criterion(logits, y).item() * len(y)
            correct += (logits.max(dim=1).values == y).sum().item()
    model.train(was_training)
    return total / n, correct / n


@misconception(
    "You take the position of one maximum over the whole batch. Each sample needs its own: say along which "
    "dimension."
)
def largest_logit_of_the_batch(model, loader, criterion, device="cpu"):
    was_training = model.training
    model.eval()
    total, correct, n = 0.0, 0, len(loader.dataset)
    with torch.no_grad():
        for x, y in loader:
            logits, y = model(x.to(device)), y.to(device)
            total += criterion(logits, y).item() * len(y)
            correct += (logits.argmax() == y).sum().item()
    model.train(was_training)
    return total / n, correct / n


@misconception("You take the class with the smallest logit. The prediction is the class with the largest.")
def smallest_logit_wins(model, loader, criterion, device="cpu"):
    was_training = model.training
    model.eval()
    total, correct, n = 0.0, 0, len(loader.dataset)
    with torch.no_grad():
        for x, y in loader:
            logits, y = model(x.to(device)), y.to(device)
            total += criterion(logits, y).item() * len(y)
            correct += (logits.argmin(dim=1) == y).sum().item()
    model.train(was_training)
    return total / n, correct / n


@misconception(
    "You keep the predictions as a column (`keepdim=True`), so each is compared with every label of the batch. Take "
    "`argmax(dim=1)` without `keepdim`, or bring both to one shape."
)
def predictions_kept_as_column(model, loader, criterion, device="cpu"):
    was_training = model.training
    model.eval()
    total, correct, n = 0.0, 0, len(loader.dataset)
    with torch.no_grad():
        for x, y in loader:
            logits, y = model(x.to(device)), y.to(device)
            total += criterion(logits, y).item() * len(y)
            correct += (logits.argmax(dim=1, keepdim=True) == y).sum().item()
    model.train(was_training)
    return total / n, correct / n


@misconception(
    "You take the maximum over the batch (`dim=0`): for each class the image that likes it best. Each image needs its "
    "best class: `argmax(dim=1)`."
)
def argmax_over_the_batch(model, loader, criterion, device="cpu"):
    was_training = model.training
    model.eval()
    total, correct, n = 0.0, 0, len(loader.dataset)
    with torch.no_grad():
        for x, y in loader:
            logits, y = model(x.to(device)), y.to(device)
            total += criterion(logits, y).item() * len(y)
            correct += (logits.argmax(dim=0) == y).sum().item()
    model.train(was_training)
    return total / n, correct / n


@misconception(
    "You take the maximum over the batch (`dim=0`) and compare as many as fit. Each image needs its best class: with "
    "`argmax(dim=1)` there are as many predictions as labels."
)
def argmax_over_the_batch_cut_to_fit(model, loader, criterion, device="cpu"):
    was_training = model.training
    model.eval()
    total, correct, n = 0.0, 0, len(loader.dataset)
    with torch.no_grad():
        for x, y in loader:
            logits, y = model(x.to(device)), y.to(device)
            total += criterion(logits, y).item() * len(y)
            correct += sum(int(a == b) for a, b in zip(logits.argmax(dim=0), y, strict=False))
    model.train(was_training)
    return total / n, correct / n


@misconception(
    "You put a softmax on the outputs before the criterion. Cross entropy takes logits and does the softmax "
    "itself; hand it what the network gives."
)
def softmax_before_criterion(model, loader, criterion, device="cpu"):
    was_training = model.training
    model.eval()
    total, correct, n = 0.0, 0, len(loader.dataset)
    with torch.no_grad():
        for x, y in loader:
            logits, y = model(x.to(device)), y.to(device)
            total += criterion(F.softmax(logits, dim=1), y).item() * len(y)
            correct += (logits.argmax(dim=1) == y).sum().item()
    model.train(was_training)
    return total / n, correct / n


@misconception(
    "You compute a loss of your own choice and never call `criterion`. Use the one that you were given."
)
def criterion_ignored(model, loader, criterion, device="cpu"):
    was_training = model.training
    model.eval()
    total, correct, n = 0.0, 0, len(loader.dataset)
    with torch.no_grad():
        for x, y in loader:
            logits, y = model(x.to(device)), y.to(device)
            total += F.cross_entropy(logits, y).item() * len(y)
            correct += (logits.argmax(dim=1) == y).sum().item()
    model.train(was_training)
    return total / n, correct / n


@misconception(
    "`squeeze` takes the batch axis away where a batch has one sample. The outputs are (N, classes) as they come: do "
    "without it."
)
def outputs_squeezed(model, loader, criterion, device="cpu"):
    was_training = model.training
    model.eval()
    total, correct, n = 0.0, 0, len(loader.dataset)
    with torch.no_grad():
        for x, y in loader:
            logits, y = model(x.to(device)).squeeze(), y.to(device)
            total += criterion(logits, y).item() * len(y)
            correct += (logits.argmax(dim=1) == y).sum().item()
    model.train(was_training)
    return total / n, correct / n
