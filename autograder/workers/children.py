"""Python processes of ours: they import the very package of the process that starts them, from wherever one stands."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from autograder.errors import AutograderError

SOURCES = str(Path(__file__).resolve().parents[2])
_WANTED = "AUTOGRADER_SOURCES"


def command(module: str, *arguments: str) -> list[str]:
    """Return the command that runs a module of ours, with nothing of the current folder: one may stand in a student's."""
    return [sys.executable, "-P", "-m", module, *arguments]


def environment(base: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the environment of such a process: this package before any other of its name, and no relative folder."""
    given = os.environ if base is None else base
    paths = [each for each in given.get("PYTHONPATH", "").split(os.pathsep) if os.path.isabs(each)]
    return {
        **given,
        "PYTHONPATH": os.pathsep.join([SOURCES, *paths]),
        "PYTHONSAFEPATH": "1",
        _WANTED: SOURCES,
    }


def require_same_package() -> None:
    """See, first of all in such a process, that it runs the package of the one that started it.

    Raises:
        AutograderError: It does not: a course would be graded by two versions at once.
    """
    wanted = os.environ.pop(_WANTED, SOURCES)
    if wanted != SOURCES:
        raise AutograderError(
            f"The command runs the package in {wanted}, and a process that it started runs the one in {SOURCES}. What was found would come from both. Look for what puts the second one first (PYTHONPATH, a .pth file, sitecustomize), or use an environment of its own."
        )
