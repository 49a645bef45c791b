"""More misconceptions of `fit`: the module `fit` takes them in."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import nn

from autograder.misconceptions import misconception


@misconception(
    "You make whole numbers of the accuracies, and `int` cuts a fraction down to 0. Append them as they come."
)
def accuracy_made_whole(model, train_loader, val_loader, epochs, lr):
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
        history["val_accuracy"].append(int(correct / n))
    return history


@misconception(
    "You make a network of your own and train that one, and it does not fit these images. Train the "
    "`model` that you are given."
)
def another_network_trained(model, train_loader, val_loader, epochs, lr):
    model = nn.Sequential(nn.Conv2d(1, 8, 3), nn.ReLU(), nn.Flatten(), nn.Linear(5408, 10))
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


@misconception(
    "`model.parameters` without parentheses is the method itself. Adam asks for what it gives: "
    "`model.parameters()`."
)
def parentheses_of_parameters_missing(model, train_loader, val_loader, epochs, lr):
    optimizer = torch.optim.Adam(model.parameters, lr=lr)
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


@misconception(
    "You hand Adam the network, and it asks for its parameters: `torch.optim.Adam(model.parameters(), "
    "lr=lr)`."
)
def model_handed_to_adam(model, train_loader, val_loader, epochs, lr):
    optimizer = torch.optim.Adam(model, lr=lr)
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


@misconception(
    "`nn.CrossEntropyLoss` without parentheses is the class, not a loss. Make one before the loop: "
    "`criterion = nn.CrossEntropyLoss()`."
)
def criterion_never_made(model, train_loader, val_loader, epochs, lr):
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for _ in range(epochs):
        model.train()
        train_loss, n = 0.0, len(train_loader.dataset)
        for x, y in train_loader:
            optimizer.zero_grad()
            loss = nn.CrossEntropyLoss(model(x), y)
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
    "You write `losses = losses.append(…)`, and `append` returns None: the list is lost. Write "
    "`losses.append(…)` alone."
)
def list_replaced_by_append(model, train_loader, val_loader, epochs, lr):
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
        history["train_loss"] = history["train_loss"].append(train_loss)
        history["val_loss"].append(val_loss)
        history["val_accuracy"].append(correct / n)
    return history


@misconception(
    "Your loss is binary cross entropy, which asks for a target for every output. The labels here are "
    "class numbers: `nn.CrossEntropyLoss()`."
)
def binary_cross_entropy(model, train_loader, val_loader, epochs, lr):
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for _ in range(epochs):
        model.train()
        train_loss, n = 0.0, len(train_loader.dataset)
        for x, y in train_loader:
            optimizer.zero_grad()
            loss = F.binary_cross_entropy_with_logits(model(x), y)
            loss.backward()
            optimizer.step()
            train_loss += loss.item() * len(y) / n
        model.eval()
        val_loss, correct, n = 0.0, 0, len(val_loader.dataset)
        with torch.no_grad():
            for x, y in val_loader:
                logits = model(x)
                val_loss += F.binary_cross_entropy_with_logits(logits, y).item() * len(y) / n
                correct += (logits.argmax(dim=1) == y).sum().item()
        history["train_loss"].append(train_loss)
        history["val_loss"].append(val_loss)
        history["val_accuracy"].append(correct / n)
    return history
