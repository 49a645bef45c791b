"""Set the limits on this process, give up every privilege, then serve. The first thing that runs in a sandbox."""

from __future__ import annotations

import ctypes
import json
import os
import resource
import sys
from collections.abc import Callable
from typing import Any

_PR_SET_DUMPABLE = 4


def main() -> None:
    """Run with one argument: the settings as JSON."""
    serve(json.loads(sys.argv[1]), lambda: None)


def serve(settings: dict[str, Any], last: Callable[[], None]) -> None:
    """Limit this process, run `last`, and answer requests until the other side closes."""
    from . import shell

    if os.getuid() == 0 and settings["uid"]:
        _become(settings["uid"])
    for name, value in settings["limits"].items():
        resource.setrlimit(getattr(resource, name), (value, value))
    os.chdir(os.environ["HOME"])
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0,) if settings["verbose"] else (0, 1, 2):
        os.dup2(null, descriptor)
    os.close(null)
    last()
    shell.serve(settings["socket"])


def _become(uid: int) -> None:
    """Own the private folders, then be nobody that exists on the host: process limits count by user."""
    for folder in ("/tmp", os.environ["HOME"], "/dev/shm"):
        os.chown(folder, uid, uid)
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)
    ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 1, 0, 0, 0)
