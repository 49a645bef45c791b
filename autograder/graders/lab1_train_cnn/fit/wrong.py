# ruff: noqa: F821
"""Wrong answers for `fit`, in the style of students: each must lose the item."""

# CANARY-5b0c2f6e-hidden-grader

import copy

import torch
from torch import nn


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


def validation_first(model, train_loader, val_loader, epochs, lr):
    # validates before training
    device = next(model.parameters()).device
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for _ in range(epochs):
        val_loss, val_accuracy = evaluate(model, val_loader, criterion, device)
        history["val_loss"].append(val_loss)
        history["val_accuracy"].append(val_accuracy)
        history["train_loss"].append(train_one_epoch(model, train_loader, criterion, optimizer, device))
    return history


def validation_when_all_is_trained(model, train_loader, val_loader, epochs, lr):
    # all epochs trained first, then validated several times
    device = next(model.parameters()).device
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    train_loss = [train_one_epoch(model, train_loader, criterion, optimizer, device) for _ in range(epochs)]
    vals = [evaluate(model, val_loader, criterion, device) for _ in range(epochs)]
    return {"train_loss": train_loss, "val_loss": [v[0] for v in vals], "val_accuracy": [v[1] for v in vals]}


def frozen_biases(model, train_loader, val_loader, epochs, lr):
    # biases frozen
    device = next(model.parameters()).device
    loss_fn = nn.CrossEntropyLoss()
    for name, p in model.named_parameters():
        if "bias" in name:
            p.requires_grad = False
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    train_losses, val_losses, val_accs = [], [], []
    for _ in range(epochs):
        train_loss = train_one_epoch(model, train_loader, loss_fn, optimizer, device)
        val_loss, val_accuracy = evaluate(model, val_loader, loss_fn, device)
        train_losses.append(train_loss)
        val_losses.append(val_loss)
        val_accs.append(val_accuracy)
    return {"train_loss": train_losses, "val_loss": val_losses, "val_accuracy": val_accs}


def amsgrad_added(model, train_loader, val_loader, epochs, lr):
    # amsgrad
    device = next(model.parameters()).device
    loss_fn = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=lr, amsgrad=True)
    train_losses, val_losses, val_accs = [], [], []
    for _ in range(epochs):
        train_loss = train_one_epoch(model, train_loader, loss_fn, optimizer, device)
        val_loss, val_accuracy = evaluate(model, val_loader, loss_fn, device)
        train_losses.append(train_loss)
        val_losses.append(val_loss)
        val_accs.append(val_accuracy)
    return {"train_loss": train_losses, "val_loss": val_losses, "val_accuracy": val_accs}


def stops_when_accuracy_is_high(model, train_loader, val_loader, epochs, lr):
    # stops when accuracy is above 0.95
    device = next(model.parameters()).device
    loss_fn = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    train_losses, val_losses, val_accs = [], [], []
    for _ in range(epochs):
        train_loss = train_one_epoch(model, train_loader, loss_fn, optimizer, device)
        val_loss, val_accuracy = evaluate(model, val_loader, loss_fn, device)
        train_losses.append(train_loss)
        val_losses.append(val_loss)
        val_accs.append(val_accuracy)
        if val_accuracy > 0.95:
            break
    return {"train_loss": train_losses, "val_loss": val_losses, "val_accuracy": val_accs}


def rmsprop(model, train_loader, val_loader, epochs, lr):
    # RMSprop instead of Adam
    device = next(model.parameters()).device
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.RMSprop(model.parameters(), lr=lr)
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for _ in range(epochs):
        history["train_loss"].append(train_one_epoch(model, train_loader, criterion, optimizer, device))
        val_loss, val_accuracy = evaluate(model, val_loader, criterion, device)
        history["val_loss"].append(val_loss)
        history["val_accuracy"].append(val_accuracy)
    return history


def rate_written_in(model, train_loader, val_loader, epochs, lr):
    # lr hard-coded 0.01
    device = next(model.parameters()).device
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for _ in range(epochs):
        history["train_loss"].append(train_one_epoch(model, train_loader, criterion, optimizer, device))
        val_loss, val_accuracy = evaluate(model, val_loader, criterion, device)
        history["val_loss"].append(val_loss)
        history["val_accuracy"].append(val_accuracy)
    return history


def other_betas(model, train_loader, val_loader, epochs, lr):
    # betas (0.5, 0.999)
    device = next(model.parameters()).device
    loss_fn = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=lr, betas=(0.5, 0.999))
    train_losses, val_losses, val_accs = [], [], []
    for _ in range(epochs):
        train_loss = train_one_epoch(model, train_loader, loss_fn, optimizer, device)
        val_loss, val_accuracy = evaluate(model, val_loader, loss_fn, device)
        train_losses.append(train_loss)
        val_losses.append(val_loss)
        val_accs.append(val_accuracy)
    return {"train_loss": train_losses, "val_loss": val_losses, "val_accuracy": val_accs}


def nll_of_logits(model, train_loader, val_loader, epochs, lr):
    # NLLLoss on raw logits
    device = next(model.parameters()).device
    criterion = nn.NLLLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for _ in range(epochs):
        history["train_loss"].append(train_one_epoch(model, train_loader, criterion, optimizer, device))
        val_loss, val_accuracy = evaluate(model, val_loader, criterion, device)
        history["val_loss"].append(val_loss)
        history["val_accuracy"].append(val_accuracy)
    return history


def rate_halved_each_epoch(model, train_loader, val_loader, epochs, lr):
    # learning-rate schedule
    device = next(model.parameters()).device
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=1, gamma=0.5)
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for _ in range(epochs):
        history["train_loss"].append(train_one_epoch(model, train_loader, criterion, optimizer, device))
        scheduler.step()
        val_loss, val_accuracy = evaluate(model, val_loader, criterion, device)
        history["val_loss"].append(val_loss)
        history["val_accuracy"].append(val_accuracy)
    return history


def trains_a_deep_copy(model, train_loader, val_loader, epochs, lr):
    # trains a copy
    net = copy.deepcopy(model)
    device = next(net.parameters()).device
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(net.parameters(), lr=lr)
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for _ in range(epochs):
        history["train_loss"].append(train_one_epoch(net, train_loader, criterion, optimizer, device))
        val_loss, val_accuracy = evaluate(net, val_loader, criterion, device)
        history["val_loss"].append(val_loss)
        history["val_accuracy"].append(val_accuracy)
    return history


def keys_share_a_list(model, train_loader, val_loader, epochs, lr):
    # one list shared by all three keys (dict.fromkeys)
    device = next(model.parameters()).device
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    history = dict.fromkeys(["train_loss", "val_loss", "val_accuracy"], [])  # noqa: RUF024
    for _ in range(epochs):
        history["train_loss"].append(train_one_epoch(model, train_loader, criterion, optimizer, device))
        val_loss, val_accuracy = evaluate(model, val_loader, criterion, device)
        history["val_loss"].append(val_loss)
        history["val_accuracy"].append(val_accuracy)
    return history


def optimizer_of_the_last_layer(model, train_loader, val_loader, epochs, lr):
    # only the last layer is optimised
    device = next(model.parameters()).device
    criterion = nn.CrossEntropyLoss()
    params = list(model.parameters())[-2:]
    optimizer = torch.optim.Adam(params, lr=lr)
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for _ in range(epochs):
        history["train_loss"].append(train_one_epoch(model, train_loader, criterion, optimizer, device))
        val_loss, val_accuracy = evaluate(model, val_loader, criterion, device)
        history["val_loss"].append(val_loss)
        history["val_accuracy"].append(val_accuracy)
    return history


def two_passes_an_epoch(model, train_loader, val_loader, epochs, lr):
    # trains twice an epoch
    device = next(model.parameters()).device
    loss_fn = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    train_losses, val_losses, val_accs = [], [], []
    for _ in range(epochs):
        train_one_epoch(model, train_loader, loss_fn, optimizer, device)
        train_loss = train_one_epoch(model, train_loader, loss_fn, optimizer, device)
        val_loss, val_accuracy = evaluate(model, val_loader, loss_fn, device)
        train_losses.append(train_loss)
        val_losses.append(val_loss)
        val_accs.append(val_accuracy)
    return {"train_loss": train_losses, "val_loss": val_losses, "val_accuracy": val_accs}


def loaders_exchanged(model, train_loader, val_loader, epochs, lr):
    # train and validation loaders swapped
    device = next(model.parameters()).device
    loss_fn = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    train_losses, val_losses, val_accs = [], [], []
    for _ in range(epochs):
        train_loss = train_one_epoch(model, val_loader, loss_fn, optimizer, device)
        val_loss, val_accuracy = evaluate(model, train_loader, loss_fn, device)
        train_losses.append(train_loss)
        val_losses.append(val_loss)
        val_accs.append(val_accuracy)
    return {"train_loss": train_losses, "val_loss": val_losses, "val_accuracy": val_accs}


def device_of_the_buffers(model, train_loader, val_loader, epochs, lr):
    # a network without batch norm has no buffers
    where, criterion = next(model.buffers()).device, nn.CrossEntropyLoss()
    optimizer, history = torch.optim.Adam(model.parameters(), lr=lr), []
    for _ in range(epochs):
        train_loss = train_one_epoch(model, train_loader, criterion, optimizer, where)
        history.append((train_loss, *evaluate(model, val_loader, criterion, where)))
    return dict(zip(("train_loss", "val_loss", "val_accuracy"), zip(*history)))
