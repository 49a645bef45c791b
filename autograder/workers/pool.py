"""Worker processes that grade side by side. A worker that dies is charged to the submission that it ran."""

from __future__ import annotations

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
    process: subprocess.Popen[bytes]
    pipe: Any
    task: int | None = None
    ready: bool = False


@dataclass
class Pool:
    """Grade tasks on `jobs` worker processes.

    Raises (from `run` and `open`):
        SandboxError: A worker found no sandbox on this machine.
        AutograderError: A worker could not begin.
    """

    setup: Setup
    jobs: int
    fingerprint: dict[str, str] = field(default_factory=dict)  # of the last worker that began
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
            self._workers.append(self._start())
            try:
                while not self._workers[0].ready:
                    self._receive(self._workers[0])
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
                    self._workers.append(self._start())
                for worker in self._workers:
                    if worker.ready and worker.task is None and waiting:
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
            worker.pipe.close()
            code = _end(worker.process)
            if worker.task is None:
                raise AutograderError(
                    "A grading worker ended before it began. Run again with --jobs 1; its errors stand above."
                ) from None
            return {"crashed": f"exit code {code}"}
        match message:
            case ("ready", fingerprint):
                worker.ready, self.fingerprint = True, fingerprint
            case ("refused", kind, text):
                raise (SandboxError if kind == "SandboxError" else AutograderError)(text)
            case ("done", dict(result)):
                worker.task = None
                return result
        return None

    def _start(self) -> _Worker:
        ours, theirs = socket.socketpair()
        command = [sys.executable, "-m", "autograder.workers.worker", str(theirs.fileno())]
        path = os.pathsep.join(filter(None, (_SOURCES, os.environ.get("PYTHONPATH"))))
        # A worker must not see Ctrl-C, not even before its first line runs: that is the parent's matter.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            process = subprocess.Popen(
                [*command, json.dumps(asdict(self.setup))],
                stdin=subprocess.DEVNULL, pass_fds=(theirs.fileno(),), env={**os.environ, "PYTHONPATH": path},
            )  # fmt: skip
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
            theirs.close()
        return _Worker(process, Connection(ours.detach()))

    def close(self) -> None:
        """End all workers; their sandboxes die with them."""
        for worker in self._workers:
            worker.pipe.close()
            if worker.task is not None or not worker.ready:
                worker.process.kill()
        for worker in self._workers:
            _end(worker.process)
        self._workers.clear()


def _end(process: subprocess.Popen[bytes]) -> int:
    """Wait for a worker that has nothing more to do, and kill it if it does not end; return its exit code."""
    try:
        return process.wait(5)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()
