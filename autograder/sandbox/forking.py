"""The trusted side's hold on a warm process: ask it for a fork, and learn the fork's process id from the kernel."""

from __future__ import annotations

import json
import os
import select
import socket
import struct
import subprocess
from typing import IO, Any

from autograder.errors import SandboxError

_START = 120.0
FORK = 60.0  # seconds: a fork takes a tenth of one, and many where a machine is far too busy
_HELLO = b"hello"


class Warm:
    """A warm process under bubblewrap; every fork is a sandbox of its own.

    The processes that fork from the one which began it may use it too: a request is one message on one socket.
    """

    def __init__(self, process: subprocess.Popen[bytes], control: socket.socket, stderr: IO[bytes]) -> None:
        self.process = process
        self.control = control
        self._stderr = stderr
        self._handle = os.pidfd_open(process.pid)
        self._owner = os.getpid()

    def wait(self) -> None:
        """Wait until it can fork.

        Raises:
            SandboxError: It did not begin.
        """
        self.control.settimeout(_START)
        try:
            if self.control.recv(16) == b"ready":
                return
            why = "the warm process did not begin"
        except TimeoutError:
            why = "the warm process did not begin in time"
        except OSError as error:
            why = str(error)
        self._stderr.seek(0)
        said = self._stderr.read()[-2000:].decode(errors="replace").strip()
        self.close()
        raise SandboxError(f"{why}: {said or 'no message'}")

    @property
    def alive(self) -> bool:
        return not select.select([self._handle], [], [], 0)[0]

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
            ours.settimeout(FORK)
            # No more than the greeting: what the fork says next may be there already.
            message, ancillary, _, _ = ours.recvmsg(len(_HELLO), socket.CMSG_SPACE(12))
            if message != _HELLO:
                message += ours.recv(300)
        except OSError as error:
            ours.close()
            raise SandboxError(f"the warm process does not answer: {error}") from error
        if message != _HELLO or not ancillary:
            ours.close()
            raise SandboxError(f"no fork: {message.decode(errors='replace') or 'it ended'}")
        pid, _, _ = struct.unpack("iii", ancillary[0][2])
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 0)
        return ours, pid

    def close(self) -> None:
        if self._owner == os.getpid():
            self.control.close()
            self.process.kill()
            self.process.wait()
            self._stderr.close()
