"""A right answer to `fit`, written as a student writes; misconceptions change a place or two in it."""

# CANARY-5b0c2f6e-hidden-grader

import torch
import torch.nn.functional as F

from autograder.graders.kit.changes import changes_of


def fit(model, train_loader, val_loader, epochs, lr):
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for _ in range(epochs):
        model.train()
        train_loss, n = 0.0, len(train_loader.dataset)
        for x, y in train_loader:
            optimizer.zero_grad()
            loss = F.cross_entropy(model(x), y)
            loss.backward()
            optimizer.step()
            train_loss += loss.item() * len(y) / n
        model.eval()
        val_loss, correct, n = 0.0, 0, len(val_loader.dataset)
        with torch.no_grad():
            for x, y in val_loader:
                logits = model(x)
                val_loss += F.cross_entropy(logits, y).item() * len(y) / n
                correct += (logits.argmax(dim=1) == y).sum().item()
        history["train_loss"].append(train_loss)
        history["val_loss"].append(val_loss)
        history["val_accuracy"].append(correct / n)
    return history


instead = changes_of(fit)
