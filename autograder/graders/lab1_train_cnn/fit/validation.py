"""Misconceptions of `fit` about validation: when, and on which data."""

# CANARY-5b0c2f6e-hidden-grader

from __future__ import annotations

import torch
import torch.nn.functional as F

from autograder.graders.lab1_train_cnn.fit.written import instead
from autograder.grading.misconceptions import misconception

validates_on_training_data = instead(
    "Your validation numbers come from the training loader. Use the validation loader for them.",
    {"val_loader.": "train_loader.", "val_loader:": "train_loader:"},
)


@misconception(
    "You validate before you train, so your validation numbers are one epoch late. In every epoch train first, then validate."
)
def validates_before_training(model, train_loader, val_loader, epochs, lr):
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for _ in range(epochs):
        model.eval()
        val_loss, correct, n = 0.0, 0, len(val_loader.dataset)
        with torch.no_grad():
            for x, y in val_loader:
                logits = model(x)
                val_loss += F.cross_entropy(logits, y).item() * len(y) / n
                correct += (logits.argmax(dim=1) == y).sum().item()
        history["val_loss"].append(val_loss)
        history["val_accuracy"].append(correct / n)
        model.train()
        train_loss, n = 0.0, len(train_loader.dataset)
        for x, y in train_loader:
            optimizer.zero_grad()
            loss = F.cross_entropy(model(x), y)
            loss.backward()
            optimizer.step()
            train_loss += loss.item() * len(y) / n
        history["train_loss"].append(train_loss)
    return history


@misconception(
    "You validate once, after the last epoch, so those lists hold one number. Validate inside the loop, after every epoch."
)
def validates_once_at_the_end(model, train_loader, val_loader, epochs, lr):
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
        history["train_loss"].append(train_loss)
    model.eval()
    val_loss, correct, n = 0.0, 0, len(val_loader.dataset)
    with torch.no_grad():
        for x, y in val_loader:
            logits = model(x)
            val_loss += F.cross_entropy(logits, y).item() * len(y) / n
            correct += (logits.argmax(dim=1) == y).sum().item()
    history["val_loss"].append(val_loss)
    history["val_accuracy"].append(correct / n)
    return history


@misconception(
    "You train all epochs and validate afterwards, so every validation number is that of the last epoch. Validate inside the loop, after each training."
)
def all_trainings_first(model, train_loader, val_loader, epochs, lr):
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
        history["train_loss"].append(train_loss)
    for _ in range(epochs):
        model.eval()
        val_loss, correct, n = 0.0, 0, len(val_loader.dataset)
        with torch.no_grad():
            for x, y in val_loader:
                logits = model(x)
                val_loss += F.cross_entropy(logits, y).item() * len(y) / n
                correct += (logits.argmax(dim=1) == y).sum().item()
        history["val_loss"].append(val_loss)
        history["val_accuracy"].append(correct / n)
    return history


loaders_swapped = instead(
    "You train on the validation loader and validate on the training loader. Exchange the two: learning is for `train_loader`.",
    {"optimizer =": "train_loader, val_loader = val_loader, train_loader\n    optimizer ="},
)


@misconception(
    "You train on the validation loader as well, so its numbers say nothing about new images. Only `evaluate` may see it."
)
def trains_on_validation_too(model, train_loader, val_loader, epochs, lr):
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
        for x, y in val_loader:
            optimizer.zero_grad()
            F.cross_entropy(model(x), y).backward()
            optimizer.step()
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
