"""The warm processes of this process, and the start of a sandbox: forked from one of them, or cold."""

from __future__ import annotations

import atexit
import contextlib
import os
import time
from pathlib import Path
from typing import Any

from autograder.errors import SandboxError
from autograder.sandbox import bubblewrap, seccomp, view
from autograder.sandbox.bubblewrap import Started
from autograder.sandbox.forking import FORK, Warm
from autograder.sandbox.view import Place

# Data set, sources and filter of system calls: what a warm process has of a place. Limits are each fork's own.
_Ground = tuple[Path | None, Path, bytes]
_begun: dict[_Ground, Warm] = {}
_hosts: dict[_Ground, Warm] = {}
_refused: dict[_Ground, str] = {}


def start(place: Place, taken: dict[str, Any] | None = None) -> Started:
    """Start the shell of a sandbox; it has not answered yet.

    Args:
        place: Where, and under which limits.
        taken: What of the libraries is gone in there (`inside/bare.py`); None for nothing.

    Raises:
        SandboxError: No sandbox can be had here, and the place does not say by name that none is wanted.
    """
    if not place.unsafe:
        if reason := bubblewrap.missing_reason():
            raise SandboxError(f"Nothing is graded without a sandbox. {reason}")
        if (known := host(place)) is not None:
            connection, pid = known.fork(bubblewrap.settings(place, taken))
            return Started(None, connection, os.pidfd_open(pid), pid, None)
    return bubblewrap.start_cold(place, taken)


def _ground(place: Place) -> _Ground:
    data = None if place.data is None else place.data.resolve()
    return data, view.INSIDE, seccomp.program()


def begin(place: Place) -> None:
    """Start a place's warm process without waiting for it."""
    ground = _ground(place)
    known = _hosts.get(ground)
    there = ground in _begun or (known is not None and known.alive)
    if there or ground in _refused or os.environ.get("AUTOGRADER_COLD"):
        return
    try:
        _begun[ground] = bubblewrap.start_warm(place)
    except SandboxError as error:
        _refused[ground] = str(error)


def host(place: Place) -> Warm | None:
    """Return this process's warm process for a place, started on first use; None where only cold starts are possible."""
    ground = _ground(place)
    if ground in _refused or os.environ.get("AUTOGRADER_COLD"):
        return None
    known = _hosts.get(ground)
    if known is not None and known.alive:
        return known
    begin(place)
    warm = _begun.pop(ground, None)
    if warm is None:
        return None
    try:
        warm.wait()
        _try(warm, place)
    except SandboxError as error:
        _refused[ground] = str(error)
        return None
    if not _hosts:
        atexit.register(close_all)
    _hosts[ground] = warm
    return warm


def refusal(place: Place) -> str:
    """Say why sandboxes start cold here; an empty string where they start warm."""
    return _refused.get(_ground(place), "")


def _try(warm: Warm, place: Place) -> None:
    """Make one fork, to see whether nested namespaces are to be had on this machine."""
    ours, pid = warm.fork(bubblewrap.settings(place))
    ours.close()
    end = time.monotonic() + FORK
    with contextlib.suppress(ProcessLookupError):
        while time.monotonic() < end:
            os.kill(pid, 0)
            time.sleep(0.01)


def close_all() -> None:
    """End every warm process of this process."""
    for warm in (*_hosts.values(), *_begun.values()):
        warm.close()
    _hosts.clear()
    _begun.clear()
