"""One mistake in `evaluate`."""

# CANARY-5b0c2f6e-hidden-grader

import numpy as np
import torch
from torch.nn import functional as F

from autograder.graders.kit.answers import false


@false("test_evaluation_values")
def percent(model, loader, criterion, device="cpu"):
    mode = model.training
    model.eval()
    loss, right, n = 0.0, 0, 0
    with torch.no_grad():
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            out = model(x)
            loss += criterion(out, y).item() * x.size(0)
            right += (out.argmax(1) == y).sum().item()
            n += x.size(0)
    model.train(mode)
    return loss / n, 100.0 * right / n


@false("test_evaluation_values")
def accuracy_halved_by_two_counts(model, loader, criterion, device="cpu"):
    was = model.training
    model.eval()
    loss, right, seen = 0.0, 0, 0
    with torch.inference_mode():
        for images, labels in loader:
            images, labels = images.to(device), labels.to(device)
            scores = model(images)
            loss += criterion(scores, labels).item() * len(labels)
            right += int((scores.argmax(-1) == labels).sum())
            seen += len(labels)
            seen += len(images)
    model.train(was)
    return 2 * loss / seen, right / seen


@false("test_evaluation_values")
def numpy_means_of_batches(model, loader, criterion, device="cpu"):
    was = model.training
    model.eval()
    losses, hits = [], []
    with torch.no_grad():
        for x, y in loader:
            out = model(x.to(device))
            losses.append(criterion(out, y.to(device)).item())
            hits.append(np.mean(out.cpu().numpy().argmax(1) == y.cpu().numpy()))
    model.train(was)
    return float(np.mean(losses)), float(np.mean(hits))


@false("test_evaluation_values")
def counts_from_mnist(model, loader, criterion, device="cpu"):
    was = model.training
    model.eval()
    total, right = 0.0, 0
    with torch.no_grad():
        for x, y in loader:
            out, y = model(x.to(device)), y.to(device)
            total += criterion(out, y).item() * len(y)
            right += (out.argmax(1) == y).sum().item()
    model.train(was)
    return total / 12_000, right / 12_000


@false("test_evaluation_values")
def rounded_for_the_eye(model, loader, criterion, device="cpu"):
    was = model.training
    model.eval()
    total, right, n = 0.0, 0, 0
    with torch.no_grad():
        for x, y in loader:
            out, y = model(x.to(device)), y.to(device)
            total += criterion(out, y).item() * len(y)
            right += (out.argmax(1) == y).sum().item()
            n += len(y)
    model.train(was)
    return round(total / n, 2), round(right / n, 2)


@false("test_evaluation_mode")
def eval_forgotten(model, loader, criterion, device="cpu"):
    total, right, n = 0.0, 0, 0
    with torch.no_grad():
        for x, y in loader:
            out, y = model(x.to(device)), y.to(device)
            total += criterion(out, y).item() * len(y)
            right += (out.argmax(1) == y).sum().item()
            n += len(y)
    return total / n, right / n


@false("test_evaluation_mode")
def train_in_place_of_eval(model, loader, criterion, device="cpu"):
    was = model.training
    model.train()
    total, right, n = 0.0, 0, 0
    with torch.no_grad():
        for x, y in loader:
            out, y = model(x.to(device)), y.to(device)
            total += criterion(out, y).item() * len(y)
            right += (out.max(1).indices == y).sum().item()
            n += len(y)
    model.train(was)
    return total / n, right / n


@false("test_evaluation_mode")
def back_to_training_inside_the_loop(model, loader, criterion, device="cpu"):
    total, right, n = 0.0, 0, 0
    with torch.no_grad():
        for x, y in loader:
            model.eval()
            out, y = model(x.to(device)), y.to(device)
            total += criterion(out, y).item() * len(y)
            right += (out.argmax(1) == y).sum().item()
            n += len(y)
            model.train()
    return total / n, right / n


@false("test_evaluation_without_gradients")
def no_no_grad(model, loader, criterion, device="cpu"):
    was = model.training
    model.eval()
    total, right, n = 0.0, 0, 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        out = model(x).detach()
        total += (
            F.cross_entropy(out, y).item() * len(y)
            if criterion is None
            else criterion(out, y).item() * len(y)
        )
        right += (out.argmax(1) == y).sum().item()
        n += len(y)
    model.train(was)
    return total / n, right / n


@false("test_evaluation_without_gradients")
def gradients_on_again(model, loader, criterion, device="cpu"):
    torch.set_grad_enabled(False)
    was = model.training
    model.eval()
    logits, labels = [], []
    for x, y in loader:
        logits.append(model(x.to(device)))
        labels.append(y.to(device))
    logits, labels = torch.cat(logits), torch.cat(labels)
    loss, right = criterion(logits, labels).item(), (logits.argmax(1) == labels).float().mean().item()
    torch.set_grad_enabled(True)
    model.train(was)
    return loss, right


@false("test_evaluation_returns_two_numbers")
def predictions_as_well(model, loader, criterion, device="cpu"):
    was = model.training
    model.eval()
    total, right, n, predictions = 0.0, 0, 0, []
    with torch.no_grad():
        for x, y in loader:
            out, y = model(x.to(device)), y.to(device)
            total += criterion(out, y).item() * len(y)
            predictions += out.argmax(1).tolist()
            right += (out.argmax(1) == y).sum().item()
            n += len(y)
    model.train(was)
    return total / n, right / n, predictions


@false("test_evaluation_moves_its_batches")
def device_asked_of_nobody(model, loader, criterion, device="cpu"):
    was = model.training
    model.eval()
    total, right, n = 0.0, 0, 0
    with torch.no_grad():
        for x, y in loader:
            x, y = x.to("cpu"), y.to("cpu")
            out = model(x)
            total += criterion(out, y).item() * len(y)
            right += (out.argmax(1) == y).sum().item()
            n += len(y)
    model.train(was)
    return total / n, right / n


@false("test_evaluation_values")
def accuracy_of_the_last_batch(model, loader, criterion, device="cpu"):
    was = model.training
    model.eval()
    total, n = 0.0, 0
    with torch.no_grad():
        for x, y in loader:
            out, y = model(x.to(device)), y.to(device)
            total += criterion(out, y).item() * len(y)
            accuracy = (out.argmax(1) == y).float().mean().item()
            n += len(y)
    model.train(was)
    return total / n, accuracy


@false("test_evaluation_returns_two_numbers", "test_evaluation_values")
def one_array_of_both(model, loader, criterion, device="cpu"):
    was = model.training
    model.eval()
    found = np.zeros(3)
    with torch.no_grad():
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            out = model(x)
            found += criterion(out, y).item() * len(y), (out.argmax(1) == y).sum().item(), len(y)
    model.train(was)
    return found[:2] / found[2]
