"""One mistake in `train_one_epoch`."""

# CANARY-5b0c2f6e-hidden-grader

import torch
from torch import nn

from autograder.graders.kit.answers import false

_NO_NUMBER, _MEAN, _STEPS = (
    "test_epoch_returns_a_number",
    "test_epoch_returns_the_mean_over_samples",
    "test_epoch_trains_on_each_batch",
)


@false(_NO_NUMBER)
def loss_tensors_summed(model, loader, criterion, optimizer, device="cpu"):
    model.train()
    total = 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        total += loss * x.size(0)
    return total / len(loader.dataset)


@false(_NO_NUMBER, _MEAN)
def printed_and_not_returned(model, loader, criterion, optimizer, device="cpu"):
    model.train()
    total, n = 0.0, 0
    for batch, (x, y) in enumerate(loader):
        x, y = x.to(device), y.to(device)
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        total += loss.item() * len(x)
        n += len(x)
        if batch % 100 == 0:
            print(f"loss: {loss.item():>7f}")


@false(_NO_NUMBER)
def losses_in_a_dictionary(model, loader, criterion, optimizer, device="cpu"):
    model.train()
    total, n = 0.0, 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(x)
        n += len(x)
    return {"loss": total / n}


@false(_STEPS)
def clipped(model, loader, criterion, optimizer, device="cpu"):
    model.train()
    total, n = 0.0, 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        nn.utils.clip_grad_value_(model.parameters(), 0.02)
        optimizer.step()
        total += loss.item() * len(y)
        n += len(y)
    return total / n


@false(_STEPS)
def penalty_added(model, loader, criterion, optimizer, device="cpu"):
    model.train()
    total, n = 0.0, 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        (loss + 0.01 * sum(p.pow(2).sum() for p in model.parameters())).backward()
        optimizer.step()
        total += loss.item() * len(y)
        n += len(y)
    return total / n


@false(_STEPS)
def gradients_never_cleared(model, loader, criterion, optimizer, device="cpu"):
    model.train()
    sums = torch.zeros(2, dtype=torch.float64)
    for x, y in loader:
        loss = criterion(model(x.to(device)), y.to(device))
        loss.backward()
        optimizer.step()
        sums += torch.tensor([loss.item() * len(y), len(y)], dtype=torch.float64)
    return (sums[0] / sums[1]).item()


@false(_STEPS)
def step_forgotten(model, loader, criterion, optimizer, device="cpu"):
    model.train()
    total, n = 0.0, 0
    for x, y in loader:
        optimizer.zero_grad()
        loss = criterion(model(x.to(device)), y.to(device))
        loss.backward()
        total += loss.item() * len(y)
        n += len(y)
    return total / n


@false(_MEAN)
def mean_of_the_batches(model, loader, criterion, optimizer, device="cpu"):
    model.train()
    losses = []
    for x, y in loader:
        optimizer.zero_grad()
        loss = criterion(model(x.to(device)), y.to(device))
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return sum(losses) / len(losses)


@false(_MEAN)
def measured_again_in_the_end(model, loader, criterion, optimizer, device="cpu"):
    model.train()
    for x, y in loader:
        optimizer.zero_grad()
        criterion(model(x.to(device)), y.to(device)).backward()
        optimizer.step()
    total, n = 0.0, 0
    model.eval()
    with torch.no_grad():
        for x, y in loader:
            total += criterion(model(x.to(device)), y.to(device)).item() * len(y)
            n += len(y)
    model.train()
    return total / n


@false("test_epoch_trains_in_training_mode")
def mode_left_as_it_comes(model, loader, criterion, optimizer, device="cpu"):
    model.to(device)
    total, n = 0.0, 0
    for x, y in loader:
        optimizer.zero_grad()
        loss = criterion(model(x.to(device)), y.to(device))
        loss.backward()
        optimizer.step()
        total += loss.item() * len(y)
        n += len(y)
    return total / n


@false("test_epoch_trains_in_training_mode")
def eval_in_place_of_train(model, loader, criterion, optimizer, device="cpu"):
    model.eval()
    total, n = 0.0, 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        loss = criterion(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(y)
        n += len(y)
    return total / n


@false("test_epoch_uses_what_it_is_given")
def cross_entropy_at_all_events(model, loader, criterion, optimizer, device="cpu"):
    criterion = nn.CrossEntropyLoss()
    model.train()
    total, n = 0.0, 0
    for x, y in loader:
        optimizer.zero_grad()
        loss = criterion(model(x.to(device)), y.to(device))
        loss.backward()
        optimizer.step()
        total += loss.item() * len(y)
        n += len(y)
    return total / n


@false("test_epoch_uses_what_it_is_given", _STEPS)
def weights_moved_by_hand(model, loader, criterion, optimizer, device="cpu"):
    model.train()
    total, n = 0.0, 0
    for x, y in loader:
        model.zero_grad()
        loss = criterion(model(x.to(device)), y.to(device))
        loss.backward()
        with torch.no_grad():
            for p in model.parameters():
                p -= 0.05 * p.grad
        total += loss.item() * len(y)
        n += len(y)
    return total / n


@false("test_epoch_moves_its_batches")
def labels_left_behind(model, loader, criterion, optimizer, device="cpu"):
    model.train()
    total, n = 0.0, 0
    for x, y in loader:
        x = x.to(device)
        optimizer.zero_grad(set_to_none=True)
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(y)
        n += len(y)
    return total / n


@false(_STEPS, _MEAN)
def only_the_first_batch(model, loader, criterion, optimizer, device="cpu"):
    model.train()
    x, y = next(iter(loader))
    optimizer.zero_grad()
    loss = criterion(model(x.to(device)), y.to(device))
    loss.backward()
    optimizer.step()
    return loss.item()
