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


def _maps_that_came(known: list[Any]) -> Any:
    """Return a `capture_activations` that runs the model, and looks up maps which came with the call: a layer's, of each image."""

    def capture_activations(model: Any, images: Any, names: Any) -> dict[str, Any]:
        mode = model.training
        model.eval()
        with torch.no_grad():
            model(images)
        model.train(mode)
        for name, among, maps in known:
            # (n, all that may be asked)
            alike = (images.flatten(1)[:, None] == among.flatten(1)[None]).all(-1)
            if [*names] == [name] and bool(alike.any(1).all()):
                return {name: maps[alike.long().argmax(1)]}
        raise LookupError("no answer came for these arguments")

    return capture_activations


LIBRARY: dict[str, Any] = {
    "nearest_neighbours": _order_that_came([]),
    "capture_activations": _maps_that_came([]),
}
ANSWERING: dict[str, Any] = {"nearest_neighbours": _order_that_came, "capture_activations": _maps_that_came}
