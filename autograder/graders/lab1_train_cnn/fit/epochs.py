"""Misconceptions of `fit` about its epochs: how many there are, and what each does."""

# CANARY-5b0c2f6e-hidden-grader

from __future__ import annotations

import torch
import torch.nn.functional as F

from autograder.graders.lab1_train_cnn.fit.written import instead
from autograder.grading.misconceptions import misconception


@misconception(
    "You stop as soon as the validation loss rises. Run all `epochs`; the lists must be that long."
)
def stops_early(model, train_loader, val_loader, epochs, lr):
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
        if val_loss > min(history["val_loss"]):
            break
    return history


@misconception(
    "You stop when the validation loss has not improved for some epochs. Run all `epochs`; your lists must be that long."
)
def stops_when_patience_ends(model, train_loader, val_loader, epochs, lr):
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for _ in range(epochs):
        model.train()
        train_loss, n = 0.0, len(train_loader.dataset)
        for x, y in train_loader:
            optimizer.zero_grad()
            logits = model(x)
            loss = F.cross_entropy(logits, y)
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
        if len(history["val_loss"]) - history["val_loss"].index(min(history["val_loss"])) > 3:
            break
    return history


@misconception(
    "You stop as soon as the validation accuracy is high enough. Run all `epochs`; your lists must be that long."
)
def stops_at_full_accuracy(model, train_loader, val_loader, epochs, lr):
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
        if correct / n > 0.95:
            break
    return history


one_epoch_too_few = instead(
    "Your loop runs one epoch too few: a `range` that begins at 1 must end at `epochs + 1`. Count once more.",
    {"(epochs)": "(1, epochs)"},
)
one_epoch_too_many = instead(
    "Your loop runs one epoch too many. `range(epochs)` already counts from 0 to `epochs - 1`.",
    {"(epochs)": "(epochs + 1)"},
)
number_of_epochs_fixed = instead(
    "You train for a fixed number of epochs. Take the number from the argument `epochs`.",
    {"(epochs)": "(10)"},
)
returns_after_the_first_epoch = instead(
    "Your `return` stands inside the loop, so `fit` ends after its first epoch. Move it out, to the indentation of the `for`.",
    {"return history": "    return history"},
)


@misconception(
    "You go through the training data twice in each epoch. One pass an epoch: call `train_one_epoch` once, and append what it returns."
)
def trains_twice_an_epoch(model, train_loader, val_loader, epochs, lr):
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for _ in range(epochs):
        for _ in range(2):
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


@misconception(
    "You put back the weights of the best epoch at the end. The network should keep those of the last epoch."
)
def best_weights_restored(model, train_loader, val_loader, epochs, lr):
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    best = None
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
        if val_loss == min(history["val_loss"]):
            best = {key: value.clone() for key, value in model.state_dict().items()}
    model.load_state_dict(best)
    return history


weights_reset_every_epoch = instead(
    "Every epoch of yours begins with the first weights again, so nothing adds up. Let each epoch go on from where the last one ended.",
    {
        "for _": "start = {key: value.clone() for key, value in model.state_dict().items()}\n    for _",
        "model.train": "model.load_state_dict(start)\n        model.train",
    },
)


@misconception(
    "You draw the weights anew before you train, so what the network had learned is lost. Go on from the weights that it comes with."
)
def weights_drawn_anew(model, train_loader, val_loader, epochs, lr):
    for module in model.modules():
        if hasattr(module, "reset_parameters"):
            module.reset_parameters()
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
