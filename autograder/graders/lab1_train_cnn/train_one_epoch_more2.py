"""More misconceptions of `train_one_epoch`: the module `train_one_epoch` takes them in."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

from autograder.misconceptions import misconception


@misconception(
    "Your batches are not moved: neither images nor labels reach `device`. `.to` returns a new tensor and leaves the "
    "old one where it is, so write `x, y = x.to(device), y.to(device)`."
)
def batches_not_moved(model, loader, criterion, optimizer, device="cpu"):
    model.train()
    total = 0.0
    for x, y in loader:
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(y)
    return total / len(loader.dataset)


@misconception(
    "You move the images to `device` and leave the labels behind. The criterion needs both in one place: "
    "`y = y.to(device)`."
)
def labels_not_moved(model, loader, criterion, optimizer, device="cpu"):
    model.train()
    total = 0.0
    for x, y in loader:
        optimizer.zero_grad()
        loss = criterion(model(x.to(device)), y)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(y)
    return total / len(loader.dataset)


@misconception(
    "You move the labels to `device` and leave the images behind. The network lies there, so its input has to: "
    "`x = x.to(device)`."
)
def images_not_moved(model, loader, criterion, optimizer, device="cpu"):
    model.train()
    total = 0.0
    for x, y in loader:
        optimizer.zero_grad()
        loss = criterion(model(x), y.to(device))
        loss.backward()
        optimizer.step()
        total += loss.item() * len(y)
    return total / len(loader.dataset)


@misconception(
    "Your backward pass ends at the outputs: `.data` and `.detach()` cut the graph, and `requires_grad_` on the loss "
    "only hides it. Go from the criterion straight to `backward`."
)
def graph_cut_behind_the_model(model, loader, criterion, optimizer, device="cpu"):
    model.train()
    total = 0.0
    for x, y in loader:
        optimizer.zero_grad()
        loss = criterion(model(x.to(device)).detach(), y.to(device))
        loss.requires_grad_(True)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(y)
    return total / len(loader.dataset)


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


@misconception(
    "You clear the gradients for the first batch alone; from the second on they pile up. `optimizer.zero_grad()` "
    "belongs to every batch: take it out of the `if`."
)
def only_first_gradient_cleared(model, loader, criterion, optimizer, device="cpu"):
    model.train()
    total = 0.0
    optimizer.zero_grad()
    for i, (x, y) in enumerate(loader):
        loss = criterion(model(x.to(device)), y.to(device))
        loss.backward()
        optimizer.step()
        if i == 0:
            optimizer.zero_grad()
        total += loss.item() * len(y)
    return total / len(loader.dataset)


@misconception(
    "You hand the images to the criterion as labels. A batch is a pair (images, labels): the labels are its second "
    "part."
)
def images_taken_for_labels(model, loader, criterion, optimizer, device="cpu"):
    model.train()
    total = 0.0
    for batch in loader:
        x, y = batch[0].to(device), batch[0].to(device)
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(y)
    return total / len(loader.dataset)


@misconception(
    "`enumerate` gives pairs (number, batch), and you use the number as the images. Unpack both: `for i, (x, y) in "
    "enumerate(loader)`, or loop over `loader` itself."
)
def number_of_the_batch_taken_for_images(model, loader, criterion, optimizer, device="cpu"):
    model.train()
    total = 0.0
    for x, y in enumerate(loader):
        x, y = x.to(device), y.to(device)
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(y)
    return total / len(loader.dataset)


@misconception(
    "You hand the criterion the predicted classes. They have no slope to follow: the loss is made of the logits, "
    "`criterion(model(x), y)`; `argmax` is for the accuracy."
)
def loss_of_predicted_classes(model, loader, criterion, optimizer, device="cpu"):
    model.train()
    total = 0.0
    for x, y in loader:
        optimizer.zero_grad()
        loss = criterion(model(x.to(device)).argmax(dim=1).float(), y.to(device))
        loss.backward()
        optimizer.step()
        total += loss.item() * len(y)
    return total / len(loader.dataset)


@misconception(
    "Your parameter list has criterion and optimizer in each other's places, so each is used as the other. Keep the "
    "stub's order: `(model, loader, criterion, optimizer, device)`."
)
def criterion_and_optimizer_swapped(model, loader, optimizer, criterion, device="cpu"):
    model.train()
    total = 0.0
    for x, y in loader:
        optimizer.zero_grad()
        loss = criterion(model(x.to(device)), y.to(device))
        loss.backward()
        optimizer.step()
        total += loss.item() * len(y)
    return total / len(loader.dataset)


@misconception(
    "You reshape the images to rows of 784 values, and other inputs do not fit. The network takes its batches as the "
    "loader serves them: hand `x` on."
)
def images_flattened_to_784(model, loader, criterion, optimizer, device="cpu"):
    model.train()
    total = 0.0
    for x, y in loader:
        x, y = x.view(-1, 784).to(device), y.to(device)
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(y)
    return total / len(loader.dataset)


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
