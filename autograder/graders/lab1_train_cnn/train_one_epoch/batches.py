"""Misconceptions of `train_one_epoch` about batches: which are seen, where they lie, what is in them."""

# CANARY-5b0c2f6e-hidden-grader

from __future__ import annotations

from autograder.grading.misconceptions import misconception


@misconception(
    "You run the network twice for every batch, so batch norm counts each batch double and dropout differs "
    "between loss and gradient. Run it once and keep the result."
)
def forward_twice_per_batch(model, loader, criterion, optimizer, device="cpu"):
    model.train()
    total = 0.0
    for x, y in loader:
        optimizer.zero_grad()
        value = criterion(model(x.to(device)), y.to(device)).item()
        loss = criterion(model(x.to(device)), y.to(device))
        loss.backward()
        optimizer.step()
        total += value * len(y)
    return total / len(loader.dataset)


@misconception(
    "You start the loader anew for every step, so you always get a first batch. Go through the loader once "
    "with a single loop."
)
def same_batch_every_time(model, loader, criterion, optimizer, device="cpu"):
    model.train()
    total = 0.0
    for _ in range(len(loader)):
        x, y = next(iter(loader))
        optimizer.zero_grad()
        loss = criterion(model(x.to(device)), y.to(device))
        loss.backward()
        optimizer.step()
        total += loss.item() * len(y)
    return total / len(loader.dataset)


@misconception(
    "Your function returns inside the loop, so only the first batch is used. Move the `return` out, to the "
    "indentation of the `for`."
)
def stops_after_first_batch(model, loader, criterion, optimizer, device="cpu"):
    model.train()
    for x, y in loader:
        optimizer.zero_grad()
        loss = criterion(model(x.to(device)), y.to(device))
        loss.backward()
        optimizer.step()
        return loss.item()


@misconception(
    "Your last batch, the smaller one, is left out. Its samples belong to the epoch too: no condition on its size, no `break`."
)
def last_batch_skipped(model, loader, criterion, optimizer, device="cpu"):
    model.train()
    total = 0.0
    for x, y in loader:
        if len(y) < loader.batch_size:
            continue
        optimizer.zero_grad()
        loss = criterion(model(x.to(device)), y.to(device))
        loss.backward()
        optimizer.step()
        total += loss.item() * len(y)
    return total / len(loader.dataset)


@misconception(
    "You clear the gradients in every batch but step once, after the loop, so only the last batch’s "
    "gradient counts. Step inside the "
    "loop."
)
def one_step_on_the_last_batch(model, loader, criterion, optimizer, device="cpu"):
    model.train()
    total = 0.0
    for x, y in loader:
        loss = criterion(model(x.to(device)), y.to(device))
        optimizer.zero_grad()
        loss.backward()
        total += loss.item() * len(y)
    optimizer.step()
    return total / len(loader.dataset)


@misconception(
    "Your batches do not reach the `device` given, neither images nor labels. `x.to(device)` returns a new tensor: keep "
    "it. And give `device` no other value inside."
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
    "You flatten the images. Hand them to the model as they come, (N, 1, 28, 28): a CNN needs their rows and columns."
)
def images_flattened(model, loader, criterion, optimizer, device="cpu"):
    model.train()
    total = 0.0
    for x, y in loader:
        x, y = x.to(device).view(len(x), -1), y.to(device)
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(y)
    return total / len(loader.dataset)
