"""More misconceptions of `evaluate`: the module `evaluate` takes them in."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

import torch

from autograder.misconceptions import misconception


@misconception(
    "Your batches are not moved: neither images nor labels reach `device`. `.to` returns a new tensor and leaves the "
    "old one where it is, so write `x, y = x.to(device), y.to(device)`."
)
def batches_not_moved(model, loader, criterion, device="cpu"):
    was_training = model.training
    model.eval()
    total, correct, n = 0.0, 0, len(loader.dataset)
    with torch.no_grad():
        for x, y in loader:
            logits = model(x)
            total += criterion(logits, y).item() * len(y)
            correct += (logits.argmax(dim=1) == y).sum().item()
    model.train(was_training)
    return total / n, correct / n


@misconception(
    "You move the images to `device` and leave the labels behind. The criterion needs both in one place: "
    "`y = y.to(device)`."
)
def labels_not_moved(model, loader, criterion, device="cpu"):
    was_training = model.training
    model.eval()
    total, correct, n = 0.0, 0, len(loader.dataset)
    with torch.no_grad():
        for x, y in loader:
            logits = model(x.to(device))
            total += criterion(logits, y).item() * len(y)
            correct += (logits.argmax(dim=1) == y).sum().item()
    model.train(was_training)
    return total / n, correct / n


@misconception(
    "You keep the predictions as a column (`keepdim=True`), so each is compared with every label of the batch. Take "
    "`argmax(dim=1)` without `keepdim`, or bring both to one shape."
)
def predictions_kept_as_column(model, loader, criterion, device="cpu"):
    was_training = model.training
    model.eval()
    total, correct, n = 0.0, 0, len(loader.dataset)
    with torch.no_grad():
        for x, y in loader:
            logits, y = model(x.to(device)), y.to(device)
            total += criterion(logits, y).item() * len(y)
            correct += (logits.argmax(dim=1, keepdim=True) == y).sum().item()
    model.train(was_training)
    return total / n, correct / n


@misconception(
    "You take the maximum over the batch (`dim=0`): for each class the image that likes it best. Each image needs its "
    "best class: `argmax(dim=1)`."
)
def argmax_over_the_batch(model, loader, criterion, device="cpu"):
    was_training = model.training
    model.eval()
    total, correct, n = 0.0, 0, len(loader.dataset)
    with torch.no_grad():
        for x, y in loader:
            logits, y = model(x.to(device)), y.to(device)
            total += criterion(logits, y).item() * len(y)
            correct += (logits.argmax(dim=0) == y).sum().item()
    model.train(was_training)
    return total / n, correct / n


@misconception(
    "You take the maximum over the batch (`dim=0`) and compare as many as fit. Each image needs its best class: with "
    "`argmax(dim=1)` there are as many predictions as labels."
)
def argmax_over_the_batch_cut_to_fit(model, loader, criterion, device="cpu"):
    was_training = model.training
    model.eval()
    total, correct, n = 0.0, 0, len(loader.dataset)
    with torch.no_grad():
        for x, y in loader:
            logits, y = model(x.to(device)), y.to(device)
            total += criterion(logits, y).item() * len(y)
            correct += sum(int(a == b) for a, b in zip(logits.argmax(dim=0), y, strict=False))
    model.train(was_training)
    return total / n, correct / n


@misconception(
    "You count batches in which every prediction is right: `all` gives one yes or no for a batch. Count the right "
    "predictions: `.sum().item()`."
)
def only_perfect_batches_counted(model, loader, criterion, device="cpu"):
    was_training = model.training
    model.eval()
    total, correct, n = 0.0, 0, len(loader.dataset)
    with torch.no_grad():
        for x, y in loader:
            logits, y = model(x.to(device)), y.to(device)
            total += criterion(logits, y).item() * len(y)
            correct += bool((logits.argmax(dim=1) == y).all())
    model.train(was_training)
    return total / n, correct / n


@misconception(
    "You count batches in which any prediction is right: `any` gives one yes or no for a batch. Count the right "
    "predictions: `.sum().item()`."
)
def batches_with_a_hit_counted(model, loader, criterion, device="cpu"):
    was_training = model.training
    model.eval()
    total, correct, n = 0.0, 0, len(loader.dataset)
    with torch.no_grad():
        for x, y in loader:
            logits, y = model(x.to(device)), y.to(device)
            total += criterion(logits, y).item() * len(y)
            correct += bool((logits.argmax(dim=1) == y).any())
    model.train(was_training)
    return total / n, correct / n


@misconception(
    "You divide the hits by the number of batches times the batch size, as if the last batch were full. Divide by the "
    "samples that really came."
)
def accuracy_over_whole_batches(model, loader, criterion, device="cpu"):
    was_training = model.training
    model.eval()
    total, correct, n = 0.0, 0, len(loader.dataset)
    with torch.no_grad():
        for x, y in loader:
            logits, y = model(x.to(device)), y.to(device)
            total += criterion(logits, y).item() * len(y)
            correct += (logits.argmax(dim=1) == y).sum().item()
    model.train(was_training)
    return total / n, correct / (len(loader) * loader.batch_size)


@misconception(
    "You count a prediction as right when the label is among the best two. Accuracy asks for the best one: "
    "`argmax(dim=1)`."
)
def best_two_count_as_right(model, loader, criterion, device="cpu"):
    was_training = model.training
    model.eval()
    total, correct, n = 0.0, 0, len(loader.dataset)
    with torch.no_grad():
        for x, y in loader:
            logits, y = model(x.to(device)), y.to(device)
            total += criterion(logits, y).item() * len(y)
            correct += (logits.topk(2, dim=1).indices == y[:, None]).sum().item()
    model.train(was_training)
    return total / n, correct / n


@misconception(
    "Yours is a training loop: it goes backward and steps, and where gradients are off it cannot. Evaluation needs "
    "neither optimizer nor `backward`; it only looks, under `torch.no_grad()`."
)
def trains_on_validation(model, loader, criterion, device="cpu"):
    was_training = model.training
    model.eval()
    total, correct, n = 0.0, 0, len(loader.dataset)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    for x, y in loader:
        logits, y = model(x.to(device)), y.to(device)
        loss = criterion(logits, y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(y)
        correct += (logits.argmax(dim=1) == y).sum().item()
    model.train(was_training)
    return total / n, correct / n


@misconception(
    "There is a `backward` in your evaluation: nothing is learned here, and where gradients are off it fails. Take it "
    "out, and do everything under `torch.no_grad()`."
)
def backward_while_evaluating(model, loader, criterion, device="cpu"):
    was_training = model.training
    model.eval()
    total, correct, n = 0.0, 0, len(loader.dataset)
    for x, y in loader:
        logits, y = model(x.to(device)), y.to(device)
        loss = criterion(logits, y)
        loss.backward()
        total += loss.item() * len(y)
        correct += (logits.argmax(dim=1) == y).sum().item()
    model.train(was_training)
    return total / n, correct / n


@misconception(
    "`no_grad` needs its parentheses: `with torch.no_grad():` makes the context; without them you enter the class "
    "itself."
)
def parentheses_of_no_grad_missing(model, loader, criterion, device="cpu"):
    was_training = model.training
    model.eval()
    total, correct, n = 0.0, 0, len(loader.dataset)
    with torch.no_grad:
        for x, y in loader:
            logits, y = model(x.to(device)), y.to(device)
            total += criterion(logits, y).item() * len(y)
            correct += (logits.argmax(dim=1) == y).sum().item()
    model.train(was_training)
    return total / n, correct / n


@misconception(
    "`squeeze` takes the batch axis away where a batch has one sample. The outputs are (N, classes) as they come: do "
    "without it."
)
def outputs_squeezed(model, loader, criterion, device="cpu"):
    was_training = model.training
    model.eval()
    total, correct, n = 0.0, 0, len(loader.dataset)
    with torch.no_grad():
        for x, y in loader:
            logits, y = model(x.to(device)).squeeze(), y.to(device)
            total += criterion(logits, y).item() * len(y)
            correct += (logits.argmax(dim=1) == y).sum().item()
    model.train(was_training)
    return total / n, correct / n


@misconception(
    "Your accuracy is a piece of text, made for printing. Return the number, a fraction between 0 and 1, and format "
    "it where you print it."
)
def accuracy_as_text(model, loader, criterion, device="cpu"):
    was_training = model.training
    model.eval()
    total, correct, n = 0.0, 0, len(loader.dataset)
    with torch.no_grad():
        for x, y in loader:
            logits, y = model(x.to(device)), y.to(device)
            total += criterion(logits, y).item() * len(y)
            correct += (logits.argmax(dim=1) == y).sum().item()
    model.train(was_training)
    return total / n, f"{100 * correct / n:.1f}%"
