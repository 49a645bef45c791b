"""Probes: small functions that call a student's code on given inputs and bring back what can be seen of it.

A probe takes a namespace and a specification. Inside, the namespace is the notebook's; outside, it holds the reference
or a misconception. So both are observed in the very same way.
"""

from __future__ import annotations

import contextlib
import io
import random
import types
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch
from torch import nn

from . import bare
from .parts import Data, Workshop
from .replays import replayed
from .standins import LIBRARY, answering, script

Namespace = dict[str, Any]
Observation = dict[str, Any]
_MOST_PRINTED = 20_000  # characters of a call
_cross_entropy, _copy_ = nn.functional.cross_entropy, torch.Tensor.copy_


class MissingFunction(Exception):
    """The notebook defines no such name, or something of the given type that cannot be called."""

    def __init__(self, name: str, kind: str = "") -> None:
        super().__init__(kind)
        self.name = name


class _Printed(io.StringIO):
    """What a call prints, as far as anybody reads it."""

    def write(self, text: str) -> int:
        return super().write(text[: _MOST_PRINTED - self.tell()] if self.tell() < _MOST_PRINTED else "")


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
    with (
        torch.inference_mode(False),
        torch.enable_grad(),
        warnings.catch_warnings(),
        contextlib.redirect_stdout(_Printed()),  # of references of ours as well
    ):
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
        self._new |= {name: answering(known[name]) for name in known if name in self._new}

    def __enter__(self) -> None:
        self._old = {name: self._namespace[name] for name in self._new if name in self._namespace}
        self._namespace.update(self._new)

    def __exit__(self, *details: Any) -> None:
        for name in self._new:
            self._namespace.pop(name, None)
        self._namespace.update(self._old)


def call(namespace: Namespace, spec: dict[str, Any]) -> Observation:
    """Call one function; say what it returned and what it did to its arguments, the modes and the gradient state."""
    workshop = Workshop()
    _seed(spec["seed"])  # weights that no spec gives are drawn alike on both sides
    arguments = workshop.build(spec["args"])
    keywords = {name: workshop.build(value) for name, value in spec["kwargs"].items()}
    scripted = None
    if "script" in spec:
        keys = {id(thing): key for key, thing in workshop.built.items()}
        scripted = script(spec["lab"], spec["script"], keys)
    _seed(spec["seed"])
    function = _find(namespace, spec["item"])
    printed = _Printed()
    with (
        _StandIns(namespace, spec, scripted.parts() if scripted else None),
        _refusals_of(function),
        contextlib.redirect_stdout(printed),
    ):
        torch.set_grad_enabled(spec.get("grad", True))
        results = [function(*arguments, **keywords) for _ in range(spec.get("repeat", 1))]
        grad_after = torch.is_grad_enabled()
    return {
        "result": results[0] if len(results) == 1 else results,
        "inputs": [each for each in arguments if isinstance(each, torch.Tensor)],
        "grad_enabled": grad_after,
        "script": scripted.log if scripted else [],
        "library": sorted(bare.calls),
        **({"printed": printed.getvalue()} if spec.get("printed") else {}),
        **workshop.after(),
    }


@contextlib.contextmanager
def _refusals_of(function: Any) -> Iterator[None]:
    """Write library calls that are refused down from here on, and tell a library's own function from one that calls it."""
    bare.calls.clear()
    try:
        yield
    except bare.LibraryCall as error:
        raise (bare.LibraryFunction if _is_library(function) else bare.LibraryCall)(str(error)) from error


def _is_library(function: Any) -> bool:
    """Say whether a function is none of the student's: one of a library took its name."""
    home = str(getattr(function, "__module__", "")).partition(".")[0]
    return isinstance(function, types.BuiltinFunctionType) or (
        isinstance(function, types.FunctionType) and home in ("torch", "numpy", "scipy", "inside")
    )


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


def _own_network(namespace: Namespace, name: str) -> Any:
    """Make the student's network, of float32 as our images are, in a notebook of float64 throughout (`torch.set_default_dtype`) as well."""
    torch.set_default_dtype(torch.float32)
    return _find(namespace, name)()


def module(namespace: Namespace, spec: dict[str, Any]) -> Observation:
    """Make a network, give it new random weights, and bring back weights, outputs in both modes, and gradients."""
    images, single, labels = spec["images"], spec["single"], spec["labels"]
    _seed(spec["seed"])
    with _StandIns(namespace, spec):
        model = _own_network(namespace, spec["item"])
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
        with torch.no_grad():
            seen["outputs"] = model(images.clone())
            seen["single"] = model(single.clone())
        model.train()
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
    return seen


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
    """Train the student's network by the student's code, whose names are in `module`, `loaders` and `trainer`; bring back weights and history.

    It starts with the weights that `network` brought back, if they are given: where those were drawn, there was nothing yet to train on.
    """
    data: Data = spec["data"]
    dataset = Workshop().build(data)
    _seed(spec["seed"])
    train_loader, val_loader = _find(namespace, spec["loaders"])(dataset)
    model = _new_network(namespace, spec)
    if "start" in spec:
        places = (*model.parameters(), *model.buffers())
        if [each.shape for each in places] != [each.shape for each in spec["start"]]:
            raise ValueError(f"`{spec['module']}()` gives a network with other parameters each time")
        with torch.no_grad(), torch._C.DisableTorchFunctionSubclass():
            for place, weights in zip(places, spec["start"], strict=True):
                _copy_(place, weights)
    start = _start(model)
    history = _find(namespace, spec["trainer"])(model, train_loader, val_loader, spec["epochs"], spec["lr"])
    seen = {"history": history, "start": start, **_collect(model)}  # before a forward pass can change it
    model.eval()
    with torch.no_grad():
        seen["outputs"] = model(spec["images"].clone())
    return seen


def optimizer(namespace: Namespace, spec: dict[str, Any]) -> Observation:
    """Make an optimizer and replay gradients (see `replays.replayed`)."""
    function = _find(namespace, spec["item"])
    with _StandIns(namespace, spec), _refusals_of(function):
        return {**replayed(function, spec), "library": sorted(bare.calls)}


Probe = Callable[[Namespace, dict[str, Any]], Observation]
PROBES: dict[str, Probe] = {
    name: _as_found()(probe)
    for name, probe in {
        "call": call,
        "loaders": loaders,
        "devices": devices,
        "optimizer": optimizer,
        "module": module,
        "network": network,
        "training": training,
    }.items()
}
