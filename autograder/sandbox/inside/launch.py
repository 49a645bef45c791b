"""Set the limits on this process, give up every privilege, then serve. The first thing that runs in a sandbox."""

from __future__ import annotations

import ctypes
import errno
import json
import os
import resource
import struct
import sys
from collections.abc import Callable
from typing import Any

_PR_SET_DUMPABLE, _PR_CAPBSET_DROP = 4, 24
_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, _PR_SET_NO_NEW_PRIVS = 22, 2, 38
_LINUX_CAPABILITY_VERSION_3 = 0x20080522
_libc = ctypes.CDLL(None, use_errno=True)


def main() -> None:
    """Run with one argument: the settings as JSON."""
    serve(json.loads(sys.argv[1]), lambda: None)


def serve(settings: dict[str, Any], last: Callable[[], None]) -> None:
    """Limit this process, run `last`, and answer requests until the other side closes."""
    from . import shell

    if settings["uid"]:
        bounded = _bound_capabilities()  # before the user changes: it takes a capability
        if os.getuid() == 0:
            bounded = True  # or the next lines say what is left
            _become(settings["uid"])
        _drop_capabilities(bounded)
    for name, value in settings["limits"].items():
        resource.setrlimit(getattr(resource, name), (value, value))
    os.chdir(os.environ["HOME"])
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0,) if settings["verbose"] else (0, 1, 2):
        os.dup2(null, descriptor)
    os.close(null)
    last()
    taken = settings.get("taken")
    if taken is not None and settings["no_programs"]:
        install_filter(
            bytes.fromhex(settings["no_programs"])
        )  # another Python would have what is taken from this one
    shell.serve(settings["socket"], taken)


def _become(uid: int) -> None:
    """Own the private folders, then be nobody that exists on the host: process limits count by user."""
    for folder in ("/tmp", os.environ["HOME"], "/dev/shm"):
        os.chown(folder, uid, uid)
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)
    _libc.prctl(_PR_SET_DUMPABLE, 1, 0, 0, 0)


def _bound_capabilities() -> bool:
    """Give up for good every capability that the kernel knows; say whether that was possible.

    It is not where an ordinary user's sandbox starts cold; there bubblewrap has done it, or a user namespace is all that they reach.
    """
    for capability in range(64):
        if _libc.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0):
            return ctypes.get_errno() == errno.EINVAL  # the first that it does not know
    return True


def _drop_capabilities(bounded: bool) -> None:
    """Give up the capabilities in force.

    Raises:
        OSError: One is left, in force or, where the set that bounds them should be empty, to be had again.
    """
    check(_libc.capset(struct.pack("Ii", _LINUX_CAPABILITY_VERSION_3, 0), bytes(24)), "capset")
    with open("/proc/self/status") as status:
        left = [line.strip() for line in status if line.startswith("Cap") and int(line.split()[1], 16)]
    if not bounded:
        left = [line for line in left if not line.startswith("CapBnd")]
    if left:
        raise PermissionError(errno.EPERM, f"capabilities are left: {', '.join(left)}")


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))


def install_filter(program: bytes) -> None:
    """Let the kernel refuse this process, and all that come from it, the system calls of a filter (`seccomp.py`)."""
    buffer = ctypes.create_string_buffer(program, len(program))
    fields = _Program(len(program) // 8, ctypes.cast(buffer, ctypes.c_void_p))
    check(_libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs")
    check(_libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(fields), 0, 0), "seccomp")


def check(code: int, what: str) -> None:
    """Raise an OSError for a call of the C library that failed."""
    if code != 0:
        error = ctypes.get_errno()
        raise OSError(error, f"{what}: {os.strerror(error)}")
