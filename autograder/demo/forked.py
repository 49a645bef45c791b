"""nbgrader's own commands in processes forked from one that has imported nbgrader: each alone would import for two seconds first."""

from __future__ import annotations

import functools
import multiprocessing
import os
import sys
import tempfile
from multiprocessing import forkserver
from pathlib import Path

from autograder.workers import children

_SERVER = multiprocessing.get_context("forkserver")
_SERVER.set_forkserver_preload(["autograder.cli", "autograder.demo.whole_way", "nbgrader.apps.nbgraderapp"])


def nbgrader(
    arguments: list[str], where: Path, environment: dict[str, str], seconds: float
) -> tuple[int, str]:
    """Run an nbgrader command in a folder; return its exit code (negative: the signal that ended it), and what it said."""
    _begin()
    with tempfile.TemporaryDirectory() as folder:
        said = Path(folder) / "said"
        process = _SERVER.Process(target=_run, args=(arguments, str(where), environment, str(said)))
        process.start()
        process.join(seconds)
        if process.is_alive():
            process.kill()
            process.join()
        code = process.exitcode
        assert code is not None
        return code, said.read_text(errors="replace") if said.exists() else ""


@functools.cache
def _begin() -> None:
    """Start the process that others are forked from, with our package and nothing of the current folder, which may be a student's."""
    before = dict(os.environ)
    os.environ.update(children.environment())
    try:
        forkserver.ensure_running()
    finally:
        os.environ.clear()
        os.environ.update(before)


def _run(arguments: list[str], where: str, environment: dict[str, str], said: str) -> None:
    file = os.open(said, os.O_WRONLY | os.O_CREAT, 0o600)
    for stream in (1, 2):
        os.dup2(file, stream)
    os.chdir(where)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["nbgrader", *arguments]
    from nbgrader.apps.nbgraderapp import NbGraderApp

    NbGraderApp.launch_instance(arguments)
