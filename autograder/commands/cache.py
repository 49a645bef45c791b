"""The command `cache`: what is kept of earlier gradings, and how to be rid of it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer
from rich.filesize import decimal

from autograder.course.model import load
from autograder.grading.cache import Cache
from autograder.pages.terminal import CourseOption, out


def cache(
    clear: Annotated[
        bool, typer.Option("--clear", help="Remove every result: everything is graded anew next time.")
    ] = False,
    course: CourseOption = None,
) -> None:
    """Show what the cache of results holds, or clear it. The gradebook is not touched."""
    kept = Cache(load(course).private / "cache")
    found = kept.contents()
    if clear:
        kept.clear()
        out.print(f"Removed {found.results} results ({decimal(found.size)}).", highlight=False)
    elif found.oldest is None:
        out.print(f"The cache in {kept.folder} is empty.", highlight=False, soft_wrap=True)
    else:
        since = datetime.fromtimestamp(found.oldest).astimezone().strftime("%Y-%m-%d %H:%M")
        out.print(
            f"{found.results} results, {decimal(found.size)}, the oldest of {since}, in {kept.folder}.",
            highlight=False,
            soft_wrap=True,
        )
