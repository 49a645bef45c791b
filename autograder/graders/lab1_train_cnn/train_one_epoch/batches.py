"""Misconceptions of `train_one_epoch` about batches: which are seen, where they lie, what is in them."""

# CANARY-5b0c2f6e-hidden-grader

from __future__ import annotations

from autograder.graders.lab1_train_cnn.train_one_epoch.written import instead
from autograder.grading.misconceptions import misconception

forward_twice_per_batch = instead(
    "You run the network twice for every batch, so batch norm counts each batch double and dropout differs between loss and gradient. Run it once and keep the result.",
    {
        "loss =": "value = criterion(model(x.to(device)), y.to(device)).item()\n        loss =",
        "loss.item()": "value",
    },
)
same_batch_every_time = instead(
    "You start the loader anew for every step, so you always get a first batch. Go through the loader once with a single loop.",
    {
        "x, y in loader": "_ in range(len(loader))",
        "optimizer.zero_grad": "x, y = next(iter(loader))\n        optimizer.zero_grad",
    },
)
stops_after_first_batch = instead(
    "Your function returns inside the loop, so only the first batch is used. Move the `return` out, to the indentation of the `for`.",
    {
        "total = 0.0": "",
        "total += loss.item() * len(y)": "return loss.item()",
        "return total / len(loader.dataset)": "",
    },
)


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


one_step_on_the_last_batch = instead(
    "You clear the gradients in every batch but step once, after the loop, so only the last batch’s gradient counts. Step inside the loop.",
    {
        "optimizer.zero_grad()": "",
        "loss.backward": "optimizer.zero_grad",
        "optimizer.step": "loss.backward",
        "return": "optimizer.step()\n    return",
    },
)
graph_cut_behind_the_model = instead(
    "Your backward pass ends at the outputs: `.data` and `.detach()` cut the graph, and `requires_grad_` on the loss only hides it. Go from the criterion straight to `backward`.",
    {", y.": ".detach(), y.", "loss.backward": "loss.requires_grad_(True)\n        loss.backward"},
)


@misconception(
    "You clear the gradients for the first batch alone; from the second on they pile up. `optimizer.zero_grad()` belongs to every batch: take it out of the `if`."
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


images_taken_for_labels = instead(
    "You hand the images to the criterion as labels. A batch is a pair (images, labels): the labels are its second part.",
    {
        "x, y": "batch",
        "optimizer.zero_grad": "x, y = batch[0].to(device), batch[0].to(device)\n        optimizer.zero_grad",
        "(x.to(device)), y.to(device)": "(x), y",
    },
)
number_of_the_batch_taken_for_images = instead(
    "`enumerate` gives pairs (number, batch), and you use the number as the images. Unpack both: `for i, (x, y) in enumerate(loader)`, or loop over `loader` itself.",
    {
        "loader:": "enumerate(loader):",
        "optimizer.zero_grad": "x, y = x.to(device), y.to(device)\n        optimizer.zero_grad",
        "(x.to(device)), y.to(device)": "(x), y",
    },
)
loss_of_predicted_classes = instead(
    "You hand the criterion the predicted classes. They have no slope to follow: the loss is made of the logits, `criterion(model(x), y)`; `argmax` is for the accuracy.",
    {", y.": ".argmax(dim=1).float(), y."},
)
criterion_and_optimizer_swapped = instead(
    "Your parameter list has criterion and optimizer in each other's places, so each is used as the other. Keep the stub's order: `(model, loader, criterion, optimizer, device)`.",
    {"criterion, optimizer": "optimizer, criterion"},
)
images_flattened_to_784 = instead(
    "You reshape the images to rows of 784 values, and other inputs do not fit. The network takes its batches as the loader serves them: hand `x` on.",
    {
        "optimizer.zero_grad": "x, y = x.view(-1, 784).to(device), y.to(device)\n        optimizer.zero_grad",
        "(x.to(device)), y.to(device)": "(x), y",
    },
)
images_flattened = instead(
    "You flatten the images. Hand them to the model as they come, (N, 1, 28, 28): a CNN needs their rows and columns.",
    {
        "optimizer.zero_grad": "x, y = x.to(device).view(len(x), -1), y.to(device)\n        optimizer.zero_grad",
        "(x.to(device)), y.to(device)": "(x), y",
    },
)
