"""Worker processes that grade side by side. A worker that dies is charged to the submission that it ran."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

from autograder.errors import AutograderError, SandboxError
from autograder.workers.tasks import Result, Setup, Task

_SOURCES = str(Path(__file__).parents[2])


@dataclass
class _Worker:
    pipe: Any
    task: int | None = None
    handle: int | None = None  # on its process, once it is ready


@dataclass
class Pool:
    """Grade tasks on `jobs` worker processes, forked from one that has loaded everything.

    Raises (from `run` and `open`):
        SandboxError: There is no sandbox on this machine.
        AutograderError: Nothing can be graded in this course, or the workers could not begin.
    """

    setup: Setup
    jobs: int
    fingerprint: dict[str, str] = field(default_factory=dict)  # of what the workers grade with
    _mother: subprocess.Popen[bytes] | None = None
    _control: socket.socket | None = None
    _workers: list[_Worker] = field(default_factory=list)
    _kept: bool = False

    def __enter__(self) -> Pool:
        """Keep the workers from one `run` to the next."""
        self._kept = True
        return self

    def __exit__(self, *details: object) -> None:
        self.close()

    def open(self) -> dict[str, str]:
        """Start one worker if there is none, and return the fingerprint of what it grades with."""
        if not self._workers:
            try:
                worker = self._fork()
                while worker.handle is None:
                    self._receive(worker)
            except BaseException:
                self.close()
                raise
        return self.fingerprint

    def run(
        self, tasks: Sequence[Task], on_start: Callable[[int], None] = lambda i: None
    ) -> Iterator[tuple[int, Result]]:
        """Yield (position of the task, result) as they come; results do not depend on their order."""
        waiting = deque(range(len(tasks)))
        left = len(tasks)
        finished = False
        try:
            while left:
                while waiting and len(self._workers) < min(self.jobs, left):
                    self._fork()
                for worker in self._workers:
                    if worker.handle is not None and worker.task is None and waiting:
                        worker.task = waiting.popleft()
                        worker.pipe.send(tasks[worker.task])
                        on_start(worker.task)
                for pipe in wait([worker.pipe for worker in self._workers]):
                    worker = next(w for w in self._workers if w.pipe is pipe)
                    task = worker.task
                    result = self._receive(worker)
                    if result is not None:
                        assert task is not None
                        left -= 1
                        yield task, result
            finished = True
        finally:
            if not (finished and self._kept):
                self.close()

    def _receive(self, worker: _Worker) -> Result | None:
        """Take one message of a worker; return the result of its task, if it is one."""
        try:
            message = worker.pipe.recv()
        except (EOFError, ConnectionResetError):
            self._workers.remove(worker)
            _let_go(worker)
            if worker.task is None:
                raise AutograderError(
                    "A grading worker ended before it began. Run again with --jobs 1; its errors stand above."
                ) from None
            return {"crashed": "its process died"}
        match message:
            case ("ready", int(pid), fingerprint):
                worker.handle, self.fingerprint = os.pidfd_open(pid), fingerprint
            case ("refused", kind, text):
                raise (SandboxError if kind == "SandboxError" else AutograderError)(text)
            case ("done", dict(result)):
                worker.task = None
                return result
        return None

    def _fork(self) -> _Worker:
        """Ask for one more worker; it says when it is ready."""
        self.begin()
        assert self._control is not None
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                socket.send_fds(self._control, [b"fork"], [theirs.fileno()])
            except OSError as error:
                ours.close()
                raise AutograderError(f"The grading workers could not be started ({error}).") from error
        worker = _Worker(Connection(ours.detach()))
        self._workers.append(worker)
        return worker

    def begin(self) -> None:
        """Start the process that workers are forked from, without waiting."""
        if self._mother is not None and self._mother.poll() is None:
            return
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        path = os.pathsep.join(filter(None, (_SOURCES, os.environ.get("PYTHONPATH"))))
        command = [sys.executable, "-m", "autograder.workers.worker", str(theirs.fileno())]
        with theirs:
            # A session of its own: Ctrl-C reaches this process alone, and a kill of the group reaches every worker.
            self._mother = subprocess.Popen(
                [*command, json.dumps(asdict(self.setup))], stdin=subprocess.DEVNULL, pass_fds=(theirs.fileno(),),
                env={**os.environ, "PYTHONPATH": path}, start_new_session=True,
            )  # fmt: skip

    def close(self) -> None:
        """End all workers; their sandboxes die with them."""
        for worker in self._workers:
            _let_go(worker)
        self._workers.clear()
        if self._control is not None:
            self._control.close()
            self._control = None
        if self._mother is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._mother.pid, signal.SIGKILL)
            self._mother.wait()
            self._mother = None


def _let_go(worker: _Worker) -> None:
    """Close what we hold of a worker, and end its process."""
    worker.pipe.close()
    if worker.handle is not None:
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(worker.handle, signal.SIGKILL)
        os.close(worker.handle)
        worker.handle = None
