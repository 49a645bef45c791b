"""Worker processes that grade side by side. A worker that dies is charged to the submission that it ran."""

from __future__ import annotations

import contextlib
import multiprocessing
import multiprocessing.connection
import os
import signal
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autograder.course import load
from autograder.errors import AutograderError, SandboxError

_context = multiprocessing.get_context("spawn")


@dataclass(frozen=True)
class Task:
    """One notebook to grade. `notebook` None: recognise it."""

    student: str
    path: str
    notebook: str | None = None
    force: bool = False


@dataclass(frozen=True)
class Setup:
    """What a worker needs to build its engine."""

    root: str
    assignment: str
    dataset: str
    unsafe: bool = False


@dataclass
class _Worker:
    process: Any
    pipe: Any
    task: int | None = None
    ready: bool = False


@dataclass
class Pool:
    """Grade tasks on `jobs` worker processes.

    Raises (from `run`):
        SandboxError: A worker found no sandbox on this machine.
        AutograderError: A worker could not begin.
    """

    setup: Setup
    jobs: int
    _workers: list[_Worker] = field(default_factory=list)
    _kept: bool = False

    def __enter__(self) -> Pool:
        """Keep the workers from one `run` to the next."""
        self._kept = True
        return self

    def __exit__(self, *details: object) -> None:
        self.close()

    def run(
        self, tasks: Sequence[Task], on_start: Callable[[int], None] = lambda i: None
    ) -> Iterator[tuple[int, dict[str, Any]]]:
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
                for pipe in multiprocessing.connection.wait([worker.pipe for worker in self._workers]):
                    worker = next(w for w in self._workers if w.pipe is pipe)
                    try:
                        message = worker.pipe.recv()
                    except (EOFError, ConnectionResetError):
                        self._workers.remove(worker)
                        worker.process.join(5)
                        if worker.task is None:
                            raise AutograderError(
                                "A grading worker ended before it began. Run again with --jobs 1; its errors stand above."
                            ) from None
                        left -= 1
                        yield worker.task, {"crashed": worker.process.exitcode}
                        continue
                    match message:
                        case ("ready",):
                            worker.ready = True
                        case ("refused", kind, text):
                            raise (SandboxError if kind == "SandboxError" else AutograderError)(text)
                        case ("done", result):
                            done, worker.task = worker.task, None
                            assert done is not None
                            left -= 1
                            yield done, result
            finished = True
        finally:
            if not (finished and self._kept):
                self.close()

    def _start(self) -> _Worker:
        ours, theirs = _context.Pipe()
        process = _context.Process(target=_serve, args=(self.setup, theirs), daemon=False)
        # A worker must not see Ctrl-C, not even before its first line runs: that is the parent's matter.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            process.start()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
        theirs.close()
        return _Worker(process, ours)

    def close(self) -> None:
        """End all workers; their sandboxes die with them."""
        for worker in self._workers:
            worker.pipe.close()
            if worker.task is not None or not worker.ready:
                worker.process.kill()
        for worker in self._workers:
            worker.process.join(5)
            if worker.process.is_alive():
                worker.process.kill()
                worker.process.join()
        self._workers.clear()


def _serve(setup: Setup, pipe: Any) -> None:
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # the parent has gone
        _work(setup, pipe)


def _work(setup: Setup, pipe: Any) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    try:
        import torch

        from autograder.grading.engine import Engine

        torch.set_num_threads(1)
        torch.optim.Adam([torch.zeros(1, requires_grad=True)])  # imports what the first optimizer imports
        engine = Engine(load(Path(setup.root)), setup.assignment, setup.dataset, setup.unsafe)
    except AutograderError as error:
        pipe.send(("refused", type(error).__name__, str(error)))
        return
    pipe.send(("ready",))
    while True:
        try:
            task: Task = pipe.recv()
        except (EOFError, OSError):
            return
        try:
            result = engine.grade_file(Path(task.path), task.notebook, task.student, task.force)
        except AutograderError as error:
            pipe.send(("refused", type(error).__name__, str(error)))
            return
        except Exception as error:  # one submission never stops the class
            result = engine.fault(task.notebook or Path(task.path).stem[:100], task.student, error)
        pipe.send(("done", result))
