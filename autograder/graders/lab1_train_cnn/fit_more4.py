"""More misconceptions of `fit`: the module `fit` takes them in."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

import torch
import torch.nn.functional as F

from autograder.misconceptions import misconception


@misconception(
    "You train all epochs and validate afterwards, so every validation number is that of the last "
    "epoch. Validate inside the loop, after each training."
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


@misconception(
    "You freeze the biases: with `requires_grad` off they never learn. All parameters of the network "
    "are trained; leave them as they come."
)
def biases_frozen(model, train_loader, val_loader, epochs, lr):
    for name, parameter in model.named_parameters():
        if name.endswith("bias"):
            parameter.requires_grad = False
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
    "You hand Adam the parameters of the last layer alone, so the layers before it never learn. Give it"
    " `model.parameters()`, all of them."
)
def only_last_layer_trained(model, train_loader, val_loader, epochs, lr):
    optimizer = torch.optim.Adam(list(model.parameters())[-2:], lr=lr)
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
    "You stop as soon as the validation accuracy is high enough. Run all `epochs`; your lists must be "
    "that long."
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


@misconception(
    "You train on the validation loader and validate on the training loader. Exchange the two: learning"
    " is for `train_loader`."
)
def loaders_swapped(model, train_loader, val_loader, epochs, lr):
    train_loader, val_loader = val_loader, train_loader
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
    "You train on the validation loader as well, so its numbers say nothing about new images. Only "
    "`evaluate` may see it."
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


@misconception(
    "You go through the training data twice in each epoch. One pass an epoch: call `train_one_epoch` "
    "once, and append what it returns."
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


@misconception("You train a copy, and the network that you were given learns nothing. Train `model` itself.")
def trains_a_copy(model, train_loader, val_loader, epochs, lr):
    model = __import__("copy").deepcopy(model)
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
    "You draw the weights anew before you train, so what the network had learned is lost. Go on from "
    "the weights that it comes with."
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


@misconception(
    "Your `return` stands inside the loop, so `fit` ends after its first epoch. Move it out, to the "
    "indentation of the `for`."
)
def returns_after_the_first_epoch(model, train_loader, val_loader, epochs, lr):
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
    "One list stands behind all three keys (`dict.fromkeys` and `= []` in a chain do that), and takes "
    "all numbers. Make a list for each key."
)
def one_list_for_all(model, train_loader, val_loader, epochs, lr):
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    history = dict.fromkeys(["train_loss", "val_loss", "val_accuracy"], [])  # noqa: RUF024
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
    "You append both results of `evaluate` to one list. It returns two numbers, loss and accuracy: "
    "unpack them, and append each to its own list."
)
def both_results_in_one_list(model, train_loader, val_loader, epochs, lr):
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
        history["val_loss"].append((val_loss, correct / n))
        history["val_accuracy"].append(correct / n)
    return history
