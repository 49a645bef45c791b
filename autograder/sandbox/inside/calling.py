"""How a probe calls what a student wrote: found by its name, from a known state, with stand-ins, refusals written down."""

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

from . import bare
from .standins import LIBRARY, answering

Namespace = dict[str, Any]
Observation = dict[str, Any]
_MOST_PRINTED = 20_000  # characters of a call


class MissingFunction(Exception):
    """The notebook defines no such name, or something of the given type that cannot be called."""

    def __init__(self, name: str, kind: str = "") -> None:
        super().__init__(kind)
        self.name = name


class Printed(io.StringIO):
    """What a call prints, as far as anybody reads it."""

    def write(self, text: str) -> int:
        return super().write(text[: _MOST_PRINTED - self.tell()] if self.tell() < _MOST_PRINTED else "")


def find(namespace: Namespace, name: str) -> Callable[..., Any]:
    function = namespace.get(name)
    if not callable(function):
        raise MissingFunction(name, "" if function is None else type(function).__name__)
    return function


@contextlib.contextmanager
def as_found() -> Iterator[None]:
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
        contextlib.redirect_stdout(Printed()),  # of references of ours as well
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


def seed(seed: int, others: int | None = None) -> None:
    """Seed the global generators: torch's, and NumPy's and Python's (with `others` where it is given)."""
    others = seed if others is None else others
    torch.default_generator.manual_seed(
        seed
    )  # `torch.manual_seed` formats a stack for each absent GPU: 1 ms a call
    np.random.seed(others % 2**32)
    random.seed(others)


class StandIns:
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


@contextlib.contextmanager
def refusals_of(function: Any) -> Iterator[None]:
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
