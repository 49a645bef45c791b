"""A full solution of lab 3 that looks unlike ours: copies of the model, NumPy, an optimizer, backwards through the layers. It earns every point."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

import math

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn


def get_filters(model, name):
    state = model.state_dict()
    known = {key[:-7]: value for key, value in state.items() if key.endswith(".weight") and value.dim() == 4}
    try:
        return known[name].clone()
    except KeyError:
        raise KeyError(f"{name} is no convolution; choose from {sorted(known)}") from None


def normalise_maps(maps):
    flat = maps.flatten(-2).numpy()
    span = np.ptp(flat, axis=-1, keepdims=True)
    above = flat - flat.min(axis=-1, keepdims=True)
    scaled = np.divide(above, span, out=np.zeros_like(flat), where=span > 0)
    return torch.from_numpy(scaled).reshape(maps.shape)


def make_grid(maps, columns, pad=1):
    free = [torch.ones_like(maps[0])] * (-len(maps) % columns)
    tiles = [F.pad(each, (0, pad, 0, pad), value=1.0) for each in [*maps, *free]]
    lines = [torch.cat(tiles[i : i + columns], dim=1) for i in range(0, len(tiles), columns)]
    return F.pad(torch.cat(lines), (pad, 0, pad, 0), value=1.0)


def receptive_field(layers):
    size = 1
    for kernel_size, stride in reversed(layers):  # from the output back to the input
        size = (size - 1) * stride + kernel_size
    return size, math.prod(stride for _, stride in layers)


def capture_activations(model, images, names):
    from contextlib import ExitStack
    from functools import partial

    everything, kept = dict(model.named_modules()), {}
    layers = [everything[name] for name in names]

    def keep(name, module, given, output):
        kept[name] = output.clone()

    with ExitStack() as stack:
        stack.callback(model.train, model.training)
        for name, layer in zip(names, layers):
            stack.enter_context(layer.register_forward_hook(partial(keep, name)))
        stack.enter_context(torch.no_grad())
        model.eval()(images)
    return kept


def top_images(model, name, channel, images, k, batch_size=64):
    largest = []
    for start in range(0, len(images), batch_size):
        maps = capture_activations(model, images[start : start + batch_size], [name])[name]
        largest += maps[:, channel].flatten(start_dim=1).max(dim=1).values.tolist()
    return torch.from_numpy(np.argsort(-np.array(largest))[:k].copy())


def saliency(model, image, label):
    import copy

    twin, pixels = copy.deepcopy(model).eval(), image.clone().requires_grad_()
    twin(pixels[None])[0, label].backward()
    return torch.maximum(pixels.grad, -pixels.grad).max(dim=0).values


def my_saliency(model, image, label):
    pixels = image.clone().requires_grad_()
    return torch.autograd.grad(model(pixels[None])[0, label], pixels)[0].abs().amax(dim=0)


def features(model, images, batch_size=64):
    for module in model.modules():
        if isinstance(module, nn.Linear):
            last = module
    rows, was_training = [], model.training
    with torch.no_grad(), last.register_forward_pre_hook(lambda module, given: rows.extend(given[0].clone())):
        model.train(False)
        try:
            for start in range(0, len(images), batch_size):
                model(images[start : start + batch_size])
        finally:
            model.train(was_training)
    return torch.stack(rows)


def pca(x, k):
    centred = x - x.mean(dim=0, keepdim=True)
    variances, axes = torch.linalg.eigh(centred.T @ centred)  # rising; the axes are columns
    axes = axes.flip(1)[:, :k]
    shares = variances.clamp(min=0).flip(0) / variances.sum()
    return centred @ axes, axes.T, shares[:k]


def cosine_similarity(a, b):
    one, other = (F.normalize(each, dim=1, eps=1e-30) for each in (a, b))
    return torch.einsum("nd,md->nm", one, other)


def nearest_neighbours(queries, points, k):
    places = []
    for query in queries:
        squares = (points - query).square().sum(dim=1)
        places.append(squares.argsort()[:k])
    return torch.stack(places)


def knn_accuracy(train_x, train_y, test_x, test_y, k):
    classes, labels = train_y.unique(return_inverse=True)
    near = labels[nearest_neighbours(test_x, train_x, k)]  # (M, k)
    votes = F.one_hot(near, len(classes)).sum(dim=1)  # (M, classes)
    wins = votes.gather(1, near) == votes.amax(dim=1, keepdim=True)  # (M, k)
    winners = near.gather(1, wins.int().argmax(dim=1, keepdim=True))[:, 0]
    return np.mean((classes[winners] == test_y).numpy())


def maximise_activation(model, name, channel, start, steps=50, lr=0.1):
    import copy

    twin, maps = copy.deepcopy(model).eval(), []
    twin.get_submodule(name).register_forward_hook(lambda module, given, out: maps.append(out.clone()))
    image = start.clone().requires_grad_()
    climber = torch.optim.SGD([image], lr=lr, maximize=True)
    for _ in range(steps):
        climber.zero_grad()
        twin(image)
        maps.pop()[0, channel].mean().backward()
        climber.step()
        image.data.clamp_(0, 1)
    return image.detach()
