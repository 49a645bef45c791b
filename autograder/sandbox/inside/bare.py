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
import importlib.util
import re
import sys
import types
import warnings
from collections.abc import Callable, Iterator
from typing import Any, NoReturn

import torch

# The kinds of tensors whose kernels are taken; on the device `meta`, where nothing is computed, shapes can still be asked for.
_KINDS = ("CPU", "MkldnnCPU", "SparseCPU", "SparseCsrCPU", "QuantizedCPU", "NestedTensorCPU")
# TorchScript runs operators of its own, which the dispatcher does not know, in graphs that are written by hand.
_GRAPHS = ("parse_ir", "_create_function_from_graph", "StaticModule", "_jit_to_static_module")
_HOLDER = 16  # bytes from an object's beginning to the pointers of pybind11's holder; two of them


class LibraryCall(RuntimeError):
    """A library was asked for the whole answer; the message is the name of what was called."""


class LibraryFunction(LibraryCall):
    """The name that a task asks for stands for a library's own function."""


calls: set[str] = set()  # that were refused since somebody looked


def prepare(modules: list[str]) -> None:
    """Import what is imported late otherwise, so that it is there to be taken from, or has taken what it needs."""
    for name in (*modules, "torchvision", "torch._functorch.vmap", "torch._decomp.decompositions_for_jvp"):
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    sys.modules["torch._functorch.vmap"].lazy_load_decompositions()
    with torch.autograd.forward_ad.dual_level():
        pass


def take_away(operators: str, functions: str, modules: list[str], packages: list[str]) -> None:
    """Refuse what a rule names from now on.

    Args:
        operators: A pattern of PyTorch's operators, found in their names without namespace and overload.
        functions: A pattern of whole names of functions in `modules`, which compute the same without such an operator.
        modules: Python modules, with all below them that has been imported.
        packages: Packages and modules of which nothing is left.
    """
    prepare(modules)
    taken = re.compile(operators)
    _take_operators(taken)
    for _, name, value, module in named(functions, modules):
        for inner in (value, getattr(value, "__wrapped__", None), getattr(value, "_implementation", None)):
            if isinstance(inner, types.FunctionType) and not inner.__closure__:
                inner.__code__ = _refusing(name)  # whoever else holds it holds a refusal
        setattr(module, name, _refusing_class(name) if isinstance(value, type) else _refusal(name))
    for table in getattr(sys.modules.get("torch._decomp"), "global_decomposition_table", {}).values():
        for operator in table:
            if taken.search(name := f"{operator}.".split(".")[1]):  # aten.relu.default
                table[operator] = _refusal(name)
    for name in [each for each in sys.modules if _is_below(each, packages)]:
        del sys.modules[name]
    for name in packages:
        home, _, last = name.rpartition(".")
        if home in sys.modules and last in vars(
            sys.modules[home]
        ):  # not `hasattr`: SciPy imports what it is asked for
            setattr(sys.modules[home], last, _Gone(name))
    sys.meta_path.insert(0, _Finder(packages))
    # A function under `@torch.no_grad()` gets new code, only to be called after the context in tracebacks; the hook would refuse that.
    vars(sys.modules["torch.utils._contextlib"])["_set_stack_frame_name"] = lambda function, name: None
    sys.addaudithook(_keep_out)


def _take_operators(taken: re.Pattern[str]) -> None:
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
        # Operators come back where the library that overrides them ends. These end with the process: Python does not let go of
        # them, and they do not know any more what to end.
        ctypes.pythonapi.Py_IncRef(ctypes.py_object(library))
        ctypes.memset(id(library) + _HOLDER, 0, 2 * ctypes.sizeof(ctypes.c_void_p))
    look_up = torch._C._jit_get_operation

    def known(name: str) -> Any:
        return _refusal(name)(name) if name.startswith("prim::") and taken.search(name) else look_up(name)

    torch._C._jit_get_operation = known  # type: ignore[assignment]
    for name in _GRAPHS:
        if hasattr(torch._C, name):
            setattr(torch._C, name, _refusal(name))


def named(functions: str, modules: list[str]) -> Iterator[tuple[str, str, Any, types.ModuleType]]:
    """Yield each function that a pattern names in these modules and below: home, name, value and module."""
    whole = re.compile(functions)
    for home, module in list(sys.modules.items()):
        if _is_below(home, modules):
            for name, value in list(vars(module).items()):
                if whole.fullmatch(name) and callable(value):
                    yield home, name, value, module


def files(functions: str, modules: list[str]) -> list[str]:
    """Return the files that such functions come from, compiled ones too: read once more they would give them anew."""
    found = set()
    for _, _, value, _ in named(functions, modules):
        code = getattr(getattr(value, "_implementation", value), "__code__", None)
        if code is not None and code.co_filename.endswith(".py"):
            found |= {code.co_filename, importlib.util.cache_from_source(code.co_filename)}
    return sorted(found)


def _refusal(name: str) -> Callable[..., NoReturn]:
    def refuse(*args: Any, **kwargs: Any) -> NoReturn:
        calls.add(name)
        raise LibraryCall(name)

    return refuse


def _refusing_class(name: str) -> type:
    """Return a class of which nothing is made, nor of one below it: a student's may be written so."""
    return type(name, (), {"__new__": _refusal(name)})


def _refusing(name: str) -> types.CodeType:
    """Return a function's code that refuses, and that needs nothing of its function's own module."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that a text cannot be called
        lines = compile("lambda *args, **kwargs: 'refusal'(*args, **kwargs)", __file__, "eval")
    (code,) = (each for each in lines.co_consts if isinstance(each, types.CodeType))
    return code.replace(
        co_consts=tuple(_refusal(name) if each == "refusal" else each for each in code.co_consts)
    )


def _is_below(name: str, homes: list[str]) -> bool:
    return any(name == each or name.startswith(f"{each}.") for each in homes)


def _refused_but_in_imports(name: str, thing: Any) -> Any:
    """Refuse, unless it is a library that calls while it is imported: `scipy.stats` makes tables."""
    caller: types.FrameType | None = sys._getframe(2)
    while caller is not None and caller.f_code.co_name != "<module>":
        caller = caller.f_back
    if caller is None or caller.f_globals.get("__name__") == "__main__":
        _refusal(name)()
    return thing


class _Gone(types.ModuleType):
    """A module that can be imported, so that what is not called stops no cell, and of which every function refuses."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.__path__ = []

    def __getattr__(self, name: str) -> _Nothing:
        if name.startswith("__"):
            raise AttributeError(name)
        return _Nothing(f"{self.__name__}.{name}")

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return _refused_but_in_imports(self.__name__, self)


class _Nothing:
    """What such a module holds."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __call__(self, *args: Any, **kwargs: Any) -> _Nothing:
        return _refused_but_in_imports(self._name, self)

    def __getattr__(self, name: str) -> _Nothing:
        if name.startswith("__"):
            raise AttributeError(name)
        return _Nothing(f"{self._name}.{name}")

    def __iter__(self) -> Iterator[Any]:
        return iter(())


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


def _keep_out(event: str, args: tuple[Any, ...]) -> None:
    """Refuse what reaches into this process's memory. Python lets nobody take an audit hook off; it rests on constants alone."""
    if event in (
        "ctypes.dlopen", "ctypes.dlsym", "ctypes.dlsym/handle", "ctypes.cdata", "ctypes.cdata/buffer", "ctypes.string_at",
        "ctypes.wstring_at", "ctypes.call_function", "ctypes.addressof",
    ):  # fmt: skip
        raise RuntimeError(event)
    if event == "open" and f"{args[0]}".endswith(("/mem", "/maps", "/smaps")):
        raise RuntimeError(event)
    if event == "object.__setattr__" and args[1] == "__code__":
        raise RuntimeError(event)
