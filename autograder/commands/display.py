"""What is seen while a class is graded: done, running, failed, time left, the slowest students."""

from __future__ import annotations

import time
from collections.abc import Callable
from types import TracebackType

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from autograder.grading.scorecard import Scorecard
from autograder.pages.html import plain
from autograder.workers.tasks import Task

_PLAIN_EVERY = 10.0  # seconds between two lines where there is no terminal
_SLOWEST = 3
_MOST_RUNNING = 8


class GradingDisplay:
    """Show a class being graded; plain lines where the console is no terminal.

    Args:
        console: Where to.
        now: The clock, in seconds.
    """

    def __init__(self, console: Console, now: Callable[[], float] = time.monotonic) -> None:
        self._console = console
        self._now = now
        self._begin = self._said = now()
        self._total = self._done = self._failed = 0
        self._running: dict[Task, float] = {}
        self._seconds: dict[str, float] = {}  # by student
        self._writing = ""
        self._live = Live(get_renderable=self._render, console=console, transient=True, refresh_per_second=4)

    def __enter__(self) -> GradingDisplay:
        if self._console.is_terminal:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._console.is_terminal:
            self._live.stop()

    def start(self, total: int) -> None:
        """Note how many notebooks there are to grade."""
        self._total, self._begin = total, self._now()
        self._plain(f"{total} notebooks to grade." if total else "No notebook has changed.")

    def running(self, task: Task) -> None:
        """Note that a notebook is being graded."""
        self._running[task] = self._now()

    def done(self, task: Task, card: Scorecard) -> None:
        """Note a result. What has no grade of its own (a crash, a broken file, our fault) counts as failed."""
        seconds = self._now() - self._running.pop(task, self._now())
        self._seconds[task.student] = self._seconds.get(task.student, 0.0) + seconds
        self._done += 1
        self._failed += card.status != "graded"
        if self._done == self._total or self._now() - self._said >= _PLAIN_EVERY:
            self._plain(self._counts())

    def writing(self, student: str) -> None:
        """Note whose grades are being written into the gradebook."""
        if not self._writing:
            self._plain("Writing grades into the gradebook.")
        self._writing = student

    def _plain(self, line: str) -> None:
        self._said = self._now()
        if not self._console.is_terminal:
            self._console.print(line, highlight=False, markup=False, soft_wrap=True)

    def _counts(self) -> str:
        words = [f"{self._done} of {self._total} notebooks graded"]
        if self._running:
            words.append(f"{len(self._running)} running")
        words.append(f"{self._failed} failed")
        if 0 < self._done < self._total:
            left = (self._now() - self._begin) / self._done * (self._total - self._done)
            words.append(f"about {_duration(left)} left")
        if slowest := self._slowest():
            words.append("slowest: " + ", ".join(f"{plain(name)} {_duration(s)}" for name, s in slowest))
        return " · ".join(words)

    def _slowest(self) -> list[tuple[str, float]]:
        return sorted(self._seconds.items(), key=lambda each: -each[1])[:_SLOWEST]

    def _render(self) -> RenderableType:
        lines: list[RenderableType] = [
            ProgressBar(total=max(1, self._total), completed=self._done, width=60),
            Text(self._counts()),
        ]
        running = Table.grid(padding=(0, 2))
        for task, since in list(self._running.items())[:_MOST_RUNNING]:
            running.add_row(
                Text(f"  {plain(task.student)}"), task.notebook or "", _duration(self._now() - since)
            )
        lines.append(running)
        if self._writing:
            lines.append(Text(f"Writing {plain(self._writing)}'s grades"))
        return Group(*lines)


def _duration(seconds: float) -> str:
    if seconds < 10:
        return f"{seconds:.1f} s"
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min"
