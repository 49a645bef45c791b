"""Workers' mothers that are forked from a process which has loaded everything, and share its warm processes.

Each alone would load for seven processor seconds, which is most of what grading a small class takes. From there on they are the real
ones (`autograder.workers.worker.main`). For modules that make many small courses: `usefixtures("loaded_workers")`. Those that look at
processes or at how a pool begins do without.

python -m tests.loaded DESCRIPTOR
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import select
import signal
import socket
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from autograder.course import data
from autograder.course.model import Limits, load
from autograder.errors import AutograderError
from autograder.sandbox import Place, warm
from autograder.workers import children, worker
from autograder.workers.tasks import Setup

_MOST_WARM = 3  # warm processes kept: one takes some 300 MB


class Mother:
    """What a pool asks of the process that its workers are forked from, as of a `Popen`."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._handle = os.pidfd_open(pid)  # before the next request, at which it would be reaped

    def poll(self) -> int | None:
        return 0 if select.select([self._handle], [], [], 0)[0] else None

    def wait(self) -> int:
        select.select([self._handle], [], [])
        return 0


class Loaded:
    """The process with everything loaded, seen from the tests."""

    def __init__(self) -> None:
        self._ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                children.command("tests.loaded", str(theirs.fileno())), stdin=subprocess.DEVNULL,
                pass_fds=(theirs.fileno(),), env=children.environment(), start_new_session=True,
            )  # fmt: skip

    @property
    def pid(self) -> int:
        """The process below which all that is forked and all sandboxes are."""
        return self._process.pid

    def start_mother(self, descriptor: int, setup: Setup) -> Mother:
        """Stand in for `pool._start_mother`."""
        request = {
            "arguments": [str(descriptor), json.dumps(asdict(setup))], "environment": children.environment(),
            "where": os.getcwd(), "place": _place(setup),
        }  # fmt: skip
        socket.send_fds(self._ours, [json.dumps(request).encode()], [descriptor, 1, 2])
        return Mother(int(self._ours.recv(32)))

    def close(self) -> None:
        self._ours.close()
        self._process.wait()


def _place(setup: Setup) -> dict[str, Any] | None:
    """Return the place of a course's sandboxes; None where that must be found out by who reports it, or sandboxes start cold."""
    try:
        course = load(Path(setup.root))
        if (
            setup.unsafe
            or os.environ.get("AUTOGRADER_COLD")
            or not data.is_present(course.data, setup.dataset)
        ):
            return None
        return {"limits": asdict(course.limits), "data": str(data.root_of(course.data, setup.dataset))}
    except AutograderError:
        return None


def main() -> None:
    """Fork a mother for each request, until the other end closes."""
    gc.disable()
    worker.end_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    control = socket.socket(fileno=int(sys.argv[1]))
    import torch

    import autograder.grading.engine  # noqa: F401

    torch.set_num_threads(1)
    torch.optim.Adam([torch.zeros(1, requires_grad=True)])
    gc.freeze()
    gc.enable()
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, 1 << 20, 3)
        if not message:
            warm.close_all()
            os._exit(0)
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        request = json.loads(message)
        _warm_up(request["place"])
        pid = os.fork()
        if pid == 0:
            control.close()
            try:
                _become(request, descriptors)
            finally:
                os._exit(1)
        control.send(str(pid).encode())
        for descriptor in descriptors:
            os.close(descriptor)


def _warm_up(place: dict[str, Any] | None) -> None:
    """See to a warm process for a place, for every process that is forked from here."""
    if place is not None:
        warm.host(Place(Limits(**place["limits"]), Path(place["data"])))
        for old in list(warm._hosts)[:-_MOST_WARM]:
            warm._hosts.pop(old).close()  # a pool that still uses it starts one of its own


def _become(request: dict[str, Any], descriptors: list[int]) -> None:
    """Go on as the mother would have begun: in a session of its own, with its environment, folder and outputs."""
    os.setsid()
    for descriptor, stream in zip(descriptors[1:], (1, 2), strict=True):
        os.dup2(descriptor, stream)
    os.chdir(request["where"])
    os.environ.clear()
    os.environ.update(request["environment"])
    paths = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    sys.path[:0] = [path for path in paths if path not in sys.path]
    sys.argv = ["worker", str(descriptors[0]), request["arguments"][1]]
    worker.main()


if __name__ == "__main__":
    main()
