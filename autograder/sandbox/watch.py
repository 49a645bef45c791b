"""A watch over one sandbox from outside: its memory in sum, its share of the processor, and how long it waits for one.

The kernel's limits count by process. What all processes of a submission hold together (shared mappings and page tables
included) is summed up here, and too much of it ends the sandbox. Who keeps many processes busy at once is made to yield
to everybody else, so that no submission slows its neighbours past their deadlines; and what it waits for a processor that others have
is no time of its own.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil

_PAUSE = 0.25  # seconds between two looks
_MOST_BUSY = 6  # threads that may run at once without yielding
_KIB = 1 << 10
_TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100
_PROC = Path("/proc")


class Watch:
    """Kill process 1 inside when the sandbox's processes hold more than `most` MiB together.

    Args:
        pid: Process 1 inside, as this side sees it.
        pidfd: A handle on it; it is duplicated.
        most: MiB.

    Attributes:
        spared: Seconds in which something inside would have run, and others had the processor or the disk.
    """

    def __init__(self, pid: int, pidfd: int, most: int) -> None:
        self._pid = pid
        self._pidfd = os.dup(pidfd)
        self._most = most << 20
        self._end = threading.Event()
        self.exceeded = False
        self.spared = 0.0
        self._lock = threading.Lock()
        self._seen = (
            time.monotonic(),
            processor_seconds([pid]),
        )  # the last look, and processor seconds until then
        self._waits: dict[str, float] = {}  # seconds that each thread had waited until then
        with contextlib.suppress(OSError):  # where memory is short, this process is the one to go
            (_PROC / str(pid) / "oom_score_adj").write_text("1000")
        self._thread = threading.Thread(target=self._look, name="sandbox watch", daemon=True)
        self._thread.start()

    def processes(self) -> int:
        """Return how many processes there are inside."""
        return len(list(_inside(self._pid)))

    def close(self) -> None:
        """Stop watching."""
        self._end.set()
        self._thread.join()
        os.close(self._pidfd)

    def _look(self) -> None:
        while not self._end.wait(_PAUSE):
            if select.select([self._pidfd], [], [], 0)[0]:
                return  # it has ended, and its number may be another's by now
            pids = list(_inside(self._pid))
            if memory(pids, self._most) > self._most:
                self.exceeded = True
                with contextlib.suppress(OSError):
                    signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)
                return
            tasks = [task for pid in pids for task in _tasks(pid)]
            states = [_state(task) for task in tasks]
            nice = 19 if states.count("R") > _MOST_BUSY else _nice(self._pid)
            if nice > 0:  # also what has begun a session of its own since it was first made to yield
                _yield_to_others(pids, tasks, nice)
            self._account(pids, tasks, states)

    def account(self) -> None:
        """Bring `spared` up to date: this thread's last look may be long ago where the machine is busy."""
        pids = list(_inside(self._pid))
        tasks = [task for pid in pids for task in _tasks(pid)]
        self._account(pids, tasks, [_state(task) for task in tasks])

    def _account(self, pids: list[int], tasks: list[str], states: list[str]) -> None:
        busy = "R" in states or "D" in states  # it waits for a processor, or for the disk
        with self._lock:
            now, uses, waits = time.monotonic(), processor_seconds(pids), _waited(tasks)
            looked, used = self._seen
            idle = max(0.0, now - looked - max(0.0, uses - used))
            waited = sum(max(0.0, each - self._waits.get(task, 0.0)) for task, each in waits.items())
            self.spared += min(idle, now - looked if busy else waited)
            self._seen, self._waits = (now, uses), waits


def slow_down(pid: int, nice: int) -> None:
    """Let a sandbox yield to others: what runs in it now, and what that will start.

    Args:
        pid: Process 1 inside, as this side sees it.
        nice: How far, from 0 to 19.
    """
    pids = list(_inside(pid))
    _yield_to_others(pids, [task for each in pids for task in _tasks(each)], nice)


def _nice(pid: int) -> int:
    with contextlib.suppress(OSError):
        return os.getpriority(os.PRIO_PROCESS, pid)
    return 0


def _inside(top: int) -> Iterator[int]:
    with contextlib.suppress(psutil.Error):
        yield top
        yield from (each.pid for each in psutil.Process(top).children(recursive=True))


def memory(pids: list[int], enough: int) -> int:
    """Return the bytes that processes hold together: exactly, or, where an upper bound is not above `enough`, the bound."""
    bound = sum(_fields(pid, "status", ("RssAnon", "RssShmem", "VmSwap", "VmPTE")) for pid in pids)
    if bound <= enough:
        return bound
    # Pages that forks share count in parts, so that the sum counts them once.
    return sum(_share(pid) + _fields(pid, "status", ("VmPTE",)) for pid in pids)


def processor_seconds(pids: list[int]) -> float:
    """Return the processor time that processes have used, those among it that they waited for to end."""
    ticks = 0
    for pid in pids:
        with contextlib.suppress(OSError, IndexError, ValueError):
            # The name stands in brackets and may hold anything.
            fields = (_PROC / str(pid) / "stat").read_text(errors="replace").rpartition(")")[2].split()
            ticks += sum(map(int, fields[11:15]))
    return ticks / _TICKS


def _share(pid: int) -> int:
    """Return a process's share of the memory that it uses; all of it where the kernel does not tell."""
    share = _fields(pid, "smaps_rollup", ("Pss_Anon", "Pss_Shmem", "SwapPss"))
    return share or _fields(pid, "status", ("RssAnon", "RssShmem", "VmSwap"))


def _fields(pid: int, file: str, names: tuple[str, ...]) -> int:
    """Return the sum of some of a proc file's fields, in bytes; 0 where the process is gone."""
    total = 0
    with contextlib.suppress(OSError, ValueError, IndexError):
        for line in (_PROC / str(pid) / file).read_text(errors="replace").splitlines():
            name, _, rest = line.partition(":")
            if name in names:
                total += int(rest.split()[0]) * _KIB
    return total


def _tasks(pid: int) -> list[str]:
    with contextlib.suppress(OSError):
        return [f"{pid}/task/{task}" for task in os.listdir(_PROC / str(pid) / "task")]
    return []


def _state(task: str) -> str:
    """Return a thread's state as the kernel writes it: R where it runs or would, D where it waits for the disk; empty once it is gone."""
    with contextlib.suppress(OSError, IndexError):
        # The name stands in brackets and may hold anything.
        return (_PROC / task / "stat").read_text(errors="replace").rpartition(")")[2].split()[0]
    return ""


def _waited(tasks: list[str]) -> dict[str, float]:
    """Return how many seconds each thread could have run and did not, as the kernel counts it (none where it does not)."""
    waits = {}
    for task in tasks:
        with contextlib.suppress(OSError, IndexError, ValueError):
            waits[task] = int((_PROC / task / "schedstat").read_text().split()[1]) / 1e9
    return waits


def _yield_to_others(pids: list[int], tasks: list[str], nice: int) -> None:
    for task in tasks:  # children inherit it, and nobody inside may take it back
        with contextlib.suppress(OSError, ValueError):
            number = int(task.rpartition("/")[2])
            if os.getpriority(os.PRIO_PROCESS, number) < nice:
                os.setpriority(os.PRIO_PROCESS, number, nice)
    for pid in pids:  # where the kernel shares the processor out by sessions
        with contextlib.suppress(OSError, IndexError, ValueError):
            group = _PROC / str(pid) / "autogroup"
            if int(group.read_text().split()[-1]) < nice:
                group.write_text(str(nice))
