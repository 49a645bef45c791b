"""Worker processes that grade side by side. A worker that dies is charged to the submission that it ran."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.reduction import recv_handle
from pathlib import Path
from typing import Any

import psutil

from autograder.errors import AutograderError, SandboxError
from autograder.sandbox.watch import slow_down
from autograder.workers import children
from autograder.workers.tasks import Result, Setup, Task

# After so many seconds of one task its sandbox is as nice: first a third of what others get, for honest training must not starve past
# its deadlines, which count wall-clock time. Usual notebooks take a few seconds.
YIELDING = ((20.0, 5), (100.0, 19))
_MOST_BESIDE = 6  # workers beside those that were asked for, or as many as were: one sleeps at nobody's cost
_ROOM = 4 << 30  # bytes that must be available for each of them: its sandbox may take most of that


@dataclass
class _Worker:
    pipe: Any
    task: int | None = None
    handle: int | None = None  # on its process, once it is ready
    sandbox: int | None = None  # on process 1 of its latest sandbox, which would outlive it
    until: float = 0.0  # by the monotonic clock, while it has a task
    since: float = 0.0
    nice: int = 0  # from the first step on its task does not count against `jobs`
    fate: str = "its process died"


@dataclass
class Pool:
    """Grade tasks on `jobs` worker processes, forked from one that has loaded everything.

    A task that takes longer than most yields to the others and gives its place to the next one: another worker is forked beside it,
    a few at most, and where there is memory. So a class does not wait for those who sleep until a deadline.

    A sandbox ends by its own deadlines. `deadline` (seconds for one task) is for what they do not reach: our own code, at
    work on what a student sent.

    Raises (from `run` and `open`):
        SandboxError: There is no sandbox on this machine.
        AutograderError: Nothing can be graded in this course, or the workers could not begin.
    """

    setup: Setup
    jobs: int
    deadline: float | None = None  # None: as long as the course's limits make of it
    fingerprint: dict[str, str] = field(default_factory=dict)  # of what the workers grade with
    _mother: subprocess.Popen[bytes] | None = None
    _control: socket.socket | None = None
    _workers: list[_Worker] = field(default_factory=list)
    _kept: bool = False
    _crowded: bool = False  # no more workers than `jobs`

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
                while self._may_fork(len(waiting)):
                    self._fork()
                for worker in self._workers:
                    if worker.handle is not None and worker.task is None and waiting and self._places() > 0:
                        worker.task = waiting.popleft()
                        assert self.deadline is not None  # the worker is ready, and said it
                        now = time.monotonic()
                        worker.since, worker.until, worker.nice = now, now + self.deadline, 0
                        try:
                            worker.pipe.send(tasks[worker.task])
                        except OSError:  # it ended while it had nothing to do: its task is another's
                            waiting.appendleft(worker.task)
                            worker.task = None
                            continue
                        on_start(worker.task)
                for pipe in wait([worker.pipe for worker in self._workers], self._end_the_late()):
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

    def _places(self) -> int:
        """Return how many tasks may be begun now."""
        return self.jobs - sum(worker.task is not None and not worker.nice for worker in self._workers)

    def _may_fork(self, waiting: int) -> bool:
        free = sum(worker.task is None for worker in self._workers)
        if free >= min(self._places(), waiting):
            return False
        beside = len(self._workers) + 1 - self.jobs
        return beside <= 0 or (
            not self._crowded
            and beside <= max(self.jobs, _MOST_BESIDE)
            and psutil.virtual_memory().available > beside * _ROOM
        )

    def _end_the_late(self) -> float | None:
        """End the workers whose task takes too long, let the slow ones yield; return the seconds until that is to be looked at again."""
        busy = [worker for worker in self._workers if worker.task is not None]
        now, freed = time.monotonic(), False
        for worker in busy:
            nice = max((nice for after, nice in YIELDING if now - worker.since >= after), default=0)
            if nice > worker.nice:
                freed |= not worker.nice
                worker.nice = nice
                _yield(worker)
            if now >= worker.until and worker.handle is not None:
                worker.fate = f"it took longer than {self.deadline:g} s"
                _end(worker.handle)
        moments = [worker.since + after for worker in busy for after, nice in YIELDING if nice > worker.nice]
        moments += [worker.until for worker in busy]
        if freed:  # for another, at once
            return 0.0
        return max(0.1, min(moments) - now) if busy else None

    def _receive(self, worker: _Worker) -> Result | None:
        """Take one message of a worker; return the result of its task, if it is one."""
        try:
            message = worker.pipe.recv()
        except (EOFError, ConnectionResetError):
            self._workers.remove(worker)
            idle = worker.handle is not None and worker.task is None
            _let_go(worker)
            if idle:
                return None
            if (
                worker.task is None and len(self._workers) >= self.jobs
            ):  # one beside them that memory did not suffice for
                self._crowded = True
                return None
            if worker.task is None:
                raise AutograderError(
                    "A grading worker ended before it began. If it could still say why, that stands above; if not, memory was probably short: run again with --jobs 1."
                ) from None
            return {"crashed": worker.fate}
        match message:
            case ("ready", int(pid), fingerprint, float(deadline)):
                worker.handle, self.fingerprint = os.pidfd_open(pid), fingerprint
                self.deadline = self.deadline or deadline
            case ("sandbox",):
                if worker.sandbox is not None:
                    os.close(worker.sandbox)
                    worker.sandbox = None
                with contextlib.suppress(EOFError, OSError):  # the worker ended in between
                    worker.sandbox = recv_handle(worker.pipe)
                if worker.nice:
                    _yield(worker)
            case ("refused", kind, text):
                raise (SandboxError if kind == "SandboxError" else AutograderError)(text)
            case ("done", dict(result)):
                worker.task, worker.nice = None, 0
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
        with theirs:
            self._mother = _start_mother(theirs.fileno(), self.setup)

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


def _start_mother(descriptor: int, setup: Setup) -> subprocess.Popen[bytes]:
    command = children.command("autograder.workers.worker", str(descriptor), json.dumps(asdict(setup)))
    # A session of its own: Ctrl-C reaches this process alone, and a kill of the group reaches every worker.
    return subprocess.Popen(
        command, stdin=subprocess.DEVNULL, pass_fds=(descriptor,), env=children.environment(), start_new_session=True
    )  # fmt: skip


def _let_go(worker: _Worker) -> None:
    """Close what we hold of a worker, and end its process and its sandbox."""
    worker.pipe.close()
    for handle in (worker.handle, worker.sandbox):
        if handle is not None:
            _end(handle)
            os.close(handle)
    worker.handle = worker.sandbox = None


def _yield(worker: _Worker) -> None:
    """Let a slow task's sandbox yield to the others."""
    if worker.sandbox is None:
        return
    known = Path(f"/proc/self/fdinfo/{worker.sandbox}").read_text()
    pid = next((int(line.split()[1]) for line in known.splitlines() if line.startswith("Pid:")), -1)
    if pid > 0:  # else it has ended
        slow_down(pid, worker.nice)


def _end(handle: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        signal.pidfd_send_signal(handle, signal.SIGKILL)
