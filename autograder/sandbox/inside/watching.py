"""Write down which library calls a function makes, by whatever name it reaches them."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any

from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode

_MODULES = ("sklearn", "torchmetrics", "scipy")
_NAMES = ("trapezoid", "trapz", "convolve")
_MOST = 500
IN_A_THREAD = "a thread"  # whose library calls the modes do not see
UNWATCHED = "no profile"  # somebody took it off


class _Dispatch(TorchDispatchMode):
    def __init__(self, watch: LibraryCalls) -> None:
        super().__init__()
        self._watch = watch

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        self._watch.note(str(func._schema.name))
        return func(*args, **(kwargs or {}))


class _Function(TorchFunctionMode):
    def __init__(self, watch: LibraryCalls) -> None:
        super().__init__()
        self._watch = watch

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        self._watch.note("torch." + str(getattr(func, "__name__", "")))
        return func(*args, **(kwargs or {}))


class LibraryCalls:
    """A context in which library calls are written down in `seen`: aten operators, torch functions, Python frames."""

    def __init__(self) -> None:
        self.seen: set[str] = set()
        self._paused = 0
        self._modes = (_Function(self), _Dispatch(self))

    def note(self, name: str) -> None:
        if not self._paused and len(self.seen) < _MOST:
            self.seen.add(name)

    def without(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return the function, not watched: a stand-in may call the library."""

        def unwatched(*args: Any, **kwargs: Any) -> Any:
            self._paused += 1
            try:
                return function(*args, **kwargs)
            finally:
                self._paused -= 1

        return unwatched

    def __enter__(self) -> LibraryCalls:
        self._before = sys.getprofile()
        for mode in self._modes:
            mode.__enter__()
        threading.setprofile(self._profile_of_thread)
        sys.setprofile(self._profile)
        return self

    def __exit__(self, *details: Any) -> None:
        if sys.getprofile() != self._profile:
            self.note(UNWATCHED)
        sys.setprofile(self._before)
        threading.setprofile(self._before)
        for mode in reversed(self._modes):
            mode.__exit__(*details)

    def _profile_of_thread(self, frame: FrameType, event: str, argument: Any) -> None:
        self.note(IN_A_THREAD)
        self._profile(frame, event, argument)

    def _profile(self, frame: FrameType, event: str, argument: Any) -> None:
        if event != "call":
            return
        module = str(frame.f_globals.get("__name__", ""))
        name = frame.f_code.co_name
        root = module.partition(".")[0]
        if root in _MODULES or (root in ("numpy", "torch") and name in _NAMES):
            self.note(f"{module}.{name}")
