"""This lab's stand-ins for an item that another item uses, so that one bug costs one item. They run inside the sandbox."""

from __future__ import annotations

from typing import Any

import torch.nn.functional as F

_dropout = F.dropout


def dropout(x: Any, p: float = 0.5, training: bool = True) -> Any:
    return _dropout(x, p, training)


LIBRARY = {"dropout": dropout}


class Script:
    """No item of this lab calls a scripted part."""

    def __init__(self, numbers: list[float], names: dict[int, str]) -> None:
        self.log: list[Any] = []

    def parts(self) -> dict[str, Any]:
        return {}
