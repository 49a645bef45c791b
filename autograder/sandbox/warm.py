"""The trusted side's hold on a warm process: ask it for a fork, and learn the fork's process id from the kernel."""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import socket
import struct
import subprocess
import time
from typing import Any

from autograder.errors import SandboxError

_START = 120.0
_FORK = 20.0


class Warm:
    """A warm process under bubblewrap. `started` begins it; every fork is a sandbox of its own."""

    def __init__(self, process: subprocess.Popen[bytes], control: socket.socket) -> None:
        self.process = process
        self.control = control
        control.settimeout(_START)
        try:
            if control.recv(16) != b"ready":
                raise SandboxError("the warm process did not begin")
        except TimeoutError as error:
            raise SandboxError("the warm process did not begin in time") from error

    @property
    def alive(self) -> bool:
        return self.process.poll() is None

    def fork(self, settings: dict[str, Any]) -> tuple[socket.socket, int]:
        """Return our end of a fork's socket and its process id as this side sees it.

        Raises:
            SandboxError: The fork could not be made.
        """
        ours, theirs = socket.socketpair()
        try:
            # The kernel itself fills in who sent the first bytes, in our terms.
            ours.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
            try:
                socket.send_fds(self.control, [json.dumps(settings).encode()], [theirs.fileno()])
            finally:
                theirs.close()
            ours.settimeout(_FORK)
            message, ancillary, _, _ = ours.recvmsg(300, socket.CMSG_SPACE(12))
        except OSError as error:
            ours.close()
            raise SandboxError(f"the warm process does not answer: {error}") from error
        if message != b"hello" or not ancillary:
            ours.close()
            raise SandboxError(f"no fork: {message.decode(errors='replace') or 'it ended'}")
        pid, _, _ = struct.unpack("iii", ancillary[0][2])
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 0)
        return ours, pid

    def close(self) -> None:
        self.control.close()
        self.process.kill()
        self.process.wait()


_hosts: dict[Any, Warm] = {}
_refused: dict[Any, str] = {}


def host(place: Any) -> Warm | None:
    """Return this process's warm process for a place, started on first use; None where only cold starts are possible."""
    if place in _refused or os.environ.get("AUTOGRADER_COLD"):
        return None
    known = _hosts.get(place)
    if known is not None and known.alive:
        return known
    from autograder.sandbox import bubblewrap

    try:
        warm = bubblewrap.start_warm(place)
        _try(warm, place)
    except SandboxError as error:
        _refused[place] = str(error)
        return None
    if not _hosts:
        atexit.register(close_all)
    _hosts[place] = warm
    return warm


def refusal(place: Any) -> str:
    """Say why sandboxes start cold here; an empty string where they start warm."""
    return _refused.get(place, "")


def _try(warm: Warm, place: Any) -> None:
    """Make one fork, to see whether nested namespaces are to be had on this machine."""
    from autograder.sandbox import bubblewrap

    ours, pid = warm.fork(bubblewrap.settings(place))
    ours.close()
    end = time.monotonic() + _FORK
    with contextlib.suppress(ProcessLookupError):
        while time.monotonic() < end:
            os.kill(pid, 0)
            time.sleep(0.01)


def close_all() -> None:
    """End every warm process of this process."""
    for warm in _hosts.values():
        warm.close()
    _hosts.clear()
