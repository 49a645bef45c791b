"""Misconceptions of `fit` about the numbers that it records."""

# CANARY-5b0c2f6e-hidden-grader

from __future__ import annotations

import torch
import torch.nn.functional as F

from autograder.graders.lab1_train_cnn.fit.written import instead
from autograder.grading.misconceptions import misconception


@misconception(
    "Training loss and validation loss have changed places in your history. Check which number goes under which key."
)
def losses_swapped(model, train_loader, val_loader, epochs, lr):
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
        history["train_loss"].append(val_loss)
        history["val_loss"].append(train_loss)
        history["val_accuracy"].append(correct / n)
    return history


@misconception(
    "Validation loss and accuracy have changed places in your history. `evaluate` returns the loss first; check which number goes under which key."
)
def validation_loss_and_accuracy_swapped(model, train_loader, val_loader, epochs, lr):
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
        history["val_loss"].append(correct / n)
        history["val_accuracy"].append(val_loss)
    return history


loss_of_last_batch_recorded = instead(
    "Your training loss is that of the last batch of each epoch. Record the mean over all samples of the epoch.",
    {", n = 0.0, len(train_loader.dataset)": " = 0.0", "+= loss.item() * len(y) / n": "= loss.item()"},
)
batch_losses_recorded = instead(
    "You record the training loss of every batch, so that list is too long. Record one number an epoch: the mean per sample.",
    {
        "train_loss, n = 0.0, len(train_loader.dataset)": "",
        "train_loss += loss.item() * len(y) / n": 'history["train_loss"].append(loss.item())',
        'history["train_loss"].append(train_loss)': "",
    },
)
losses_averaged_over_batches = instead(
    "You average the losses over batches, so the samples of a smaller last batch weigh more. Weight each batch’s loss by its size, and divide by the number of samples.",
    {
        ", n = 0.0, len(train_loader.dataset)": " = 0.0",
        "loss.item() * len(y) / n": "loss.item() / len(train_loader)",
        "(logits, y).item() * len(y) / n": "(logits, y).item() / len(val_loader)",
    },
)
losses_summed = instead(
    "You record losses summed over all samples. Divide them by the number of samples to get means.",
    {
        ", n = 0.0, len(train_loader.dataset)": " = 0.0",
        "loss.item() * len(y) / n": "loss.item() * len(y)",
        "(logits, y).item() * len(y) / n": "(logits, y).item() * len(y)",
    },
)
accuracy_in_percent = instead(
    "You record the accuracy in percent. A fraction between 0 and 1 is asked.",
    {"correct /": "100.0 * correct /"},
)
accuracy_made_whole = instead(
    "You make whole numbers of the accuracies, and `int` cuts a fraction down to 0. Append them as they come.",
    {"correct / n": "int(correct / n)"},
)
