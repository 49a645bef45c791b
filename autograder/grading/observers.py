"""Who answers a probe: the student's notebook in its sandbox, or (trusted) a namespace of our own."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable
from typing import Any, Protocol

import torch

from autograder.errors import SandboxError
from autograder.sandbox import Place, Reply, Sandbox
from autograder.sandbox.inside import parts, wire
from autograder.sandbox.inside.probes import PROBES
from autograder.sandbox.inside.shell import describe_error


class Observer(Protocol):
    """Something that a probe can be sent to."""

    def observe(self, probe: str, spec: dict[str, Any], deadline: float) -> Reply: ...


def run_here(namespace: dict[str, Any], probe: str, spec: dict[str, Any]) -> Reply:
    """Run a probe in this process on functions of our own, with the losses of the wire, and leave no trace in torch."""
    sent = wire.Encoder(parts.describe)
    node = sent.encode(spec)
    received = wire.Decoder({k: v.clone() for k, v in sent.tensors.items()}, parts.restore).decode(node)
    grad = torch.is_grad_enabled()
    state = torch.random.get_rng_state()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            seen = wire.Encoder()
            back = seen.encode(PROBES[probe](namespace, received))
    except Exception as error:
        return Reply("error", {k: str(v) for k, v in describe_error(error).items()})
    finally:
        torch.set_grad_enabled(grad)
        torch.random.set_rng_state(state)
    return Reply("ok", wire.Decoder(seen.tensors).decode(back))


class LocalObserver:
    """Answer from functions of our own: the reference, a misconception, an unusual answer."""

    def __init__(self, namespace: dict[str, Any], references: frozenset[str] = frozenset()) -> None:
        self._namespace = namespace
        self._references = references

    def is_reference(self, item: str) -> bool:
        return item in self._references

    def observe(self, probe: str, spec: dict[str, Any], deadline: float) -> Reply:
        return run_here(self._namespace, probe, spec)


class NotebookObserver:
    """Answer from a student's notebook in a sandbox, started anew when the student's code has ended it.

    Args:
        place: Where sandboxes run.
        prepare: Runs the notebook's cells in a fresh sandbox, for at most that many seconds.
        budget: Seconds that the student's code may take in all.
    """

    def __init__(self, place: Place, prepare: Callable[[Sandbox, float], None], budget: float) -> None:
        self._place = place
        self._prepare = prepare
        self._budget = budget
        self._sandbox: Sandbox | None = None
        self._spent = 0.0
        self._starts = 0
        self._at_start = 0.0
        self.start_cpu = 0.0  # processor seconds of sandboxes until they were ready
        self.student_cpu = 0.0  # and from then on: the student's code

    def open(self) -> None:
        """Start the sandbox and run the cells."""
        self._starts += 1
        self._sandbox = Sandbox(self._place)
        self._sandbox.start()
        self._at_start = _processor_seconds(self._sandbox.pid)
        self.start_cpu += self._at_start
        self._prepare(self._sandbox, self._budget - self._spent)

    @property
    def out_of_time(self) -> bool:
        return self.spent >= self._budget

    @property
    def spent(self) -> float:
        """Seconds of student code so far, over all sandboxes."""
        return self._spent + (self._sandbox.student_seconds if self._sandbox else 0.0)

    def observe(self, probe: str, spec: dict[str, Any], deadline: float) -> Reply:
        if self._sandbox is None or not self._sandbox.alive:
            if self._sandbox is not None:
                self.close()
            if self.out_of_time or self._starts > 12:
                return Reply("timeout")
            self.open()
        assert self._sandbox is not None
        left = self._budget - self.spent
        if left <= 0:
            return Reply("timeout")
        if not self._sandbox.alive:
            raise SandboxError("The notebook's cells end the sandbox each time.")
        return self._sandbox.probe(probe, spec, min(deadline, left))

    def close(self) -> None:
        if self._sandbox is not None:
            self._spent += self._sandbox.student_seconds
            if self._sandbox.alive:  # of one that ended itself nobody knows any more
                self.student_cpu += max(0.0, _processor_seconds(self._sandbox.pid) - self._at_start)
            self._sandbox.close()
            self._sandbox = None


def _processor_seconds(pid: int) -> float:
    """Return the processor time of another process, by its own clock (as in Linux's `posix-timers.h`)."""
    try:
        return time.clock_gettime((~pid << 3) | 2)
    except OSError:  # it has ended
        return 0.0
