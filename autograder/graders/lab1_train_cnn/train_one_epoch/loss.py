"""Misconceptions of `train_one_epoch` about the loss that it returns."""

# CANARY-5b0c2f6e-hidden-grader

from __future__ import annotations

from autograder.grading.misconceptions import misconception


@misconception(
    "You run the network again after the step and report that loss. Report the loss that you trained on; one"
    " forward pass a batch is enough."
)
def loss_measured_after_the_step(model, loader, criterion, optimizer, device="cpu"):
    model.train()
    total = 0.0
    for x, y in loader:
        optimizer.zero_grad()
        loss = criterion(model(x.to(device)), y.to(device))
        loss.backward()
        optimizer.step()
        loss = criterion(model(x.to(device)), y.to(device))
        total += loss.item() * len(y)
    return total / len(loader.dataset)


@misconception(
    "You average over batches, so the samples of a smaller last batch weigh more than the others. Weight "
    "each batch’s loss by its size, and divide by the number of samples."
)
def loss_averaged_over_batches(model, loader, criterion, optimizer, device="cpu"):
    model.train()
    total = 0.0
    for x, y in loader:
        optimizer.zero_grad()
        loss = criterion(model(x.to(device)), y.to(device))
        loss.backward()
        optimizer.step()
        total += loss.item()
    return total / len(loader)


@misconception(
    "You return the sum of the batch losses. Weight each by its batch size, and divide by the number of "
    "samples."
)
def loss_summed_over_batches(model, loader, criterion, optimizer, device="cpu"):
    model.train()
    total = 0.0
    for x, y in loader:
        optimizer.zero_grad()
        loss = criterion(model(x.to(device)), y.to(device))
        loss.backward()
        optimizer.step()
        total += loss.item()
    return total


@misconception("You return the sum over all samples. Divide it by their number to get a mean.")
def loss_not_divided(model, loader, criterion, optimizer, device="cpu"):
    model.train()
    total = 0.0
    for x, y in loader:
        optimizer.zero_grad()
        loss = criterion(model(x.to(device)), y.to(device))
        loss.backward()
        optimizer.step()
        total += loss.item() * len(y)
    return total


@misconception(
    "You add up means over batches and divide by the number of samples, so the batch size is divided out "
    "twice. Weight each batch’s loss by its size before you add it."
)
def batch_losses_divided_by_samples(model, loader, criterion, optimizer, device="cpu"):
    model.train()
    total = 0.0
    for x, y in loader:
        optimizer.zero_grad()
        loss = criterion(model(x.to(device)), y.to(device))
        loss.backward()
        optimizer.step()
        total += loss.item()
    return total / len(loader.dataset)


@misconception(
    "You weight the losses by batch size but divide by the number of batches. The sum is over samples; "
    "divide by their number."
)
def sample_losses_divided_by_batches(model, loader, criterion, optimizer, device="cpu"):
    model.train()
    total = 0.0
    for x, y in loader:
        optimizer.zero_grad()
        loss = criterion(model(x.to(device)), y.to(device))
        loss.backward()
        optimizer.step()
        total += loss.item() * len(y)
    return total / len(loader)


@misconception(
    "You count every batch as a full one, but the last may be smaller. Divide by the samples that really "
    "came."
)
def full_batches_assumed(model, loader, criterion, optimizer, device="cpu"):
    model.train()
    total = 0.0
    for x, y in loader:
        optimizer.zero_grad()
        loss = criterion(model(x.to(device)), y.to(device))
        loss.backward()
        optimizer.step()
        total += loss.item() * len(y)
    return total / (len(loader) * loader.batch_size)


@misconception("You return the loss of the last batch. Collect all of them, and return the mean per sample.")
def last_batch_loss_returned(model, loader, criterion, optimizer, device="cpu"):
    model.train()
    for x, y in loader:
        optimizer.zero_grad()
        loss = criterion(model(x.to(device)), y.to(device))
        loss.backward()
        optimizer.step()
    return loss.item()


@misconception(
    "Each batch overwrites your sum instead of adding to it, so only the last one is left. Add to it."
)
def sum_overwritten(model, loader, criterion, optimizer, device="cpu"):
    model.train()
    total = 0.0
    for x, y in loader:
        optimizer.zero_grad()
        loss = criterion(model(x.to(device)), y.to(device))
        loss.backward()
        optimizer.step()
        total = loss.item() * len(y)
    return total / len(loader.dataset)


@misconception(
    "You return a tensor that still hangs on its graph, and so holds every batch’s graph in memory. Take the"
    " plain number out of each loss before you add it up."
)
def loss_with_its_graph(model, loader, criterion, optimizer, device="cpu"):
    model.train()
    total = 0.0
    for x, y in loader:
        optimizer.zero_grad()
        loss = criterion(model(x.to(device)), y.to(device))
        loss.backward()
        optimizer.step()
        total += loss * len(y)
    return total / len(loader.dataset)


@misconception("You return the list of batch losses. Make one number of it: the mean per sample.")
def batch_losses_returned_as_list(model, loader, criterion, optimizer, device="cpu"):
    model.train()
    losses = []
    for x, y in loader:
        optimizer.zero_grad()
        loss = criterion(model(x.to(device)), y.to(device))
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


@misconception(
    "Your function trains but returns nothing. Return the mean loss per sample.",
    about="test_epoch_returns_a_number test_epoch_returns_the_mean_over_samples",
)
def nothing_returned(model, loader, criterion, optimizer, device="cpu"):
    model.train()
    for x, y in loader:
        optimizer.zero_grad()
        loss = criterion(model(x.to(device)), y.to(device))
        loss.backward()
        optimizer.step()
    return None


@misconception("You return the share of right answers. Return the mean loss per sample.")
def accuracy_returned(model, loader, criterion, optimizer, device="cpu"):
    model.train()
    correct = 0
    for x, y in loader:
        optimizer.zero_grad()
        logits = model(x.to(device))
        loss = criterion(logits, y.to(device))
        loss.backward()
        optimizer.step()
        correct += (logits.argmax(dim=1) == y.to(device)).sum().item()
    return correct / len(loader.dataset)


@misconception(
    "You return the loss and more. One number is asked, the mean loss per sample; the accuracy is the business of "
    "`evaluate`."
)
def accuracy_returned_as_well(model, loader, criterion, optimizer, device="cpu"):
    model.train()
    total, correct, n = 0.0, 0, len(loader.dataset)
    for x, y in loader:
        optimizer.zero_grad()
        outputs, y = model(x.to(device)), y.to(device)
        loss = criterion(outputs, y)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(y)
        correct += (outputs.argmax(dim=1) == y).sum().item()
    return total / n, correct / n


@misconception(
    "You cut the mean loss down to a whole number: `//` and `int` do that. Divide with `/` and return the result as "
    "it is."
)
def loss_cut_to_whole_number(model, loader, criterion, optimizer, device="cpu"):
    model.train()
    total = 0.0
    for x, y in loader:
        optimizer.zero_grad()
        loss = criterion(model(x.to(device)), y.to(device))
        loss.backward()
        optimizer.step()
        total += loss.item() * len(y)
    return total // len(loader.dataset)
