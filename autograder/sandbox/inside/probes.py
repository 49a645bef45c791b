"""Probes: small functions that call a student's code on given inputs and bring back what can be seen of it.

A probe takes a namespace and a specification. Inside, the namespace is the notebook's; outside, it holds the reference
or a misconception. So both are observed in the very same way.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import nn

from . import bare
from .calling import Namespace, Observation, Printed, StandIns, as_found, find, refusals_of, seed
from .network_probes import module, network, training
from .parts import Workshop
from .replays import replayed
from .standins import script

_copy_, _grad = torch.Tensor.copy_, torch.autograd.grad


def call(namespace: Namespace, spec: dict[str, Any]) -> Observation:
    """Call one function; say what it returned and what it did to its arguments, the modes and the gradient state.

    With `raising` an error of the function's is brought back as its `error`, so that what it leaves behind can be seen. With `backward`, the weights of a sum of the result, also what gradients the arguments and their networks' parameters get of it.
    """
    workshop = Workshop()
    seed(spec["seed"])  # weights that no spec gives are drawn alike on both sides
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
    seed(spec["seed"])
    function = find(namespace, spec["item"])
    printed = Printed()
    with (
        StandIns(namespace, spec, scripted.parts() if scripted else None),
        refusals_of(function),
        contextlib.redirect_stdout(printed),
    ):
        torch.set_grad_enabled(spec.get("grad", True))
        error = None
        try:
            results = [function(*arguments, **keywords) for _ in range(spec.get("repeat", 1))]
        except Exception as raised:
            if not spec.get("raising") or isinstance(raised, (NotImplementedError, bare.LibraryCall)):
                raise
            kinds = [each.__name__ for each in type(raised).__mro__]
            results, error = [None], {"kinds": kinds, "message": str(raised)[:2000]}
        grad_after = torch.is_grad_enabled()
    nets = [each for each in workshop.built.values() if isinstance(each, nn.Module)]
    given = [arguments, keywords, *(list(each.state_dict(keep_vars=True).values()) for each in nets)]
    gradients = (
        {"gradients": _gradients(results[0], spec["backward"], arguments)} if "backward" in spec else {}
    )
    return {
        **gradients,
        "result": results[0] if len(results) == 1 else results,
        "error": error,
        "graph": any(each.grad_fn is not None for each in _tensors(results)),
        "shared": not _storages(results).isdisjoint(_storages(given)),
        "inputs": [each for each in arguments if isinstance(each, (torch.Tensor, list))],
        "recording": [_records(each) for each in arguments if isinstance(each, torch.Tensor)],
        "grad_enabled": grad_after,
        "script": scripted.log if scripted else [],
        "library": sorted(bare.calls),
        **({"printed": printed.getvalue()} if spec.get("printed") else {}),
        **workshop.after(),
    }


def _records(value: torch.Tensor) -> bool:
    """Say whether a tensor records gradients, or has one."""
    return value.requires_grad or (value.is_leaf and value.grad is not None)


def _tensors(value: Any, depth: int = 4) -> Iterator[torch.Tensor]:
    if isinstance(value, torch.Tensor):
        yield value
    elif isinstance(value, (dict, list, tuple)) and depth:
        for each in value.values() if isinstance(value, dict) else value:
            yield from _tensors(each, depth - 1)


def _storages(value: Any) -> set[int]:
    """Return where the tensors in a value have their memory."""
    plain = (each for each in _tensors(value) if each.layout is torch.strided and each.device.type == "cpu")
    return {each.untyped_storage().data_ptr() for each in plain if each.numel()}


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


def conversation(namespace: Namespace, spec: dict[str, Any]) -> Observation:
    """Make objects and call their methods, one step after the other, with `parts` that stay the same; say what each step gave.

    A step is one of ["make", object, arguments, keywords], by what the item's name stands for; ["call", object, method, arguments];
    ["get", object, attribute]; ["set", network, its new state], which is written in place as training does; ["state", network].
    """
    workshop = Workshop()
    seed(spec["seed"])
    workshop.build(spec.get("parts", []))
    objects: dict[str, Any] = {}
    given: list[Any] = []
    for kind, name, *details in spec["steps"]:
        match kind:
            case "make":
                made, named = workshop.build(details[0]), details[1]
                objects[name] = find(namespace, spec["item"])(*made, **named)
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
        seed(*run["global_seeds"])
        result = find(namespace, spec["item"])(dataset, **run["kwargs"])
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
    seed(spec["seed"])
    function = find(namespace, spec["item"])
    with contextlib.suppress(Exception):
        function(*arguments, device)
    return {name: places[:100] for name, places in seen.items()}


def optimizer(namespace: Namespace, spec: dict[str, Any]) -> Observation:
    """Make an optimizer and replay gradients (see `replays.replayed`)."""
    function = find(namespace, spec["item"])
    with StandIns(namespace, spec), refusals_of(function):
        return {**replayed(function, spec), "library": sorted(bare.calls)}


Probe = Callable[[Namespace, dict[str, Any]], Observation]
PROBES: dict[str, Probe] = {
    name: as_found()(probe)
    for name, probe in {
        "call": call,
        "conversation": conversation,
        "loaders": loaders,
        "devices": devices,
        "optimizer": optimizer,
        "module": module,
        "network": network,
        "training": training,
    }.items()
}
