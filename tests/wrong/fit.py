# ruff: noqa: F821
"""Wrong answers for `fit`, in the style of students: each must lose the item."""

import torch


def new_adam_each_epoch(model, train_loader, val_loader, epochs, lr):
    # the optimizer stands inside the loop
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    criterion = torch.nn.CrossEntropyLoss()
    for _ in range(epochs):
        optimizer = torch.optim.Adam(model.parameters(), lr=lr)
        history["train_loss"].append(train_one_epoch(model, train_loader, criterion, optimizer))
        loss, accuracy = evaluate(model, val_loader, criterion)
        history["val_loss"].append(loss)
        history["val_accuracy"].append(accuracy)
    return history


def default_learning_rate(model, train_loader, val_loader, epochs, lr):
    # lr is not passed on
    criterion = torch.nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters())
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for _ in range(epochs):
        history["train_loss"] += [train_one_epoch(model, train_loader, criterion, optimizer)]
        result = evaluate(model, val_loader, criterion)
        history["val_loss"] += [result[0]]
        history["val_accuracy"] += [result[1]]
    return history


def momentum_sgd(model, train_loader, val_loader, epochs, lr):
    # another optimizer
    criterion = torch.nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for _ in range(epochs):
        history["train_loss"].append(train_one_epoch(model, train_loader, criterion, optimizer))
        loss, accuracy = evaluate(model, val_loader, criterion)
        history["val_loss"].append(loss)
        history["val_accuracy"].append(accuracy)
    return history


def accuracy_under_the_key_of_the_loss(model, train_loader, val_loader, epochs, lr):
    # the two numbers of evaluate change places
    criterion = torch.nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for _ in range(epochs):
        history["train_loss"].append(train_one_epoch(model, train_loader, criterion, optimizer))
        accuracy, loss = evaluate(model, val_loader, criterion)
        history["val_loss"].append(loss)
        history["val_accuracy"].append(accuracy)
    return history


def evaluates_on_training_data(model, train_loader, val_loader, epochs, lr):
    # the wrong loader
    criterion = torch.nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for _ in range(epochs):
        history["train_loss"].append(train_one_epoch(model, train_loader, criterion, optimizer))
        loss, accuracy = evaluate(model, train_loader, criterion)
        history["val_loss"].append(loss)
        history["val_accuracy"].append(accuracy)
    return history


def early_stopping_with_patience(model, train_loader, val_loader, epochs, lr):
    # stops when the validation loss has not improved for three epochs
    criterion = torch.nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    best, waited = float("inf"), 0
    for _ in range(epochs):
        history["train_loss"].append(train_one_epoch(model, train_loader, criterion, optimizer))
        loss, accuracy = evaluate(model, val_loader, criterion)
        history["val_loss"].append(loss)
        history["val_accuracy"].append(accuracy)
        best, waited = (loss, 0) if loss < best else (best, waited + 1)
        if waited >= 3:
            break
    return history


def step_schedule(model, train_loader, val_loader, epochs, lr):
    # the learning rate falls
    criterion = torch.nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    schedule = torch.optim.lr_scheduler.StepLR(optimizer, step_size=10, gamma=0.1)
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for _ in range(epochs):
        history["train_loss"].append(train_one_epoch(model, train_loader, criterion, optimizer))
        loss, accuracy = evaluate(model, val_loader, criterion)
        history["val_loss"].append(loss)
        history["val_accuracy"].append(accuracy)
        schedule.step()
    return history


def small_weight_decay(model, train_loader, val_loader, epochs, lr):
    # weight decay of 1e-3
    criterion = torch.nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=lr, weight_decay=1e-3)
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for _ in range(epochs):
        history["train_loss"].append(train_one_epoch(model, train_loader, criterion, optimizer))
        loss, accuracy = evaluate(model, val_loader, criterion)
        history["val_loss"].append(loss)
        history["val_accuracy"].append(accuracy)
    return history


def label_smoothing(model, train_loader, val_loader, epochs, lr):
    # another loss
    criterion = torch.nn.CrossEntropyLoss(label_smoothing=0.1)
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for _ in range(epochs):
        history["train_loss"].append(train_one_epoch(model, train_loader, criterion, optimizer))
        loss, accuracy = evaluate(model, val_loader, criterion)
        history["val_loss"].append(loss)
        history["val_accuracy"].append(accuracy)
    return history


def nothing_comes_back(model, train_loader, val_loader, epochs, lr):
    # return is missing
    criterion = torch.nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    for _ in range(epochs):
        train_one_epoch(model, train_loader, criterion, optimizer)
        print(evaluate(model, val_loader, criterion))


def keys_in_another_spelling(model, train_loader, val_loader, epochs, lr):
    # val_acc
    criterion = torch.nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    history = {"train_loss": [], "val_loss": [], "val_acc": []}
    for _ in range(epochs):
        history["train_loss"].append(train_one_epoch(model, train_loader, criterion, optimizer))
        loss, accuracy = evaluate(model, val_loader, criterion)
        history["val_loss"].append(loss)
        history["val_acc"].append(accuracy)
    return history


def fixed_number_of_epochs(model, train_loader, val_loader, epochs, lr):
    # ten epochs whatever is asked
    criterion = torch.nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for _ in range(10):
        history["train_loss"].append(train_one_epoch(model, train_loader, criterion, optimizer))
        loss, accuracy = evaluate(model, val_loader, criterion)
        history["val_loss"].append(loss)
        history["val_accuracy"].append(accuracy)
    return history
