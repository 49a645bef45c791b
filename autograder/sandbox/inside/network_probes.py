"""Probes of networks: made by the student's class, given weights, trained by the student's functions."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn
from torch.utils.data import DataLoader

from .calling import Namespace, Observation, StandIns, find, seed
from .parts import Data, Workshop

_cross_entropy, _copy_ = nn.functional.cross_entropy, torch.Tensor.copy_


def _collect(model: nn.Module) -> dict[str, Any]:
    return {
        "parameters": [each.detach().clone() for each in model.parameters()],
        "trainable": [each.requires_grad for each in model.parameters()],
        "buffers": [each.detach().clone() for each in model.buffers()],
    }


def drawn(trainable: list[bool], sizes: list[int], whole: int) -> list[int]:
    """Return which parameters get new weights: those that learn, where they are `whole` numbers in all; else every one.

    A frozen parameter beside a whole network (a scale of 1, a mask) is a constant of the student's and stays as it is.
    """
    learning = [i for i, each in enumerate(trainable) if each]
    return learning if sum(sizes[i] for i in learning) == whole else list(range(len(trainable)))


def _own_network(namespace: Namespace, name: str, arguments: Namespace | None = None) -> Any:
    """Make the student's network, of float32 as our images are, in a notebook of float64 throughout (`torch.set_default_dtype`) as well."""
    torch.set_default_dtype(torch.float32)
    return find(namespace, name)(**(arguments or {}))


def module(namespace: Namespace, spec: dict[str, Any]) -> Observation:
    """Make a network, give it new random weights, and bring back weights, outputs in both modes, and gradients.

    What acts by chance in a pass follows from the seed alone. With `calls`, batches of images, it brings back what these give in training
    mode, and for each image the gradients that come of the `cotangent` at its scores.
    """
    images, single, labels = spec["images"], spec["single"], spec["labels"]
    seed(spec["seed"])
    with StandIns(namespace, spec):
        model = _own_network(namespace, spec["item"], spec.get("arguments", {}))
        if not isinstance(model, nn.Module):
            return {"module": False, "result": model}
        with torch.no_grad():
            model(images[:2].clone())  # lazy modules take their shapes from a first pass
            generator = torch.Generator().manual_seed(spec["seed"])
            parameters = list(model.parameters())
            learning = [each.requires_grad for each in parameters]
            for i in drawn(learning, [each.numel() for each in parameters], spec["whole"]):
                parameters[i].copy_(0.1 * torch.randn(parameters[i].shape, generator=generator))
        seen: Observation = {"module": True, **_collect(model)}
        model.eval()
        seed(
            spec["seed"] + 1
        )  # another than the constructor's: layers made anew in each pass get other weights
        with torch.no_grad():
            seen["outputs"] = model(images.clone())
            seen["again"] = model(images.clone())
            seen["single"] = model(single.clone())
        model.train()
        seed(spec["seed"] + 1)
        outputs = model(images.clone())
        seen["outputs_training"] = outputs
        seen["gradients"] = []
        if isinstance(outputs, torch.Tensor) and outputs.ndim == 2 and outputs.requires_grad:
            for parameter in parameters:
                parameter.grad = None  # of a pass that the constructor made
            _cross_entropy(outputs, labels).backward()
            seen["gradients"] = [
                torch.zeros_like(p) if p.grad is None else p.grad.clone() for p in model.parameters()
            ]
        if "calls" in spec:
            passes = [model(each.clone()) for each in spec["calls"]]
            wanted = [(len(each), len(spec["cotangent"])) for each in spec["calls"]]
            if [tuple(getattr(each, "shape", ())) for each in passes] == wanted:
                seen["outputs_by_image"] = torch.cat([each.detach() for each in passes])
                seen["by_image"] = [
                    _of_all(model, scores, spec["cotangent"]) for each in passes for scores in each
                ]
    return seen


def _of_all(model: nn.Module, scores: torch.Tensor, cotangent: torch.Tensor) -> torch.Tensor:
    """Return one vector of all parameters' gradients; zeros for a parameter that nothing reaches."""
    parameters = list(model.parameters())
    learning = [each for each in parameters if each.requires_grad]
    came = (
        torch.autograd.grad(scores, learning, cotangent, retain_graph=True, allow_unused=True)
        if scores.requires_grad
        else [None] * len(learning)
    )
    left = iter(came)
    found = [next(left) if each.requires_grad else None for each in parameters]
    return torch.cat(
        [
            each.new_zeros(each.numel()) if gradient is None else gradient.reshape(-1)
            for each, gradient in zip(parameters, found, strict=True)
        ]
    )


def network(namespace: Namespace, spec: dict[str, Any]) -> Observation:
    """Make the student's network, by the name in `module`, and bring back its first weights."""
    return {"start": _start(_new_network(namespace, spec))}


def _new_network(namespace: Namespace, spec: dict[str, Any]) -> nn.Module:
    seed(spec["seed"])
    model: nn.Module = _own_network(namespace, spec["module"])
    with torch.no_grad():
        model(torch.zeros(2, *spec["shape"]))  # lazy modules take their shapes from a first pass
    for parameter in model.parameters():
        parameter.grad = None
    return model


def _start(model: nn.Module) -> list[torch.Tensor]:
    return [each.detach().clone() for each in (*model.parameters(), *model.buffers())]


def training(namespace: Namespace, spec: dict[str, Any]) -> Observation:
    """Train the student's network, named in `module`, by the student's code (see `_epochs`, or by `loaders` and `trainer`); bring back weights and history.

    It starts with the weights that `network` brought back, if they are given: where those were drawn, there was nothing yet to train on.
    """
    data: Data = spec["data"]
    dataset = Workshop().build(data)
    seed(spec["seed"])
    loaders: Any = find(namespace, spec["loaders"])(dataset) if "loaders" in spec else ()
    model = _new_network(namespace, spec)
    if "start" in spec:
        places = (*model.parameters(), *model.buffers())
        if [each.shape for each in places] != [each.shape for each in spec["start"]]:
            raise ValueError(f"`{spec['module']}()` gives a network with other parameters each time")
        with torch.no_grad(), torch._C.DisableTorchFunctionSubclass():
            for place, weights in zip(places, spec["start"], strict=True):
                _copy_(place, weights)
    start = _start(model)
    if "loaders" in spec:
        train_loader, val_loader = loaders
        history = find(namespace, spec["trainer"])(
            model, train_loader, val_loader, spec["epochs"], spec["lr"]
        )
    else:
        history = _epochs(namespace, spec, model, dataset)
    seen = {"history": history, "start": start, **_collect(model)}  # before a forward pass can change it
    model.eval()
    with torch.no_grad():
        seen["outputs"] = model(spec["images"].clone())
    return seen


def _epochs(namespace: Namespace, spec: dict[str, Any], model: nn.Module, dataset: Any) -> list[Any]:
    """Train by a function named in `epoch`, called once an epoch, with an optimizer named in `optimizer`; batches and `criterion` are PyTorch's."""
    loader = DataLoader(dataset, batch_size=spec["batch_size"], shuffle=True)
    optimizer = find(namespace, spec["optimizer"])(model.parameters(), lr=spec["lr"])
    criterion, epoch = getattr(nn, spec["criterion"])(), find(namespace, spec["epoch"])
    return [epoch(model, loader, criterion, optimizer, number) for number in range(1, spec["epochs"] + 1)]
