"""Hold unusual right answers for `fit`: each must earn every point."""

# CANARY-5b0c2f6e-hidden-grader

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn


def own_functions_called(model, train_loader, val_loader, epochs, lr):
    # the notebook's own `train_one_epoch` and `evaluate` do the work
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for _ in range(epochs):
        history["train_loss"].append(train_one_epoch(model, train_loader, criterion, optimizer))  # noqa: F821
        val_loss, val_accuracy = evaluate(model, val_loader, criterion)  # noqa: F821
        history["val_loss"].append(val_loss)
        history["val_accuracy"].append(val_accuracy)
    return history


def own_functions_called_with_keywords(model, train_loader, val_loader, epochs, lr):
    # arguments go by name, the device is read from the model, rows become columns at the end
    device = next(model.parameters()).device
    criterion = nn.CrossEntropyLoss(reduction="mean").to(device)
    optimizer = torch.optim.Adam(params=model.parameters(), lr=lr)
    keys = ("train_loss", "val_loss", "val_accuracy")
    rows = []
    for _ in range(epochs):
        train_loss = train_one_epoch(  # noqa: F821
            model=model, loader=train_loader, criterion=criterion, optimizer=optimizer, device=device
        )
        judged = evaluate(model=model, loader=val_loader, criterion=criterion, device=device)  # noqa: F821
        rows.append((train_loss, *judged))
    return dict(zip(keys, map(list, zip(*rows, strict=True)), strict=True))


def more_keys_in_the_history(model, train_loader, val_loader, epochs, lr):
    # the history also has epochs, learning rates and training accuracy, which takes a second evaluation
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    history = {
        "epoch": [],
        "lr": [],
        "train_loss": [],
        "train_accuracy": [],
        "val_loss": [],
        "val_accuracy": [],
    }
    for epoch in range(1, epochs + 1):
        history["epoch"].append(epoch)
        history["train_loss"].append(train_one_epoch(model, train_loader, criterion, optimizer))  # noqa: F821
        history["train_accuracy"].append(evaluate(model, train_loader, criterion)[1])  # noqa: F821
        val_loss, val_accuracy = evaluate(model, val_loader, criterion)  # noqa: F821
        history["val_loss"] += [val_loss]
        history["val_accuracy"] += [val_accuracy]
        history["lr"].append(optimizer.param_groups[0]["lr"])
    return history


def one_helper_for_both(model, train_loader, val_loader, epochs, lr):
    # one nested function trains or validates, whichever is asked, and progress is printed
    optimizer = torch.optim.Adam(model.parameters(), lr=lr, betas=(0.9, 0.999), eps=1e-8, weight_decay=0)

    def run(loader, training):
        model.train(training)
        loss_sum, correct, count = 0.0, 0, 0
        with torch.set_grad_enabled(training):
            for images, labels in loader:
                logits = model(images)
                loss = F.cross_entropy(logits, labels)
                if training:
                    optimizer.zero_grad()
                    loss.backward()
                    optimizer.step()
                loss_sum += loss.item() * len(labels)
                correct += (logits.argmax(1) == labels).sum().item()
                count += len(labels)
        return loss_sum / count, correct / count

    train_losses, val_losses, val_accuracies = [], [], []
    for epoch in range(epochs):
        train_loss, _ = run(train_loader, training=True)
        val_loss, val_accuracy = run(val_loader, training=False)
        print(f"epoch {epoch + 1}: {train_loss:.3f} {val_loss:.3f} {100 * val_accuracy:.1f} %")
        train_losses.append(train_loss)
        val_losses.append(val_loss)
        val_accuracies.append(val_accuracy)
    return {"train_loss": train_losses, "val_loss": val_losses, "val_accuracy": val_accuracies}


def default_dictionary_of_numpy_numbers(model, train_loader, val_loader, epochs, lr):
    # the history is a defaultdict of NumPy numbers, and validation runs over all logits at once
    from collections import defaultdict

    optimizer = torch.optim.Adam([{"params": model.parameters(), "lr": lr}])
    history = defaultdict(list)
    for _ in range(epochs):
        model.train()
        losses, sizes = [], []
        for images, labels in train_loader:
            optimizer.zero_grad()
            loss = F.cross_entropy(model(images), labels)
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
            sizes.append(len(labels))
        history["train_loss"].append(np.average(losses, weights=sizes))
        model.eval()
        with torch.no_grad():
            logits = torch.cat([model(images) for images, _ in val_loader])
            labels = torch.cat([labels for _, labels in val_loader])
        history["val_loss"].append(np.float64(F.cross_entropy(logits, labels).item()))
        history["val_accuracy"].append(np.mean((logits.argmax(1) == labels).numpy()))
    return history


def adam_one_tensor_at_a_time(model, train_loader, val_loader, epochs, lr):
    # Adam runs without its fused loop; the epochs are counted by `while`; the model is left in training mode
    optimizer = torch.optim.Adam(model.parameters(), lr=lr, foreach=False)
    loss_function = nn.NLLLoss()
    history = dict(train_loss=[], val_loss=[], val_accuracy=[])  # noqa: C408
    while len(history["train_loss"]) < epochs:
        model.train()
        mean, seen = 0.0, 0
        for images, labels in train_loader:
            loss = loss_function(F.log_softmax(model(images), dim=1), labels)
            loss.backward()
            optimizer.step()
            optimizer.zero_grad(set_to_none=False)
            seen += len(labels)
            mean += (loss.item() - mean) * len(labels) / seen
        history["train_loss"].append(mean)
        model.eval()
        loss_sum, correct, count = 0.0, 0, 0
        with torch.inference_mode():
            for images, labels in val_loader:
                outputs = F.log_softmax(model(images), dim=1)
                loss_sum += loss_function(outputs, labels).item() * len(labels)
                correct += int((outputs.argmax(1) == labels).sum())
                count += len(labels)
        history["val_loss"].append(loss_sum / count)
        history["val_accuracy"].append(correct / count)
        model.train()
    return history


def step_with_a_closure(model, train_loader, val_loader, epochs, lr):
    # the optimizer's step runs forward and backward pass itself; the criterion sums and is divided afterwards
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    criterion = nn.CrossEntropyLoss()
    total = nn.CrossEntropyLoss(reduction="sum")
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for _ in range(epochs):
        model.train()
        losses = []
        for images, labels in train_loader:

            def closure(images=images, labels=labels):
                optimizer.zero_grad()
                loss = criterion(model(images), labels)
                loss.backward()
                return loss

            losses.append((optimizer.step(closure).item(), len(labels)))
        history["train_loss"].append(sum(loss * n for loss, n in losses) / sum(n for _, n in losses))
        model.eval()
        with torch.no_grad():
            results = [(model(images), labels) for images, labels in val_loader]
        count = sum(len(labels) for _, labels in results)
        history["val_loss"].append(sum(total(logits, labels).item() for logits, labels in results) / count)
        hits = sum((logits.argmax(1) == labels).sum().item() for logits, labels in results)
        history["val_accuracy"].append(hits / count)
    return history


def constant_schedule(model, train_loader, val_loader, epochs, lr):
    # a schedule steps after every epoch, but its factor is 1
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda epoch: 1.0)
    history = {"train_loss": [None] * epochs, "val_loss": [None] * epochs, "val_accuracy": [None] * epochs}
    for epoch in range(epochs):
        history["train_loss"][epoch] = train_one_epoch(model, train_loader, criterion, optimizer)  # noqa: F821
        history["val_loss"][epoch], history["val_accuracy"][epoch] = evaluate(model, val_loader, criterion)  # noqa: F821
        schedule.step()
    return history


def best_weights_remembered(model, train_loader, val_loader, epochs, lr):
    # the best epoch's weights are kept as an extra entry, and the network keeps those of the last
    import copy

    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr)
    train_losses, results, best = [], [], None
    for _ in range(epochs):
        train_losses.append(float(train_one_epoch(model, train_loader, criterion, optimizer)))  # noqa: F821
        results.append(evaluate(model, val_loader, criterion))  # noqa: F821
        if results[-1][1] == max(accuracy for _, accuracy in results):
            best = copy.deepcopy(model.state_dict())
    val_losses, val_accuracies = map(list, zip(*results, strict=True))
    return {
        "train_loss": train_losses,
        "val_loss": val_losses,
        "val_accuracy": val_accuracies,
        "best_accuracy": max(val_accuracies),
        "best_weights": best,
    }


def plain_loops_with_tensors(model, train_loader, val_loader, epochs, lr):
    # sums are kept in tensors, and the history holds detached 0-d tensors
    optimizer = torch.optim.Adam(list(model.parameters()), lr=float(lr))
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for _ in range(epochs):
        model.train()
        loss_sum = torch.zeros((), dtype=torch.float64)
        for images, labels in train_loader:
            loss = F.cross_entropy(model(images), labels)
            model.zero_grad()
            loss.backward()
            optimizer.step()
            loss_sum += loss.detach() * len(labels)
        history["train_loss"].append(loss_sum / len(train_loader.dataset))
        model.eval()
        loss_sum, correct = torch.zeros((), dtype=torch.float64), torch.zeros((), dtype=torch.int64)
        with torch.no_grad():
            for images, labels in val_loader:
                logits = model(images)
                loss_sum += F.cross_entropy(logits, labels, reduction="sum")
                correct += (logits.argmax(1) == labels).sum()
        history["val_loss"].append(loss_sum / len(val_loader.dataset))
        history["val_accuracy"].append(correct / len(val_loader.dataset))
    return history


def training_loss_measured_after_the_epoch(model, train_loader, val_loader, epochs, lr):
    # `train_loss` comes from an evaluation of the training data after each epoch
    loss_of, optimizer = nn.CrossEntropyLoss(), torch.optim.Adam(model.parameters(), lr=lr)
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for _ in range(epochs):
        train_one_epoch(model, train_loader, loss_of, optimizer)  # noqa: F821
        history["train_loss"].append(evaluate(model, train_loader, loss_of)[0])  # noqa: F821
        loss, accuracy = evaluate(model, val_loader, loss_of)  # noqa: F821
        history["val_loss"].append(loss)
        history["val_accuracy"].append(accuracy)
    return history


def progress_bar_and_positional_device(model, train_loader, val_loader, epochs, lr):
    # the device goes by position, and so do criterion and optimizer
    optimizer = torch.optim.Adam(model.parameters(), lr, amsgrad=False)
    rows = []
    for epoch in range(1, 1 + epochs):
        train_loss = train_one_epoch(model, train_loader, F.cross_entropy, optimizer, "cpu")  # noqa: F821
        rows.append([epoch, train_loss, *evaluate(model, val_loader, F.cross_entropy, "cpu")])  # noqa: F821
        print(*rows[-1])
    columns = list(zip(*rows, strict=True))
    return {
        name: list(column)
        for name, column in zip(("epoch", "train_loss", "val_loss", "val_accuracy"), columns, strict=True)
    }
