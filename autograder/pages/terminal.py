"""What the commands share: the two consoles, options, a progress bar."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Annotated, TypeVar

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
    track,
)

out = Console()
err = Console(stderr=True)

CourseOption = Annotated[
    Path | None,
    typer.Option("--course", help="The course's folder (default: the nearest with course_config.py)."),
]
DatasetOption = Annotated[
    str | None, typer.Option("--dataset", help="mnist or digits (default: the course's).")
]
JobsOption = Annotated[
    int | None, typer.Option("--jobs", min=1, help="Worker processes (default: the cores).")
]


def jobs_or_cores(jobs: int | None) -> int:
    """Return the number of jobs asked for, or that of the cores which this process may use."""
    if jobs:
        return jobs
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def progress_bar() -> Progress:
    """Return a progress bar with time left."""
    return Progress(
        SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn(),
        console=err, transient=True,
    )  # fmt: skip


@contextlib.contextmanager
def forking_bar(what: str) -> Iterator[Callable[[int, int], None]]:
    """Show a progress bar and yield what moves it: (done, total). It has no thread, so that its process may fork meanwhile."""
    bar = progress_bar()
    bar.live.auto_refresh = False
    row = bar.add_task(what, total=None)

    def move(done: int, total: int) -> None:
        bar.update(row, completed=done, total=total)
        bar.refresh()

    with bar:
        yield move


T = TypeVar("T")


def steps(items: Sequence[T] | Iterable[T], what: str) -> Iterator[T]:
    """Yield the items behind a progress bar on standard error, which is gone afterwards."""
    yield from track(items, description=what, console=err, transient=True)
