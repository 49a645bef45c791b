"""The trusted side's hold on one sandbox: requests with deadlines, and no belief in what comes back."""

from __future__ import annotations

import contextlib
import os
import secrets
import select
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, ClassVar, Literal

from autograder.errors import SandboxError
from autograder.sandbox import bubblewrap, warm
from autograder.sandbox.inside import parts, wire
from autograder.sandbox.outputs import Outputs
from autograder.sandbox.view import Place
from autograder.sandbox.watch import Watch

_MIB = 1 << 20
_MAX_HEADER = 4 * _MIB
_FLOOD = 128 * _MIB  # bytes that one request may send back in all
_SMALL = 16  # MiB: replies of probes that bring back no network
_SMALL_PROBES = ("call", "loaders")
_OUTPUTS = 16 * _MIB  # characters of output that a sandbox keeps in all
_GRACE = 3.0  # seconds between the interrupt and the kill
_START = 120.0
PATIENCE = (
    4  # times its deadline a request may take by the clock, where it waits for a processor that others have
)

CellStatus = Literal["ok", "error", "syntax", "interrupted", "timeout", "died"]
ReplyStatus = Literal["ok", "error", "timeout", "died", "malformed", "too_large"]


@dataclass
class CellRun:
    """What became of a cell: its status, its outputs as nbformat dicts, its seconds, and what names are others' now that were to be kept.

    `shifted`: whose helpers' names are others' now.
    """

    status: CellStatus
    outputs: list[dict[str, Any]] = field(default_factory=list)
    seconds: float = 0.0
    overtaken: tuple[str, ...] = ()
    shifted: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reply:
    """What became of a probe: `value` is the observation, the description of the student's error, or of a time-out the seconds given.

    `processes` is how many ran inside when the time was over.
    """

    status: ReplyStatus
    value: Any = None
    seconds: float = 0.0
    processes: int = 1


class _Dead(Exception):
    """The other end is closed, or is not worth listening to any longer."""

    def __init__(self, status: ReplyStatus) -> None:
        super().__init__(status)
        self.status = status


class Sandbox:
    """One sandboxed shell. Not safe to share between threads.

    Args:
        place: Where it runs, and under which limits.
        taken: What of the libraries a student's code does not find in there (`inside/bare.py`).

    Attributes:
        starved: Whether something was ended that had waited for a processor nearly all its time.
        on_start: Is told a handle (pidfd) on process 1 of each that starts: a worker's pool ends it where the worker cannot.
    """

    on_start: ClassVar[Callable[[int], None] | None] = None

    def __init__(self, place: Place, taken: dict[str, Any] | None = None) -> None:
        self.place = place
        self._taken = taken
        self._started: bubblewrap.Started | None = None
        self._buffer = bytearray()
        self._watch: Watch | None = None
        self._next = 0
        self._received = 0
        self._most_reply = place.limits.reply
        self._room = _OUTPUTS
        self._processes = 1
        self.starved = False
        self.student_seconds = 0.0

    def __enter__(self) -> Sandbox:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def alive(self) -> bool:
        return self._started is not None

    @property
    def pid(self) -> int:
        """The host's process id of process 1 inside."""
        assert self._started is not None
        return self._started.pid

    def start(self) -> None:
        """Start the shell and wait until it is ready.

        Raises:
            SandboxError: It cannot be started on this machine.
        """
        self._started = warm.start(self.place, self._taken)
        if Sandbox.on_start is not None:
            Sandbox.on_start(self._started.pidfd)
        self._watch = Watch(self._started.pid, self._started.pidfd, self.place.limits.memory_in_sum)
        self._started.socket.setblocking(False)
        self._buffer.clear()
        self._received = 0
        try:
            header, _ = self._frame(time.monotonic() + _START)
        except (_Dead, TimeoutError, wire.WireError) as error:
            self.close()
            raise SandboxError(
                f"The sandboxed shell did not start ({error or type(error).__name__})."
            ) from error
        if header.get("op") != "ready":
            self.close()
            raise SandboxError("The sandboxed shell began with something else than 'ready'.")

    def run_cell(
        self, code: str, deadline: float, definitions_only: bool = False, keep: Sequence[str] = ()
    ) -> CellRun:
        """Run one cell, or only its functions, classes and imports, for at most `deadline` seconds.

        What it gives the names in `keep` is what probes find under them, whatever later cells do.
        """
        outputs = Outputs(min(4 * self.place.limits.output * _MIB, self._room))
        request = {"op": "cell", "code": code, "definitions_only": definitions_only, "keep": [*keep]}
        status, header, _, seconds = self._request(request, {}, deadline, outputs.note)
        self._room -= outputs.used
        if status != "ok":
            return CellRun("timeout" if status == "timeout" else "died", outputs.finished(), seconds)
        said = header.get("status")
        known: tuple[CellStatus, ...] = ("ok", "error", "syntax", "interrupted")
        overtaken, shifted = (
            tuple(map(str, names)) if isinstance(names := header.get(key), list) else ()
            for key in ("overtaken", "shifted")
        )
        found: CellStatus = next((s for s in known if s == said), "error")
        return CellRun(found, outputs.finished(), seconds, overtaken, shifted)

    def probe(self, name: str, spec: dict[str, Any], deadline: float) -> Reply:
        """Call a probe for at most `deadline` seconds. Never raises for anything that the student's side does."""
        encoder = wire.Encoder(parts.describe)
        request = {"op": "probe", "probe": name, "spec": encoder.encode(spec)}
        limit = self.place.limits.reply
        self._most_reply = min(limit, _SMALL) if name in _SMALL_PROBES else limit
        status, header, tensors, seconds = self._request(request, encoder.tensors, deadline, lambda h: None)
        if status != "ok":
            return Reply(status, None, seconds, self._processes)
        if header.get("interrupted") is True:
            return Reply("timeout", None, seconds, self._processes)
        error = header.get("error")
        if isinstance(error, dict):
            fields = {key: error.get(key, "") for key in ("type", "message", "where", "missing")}
            if not all(isinstance(each, str) for each in fields.values()):
                return Reply("malformed", None, seconds)
            return Reply("error", {key: each[:1000] for key, each in fields.items()}, seconds)
        try:
            seen = wire.Decoder(tensors).decode(header.get("seen"))
        except (wire.WireError, ValueError, RuntimeError):
            return Reply("malformed", None, seconds)
        return Reply("ok", seen, seconds) if isinstance(seen, dict) else Reply("malformed", None, seconds)

    def interrupt(self) -> None:
        self._signal(signal.SIGINT)

    def close(self) -> None:
        """Kill everything inside. Safe to call twice."""
        if self._started is None:
            return
        started, self._started = self._started, None
        if self._watch is not None:
            self._watch.close()
            self._watch = None
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(
                started.pidfd, signal.SIGKILL
            )  # process 1 inside: everything there dies with it
        if started.process is not None:
            with contextlib.suppress(ProcessLookupError):
                started.process.kill()
            started.process.wait()
        # The handle becomes readable when the process is gone.
        select.select([started.pidfd], [], [], _GRACE)
        os.close(started.pidfd)
        started.socket.close()
        if started.stderr is not None:
            started.stderr.close()
        self._buffer.clear()

    def _signal(self, number: signal.Signals) -> None:
        if self._started is not None:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._started.pidfd, number)

    def _request(
        self,
        header: dict[str, Any],
        tensors: dict[str, Any],
        deadline: float,
        on_output: Callable[[dict[str, Any]], None],
    ) -> tuple[ReplyStatus, dict[str, Any], dict[str, Any], float]:
        begin, spared = time.monotonic(), self._spared
        self._next = secrets.randbits(62)  # no reply can be written before its call
        self._received = 0
        late = False

        def own() -> float:
            """Return the seconds that the submission had: what it waited for a processor, at most so long, is not its own."""
            passed = time.monotonic() - begin
            return max(passed - self._spared + spared, passed / PATIENCE)

        try:
            if self._started is None:
                raise _Dead("died")
            self._send(wire.pack({**header, "id": self._next}, tensors), begin + deadline)
            end = begin + deadline
            while True:
                try:
                    answer, got = self._frame(end)
                except TimeoutError:
                    if late:
                        raise _Dead("timeout") from None
                    if self._watch is not None:
                        self._watch.account()
                    if (left := deadline - own()) > 0:
                        end = time.monotonic() + left
                        continue
                    late, end = True, time.monotonic() + _GRACE
                    passed = time.monotonic() - begin
                    self.starved |= passed - self._spared + spared < 0.9 * deadline
                    self._processes = self._watch.processes() if self._watch is not None else 1
                    self.interrupt()
                    continue
                except wire.WireError:
                    raise _Dead("malformed") from None
                if answer.get("op") in ("done", "reply"):
                    if answer.get("id") == self._next:
                        seconds = own()
                        self.student_seconds += seconds
                        return ("timeout" if late else "ok"), answer, got, seconds
                else:
                    on_output(answer)
        except _Dead as dead:
            seconds = own()
            self.student_seconds += seconds
            self.close()
            return ("timeout" if late else dead.status), {}, {}, seconds

    @property
    def _spared(self) -> float:
        return self._watch.spared if self._watch is not None else 0.0

    def _send(self, frame: bytes, end: float) -> None:
        view = memoryview(frame)
        assert self._started is not None
        while view:
            left = end - time.monotonic()
            if left <= 0 or not select.select([], [self._started.socket], [], left)[1]:
                raise _Dead("timeout")
            try:
                view = view[self._started.socket.send(view[: 1 << 20]) :]
            except BlockingIOError:
                continue
            except (BrokenPipeError, ConnectionResetError):
                raise _Dead("died") from None

    def _frame(self, end: float) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return the next frame; a time-out leaves what has come for the next try."""
        if time.monotonic() >= end:  # also where a flood has filled the buffer
            raise TimeoutError
        head = wire.HEAD.size
        self._fill(head, end)
        text, blob = wire.HEAD.unpack(self._buffer[:head])
        if text > _MAX_HEADER or blob > self._most_reply * _MIB:
            raise _Dead("too_large")
        self._fill(head + text + blob, end)
        frame = bytes(self._buffer[head : head + text + blob])
        del self._buffer[: head + text + blob]
        return wire.unpack(frame[:text], frame[text:])

    def _fill(self, count: int, end: float) -> None:
        while len(self._buffer) < count:
            assert self._started is not None
            left = end - time.monotonic()
            if left <= 0 or not select.select([self._started.socket], [], [], left)[0]:
                raise TimeoutError
            try:
                chunk = self._started.socket.recv(1 << 20)
            except (ConnectionResetError, BlockingIOError):
                chunk = b""
            if not chunk:
                raise _Dead("died")
            self._received += len(chunk)
            if self._received > _FLOOD:
                raise _Dead("too_large")
            self._buffer += chunk


__all__ = ["CellRun", "Reply", "Sandbox"]
