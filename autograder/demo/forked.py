"""Commands in processes forked from one that has imported nbgrader: each alone would import for two seconds first."""

from __future__ import annotations

import functools
import importlib
import multiprocessing
import os
import sys
import tempfile
from multiprocessing import forkserver
from multiprocessing.connection import Connection
from pathlib import Path

from autograder.workers import children

_COMMAND = "autograder.cli"  # by its name, as a shell would: what starts the demo is not the demo's to import
_SERVER = multiprocessing.get_context("forkserver")
_SERVER.set_forkserver_preload(
    [
        _COMMAND,
        "autograder.demo.whole_way",
        "autograder.gradebook.pages",
        "autograder.gradebook.settling",
        "autograder.gradebook.writing",
        "nbgrader.apps.nbgraderapp",
    ]
)
_MOMENT, _PATIENCE = (
    2.0,
    30.0,
)  # seconds: a stopped command ends by itself; and with its workers, when told to


def nbgrader(
    arguments: list[str], where: Path, environment: dict[str, str], seconds: float
) -> tuple[int, str]:
    """Run an nbgrader command in a folder; return its exit code (negative: the signal that ended it), and what it said."""
    begin()
    with tempfile.TemporaryDirectory() as folder:
        said = Path(folder) / "said"
        process = _SERVER.Process(target=_nbgrader, args=(arguments, str(where), environment, str(said)))
        process.start()
        process.join(seconds)
        if process.is_alive():
            process.kill()
            process.join()
        code = process.exitcode
        assert code is not None
        return code, said.read_text(errors="replace") if said.exists() else ""


def autograder(arguments: list[str], where: Path, environment: dict[str, str]) -> int:
    """Run one of our own commands in a folder, saying what it says here; return its exit code."""
    begin()
    streams = [Connection(os.dup(stream), readable=False) for stream in (1, 2)]
    process = _SERVER.Process(target=_autograder, args=(arguments, str(where), environment, streams))
    process.start()
    for stream in streams:
        stream.close()
    try:
        process.join()
    except BaseException:
        process.join(_MOMENT)  # Ctrl-C has reached it as well
        process.terminate()
        process.join(_PATIENCE)
        process.kill()
        raise
    assert process.exitcode is not None
    return process.exitcode


@functools.cache
def begin() -> None:
    """Start the process that others are forked from, without waiting: with our package and nothing of the current folder, which may be a student's."""
    before = dict(os.environ)
    os.environ.update(children.environment())
    try:
        forkserver.ensure_running()
    finally:
        os.environ.clear()
        os.environ.update(before)


def _nbgrader(arguments: list[str], where: str, environment: dict[str, str], said: str) -> None:
    file = os.open(said, os.O_WRONLY | os.O_CREAT, 0o600)
    _become(["nbgrader", *arguments], where, environment, file, file)
    from nbgrader.apps.nbgraderapp import NbGraderApp

    NbGraderApp.launch_instance(arguments)


def _autograder(
    arguments: list[str], where: str, environment: dict[str, str], streams: list[Connection]
) -> None:
    _become(["autograder", *arguments], where, environment, *(stream.fileno() for stream in streams))
    importlib.import_module(_COMMAND).main()


def _become(command: list[str], where: str, environment: dict[str, str], out: int, err: int) -> None:
    """Let this process stand where a command would: its folder, environment, arguments and streams."""
    os.dup2(out, 1)
    os.dup2(err, 2)
    os.chdir(where)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = command
