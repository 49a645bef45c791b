"""A right answer to `evaluate`, written as a student writes; misconceptions change a place or two in it."""

# CANARY-5b0c2f6e-hidden-grader

import torch

from autograder.graders.kit.changes import changes_of


def evaluate(model, loader, criterion, device="cpu"):
    was_training = model.training
    model.eval()
    total, correct, n = 0.0, 0, len(loader.dataset)
    with torch.no_grad():
        for x, y in loader:
            logits, y = model(x.to(device)), y.to(device)
            total += criterion(logits, y).item() * len(y)
            correct += (logits.argmax(dim=1) == y).sum().item()
    model.train(was_training)
    return total / n, correct / n


instead = changes_of(evaluate)
