"""This lab's stand-ins for an item that another item uses, so that one bug costs one item. They run inside the sandbox."""

from __future__ import annotations

from typing import Any

import torch


def _order_that_came(known: list[Any]) -> Any:
    """Return a `nearest_neighbours` that looks up orders which came with the call: for each query all points, the nearest first."""

    def nearest_neighbours(queries: Any, points: Any, k: int) -> Any:
        for asked, among, order in known:
            if points.shape == among.shape and bool((points == among).all()):
                alike = (queries[:, None] == asked[None]).all(-1)  # (Q, all that may be asked)
                if bool(alike.any(1).all()):
                    return order[alike.long().argmax(1)][:, :k]
        raise LookupError("no answer came for these arguments")

    return nearest_neighbours


def capture_activations(model: Any, images: Any, names: Any) -> dict[str, Any]:
    modules = dict(model.named_modules())
    layers = [(name, modules[name]) for name in names]
    found: dict[str, Any] = {}
    modes = [(each, each.training) for each in modules.values()]

    def keep(name: str) -> Any:
        return lambda module, given, output: found.update({name: output.detach().clone()})

    hooks = [layer.register_forward_hook(keep(name)) for name, layer in layers]
    try:
        model.eval()
        with torch.no_grad():
            model(images)
    finally:
        for hook in hooks:
            hook.remove()
        for module, mode in modes:
            module.training = mode
    return found


LIBRARY: dict[str, Any] = {
    "nearest_neighbours": _order_that_came([]),
    "capture_activations": capture_activations,
}
ANSWERING: dict[str, Any] = {"nearest_neighbours": _order_that_came}


class Script:
    """No item of this lab calls a scripted part."""

    def __init__(self, numbers: list[float], names: dict[int, str]) -> None:
        self.log: list[Any] = []

    def parts(self) -> dict[str, Any]:
        return {}
