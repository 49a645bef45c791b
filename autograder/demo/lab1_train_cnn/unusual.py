"""A full solution of lab 1 that looks unlike ours: other names, nn.Sequential, loops, NumPy. It earns every point."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

import math

import numpy as np
import torch
import torch.nn as nn
from torch.utils.data import DataLoader, Subset


def conv_output_size(size, kernel_size, stride=1, padding=0):
    return len(range(0, size + 2 * padding - kernel_size + 1, stride))


def conv2d(x, weight, bias=None, stride=1, padding=0):
    n, c_in, h, w = x.shape
    c_out, _, kh, kw = weight.shape
    big = x.new_zeros(n, c_in, h + 2 * padding, w + 2 * padding)
    big[:, :, padding : padding + h, padding : padding + w] = x
    rows = range(0, big.shape[2] - kh + 1, stride)
    columns = range(0, big.shape[3] - kw + 1, stride)
    out = x.new_zeros(n, c_out, len(rows), len(columns))
    for i, r in enumerate(rows):
        for j, c in enumerate(columns):
            out[:, :, i, j] = torch.einsum("nchw,ochw->no", big[:, :, r : r + kh, c : c + kw], weight)
    return out if bias is None else out + bias[None, :, None, None]


def max_pool2d(x, kernel_size, stride=None):
    step = stride or kernel_size
    windows = np.lib.stride_tricks.sliding_window_view(x.numpy(), (kernel_size, kernel_size), axis=(2, 3))
    return torch.from_numpy(windows[:, :, ::step, ::step].max((-1, -2)))


def relu(x):
    return (x + x.abs()) / 2


def CNN():
    print("building the network")
    return nn.Sequential(
        nn.Conv2d(1, 8, 3, padding=1), nn.MaxPool2d(2), nn.ReLU(), nn.Conv2d(8, 16, 3, padding="same"), nn.MaxPool2d(2), nn.ReLU(),
        nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(), nn.Conv2d(32, 10, 7), nn.Flatten(),
    )  # fmt: skip


def count_parameters(model):
    total = 0
    for parameter in model.parameters():
        if parameter.requires_grad:
            total += math.prod(parameter.shape)
    return total


def make_loaders(dataset, batch_size=64, val_fraction=0.2, seed=0):
    order = np.random.default_rng(seed).permutation(len(dataset))
    cut = len(dataset) - int(round(len(dataset) * val_fraction))
    first, second = (Subset(dataset, part.tolist()) for part in (order[:cut], order[cut:]))
    return DataLoader(first, batch_size, shuffle=True), DataLoader(second, batch_size)


def train_one_epoch(model, loader, criterion, optimizer, device="cpu"):
    model.train(True)
    losses, sizes = [], []
    for images, labels in loader:
        loss = criterion(model(images.to(device)), labels.to(device))
        loss.backward()
        optimizer.step()
        for parameter in model.parameters():
            parameter.grad = None
        losses.append(loss.item())
        sizes.append(len(labels))
    return np.average(losses, weights=sizes)


@torch.no_grad()
def evaluate(model, loader, criterion, device="cpu"):
    before = model.training
    model.eval()
    scores, labels = zip(*[(model(x.to(device)), y.to(device)) for x, y in loader])
    model.train(before)
    scores, labels = torch.cat(scores), torch.cat(labels)
    return criterion(scores, labels), (scores.argmax(1) == labels).double().mean()


def fit(model, train_loader, val_loader, epochs, lr):
    adam = torch.optim.Adam(model.parameters(), lr)
    rows = []
    while len(rows) < epochs:
        loss = train_one_epoch(model, train_loader, nn.CrossEntropyLoss(), adam)
        rows.append((loss, *evaluate(model, val_loader, nn.CrossEntropyLoss())))
    history = dict(zip(("train_loss", "val_loss", "val_accuracy"), (list(column) for column in zip(*rows))))
    return {**history, "epochs": epochs}


def softmax(z, dim=-1):
    return (z - torch.logsumexp(z, dim, keepdim=True)).exp()


def log_softmax(z, dim=-1):
    return z - z.logsumexp(dim).unsqueeze(dim)


def cross_entropy(logits, targets):
    total = 0
    for row, target in zip(logits, targets):
        total = total + torch.logsumexp(row, 0) - row[target]
    return total / len(targets)


def predict(model, images):
    before = model.training
    with torch.inference_mode():
        best = model.eval()(images).softmax(-1).max(-1)
    model.train(before)
    return best.indices, best.values


def accuracy(logits, labels):
    return np.mean(logits.numpy().argmax(1) == labels.numpy())


def confusion_matrix(preds, labels, num_classes):
    return torch.bincount(labels * num_classes + preds, minlength=num_classes**2).reshape(
        num_classes, num_classes
    )


def precision_recall_f1(cm):
    right = cm.diagonal().double()
    divide = lambda a, b: torch.where(b > 0, a / b.clamp(min=1), torch.zeros_like(a))  # noqa: E731
    predicted, true = cm.sum(0).double(), cm.sum(1).double()
    return divide(right, predicted), divide(right, true), divide(2 * right, predicted + true)


def roc_curve(scores, labels):
    points = [(0.0, 0.0, float(scores.max()) + 1)]
    for threshold in sorted(set(scores.tolist()), reverse=True):
        above = scores >= threshold
        points.append(
            (above[labels == 0].double().mean().item(), above[labels == 1].double().mean().item(), threshold)
        )
    return tuple(torch.tensor(column) for column in zip(*points))


def auc(x, y):
    return sum((b - a) * (c + d) / 2 for a, b, c, d in zip(x[:-1], x[1:], y[:-1], y[1:]))
