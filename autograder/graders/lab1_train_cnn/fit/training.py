"""Misconceptions of `fit` about optimizer, loss and network."""

# CANARY-5b0c2f6e-hidden-grader

from __future__ import annotations

import torch
import torch.nn.functional as F

from autograder.graders.lab1_train_cnn.fit.written import instead
from autograder.grading.misconceptions import misconception

sgd_with_momentum = instead(
    "Your optimizer is SGD with momentum. This item asks for Adam with the learning rate `lr`.",
    {"Adam(model.parameters(), lr=lr)": "SGD(model.parameters(), lr=lr, momentum=0.9)"},
)
labels_smoothed = instead(
    "You smooth the labels in the loss. This item asks for plain cross entropy: leave `label_smoothing` out.",
    {"model(x), y": "model(x), y, label_smoothing=0.1", "y).item(": "y, label_smoothing=0.1).item("},
)
stronger_weight_decay_added = instead(
    "You add weight decay of 0.001 to Adam, which pulls the weights towards zero. Nothing but your `lr` was asked.",
    {"=lr": "=lr, weight_decay=1e-3"},
)


@misconception(
    "You freeze the biases: with `requires_grad` off they never learn. All parameters of the network are trained; leave them as they come."
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


only_last_layer_trained = instead(
    "You hand Adam the parameters of the last layer alone, so the layers before it never learn. Give it `model.parameters()`, all of them.",
    {"model.parameters()": "list(model.parameters())[-2:]"},
)
trains_a_copy = instead(
    "You train a copy, and the network that you were given learns nothing. Train `model` itself.",
    {"optimizer =": 'model = __import__("copy").deepcopy(model)\n    optimizer ='},
)
another_network_trained = instead(
    "You make a network of your own and train that one, and it does not fit these images. Train the `model` that you are given.",
    {
        "optimizer =": "model = nn.Sequential(nn.Conv2d(1, 8, 3), nn.ReLU(), nn.Flatten(), nn.Linear(5408, 10))\n    optimizer =",
    },
)
parentheses_of_parameters_missing = instead(
    "`model.parameters` without parentheses is the method itself. Adam asks for what it gives: `model.parameters()`.",
    {"(), lr": ", lr"},
)
model_handed_to_adam = instead(
    "You hand Adam the network, and it asks for its parameters: `torch.optim.Adam(model.parameters(), lr=lr)`.",
    {".parameters()": ""},
)
criterion_never_made = instead(
    "`nn.CrossEntropyLoss` without parentheses is the class, not a loss. Make one before the loop: `criterion = nn.CrossEntropyLoss()`.",
    {"loss = F.cross_entropy": "loss = nn.CrossEntropyLoss"},
)
binary_cross_entropy = instead(
    "Your loss is binary cross entropy, which asks for a target for every output. The labels here are class numbers: `nn.CrossEntropyLoss()`.",
    {
        "loss = F.cross_entropy": "loss = F.binary_cross_entropy_with_logits",
        "+= F.cross_entropy": "+= F.binary_cross_entropy_with_logits",
    },
)
