"""Who answers a probe: the student's notebook in its sandbox, or (trusted) a namespace of our own."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Protocol

import torch

from autograder.errors import GraderFault, SandboxError
from autograder.sandbox import Place, Reply, Sandbox
from autograder.sandbox.inside import parts, wire
from autograder.sandbox.inside.probes import PROBES
from autograder.sandbox.inside.shell import describe_error

_MOST_STARTS = 24  # of sandboxes for one notebook
_MOST_TIMEOUTS = 3  # of calls with all their time; later ones get a quarter, many times what right ones take


class Observer(Protocol):
    """Something that a probe can be sent to."""

    def observe(self, probe: str, spec: dict[str, Any], deadline: float) -> Reply: ...


def run_here(namespace: dict[str, Any], probe: str, spec: dict[str, Any]) -> Reply:
    """Run a probe in this process on functions of our own, with the losses of the wire, and leave no trace in torch."""
    return _run(namespace, probe, spec)


def observed_of(reference: Callable[..., Any] | None, probe: str, spec: dict[str, Any]) -> dict[str, Any]:
    """Return what a probe sees of a reference.

    Raises:
        GraderFault: It failed.
    """
    reply = run_here({spec["item"]: reference}, probe, spec)
    if reply.status != "ok":
        raise GraderFault(f"The reference of {spec['item']} failed: {reply.value}")
    return reply.value


def _run(namespace: dict[str, Any], probe: str, spec: dict[str, Any]) -> Reply:
    """Do so: apart, so that tests can remember what it gave, whoever has imported `run_here`."""
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


@dataclass
class _Room:
    """One of a notebook's sandboxes: whole, or without what a rule takes away.

    Attributes:
        asked: Whether the sandbox that runs now has answered a probe.
        own: Whether the student's own cells run whole; else they only define what they define.
    """

    taken: dict[str, Any] | None
    sandbox: Sandbox | None = None
    at_start: float = 0.0
    asked: bool = False
    own: bool = True


class NotebookObserver:
    """Answer from a student's notebook in a sandbox, started anew when the student's code has ended it.

    A probe whose specification says what is `taken` goes to a second sandbox, in which that is gone (`inside/bare.py`).

    Args:
        place: Where sandboxes run.
        prepare: Runs the notebook's cells in a fresh sandbox, for at most that many seconds; the student's own whole or only
            what they define.
        budget: Seconds that the student's code may take in all.
    """

    def __init__(self, place: Place, prepare: Callable[[Sandbox, float, bool], None], budget: float) -> None:
        self._place = place
        self._prepare = prepare
        self._budget = budget
        self._rooms: dict[bool, _Room] = {}
        self._spent = 0.0
        self._starts = 0
        self._timeouts = 0
        self.starved = False  # whether a call or a cell was ended because the machine had no time for it
        self.start_cpu = 0.0  # processor seconds of sandboxes until they were ready
        self.student_cpu = 0.0  # and from then on: the student's code

    def open(self, taken: dict[str, Any] | None = None) -> None:
        """Start a sandbox and run the cells."""
        room = self._rooms.setdefault(taken is not None, _Room(taken))
        self._starts += 1
        room.sandbox, room.asked = Sandbox(self._place, taken), False
        room.sandbox.start()
        room.at_start = _processor_seconds(room.sandbox.pid)
        self.start_cpu += room.at_start
        self._prepare(room.sandbox, self._budget - self._spent, room.own)

    @property
    def out_of_time(self) -> bool:
        return self.spent >= self._budget

    @property
    def spent(self) -> float:
        """Seconds of student code so far, over all sandboxes."""
        running = (room.sandbox.student_seconds for room in self._rooms.values() if room.sandbox)
        return self._spent + sum(running)

    def observe(self, probe: str, spec: dict[str, Any], deadline: float) -> Reply:
        taken = spec.get("taken")
        spec = {name: value for name, value in spec.items() if name != "taken"}
        room = self._rooms.setdefault(taken is not None, _Room(taken))
        reply, alone = self._ask(room, probe, spec, deadline)
        if reply.status == "died" and not alone:  # perhaps by what an earlier call left: a timer, a thread
            reply, _ = self._ask(room, probe, spec, deadline)
        if self._starts <= _MOST_STARTS // 2 and (reply.status == "died" or (_lacks(reply) and not room.own)):
            # Perhaps by what a cell of the student's own left; or it needs what only such a cell gives.
            self._turn(room)
            other, _ = self._ask(room, probe, spec, deadline)
            if other.status == "ok":
                return other
            self._turn(room)
        return reply

    def _turn(self, room: _Room) -> None:
        """Run the student's own cells whole from the next start on, or only what they define; the other way round than before."""
        self._close(room)
        room.own = not room.own

    def _ask(self, room: _Room, probe: str, spec: dict[str, Any], deadline: float) -> tuple[Reply, bool]:
        """Return the reply, and whether no other probe has run in that sandbox."""
        if room.sandbox is None or not room.sandbox.alive:
            self._close(room)
            if self.out_of_time or self._starts > _MOST_STARTS:
                return Reply("timeout"), True
            self.open(room.taken)
        assert room.sandbox is not None
        left = self._budget - self.spent
        if left <= 0:
            return Reply("timeout"), True
        if not room.sandbox.alive:
            raise SandboxError("The notebook's cells end the sandbox each time.")
        alone, room.asked = not room.asked, True
        deadline = deadline / 4 if self._timeouts >= _MOST_TIMEOUTS else deadline
        most = min(deadline, left)
        reply = room.sandbox.probe(probe, spec, most)
        if reply.status == "timeout":
            self._timeouts += 1
            reply = replace(reply, value=float(most))
        return reply, alone

    def close(self) -> None:
        for room in self._rooms.values():
            self._close(room)

    def _close(self, room: _Room) -> None:
        if room.sandbox is not None:
            self._spent += room.sandbox.student_seconds
            self.starved |= room.sandbox.starved
            if room.sandbox.alive:  # of one that ended itself nobody knows any more
                self.student_cpu += max(0.0, _processor_seconds(room.sandbox.pid) - room.at_start)
            room.sandbox.close()
            room.sandbox = None


def _lacks(reply: Reply) -> bool:
    return reply.status == "error" and (bool(reply.value["missing"]) or reply.value["type"] == "NameError")


def _processor_seconds(pid: int) -> float:
    """Return the processor time of another process, by its own clock (as in Linux's `posix-timers.h`)."""
    try:
        return time.clock_gettime((~pid << 3) | 2)
    except OSError:  # it has ended
        return 0.0
