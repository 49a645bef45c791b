"""What runs on a cluster's worker: one worker process of ours, kept from task to task, behind three functions.

Only builtin types cross. The secret does not: each machine has its own copy in its course folder, and the greeting shows
whether it is the same one.
"""

from __future__ import annotations

import os
import tempfile
import threading
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from autograder.course.model import CONFIG, find_root, load
from autograder.errors import AutograderError, CourseError
from autograder.workers.lookup import Lookup
from autograder.workers.pool import Pool
from autograder.workers.tasks import Result, Setup, Task

COURSE = "AUTOGRADER_COURSE"
_pools: dict[Setup, Pool] = {}
_one_at_a_time = threading.Lock()


def greet(setup: dict[str, Any], wanted: dict[str, str]) -> dict[str, Any]:
    """Return the fingerprint of what is graded with here, or why nothing can be.

    A worker process is started only where the fingerprint is the wanted one.
    """
    with _one_at_a_time:
        try:
            here = _here(Setup(**setup))
            lookup = Lookup(load(Path(here.root)), here.assignment, here.dataset, here.unsafe)
            mine = lookup.keys.fingerprint()
            return {"fingerprint": _pool(here).open() if mine == wanted else mine}
        except AutograderError as error:
            return {"refused": str(error)}


def grade(
    setup: dict[str, Any],
    stem: str,
    content: bytes,
    notebook: str | None,
    force: bool,
    prepared: bool = False,
) -> Result:
    """Grade a notebook's bytes; a worker process that dies is charged to this very notebook."""
    with _one_at_a_time, tempfile.TemporaryDirectory(prefix="autograder-") as folder:
        path = Path(folder) / f"{stem}.ipynb"
        path.write_bytes(content)
        try:
            return next(_pool(_here(Setup(**setup))).run([Task("", str(path), notebook, force, prepared)]))[1]
        except AutograderError as error:
            return {"refused": str(error)}


def close() -> None:
    """End the worker processes here, and give their memory back."""
    with _one_at_a_time:
        while _pools:
            _pools.popitem()[1].close()


def _pool(setup: Setup) -> Pool:
    if setup not in _pools:
        while _pools:  # of another course or data set
            _pools.popitem()[1].close()
        _pools[setup] = Pool(setup, 1).__enter__()
    return _pools[setup]


def _here(setup: Setup) -> Setup:
    return replace(setup, root=str(_course_here(setup.root)))


def _course_here(root_there: str) -> Path:
    """Return this machine's course folder: as named in the environment, else where the worker was started, else as there."""
    if COURSE in os.environ:
        return Path(os.environ[COURSE]).resolve()
    try:
        return find_root()
    except CourseError:
        if (Path(root_there) / CONFIG).is_file():
            return Path(root_there)
        raise CourseError(
            f"no course folder: start the worker in the course's folder, or name that in {COURSE}"
        ) from None


def plain(setup: Setup) -> dict[str, Any]:
    """Return a setup as builtin types."""
    return asdict(setup)
