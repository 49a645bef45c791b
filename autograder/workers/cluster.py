"""Grade on a dask.distributed cluster: the same tasks, each pinned to a worker that has shown that it grades alike."""

from __future__ import annotations

import contextlib
import time
import warnings
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.course.model import load
from autograder.errors import AutograderError, NotebookError
from autograder.intake.notebooks import read_json, sanitise
from autograder.intake.submissions import read_prepared
from autograder.workers import remote
from autograder.workers.lookup import Lookup
from autograder.workers.tasks import Result, Setup, Task

_CONNECT = "10s"
_LOOK = 1.0  # seconds between two looks at who is there
_POLL = 0.02
_PATIENCE = 30.0  # seconds without any worker after which we give up
_GREETING = 180.0
_MOST_DEATHS = 2  # of workers, on one notebook


@dataclass
class _Worker:
    """A worker of the cluster: `future` is its greeting until it is accepted, then its task."""

    name: str
    future: Any
    since: float
    accepted: bool = False
    task: int | None = None

    @property
    def lost(self) -> bool:
        """Say whether its call will never end well: it died, or the scheduler gave up on it."""
        gone = ("cancelled", "lost", "error") if self.accepted else ("cancelled", "lost")
        return self.future is not None and self.future.status in gone

    @property
    def answered(self) -> bool:
        good = ("finished",) if self.accepted else ("finished", "error")
        return self.future is not None and self.future.status in good


class Cluster:
    """Grade tasks on the workers of a scheduler.

    Args:
        setup: As for local workers; `root` is the course here.
        address: The scheduler's, such as tcp://10.0.0.1:8786.
        say: Told which workers are not used, and why.

    Raises (from `run`):
        AutograderError: The scheduler cannot be reached, or no worker can be used.
    """

    def __init__(self, setup: Setup, address: str, say: Callable[[str], None]) -> None:
        try:
            import distributed
        except ImportError as error:
            raise AutograderError(
                "--scheduler needs dask.distributed. Install it: pip install 'autograder[cluster]' (or pip install distributed)."
            ) from error
        self._distributed: Any = distributed
        self._setup = setup
        self._address = address
        self._say = say
        self._lookup = Lookup(load(Path(setup.root)), setup.assignment, setup.dataset, setup.unsafe)
        self._fingerprint = self._lookup.keys.fingerprint()
        self._workers: dict[str, _Worker] = {}
        self._refused: dict[str, str] = {}  # address: why
        self._used = False  # whether any worker was accepted
        self._seen = 0.0  # when a worker was there

    def begin(self) -> None:
        """Do nothing: the workers are there, or will be."""

    def run(
        self, tasks: Sequence[Task], on_start: Callable[[int], None] = lambda i: None
    ) -> Iterator[tuple[int, Result]]:
        """Yield (position of the task, result) as they come; results do not depend on their order."""
        if not tasks:
            return
        client = self._connect()
        self._seen = time.monotonic()
        try:
            yield from self._run(client, tasks, on_start)
        finally:
            self._leave(client)

    def _run(
        self, client: Any, tasks: Sequence[Task], on_start: Callable[[int], None]
    ) -> Iterator[tuple[int, Result]]:
        waiting, left, deaths = deque(range(len(tasks))), len(tasks), Counter[int]()
        looked = 0.0
        while left:
            if time.monotonic() - looked >= _LOOK:
                looked = time.monotonic()
                for orphan in self._look(client):
                    deaths[orphan] += 1
                    if deaths[orphan] < _MOST_DEATHS:
                        waiting.appendleft(orphan)
                    else:
                        left -= 1
                        yield orphan, {"crashed": f"{_MOST_DEATHS} workers of the cluster ended at it"}
            for address, worker in self._workers.items():
                while worker.accepted and worker.task is None and waiting:
                    position = waiting.popleft()
                    on_start(position)
                    problem = self._send(client, address, worker, position, tasks[position])
                    if problem is not None:
                        left -= 1
                        yield position, problem
            for address in self._finished():
                worker = self._workers[address]
                if not worker.accepted:
                    self._judge_greeting(address, worker)
                    continue
                assert worker.task is not None
                position, result = worker.task, self._take(address, worker, tasks[worker.task])
                if result is None:
                    waiting.appendleft(position)
                else:
                    left -= 1
                    yield position, result

    def _connect(self) -> Any:
        try:
            return self._distributed.Client(self._address, timeout=_CONNECT, set_as_default=False)
        except (OSError, TimeoutError, ValueError) as error:
            raise AutograderError(
                f"The scheduler {self._address} cannot be reached ({error}). Is it running (`dask scheduler`), and is the port open?"
            ) from error

    def _look(self, client: Any) -> list[int]:
        """Greet workers that are new; return the tasks of those that have gone."""
        present = client.scheduler_info(n_workers=-1)["workers"]
        for address, about in present.items():
            if address not in self._workers and address not in self._refused:
                future = client.submit(
                    remote.greet, remote.plain(self._setup), self._fingerprint, **_pinned(address, "greet")
                )
                self._workers[address] = _Worker(str(about.get("name", address)), future, time.monotonic())
        orphans = []
        for address, worker in list(self._workers.items()):
            late = not worker.accepted and time.monotonic() - worker.since > _GREETING
            if late and address in present:
                self._refuse(address, f"no answer in {_GREETING:.0f} s")
            elif address not in present or worker.lost:
                del self._workers[address]
                if worker.future is not None:
                    worker.future.cancel()
                if worker.task is not None:
                    self._say(f"Worker {worker.name} ({address}) has gone; its notebook goes to another.")
                    orphans.append(worker.task)
        if self._workers:
            self._seen = time.monotonic()
        elif time.monotonic() - self._seen > (_PATIENCE if self._used or not self._refused else 0):
            raise AutograderError(self._nobody())
        return orphans

    def _finished(self) -> list[str]:
        """Wait a moment; return the workers that have answered."""
        end = time.monotonic() + _LOOK / 2
        while True:
            answered = [address for address, worker in self._workers.items() if worker.answered]
            if answered or time.monotonic() > end:
                return answered
            time.sleep(_POLL)

    def _judge_greeting(self, address: str, worker: _Worker) -> None:
        """Accept a worker that grades with the very same things, else say by name what is different."""
        if worker.future.status == "error":
            error = worker.future.exception()
            self._refuse(address, f"this package cannot be used there ({type(error).__name__}: {error})")
            return
        answer = worker.future.result()
        if "refused" in answer:
            self._refuse(address, str(answer["refused"]))
            return
        theirs = answer["fingerprint"]
        other = [
            f"{name} ({theirs.get(name, 'none')}, here {mine})"
            for name, mine in self._fingerprint.items()
            if theirs.get(name) != mine
        ]
        if other:
            self._refuse(address, f"it has another {', another '.join(other)}")
        else:
            worker.accepted, worker.future, self._used = True, None, True

    def _refuse(self, address: str, why: str) -> None:
        name = self._workers.pop(address).name
        self._refused[address] = f"Worker {name} ({address}) is not used: {why}."
        self._say(self._refused[address])

    def _nobody(self) -> str:
        if self._refused:
            return "No worker of the cluster can be used.\n" + "\n".join(self._refused.values())
        return f"The scheduler {self._address} has no worker. Start some in the course's folder on each machine: `dask worker {self._address} --nworkers 4 --nthreads 1`, and run the same command again."

    def _send(self, client: Any, address: str, worker: _Worker, i: int, task: Task) -> Result | None:
        """Send a task to a worker; return its result at once where the file cannot be graded at all."""
        path = Path(task.path)
        try:
            if not task.prepared:
                read_json(path, self._lookup.course.limits)
            content = path.read_bytes()
        except (NotebookError, OSError) as problem:
            name = task.notebook or path.stem[:100]
            card = self._lookup.invalid(name, task.student, problem)
            return {"scorecard": card.to_json(), "runs": {}, "key": ""}
        arguments = (remote.plain(self._setup), path.stem, content, task.notebook, task.force, task.prepared)
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Sending large graph")
            worker.future = client.submit(remote.grade, *arguments, **_pinned(address, f"grade-{i}"))
        worker.task = i
        return None

    def _take(self, address: str, worker: _Worker, task: Task) -> Result | None:
        """Return a worker's result, kept in the cache here; None if it cannot be used, nor the worker any more."""
        result: Result = worker.future.result()
        worker.task = worker.future = None
        if "refused" in result:
            self._refuse(address, str(result["refused"]))
            return None
        card = result.get("scorecard")
        if card is None:
            return result
        card["student"] = task.student
        if result["key"]:
            name = card["notebook"]
            path = Path(task.path)
            values = read_prepared(path) if task.prepared else read_json(path, self._lookup.course.limits)
            release = self._lookup.releases[name].like(values)
            clean = sanitise(values, release.cells, name)
            if result["key"] != self._lookup.keys.key(clean, release):
                self._refuse(
                    address, "its result lies under another key, so something there or here has changed since"
                )
                return None
            if card["status"] != "grader_fault":
                of_code = {**card, "notes": card["notes"][len(clean.notes) :]}  # without those of this file
                self._lookup.cache.put(result["key"], {**result, "scorecard": of_code})
        return result

    def _leave(self, client: Any) -> None:
        """Take back what is still running, and let the workers end their processes."""
        accepted = [address for address, worker in self._workers.items() if worker.accepted]
        for worker in self._workers.values():
            if worker.future is not None:
                worker.future.cancel()
        self._workers.clear()
        with contextlib.suppress(Exception):  # we are leaving: who does not hear it any more need not
            for address in accepted:
                self._distributed.fire_and_forget(client.submit(remote.close, **_pinned(address, "close")))
        client.close()


def _pinned(address: str, what: str) -> dict[str, Any]:
    """Return the options of a call that runs on one worker, under a key that names no student."""
    key = f"autograder-{what}-{time.monotonic_ns()}"
    return {"workers": [address], "allow_other_workers": False, "pure": False, "key": key}


__all__ = ["Cluster"]
