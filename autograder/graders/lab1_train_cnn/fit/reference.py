"""Keep the reference for `fit` and the ways in which students get a whole training run wrong."""

# CANARY-5b0c2f6e-hidden-grader

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import nn

from autograder.graders.lab1_train_cnn.fit.epochs import *  # noqa: F403  (of_module reads them here)
from autograder.graders.lab1_train_cnn.fit.history import *  # noqa: F403  (of_module reads them here)
from autograder.graders.lab1_train_cnn.fit.numbers import *  # noqa: F403  (of_module reads them here)
from autograder.graders.lab1_train_cnn.fit.training import *  # noqa: F403  (of_module reads them here)
from autograder.graders.lab1_train_cnn.fit.validation import *  # noqa: F403  (of_module reads them here)
from autograder.graders.lab1_train_cnn.fit.written import instead
from autograder.grading.misconceptions import misconception

LEAST_MISCONCEPTIONS = 10


def reference(model, train_loader, val_loader, epochs, lr):
    """Train with one Adam(lr) on cross entropy, and validate after every epoch."""
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for _ in range(epochs):
        model.train()
        loss_sum, count = 0.0, 0
        for x, y in train_loader:
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            loss_sum += loss.item() * len(y)
            count += len(y)
        history["train_loss"].append(loss_sum / count)

        model.eval()
        loss_sum, correct, count = 0.0, 0, 0
        with torch.no_grad():
            for x, y in val_loader:
                logits = model(x)
                loss_sum += criterion(logits, y).item() * len(y)
                correct += (logits.argmax(dim=1) == y).sum().item()
                count += len(y)
        history["val_loss"].append(loss_sum / count)
        history["val_accuracy"].append(correct / count)
    return history


one_optimizer_per_epoch = instead(
    "You make a new optimizer in every epoch, so Adam forgets its averages each time. Make one before the loop.",
    {
        "optimizer = torch.optim.Adam(model.parameters(), lr=lr)": "",
        "model.train": "optimizer = torch.optim.Adam(model.parameters(), lr=lr)\n        model.train",
    },
)
sgd_instead_of_adam = instead(
    "Your optimizer is SGD. This item asks for Adam with the learning rate `lr`.",
    {"Adam": "SGD"},
)
adamw_instead_of_adam = instead(
    "You use AdamW, which shrinks the weights at every step. This item asks for Adam itself.",
    {"Adam": "AdamW"},
)
lr_ignored = instead(
    "Your optimizer runs with its own default learning rate. Hand `lr` on to it.",
    {", lr=lr": ""},
)
weight_decay_added = instead(
    "You add weight decay to Adam, which pulls the weights towards zero. Nothing but the learning rate was asked.",
    {"=lr": "=lr, weight_decay=1e-4"},
)
learning_rate_decayed = instead(
    "You lower the learning rate from epoch to epoch. It stays `lr` all the way; do without the schedule.",
    {
        "history =": "scheduler = torch.optim.lr_scheduler.ExponentialLR(optimizer, gamma=0.9)\n    history =",
        "model.eval": "scheduler.step()\n        model.eval",
    },
)
softmax_before_cross_entropy = instead(
    "You put a softmax on the outputs before cross entropy, which takes logits and does the softmax itself. Hand it what the network gives.",
    {"model(x),": "F.softmax(model(x), dim=1),", "logits,": "F.softmax(logits, dim=1),"},
)


@misconception(
    "You switch to training mode once, before the loop, and the first validation ends it for good. Switch at the start of every epoch."
)
def training_mode_set_once(model, train_loader, val_loader, epochs, lr):
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    model.train()
    for _ in range(epochs):
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


validates_in_training_mode = instead(
    "You validate in training mode: dropout still drops, and batch norm changes its statistics. Switch to evaluation mode before you validate.",
    {"model.eval()": ""},
)


@misconception(
    "Your validation loop makes optimizer steps, so the network learns from the validation data. Only look there: no backward pass, no step."
)
def trains_while_validating(model, train_loader, val_loader, epochs, lr):
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
        val_loss, correct, n = 0.0, 0, len(val_loader.dataset)
        for x, y in val_loader:
            logits = model(x)
            optimizer.zero_grad()
            loss = F.cross_entropy(logits, y)
            loss.backward()
            optimizer.step()
            val_loss += loss.item() * len(y) / n
            correct += (logits.argmax(dim=1) == y).sum().item()
        history["train_loss"].append(train_loss)
        history["val_loss"].append(val_loss)
        history["val_accuracy"].append(correct / n)
    return history
