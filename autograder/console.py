"""What the command modules share: the two consoles, a progress bar, the option that names the course."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Annotated, TypeVar

import typer
from rich.console import Console
from rich.progress import track

out = Console()
err = Console(stderr=True)

CourseOption = Annotated[
    Path | None,
    typer.Option("--course", help="The course's folder (default: the nearest with course_config.py)."),
]

T = TypeVar("T")


def steps(items: Sequence[T] | Iterable[T], what: str) -> Iterator[T]:
    """Yield the items behind a progress bar on standard error, which is gone afterwards."""
    yield from track(items, description=what, console=err, transient=True)
