# ruff: noqa: F821
"""One mistake in `fit`."""

# CANARY-5b0c2f6e-hidden-grader

import copy

import torch
from torch import nn

from autograder.graders.kit.answers import false

_FORM, _WEIGHTS, _NUMBERS, _ARGUMENTS = (
    "test_fit_returns_a_history",
    "test_fit_trains_with_one_adam",
    "test_fit_validates_after_each_epoch",
    "test_fit_follows_its_arguments",
)


@false(_WEIGHTS)
def plain_sgd(model, train_loader, val_loader, epochs, lr):
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for _ in range(epochs):
        history["train_loss"].append(train_one_epoch(model, train_loader, criterion, optimizer))
        loss, accuracy = evaluate(model, val_loader, criterion)
        history["val_loss"].append(loss)
        history["val_accuracy"].append(accuracy)
    return history


@false(_WEIGHTS)
def adagrad(model, train_loader, val_loader, epochs, lr):
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adagrad(model.parameters(), lr)
    rows = []
    for _ in range(epochs):
        loss = train_one_epoch(model, train_loader, criterion, optimizer)
        rows.append((loss, *evaluate(model, val_loader, criterion)))
    return {
        "train_loss": [row[0] for row in rows],
        "val_loss": [row[1] for row in rows],
        "val_accuracy": [row[2] for row in rows],
    }


@false(_WEIGHTS)
def optimizer_made_in_the_loop(model, train_loader, val_loader, epochs, lr):
    device = next(model.parameters()).device
    criterion = nn.CrossEntropyLoss()
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for _ in range(epochs):
        optimizer = torch.optim.Adam(model.parameters(), lr=lr)
        history["train_loss"].append(train_one_epoch(model, train_loader, criterion, optimizer, device))
        loss, accuracy = evaluate(model, val_loader, criterion, device)
        history["val_loss"].append(loss)
        history["val_accuracy"].append(accuracy)
    return history


@false(_WEIGHTS)
def best_model_loaded_in_the_end(model, train_loader, val_loader, epochs, lr):
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    best, state = -1.0, None
    for _ in range(epochs):
        history["train_loss"].append(train_one_epoch(model, train_loader, criterion, optimizer))
        loss, accuracy = evaluate(model, val_loader, criterion)
        history["val_loss"].append(loss)
        history["val_accuracy"].append(accuracy)
        if accuracy > best:
            best, state = accuracy, copy.deepcopy(model.state_dict())
    model.load_state_dict(state)
    return history


@false(_NUMBERS)
def one_epoch_late(model, train_loader, val_loader, epochs, lr):
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for _ in range(epochs):
        loss, accuracy = evaluate(model, val_loader, criterion)
        history["val_loss"].append(loss)
        history["val_accuracy"].append(accuracy)
        history["train_loss"].append(train_one_epoch(model, train_loader, criterion, optimizer))
    return history


@false(_NUMBERS)
def accuracy_in_percent(model, train_loader, val_loader, epochs, lr):
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    train_losses, losses, accuracies = [], [], []
    for epoch in range(epochs):
        train_losses += [train_one_epoch(model, train_loader, criterion, optimizer)]
        loss, accuracy = evaluate(model, val_loader, criterion)
        print(f"Epoch {epoch + 1}/{epochs}: {loss:.4f} {100 * accuracy:.2f} %")
        losses += [loss]
        accuracies += [accuracy * 100]
    return dict(train_loss=train_losses, val_loss=losses, val_accuracy=accuracies)  # noqa: C408


@false(_NUMBERS)
def training_loss_of_the_last_batch(model, train_loader, val_loader, epochs, lr):
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for _ in range(epochs):
        model.train()
        for x, y in train_loader:
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
        history["train_loss"].append(loss.item())
        loss, accuracy = evaluate(model, val_loader, criterion)
        history["val_loss"].append(loss)
        history["val_accuracy"].append(accuracy)
    return history


@false(_NUMBERS)
def losses_rounded(model, train_loader, val_loader, epochs, lr):
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for _ in range(epochs):
        history["train_loss"].append(round(train_one_epoch(model, train_loader, criterion, optimizer), 1))
        loss, accuracy = evaluate(model, val_loader, criterion)
        history["val_loss"].append(round(loss, 1))
        history["val_accuracy"].append(accuracy)
    return history


@false(_ARGUMENTS)
def ten_epochs(model, train_loader, val_loader, epochs, lr):
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for _ in range(10):
        history["train_loss"].append(train_one_epoch(model, train_loader, criterion, optimizer))
        loss, accuracy = evaluate(model, val_loader, criterion)
        history["val_loss"].append(loss)
        history["val_accuracy"].append(accuracy)
    return history


@false(_ARGUMENTS)
def at_most_four_epochs(model, train_loader, val_loader, epochs, lr):
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for epoch in range(epochs):
        if epoch == 4:
            break
        history["train_loss"].append(train_one_epoch(model, train_loader, criterion, optimizer))
        loss, accuracy = evaluate(model, val_loader, criterion)
        history["val_loss"].append(loss)
        history["val_accuracy"].append(accuracy)
    return history


@false(_ARGUMENTS, _WEIGHTS)
def a_rate_of_its_own(model, train_loader, val_loader, epochs, lr):
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-4)
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for _ in range(epochs):
        history["train_loss"].append(train_one_epoch(model, train_loader, criterion, optimizer))
        loss, accuracy = evaluate(model, val_loader, criterion)
        history["val_loss"].append(loss)
        history["val_accuracy"].append(accuracy)
    return history


@false(_FORM)
def other_names(model, train_loader, val_loader, epochs, lr):
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    history = {"train_losses": [], "val_losses": [], "val_accuracies": []}
    for _ in range(epochs):
        history["train_losses"].append(train_one_epoch(model, train_loader, criterion, optimizer))
        loss, accuracy = evaluate(model, val_loader, criterion)
        history["val_losses"].append(loss)
        history["val_accuracies"].append(accuracy)
    return history


@false(_FORM, _NUMBERS)
def printed_only(model, train_loader, val_loader, epochs, lr):
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    for epoch in range(1, epochs + 1):
        loss = train_one_epoch(model, train_loader, criterion, optimizer)
        val_loss, accuracy = evaluate(model, val_loader, criterion)
        print(f"{epoch}: {loss:.3f} {val_loss:.3f} {accuracy:.1%}")
