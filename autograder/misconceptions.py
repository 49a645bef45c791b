"""Misconceptions: the wrong implementations that students really write, each with a name and a hint."""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any


@dataclass(frozen=True)
class Misconception:
    """A named wrong implementation. `function` may also be a class (for `CNN`)."""

    name: str
    hint: str
    function: Callable[..., Any]

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.function(*args, **kwargs)

    def source(self, item: str) -> str:
        """Return the implementation as a student would hand it in: Python source that defines `item`."""
        lines = textwrap.dedent(inspect.getsource(self.function)).splitlines(keepends=True)
        body = next(i for i, line in enumerate(lines) if line.startswith(("def ", "class ")))
        return "".join(lines[body:]).rstrip() + f"\n\n{item} = {self.name}\n"


def misconception(hint: str) -> Callable[[Callable[..., Any]], Misconception]:
    """Make a wrong implementation a `Misconception` under the function's own name.

    The function must be self-contained: it may use `torch`, `nn`, `F`, `np`, `math` and `DataLoader`, `Subset`,
    `random_split`, `TensorDataset`, as a student's notebook may, and no other name of its module.
    """

    def wrap(function: Callable[..., Any]) -> Misconception:
        return Misconception(function.__name__, hint, function)

    return wrap


def of_module(module: ModuleType) -> list[Misconception]:
    """Return a module's misconceptions in the order they are written."""
    return [value for value in vars(module).values() if isinstance(value, Misconception)]
