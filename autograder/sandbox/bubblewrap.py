"""Start a process under bubblewrap, with what `view` lets it see."""

from __future__ import annotations

import contextlib
import functools
import itertools
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from autograder.errors import SandboxError
from autograder.sandbox import seccomp, view
from autograder.sandbox.forking import Warm
from autograder.sandbox.view import Place

_INODES = 20_000  # in each folder in memory; the kernel's own memory for them is not summed up
_FIRST_UID = 1_879_048_192  # far above every uid that a distribution or systemd hands out
_counter = itertools.count()

INSTALL = "Install bubblewrap (Debian, Ubuntu: `sudo apt-get install bubblewrap`; Fedora: `sudo dnf install bubblewrap`)."


@dataclass
class Started:
    """A started sandbox: our end of the socket, a handle on the process inside, and bubblewrap's own where it is ours."""

    process: subprocess.Popen[bytes] | None
    socket: socket.socket
    pidfd: int
    pid: int
    stderr: IO[bytes] | None


@functools.cache
def missing_reason() -> str:
    """Say why no sandbox can be had on this machine, and what to do; an empty string where it can."""
    if not sys.platform.startswith("linux"):
        return f"The sandbox needs Linux; this is {sys.platform}. Grade in a Linux virtual machine, WSL2 or the dev container."
    if shutil.which("bwrap") is None:
        return f"bubblewrap (`bwrap`) is not installed. {INSTALL}"
    try:
        seccomp.program()
    except SandboxError as error:
        return str(error)
    tried = subprocess.run(
        ["bwrap", *view.namespaces(), "--ro-bind", "/", "/", "--proc", "/proc", "--dev", "/dev", "true"],
        capture_output=True, text=True, timeout=20, check=False,
    )  # fmt: skip
    if tried.returncode == 0:
        return ""
    said = tried.stderr.strip().splitlines()[-1:] or ["no message"]
    return f"bubblewrap cannot make its namespaces here ({said[0]}). In a container, allow user namespaces or grade in a virtual machine; on Ubuntu 24.04, install the AppArmor profile `bwrap-userns-restrict` (package apparmor-profiles)."


def settings(place: Place, taken: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return what the launcher inside needs: limits, a user id that no other sandbox has, and what is taken away there."""
    limits = place.limits
    bare = {} if taken is None else {
        "taken": taken, "hidden": view.hidden(taken), "no_programs": "" if place.unsafe else seccomp.no_programs().hex(),
    }  # fmt: skip
    return {
        **bare,
        "uid": _FIRST_UID + (os.getpid() * 4096 + next(_counter)) % 200_000_000,
        "verbose": bool(os.environ.get("AUTOGRADER_SANDBOX_VERBOSE")),
        "tmp": limits.tmp * view.MIB,
        "inodes": _INODES,
        "limits": {
            "RLIMIT_DATA": limits.memory * view.MIB,
            "RLIMIT_NPROC": limits.processes,
            "RLIMIT_NOFILE": limits.open_files,
            "RLIMIT_FSIZE": limits.tmp * view.MIB,
            "RLIMIT_CORE": 0,
            "RLIMIT_CPU": int(limits.notebook * 2),
        },
    }


# Without the garbage collector, which `shell.serve` turns on again, PyTorch is imported in three quarters of the time.
_START = "import gc, sys; gc.disable(); sys.path.insert(0, {path!r}); from inside import {module} as m, shell; sys.path.pop(0); m.main()"


def start_cold(place: Place, taken: dict[str, Any] | None = None) -> Started:
    """Start the shell of a sandbox in a process of its own, which loads the libraries anew. The arguments are those of `warm.start`.

    Raises:
        SandboxError: It did not begin.
    """
    ours, theirs = socket.socketpair()
    stderr = tempfile.TemporaryFile()
    with contextlib.ExitStack() as stack:
        stack.callback(theirs.close)
        options: dict[str, Any] = {
            "stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": stderr, "start_new_session": True,
        }  # fmt: skip
        if place.unsafe:
            process, pid = _start_unsafe(place, taken, theirs, options)
        else:
            text = json.dumps({**settings(place, taken), "socket": theirs.fileno()})
            process, pid = _start_wrapped(
                view.arguments(place, hidden=view.hidden(taken)),
                "launch",
                text,
                theirs,
                options,
                stack,
                seccomp.program(),
            )
    try:
        pidfd = os.pidfd_open(pid)
    except OSError as error:
        ours.close()
        raise SandboxError(f"The sandbox ended before it began: {_tail(stderr)}") from error
    if ours.recv(5, socket.MSG_WAITALL) != b"hello":
        said = _tail(stderr)
        ours.close()
        raise SandboxError(
            f"The sandboxed shell did not start: {said}. If Python lies in a home folder that only its owner may enter, install it where everybody may read it."
        )
    return Started(process, ours, pidfd, pid, stderr)


def start_warm(place: Place) -> Warm:
    """Start a warm process from which sandboxes are forked; it is not ready yet.

    Raises:
        SandboxError: bubblewrap did not start it.
    """
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    stderr = tempfile.TemporaryFile()
    with contextlib.ExitStack() as stack:
        stack.callback(theirs.close)
        options: dict[str, Any] = {
            "stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": stderr, "start_new_session": True,
        }  # fmt: skip
        text = json.dumps({"control": theirs.fileno(), "filter": seccomp.program().hex()})
        process, _ = _start_wrapped(
            view.arguments(place, warm=True), "warm", text, theirs, options, stack, None
        )
    return Warm(process, ours, stderr)


def _python(inside: bool) -> list[str]:
    """Return the command that runs Python with what follows as a program, as it is called inside or here."""
    python = Path(shutil.which(sys.executable) or sys.executable).absolute()
    if inside and sys.prefix != sys.base_prefix:
        python = view.VENV / "bin" / python.name
    return [str(python), "-I", "-B", "-u", "-c"]


def _start_wrapped(
    wrap: Iterator[str],
    module: str,
    text: str,
    theirs: socket.socket,
    options: dict[str, Any],
    stack: contextlib.ExitStack,
    filter_program: bytes | None,
) -> tuple[subprocess.Popen[bytes], int]:
    # Arguments go through a file: /proc/1/cmdline inside would show the host's paths.
    arguments = stack.enter_context(tempfile.TemporaryFile())
    descriptors = [arguments.fileno(), theirs.fileno()]
    arguments.write(b"".join(each.encode() + b"\0" for each in wrap))
    if sys.prefix != sys.base_prefix:
        known = stack.enter_context(tempfile.TemporaryFile())
        known.write(view.environment_settings())
        known.seek(0)
        descriptors.append(known.fileno())
        neutral = ("--perms", "0644", "--ro-bind-data", str(known.fileno()), str(view.VENV / "pyvenv.cfg"))
        arguments.write(b"".join(each.encode() + b"\0" for each in neutral))
    arguments.seek(0)
    command = ["bwrap", "--args", str(arguments.fileno())]
    if filter_program is not None:
        filter_file = stack.enter_context(tempfile.TemporaryFile())
        filter_file.write(filter_program)
        filter_file.seek(0)
        command += ["--seccomp", str(filter_file.fileno())]
        descriptors.append(filter_file.fileno())
    info_read, info_write = os.pipe()
    stack.callback(os.close, info_read)
    command += [
        "--info-fd",
        str(info_write),
        "--",
        *_python(inside=True),
        _START.format(path="/agent", module=module),
        text,
    ]
    process = subprocess.Popen(
        command,
        pass_fds=[*descriptors, info_write],
        cwd="/",
        env={"PATH": os.environ.get("PATH", "")},
        **options,
    )
    os.close(info_write)
    info = b""
    while chunk := os.read(info_read, 4096):
        info += chunk
        if b"}" in info:
            break
    try:
        return process, int(json.loads(info)["child-pid"])
    except (ValueError, KeyError) as error:
        process.wait(10)
        raise SandboxError(
            f"bubblewrap did not start: {_tail(options['stderr'])}. {missing_reason()}"
        ) from error


def _start_unsafe(
    place: Place, taken: dict[str, Any] | None, theirs: socket.socket, options: dict[str, Any]
) -> tuple[subprocess.Popen[bytes], int]:
    values = {**settings(place, taken), "socket": theirs.fileno(), "uid": 0}
    del values["limits"]["RLIMIT_NPROC"]  # counts every process of this user
    home = tempfile.mkdtemp(prefix="autograder-unsafe-")
    environment = {
        "PATH": os.environ.get("PATH", ""), "HOME": home, "OMP_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": "",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline", "TQDM_DISABLE": "1", "PYTHONHASHSEED": "0",
    }  # fmt: skip
    if place.data is not None:
        environment["MNIST_ROOT"] = str(place.data)
    command = [
        *_python(inside=False),
        _START.format(path=str(view.INSIDE.parent), module="launch"),
        json.dumps(values),
    ]
    process = subprocess.Popen(command, pass_fds=(theirs.fileno(),), cwd=home, env=environment, **options)
    return process, process.pid


def _tail(stderr: IO[bytes] | None) -> str:
    if stderr is None:
        return "no message"
    stderr.seek(0)
    return stderr.read()[-2000:].decode(errors="replace").strip() or "no message"
