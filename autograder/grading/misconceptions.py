"""Misconceptions: the wrong implementations that students really write, each with a name and a hint."""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Callable
from dataclasses import dataclass, replace
from types import ModuleType
from typing import Any


@dataclass(frozen=True)
class Misconception:
    """A named wrong implementation. `function` may also be a class (for `CNN`).

    Attributes:
        name: Its name.
        hint: What to tell a student whose answer it is.
        function: The implementation.
        about: The tests whose facts are false of it, where others fail before them; () for the first of its facts to fail.
        other_task: Whether it does something else than what was asked (a constant, a library call, another function altogether), so that
            nothing which follows from it keeps a point.
    """

    name: str
    hint: str
    function: Callable[..., Any]
    about: tuple[str, ...] = ()
    other_task: bool = False
    text: str = ""
    written: Callable[..., Any] | None = None

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.function(*args, **kwargs)

    def source(self, item: str) -> str:
        """Return the implementation as a student would hand it in: Python source that defines `item`."""
        defined = self.function.__name__
        text = (self.text or source_of(self.function)).rstrip() + "\n"
        return text if defined == item else f"{text}\n{item} = {defined}\n"


def misconception(
    hint: str, about: str = "", other_task: bool = False
) -> Callable[[Callable[..., Any]], Misconception]:
    """Make a wrong implementation a `Misconception` under the function's own name; `about` names tests, between blanks.

    The function must be self-contained: it may use `torch`, `nn`, `F`, `np`, `math` and `DataLoader`, `Subset`,
    `random_split`, `TensorDataset`, as a student's notebook may, and no other name of its module.
    """

    def wrap(function: Callable[..., Any]) -> Misconception:
        return Misconception(function.__name__, hint, function, tuple(about.split()), other_task)

    return wrap


def source_of(function: Callable[..., Any]) -> str:
    """Return the source of a function or class without what decorates it."""
    lines = textwrap.dedent(inspect.getsource(function)).splitlines(keepends=True)
    body = next(i for i, line in enumerate(lines) if line.startswith(("def ", "class ")))
    return "".join(lines[body:])


def of_module(module: ModuleType) -> list[Misconception]:
    """Return a module's misconceptions in the order they are written, each called what it is assigned to."""
    found = [(name, value) for name, value in vars(module).items() if isinstance(value, Misconception)]
    return [replace(value, name=name) for name, value in found]
