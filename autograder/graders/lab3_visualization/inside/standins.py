"""This lab's stand-ins for an item that another item uses, so that one bug costs one item. They run inside the sandbox."""

from __future__ import annotations

from typing import Any

LIBRARY: dict[str, Any] = {}


class Script:
    """No item of this lab calls a scripted part."""

    def __init__(self, numbers: list[float], names: dict[int, str]) -> None:
        self.log: list[Any] = []

    def parts(self) -> dict[str, Any]:
        return {}
