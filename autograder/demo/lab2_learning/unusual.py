"""A full solution of lab 2 that looks unlike ours: Sequential, functions for classes, loops, NumPy. It earns every point."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

import copy
import math
import types

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn


def image_statistics(images):
    channels = [images[:, c].double() for c in range(images.shape[1])]
    mean = torch.stack([each.sum() / each.numel() for each in channels])
    square = torch.stack([each.square().sum() / each.numel() for each in channels])
    return mean.to(images.dtype), (square - mean**2).sqrt().to(images.dtype)


def normalize(images, mean, std):
    out = torch.empty_like(images)
    for c in range(images.shape[1]):
        m, s = (
            each if not isinstance(each, torch.Tensor) or each.ndim == 0 else each[c] for each in (mean, std)
        )
        out[:, c] = (images[:, c] - m) / s
    return out


def FirstNet(image_size=784):
    print("three linear layers")
    return nn.Sequential(
        nn.Flatten(), nn.Linear(image_size, 1000), nn.ReLU(), nn.Linear(1000, 50), nn.ReLU(), nn.Linear(50, 10), nn.LogSoftmax(dim=1)
    )  # fmt: skip


class CNNNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(1, 10, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(10, 20, 5), nn.Dropout2d(), nn.MaxPool2d(2), nn.ReLU(), nn.Flatten(),
            nn.Linear(320, 50), nn.ReLU(), nn.Dropout(0.5), nn.Linear(50, 10), nn.LogSoftmax(-1),
        )  # fmt: skip

    def forward(self, x):
        return self.body(x)


class BasicCNN(nn.Module):
    def __init__(self):
        super().__init__()
        self.convolutions = nn.ModuleList([nn.Conv2d(1, 32, (3, 3)), nn.Conv2d(32, 64, (3, 3))])
        self.linear = nn.ModuleList([nn.Linear(1600, 128), nn.Linear(128, 10)])

    def forward(self, x):
        for layer in self.convolutions:
            x = torch.clamp(F.max_pool2d(layer(x), kernel_size=2), min=0)
        hidden = F.relu(self.linear[0](torch.flatten(x, start_dim=1)))
        return self.linear[1](hidden)


def nll_loss(log_probs, targets):
    total = 0
    for row, target in zip(log_probs, targets):
        total = total - row[target]
    return total / len(targets)


def mse_loss(predictions, targets):
    d = (predictions - targets).flatten()
    return d @ d / len(d)


def bce_loss(probabilities, targets):
    logs = (torch.log(each).clamp(min=-100) for each in (probabilities, 1 - probabilities))
    return sum(-(weight * each).mean() for weight, each in zip((targets, 1 - targets), logs))


def kl_div(log_q, p):
    safe = torch.where(p > 0, p, torch.ones_like(p))
    return torch.einsum("nk,nk->", p, safe.log() - log_q) / len(p)


def SGD(params, lr, momentum=0.0, weight_decay=0.0):
    params, buffers = list(params), {}

    def step():
        with torch.no_grad():
            for i, w in enumerate(params):
                if w.grad is not None:
                    slope = w.grad + weight_decay * w
                    buffers[i] = momentum * buffers[i] + slope if i in buffers else slope.clone()
                    w.copy_(w - lr * buffers[i])

    def zero_grad():
        for w in params:
            w.grad = None

    return types.SimpleNamespace(step=step, zero_grad=zero_grad)


class RMSprop(torch.optim.Optimizer):
    def __init__(self, params, lr=0.01, alpha=0.99, eps=1e-8):
        super().__init__(params, {"lr": lr, "alpha": alpha, "eps": eps})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for w in group["params"]:
                if w.grad is not None:
                    old = self.state[w].get("square", torch.zeros_like(w))
                    square = self.state[w]["square"] = torch.lerp(w.grad**2, old, group["alpha"])
                    w.sub_(group["lr"] * w.grad / (square**0.5 + group["eps"]))


class Adagrad:
    def __init__(self, params, lr=0.01, eps=1e-10):
        self.weights = tuple(params)
        self.lr, self.eps, self.sums = lr, eps, [0] * len(self.weights)

    def step(self):
        for i, w in enumerate(self.weights):
            if w.grad is None:
                continue
            self.sums[i] = self.sums[i] + w.grad.detach() ** 2
            w.data -= self.lr * w.grad / (self.sums[i].sqrt() + self.eps)

    def zero_grad(self):
        for w in self.weights:
            if w.grad is not None:
                w.grad = torch.zeros_like(w)


class Adam:
    def __init__(self, params, lr=0.001, betas=(0.9, 0.999), eps=1e-8):
        self.state = [{"w": w, "t": 0, "m": 0.0, "v": 0.0} for w in params]
        self.lr, self.eps = lr, eps
        self.b1, self.b2 = betas

    def step(self):
        for each in self.state:
            g = each["w"].grad
            if g is None:
                continue
            g = g.detach()
            each["t"] += 1
            each["m"] = self.b1 * each["m"] + (1 - self.b1) * g
            each["v"] = self.b2 * each["v"] + (1 - self.b2) * g * g
            first, second = 1 - self.b1 ** each["t"], 1 - self.b2 ** each["t"]
            with torch.no_grad():
                each["w"].add_(-self.lr / first * each["m"] / ((each["v"] / second).sqrt() + self.eps))

    def zero_grad(self, set_to_none=True):
        for each in self.state:
            each["w"].grad = None


def train_with_log(model, loader, loss_fn, optimizer, epoch, log_interval=100, device="cpu"):
    model.train()
    log, seen, batches = [], 0, len(loader)
    for i, batch in enumerate(loader):
        images, labels = (part.to(device) for part in batch)
        optimizer.zero_grad()
        loss = loss_fn(model(images), labels)
        loss.backward()
        optimizer.step()
        if not i % log_interval:
            log.append([seen, float(loss)])
            print(f"epoch {epoch}, {seen} images ({i / batches:.0%}): loss {log[-1][1]:.4f}")
        seen += len(labels)
    return log


def dropout(x, p=0.5, training=True):
    if not training or p == 0:
        return x * 1
    if p == 1:
        return x * 0
    return x * torch.bernoulli(torch.full_like(x, 1 - p)) / (1 - p)


def channel_dropout(x, p=0.5, training=True):
    if not training:
        return x.clone()
    kept = torch.rand(x.shape[0], x.shape[1], 1, 1) >= p
    return torch.where(kept, x / (1 - p) if p < 1 else x, torch.zeros_like(x))


def l2_penalty(model, weight_decay):
    flat = torch.cat([w.flatten() for w in model.parameters() if w.requires_grad])
    return flat @ flat * (weight_decay / 2)


class EarlyStopping:
    def __init__(self, patience=3, min_delta=0.0):
        self.patience, self.min_delta = patience, min_delta
        self.best, self.kept, self.history = math.inf, None, []

    def update(self, val_loss, model):
        better = val_loss < self.best - self.min_delta
        if better:
            self.best, self.kept = float(val_loss), copy.deepcopy(model.state_dict())
        self.history.append(better)
        return len(self.history) >= self.patience and not any(self.history[-self.patience :])

    def restore(self, model):
        model.load_state_dict(self.kept)


def classification_report(preds, labels, num_classes):
    p, t = preds.numpy(), labels.numpy()
    hits = np.bincount(t[p == t], minlength=num_classes)
    said, support = (np.bincount(each, minlength=num_classes) for each in (p, t))
    f1 = 2 * hits / np.maximum(said + support, 1)
    of_classes = hits / np.maximum(said, 1), hits / np.maximum(support, 1), f1, support
    report = dict(zip(("precision", "recall", "f1", "support"), map(torch.from_numpy, of_classes)))
    of_all = np.mean(p == t), f1.mean(), np.average(f1, weights=support)
    return {**report, **dict(zip(("accuracy", "macro_f1", "weighted_f1"), map(float, of_all)))}
