"""Probes: small functions that call a student's code on given inputs and bring back what can be seen of it.

A probe takes a namespace and a specification. Inside, the namespace is the notebook's; outside, it holds the reference
or a misconception. So both are observed in the very same way.
"""

from __future__ import annotations

import contextlib
import random
import types
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader

from . import bare
from .parts import Data, Workshop
from .standins import LIBRARY, answering, script

Namespace = dict[str, Any]
Observation = dict[str, Any]
_cross_entropy, _copy_, _grad = nn.functional.cross_entropy, torch.Tensor.copy_, torch.autograd.grad


class MissingFunction(Exception):
    """The notebook defines no such name, or something of the given type that cannot be called."""

    def __init__(self, name: str, kind: str = "") -> None:
        super().__init__(kind)
        self.name = name


def _find(namespace: Namespace, name: str) -> Callable[..., Any]:
    function = namespace.get(name)
    if not callable(function):
        raise MissingFunction(name, "" if function is None else type(function).__name__)
    return function


@contextlib.contextmanager
def _as_found() -> Iterator[None]:
    """Let gradients be recorded and nothing be slow on purpose, and leave the process's state as it was.

    Not every right function restores it on its way out of an error, and we make errors: the device `meta` has no values.
    """
    dtype, device = torch.get_default_dtype(), torch.get_default_device()
    anomalies, autocast = torch.is_anomaly_enabled(), torch.is_autocast_enabled("cpu")
    numbers, threads = np.geterr(), torch.get_num_threads()
    with torch.inference_mode(False), torch.enable_grad(), warnings.catch_warnings():
        torch.set_num_threads(1)  # more would only wait for one another
        torch.autograd.set_detect_anomaly(False)
        try:
            yield
        finally:
            torch.set_default_dtype(dtype)
            if torch.get_default_device() != device:
                torch.set_default_device(device)
            torch.autograd.set_detect_anomaly(anomalies)
            torch.set_autocast_enabled("cpu", autocast)
            torch.set_num_threads(threads)
            np.seterr(**numbers)


def _seed(seed: int, others: int | None = None) -> None:
    """Seed the global generators: torch's, and NumPy's and Python's (with `others` where it is given)."""
    others = seed if others is None else others
    torch.default_generator.manual_seed(
        seed
    )  # `torch.manual_seed` formats a stack for each absent GPU: 1 ms a call
    np.random.seed(others % 2**32)
    random.seed(others)


class _StandIns:
    """Put stand-ins into the namespace for the length of one call."""

    def __init__(
        self,
        namespace: Namespace,
        spec: dict[str, Any],
        scripted: Namespace | None = None,
    ) -> None:
        self._namespace = namespace
        names = spec.get("standins", [])
        library = {**LIBRARY.get(spec.get("lab", ""), {}), **(scripted or {})}
        self._new: Namespace = {name: library[name] for name in names if name in library}
        known = spec.get("answers") or {}
        lab = spec.get("lab", "")
        self._new |= {name: answering(lab, name, known[name]) for name in known if name in self._new}

    def __enter__(self) -> None:
        self._old = {name: self._namespace[name] for name in self._new if name in self._namespace}
        self._namespace.update(self._new)

    def __exit__(self, *details: Any) -> None:
        for name in self._new:
            self._namespace.pop(name, None)
        self._namespace.update(self._old)


def call(namespace: Namespace, spec: dict[str, Any]) -> Observation:
    """Call one function; say what it returned and what it did to its arguments, the modes and the gradient state.

    With `backward`, the weights of a sum of the result, also what gradients the arguments and their networks' parameters get of it.
    """
    workshop = Workshop()
    _seed(spec["seed"])  # weights that no spec gives are drawn alike on both sides
    arguments = workshop.build(spec["args"])
    if "backward" in spec:
        for each in arguments:
            if isinstance(each, torch.Tensor):
                each.requires_grad_(each.is_floating_point())
    keywords = {name: workshop.build(value) for name, value in spec["kwargs"].items()}
    scripted = None
    if "script" in spec:
        keys = {id(thing): key for key, thing in workshop.built.items()}
        scripted = script(spec["lab"], spec["script"], keys)
    _seed(spec["seed"])
    function = _find(namespace, spec["item"])
    bare.calls.clear()
    with _StandIns(namespace, spec, scripted.parts() if scripted else None):
        torch.set_grad_enabled(spec.get("grad", True))
        try:
            results = [function(*arguments, **keywords) for _ in range(spec.get("repeat", 1))]
        except bare.LibraryCall as error:
            raise (bare.LibraryFunction if _is_library(function) else bare.LibraryCall)(str(error)) from error
        grad_after = torch.is_grad_enabled()
    gradients = (
        {"gradients": _gradients(results[0], spec["backward"], arguments)} if "backward" in spec else {}
    )
    return {
        **gradients,
        "result": results[0] if len(results) == 1 else results,
        "inputs": [each for each in arguments if isinstance(each, torch.Tensor)],
        "grad_enabled": grad_after,
        "script": scripted.log if scripted else [],
        "library": sorted(bare.calls),
        **workshop.after(),
    }


def _gradients(result: Any, weights: torch.Tensor, arguments: list[Any]) -> list[torch.Tensor | None]:
    """Return the gradients of a weighted sum of a result; None for what it does not depend on, for all where it hangs on no graph."""
    of: list[torch.Tensor] = []
    for each in arguments:
        of += (
            each.parameters()
            if isinstance(each, nn.Module)
            else [each]
            if isinstance(each, torch.Tensor)
            else []
        )
    of = [each for each in of if each.requires_grad]
    if not isinstance(result, torch.Tensor) or not result.requires_grad or result.shape != weights.shape:
        return [None] * len(of)
    return list(_grad((result * weights).sum(), of, allow_unused=True))


def _is_library(function: Any) -> bool:
    """Say whether a function is none of the student's: one of a library took its name."""
    home = str(getattr(function, "__module__", "")).partition(".")[0]
    return isinstance(function, types.BuiltinFunctionType) or (
        isinstance(function, types.FunctionType) and home in ("torch", "numpy", "scipy", "inside")
    )


def conversation(namespace: Namespace, spec: dict[str, Any]) -> Observation:
    """Make objects and call their methods, one step after the other, with `parts` that stay the same; say what each step gave.

    A step is one of ["make", object, arguments, keywords], by what the item's name stands for; ["call", object, method, arguments];
    ["get", object, attribute]; ["set", network, its new state], which is written in place as training does; ["state", network].
    """
    workshop = Workshop()
    _seed(spec["seed"])
    workshop.build(spec.get("parts", []))
    objects: dict[str, Any] = {}
    given: list[Any] = []
    for kind, name, *details in spec["steps"]:
        match kind:
            case "make":
                made, named = workshop.build(details[0]), details[1]
                objects[name] = _find(namespace, spec["item"])(*made, **named)
                given.append(None)
            case "call":
                given.append(getattr(objects[name], details[0])(*workshop.build(details[1])))
            case "get":
                given.append(getattr(objects[name], details[0]))
            case "set":
                places = workshop.built[name].state_dict()
                with torch.no_grad():
                    for key, value in details[0].items():
                        _copy_(places[key], value)
                given.append(None)
            case "state":
                state = workshop.built[name].state_dict()
                given.append({key: value.detach().clone() for key, value in state.items()})
    return {"result": given}


def loaders(namespace: Namespace, spec: dict[str, Any]) -> Observation:
    """Call the function that makes two loaders once a run, each after setting the global generators, and write down what is served."""
    runs = []
    for run in spec["runs"]:
        dataset = Workshop().build(run["data"])
        _seed(*run["global_seeds"])
        result = _find(namespace, spec["item"])(dataset, **run["kwargs"])
        if not isinstance(result, (tuple, list)) or len(result) != 2:
            runs.append({"pair": False, "result": result})
            continue
        most = 4 * len(dataset) + 4
        served: dict[str, Any] = {"pair": True}
        for name, loader in zip(("train", "val"), result, strict=True):
            served[name] = [_drain(loader, most) for _ in range(run["passes"])]
        runs.append(served)
    return {"runs": runs}


def _drain(loader: Any, most: int) -> dict[str, Any]:
    xs, ys, sizes, count = [], [], [], 0
    for batch in loader:
        x, y = batch
        xs.append(torch.as_tensor(x))
        ys.append(torch.as_tensor(y).reshape(-1))
        sizes.append(len(ys[-1]))
        count += len(ys[-1])
        if count > most:
            return {"endless": True}
    if not xs:
        return {"endless": False, "sizes": [], "x": torch.zeros(0), "y": torch.zeros(0, dtype=torch.int64)}
    return {"endless": False, "sizes": sizes, "x": torch.cat(xs), "y": torch.cat(ys)}


def devices(namespace: Namespace, spec: dict[str, Any]) -> Observation:
    """Call a function with its network on another device than the batches; say where what it uses lies.

    However the call ends: on the device `meta`, which holds no values, a right one ends with an error too.
    """
    device = spec["device"]
    workshop = Workshop()
    model = workshop.build(spec["args"][0]).to(device)  # before the optimizer takes the parameters
    arguments = workshop.build(spec["args"])
    seen: Observation = {"network": [], "labels": []}

    def images_come(module: nn.Module, given: Any, named: Any) -> Any:
        seen["network"] += [each.device.type for each in (*given, *named.values())]
        return tuple(each.to(device) for each in given), {
            name: each.to(device) for name, each in named.items()
        }

    def labels_come(module: nn.Module, given: Any, named: Any) -> None:
        scores, labels = (*given, *named.values())[:2]
        if scores.device.type == device:  # who takes the scores elsewhere may have the labels there
            seen["labels"].append(labels.device.type)

    next(model.children()).register_forward_pre_hook(images_come, with_kwargs=True)
    arguments[2].register_forward_pre_hook(labels_come, with_kwargs=True)
    _seed(spec["seed"])
    function = _find(namespace, spec["item"])
    with contextlib.suppress(Exception):
        function(*arguments, device)
    return {name: places[:100] for name, places in seen.items()}


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
    return _find(namespace, name)(**(arguments or {}))


def module(namespace: Namespace, spec: dict[str, Any]) -> Observation:
    """Make a network, give it new random weights, and bring back weights, outputs in both modes, and gradients.

    What acts by chance in a pass follows from the seed alone. With `calls`, batches of images, it brings back what these give in training
    mode, and for each image the gradients that come of the `cotangent` at its scores.
    """
    images, single, labels = spec["images"], spec["single"], spec["labels"]
    _seed(spec["seed"])
    with _StandIns(namespace, spec):
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
        _seed(
            spec["seed"] + 1
        )  # another than the constructor's: layers made anew in each pass get other weights
        with torch.no_grad():
            seen["outputs"] = model(images.clone())
            seen["again"] = model(images.clone())
            seen["single"] = model(single.clone())
        model.train()
        _seed(spec["seed"] + 1)
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
                    _gradients(model, scores, spec["cotangent"]) for each in passes for scores in each
                ]
    return seen


def _gradients(model: nn.Module, scores: torch.Tensor, cotangent: torch.Tensor) -> torch.Tensor:
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
    _seed(spec["seed"])
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
    _seed(spec["seed"])
    loaders: Any = _find(namespace, spec["loaders"])(dataset) if "loaders" in spec else ()
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
        history = _find(namespace, spec["trainer"])(
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
    optimizer = _find(namespace, spec["optimizer"])(model.parameters(), lr=spec["lr"])
    criterion, epoch = getattr(nn, spec["criterion"])(), _find(namespace, spec["epoch"])
    return [epoch(model, loader, criterion, optimizer, number) for number in range(1, spec["epochs"] + 1)]


Probe = Callable[[Namespace, dict[str, Any]], Observation]
PROBES: dict[str, Probe] = {
    name: _as_found()(probe)
    for name, probe in {
        "call": call,
        "conversation": conversation,
        "loaders": loaders,
        "devices": devices,
        "module": module,
        "network": network,
        "training": training,
    }.items()
}
