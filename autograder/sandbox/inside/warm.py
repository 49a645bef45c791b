"""A warm process inside the sandbox: import everything once, then fork a shell for every submission.

Each fork gets namespaces of its own (processes, mounts, IPC, network; as an ordinary user also a user namespace) with
private folders, so that no submission can see another or this process, which never runs a student's code.
"""

from __future__ import annotations

import ctypes
import gc
import importlib
import json
import os
import signal
import socket
import sys
from typing import Any

from . import bare, launch
from .launch import check

_NEWNS, _NEWIPC, _NEWUSER, _NEWPID, _NEWNET = 0x00020000, 0x08000000, 0x10000000, 0x20000000, 0x40000000
_MS_RDONLY, _MS_NOSUID, _MS_NODEV, _MS_NOEXEC, _MS_REMOUNT, _MS_BIND = 1, 2, 4, 8, 32, 4096
_DEVICES = ("null", "zero", "full", "random", "urandom", "tty")
_OF_SHELLS = (  # when one is made, and when it shows its first error
    "IPython.core.application", "IPython.core.completerlib", "IPython.core.crashhandler", "IPython.core.logger",
    "IPython.core.magics", "pygments.formatters.terminal256", "stack_data",
)  # fmt: skip
_libc = ctypes.CDLL(None, use_errno=True)


def main() -> None:
    """Answer on the control socket: a request with a socket attached makes a fork that serves it."""
    settings = json.loads(sys.argv[1])
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    _load()
    control = socket.socket(fileno=settings["control"])
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # forks are reaped by the kernel
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    control.sendall(b"ready")
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, 1 << 16, 1)
        if not message:
            return
        if os.fork() == 0:
            control.close()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            try:
                _begin(json.loads(message), descriptors[0], bytes.fromhex(settings["filter"]))
            except BaseException as error:
                os.write(descriptors[0], f"failed: {type(error).__name__}: {error}"[:300].encode())
            os._exit(1)
        for descriptor in descriptors:
            os.close(descriptor)


def _load() -> None:
    """Import what notebooks import, and what their shells do, without starting a thread."""
    for name in _OF_SHELLS:
        importlib.import_module(name)
    import matplotlib.pyplot  # noqa: F401 -- looks through all fonts, for as long as a small notebook takes to grade
    import torch
    import torchvision.datasets
    import torchvision.transforms  # noqa: F401

    from . import shell

    torch.set_num_threads(1)
    bare.prepare(["scipy.special"])
    shell.warm_up()
    gc.freeze()  # keeps the imported pages shared; looking through them first frees next to nothing, and takes a tenth of the start


def _begin(settings: dict[str, Any], descriptor: int, filter_program: bytes) -> None:
    uid, gid, root = os.getuid(), os.getgid(), os.getuid() == 0
    flags = _NEWNS | _NEWPID | _NEWIPC | _NEWNET | (0 if root else _NEWUSER)
    check(_libc.unshare(flags), "unshare")
    if not root:
        for name, text in (
            ("setgroups", "deny"),
            ("uid_map", f"{uid} {uid} 1"),
            ("gid_map", f"{gid} {gid} 1"),
        ):
            with open(f"/proc/self/{name}", "w") as file:
                file.write(text)
    home = os.environ["HOME"]
    for folder in ("/tmp", home, "/dev/shm"):
        options = f"size={settings['tmp']},nr_inodes={settings['inodes']},mode=0700"
        _mount("tmpfs", folder, _MS_NOSUID | _MS_NODEV, options)
    # Terminals of its own: `!ls` opens one, and in a common folder two submissions could talk by them.
    _mount("devpts", "/dev/pts", _MS_NOSUID | _MS_NOEXEC, "newinstance,ptmxmode=0666,mode=620,max=32")
    for device in _DEVICES:  # they are the machine's own: their time stamps could be set and read
        _mount("", f"/dev/{device}", _MS_REMOUNT | _MS_BIND | _MS_RDONLY | _MS_NOSUID, "")
    if settings.get("taken") is not None:
        _hide(settings)
    if os.path.exists("/data"):
        os.symlink("/data", f"{home}/data")
    child = os.fork()
    if child:
        os.close(descriptor)
        os.waitpid(child, 0)
        os._exit(0)
    os.setsid()  # the kernel shares the processor out by sessions: who is made to yield takes no other along
    _mount("proc", "/proc", _MS_NOSUID | _MS_NODEV | _MS_NOEXEC, "")
    launch.serve(
        {**settings, "socket": descriptor, "verbose": False}, lambda: launch.install_filter(filter_program)
    )


def _hide(settings: dict[str, Any]) -> None:
    """Cover what is taken away where it lies on the disk: packages, and files that would give functions anew."""
    for folder in settings["hidden"]:
        _mount("tmpfs", folder, _MS_NOSUID | _MS_NODEV | _MS_RDONLY, "size=4k,nr_inodes=1")
    empty = "/tmp/.empty"
    with open(empty, "w"):
        os.chmod(empty, 0o444)
    for path in bare.files(settings["taken"]["functions"], settings["taken"]["modules"]):
        if os.path.exists(path):
            check(_libc.mount(empty.encode(), path.encode(), b"", _MS_BIND, b""), f"hide {path}")
    os.unlink(empty)


def _mount(kind: str, target: str, flags: int, options: str) -> None:
    check(
        _libc.mount(kind.encode(), target.encode(), kind.encode(), flags, options.encode()), f"mount {target}"
    )
