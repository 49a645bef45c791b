"""Take ready answers of libraries away from this process, for good, before a student's code runs in it.

PyTorch's operators go where every way to them ends, in the dispatcher: an alias, a module, a thread, a compiled function or an operator
called by its own name meets the same refusal. What a function still gets right was computed without them.
"""

from __future__ import annotations

import contextlib
import ctypes
import importlib
import importlib.abc
import importlib.machinery
import re
import sys
import types
import warnings
from collections.abc import Callable
from typing import Any, NoReturn

import torch

# The kinds of tensors whose kernels are taken; on the device `meta`, where nothing is computed, shapes can still be asked for.
_KINDS = ("CPU", "MkldnnCPU", "SparseCPU", "SparseCsrCPU", "QuantizedCPU", "NestedTensorCPU")


class LibraryCall(RuntimeError):
    """A library was asked for the whole answer; the message is the name of what was called."""


calls: set[str] = set()  # that were refused since somebody looked


def take_away(operators: str, functions: str, modules: list[str], packages: list[str]) -> None:
    """Refuse what a rule names from now on.

    Args:
        operators: A pattern of PyTorch's operators, found in their names without namespace and overload.
        functions: A pattern of whole names of functions in `modules`, which compute the same without such an operator.
        modules: Python modules, with all below them that has been imported.
        packages: Packages and modules of which nothing is left.
    """
    taken = re.compile(operators)
    libraries: dict[str, Any] = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that an operator has a kernel already
        for name in torch._C._dispatch_get_all_op_names():
            space, _, operator = name.partition("::")
            if not taken.search(operator.partition(".")[0]):
                continue
            if space not in libraries:
                libraries[space] = torch._C._dispatch_library("IMPL", space, "", __file__, 0)
            refuse = _refusal(operator.partition(".")[0])
            for kind in _KINDS:
                libraries[space].impl(operator, kind, refuse)
    for library in libraries.values():
        # Operators come back where the library that overrides them ends. These end with the process: nobody can find them to end them.
        ctypes.pythonapi.Py_IncRef(ctypes.py_object(library))
    for name in modules:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    whole = re.compile(functions)
    for home, module in list(sys.modules.items()):
        if _is_below(home, modules):
            for name, value in list(vars(module).items()):
                if whole.fullmatch(name) and callable(value):
                    setattr(module, name, _refusal(name))
    for table in getattr(sys.modules.get("torch._decomp"), "global_decomposition_table", {}).values():
        for operator in [
            each for each in table if taken.search(f"{each}.".split(".")[1])
        ]:  # aten.relu.default
            del table[operator]
    for name in [each for each in sys.modules if _is_below(each, packages)]:
        del sys.modules[name]
    sys.meta_path.insert(0, _Finder(packages))


def _is_below(name: str, homes: list[str]) -> bool:
    return any(name == each or name.startswith(f"{each}.") for each in homes)


class _Gone(types.ModuleType):
    """A module that can be imported, so that what is not called stops no cell, and of which every function refuses."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.__path__ = []

    def __getattr__(self, name: str) -> Callable[..., NoReturn]:
        if name.startswith("__"):
            raise AttributeError(name)
        return _refusal(f"{self.__name__}.{name}")


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def __init__(self, packages: list[str]) -> None:
        self._packages = packages

    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> Any:
        if _is_below(fullname, self._packages):
            return importlib.machinery.ModuleSpec(fullname, self, is_package=True)
        return None

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        return _Gone(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        pass


def _refusal(name: str) -> Callable[..., NoReturn]:
    def refuse(*args: Any, **kwargs: Any) -> NoReturn:
        calls.add(name)
        raise LibraryCall(name)

    return refuse
