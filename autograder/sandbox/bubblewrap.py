"""Start a process under bubblewrap: what it may see, and nothing else."""

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
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from autograder.course.model import Limits
from autograder.errors import SandboxError
from autograder.sandbox import seccomp
from autograder.sandbox.forking import Warm

_INSIDE = Path(__file__).parent / "inside"
_PACKAGE = Path(__file__).parents[1]
_MIB = 1 << 20
_INODES = 20_000  # in each folder in memory; the kernel's own memory for them is not summed up
_FIRST_UID = 1_879_048_192  # far above every uid that a distribution or systemd hands out
_counter = itertools.count()
VENV = Path("/venv")
HOME = "/student"  # not below /home: Python may lie there

INSTALL = "Install bubblewrap (Debian, Ubuntu: `sudo apt-get install bubblewrap`; Fedora: `sudo dnf install bubblewrap`)."


@dataclass(frozen=True)
class Place:
    """Where and under which limits a sandbox runs. `data` is the root of the data set, or None."""

    limits: Limits
    data: Path | None = None
    unsafe: bool = False

    @property
    def name(self) -> str:
        return sandbox_name(self.unsafe)


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
        ["bwrap", *_namespaces(), "--ro-bind", "/", "/", "--proc", "/proc", "--dev", "/dev", "true"],
        capture_output=True, text=True, timeout=20, check=False,
    )  # fmt: skip
    if tried.returncode == 0:
        return ""
    said = tried.stderr.strip().splitlines()[-1:] or ["no message"]
    return f"bubblewrap cannot make its namespaces here ({said[0]}). In a container, allow user namespaces or grade in a virtual machine; on Ubuntu 24.04, install the AppArmor profile `bwrap-userns-restrict` (package apparmor-profiles)."


def _namespaces() -> list[str]:
    # As root no user namespace is made: the launcher becomes a user of its own instead, which makes process limits count.
    own = [] if os.getuid() == 0 else ["--unshare-user", "--uid", "65534", "--gid", "65534"]
    return [*own, "--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try"]


def _python_folders() -> dict[Path, Path]:
    """Return the folders that hold Python and the libraries, and where they lie inside.

    A virtual environment lies at `/venv`: its own place may be below a private folder such as `/tmp`, and tells a name.

    Raises:
        SandboxError: Python itself lies below `/tmp`.
    """
    plain = [Path("/usr"), Path(sys.base_prefix).resolve()]
    folders = {f: f for i, f in enumerate(plain) if not any(f.is_relative_to(other) for other in plain[:i])}
    if any(folder.is_relative_to("/tmp") for folder in folders):
        raise SandboxError(
            f"Python lies in {sys.base_prefix}, below /tmp. Install it elsewhere: a sandbox has a /tmp of its own."
        )
    if sys.prefix != sys.base_prefix:
        folders[Path(sys.prefix).resolve()] = VENV
    return folders


def _hidden(taken: dict[str, Any] | None) -> list[str]:
    """Return the folders inside of packages that a student's code is not to find: none of PyTorch's, which imports them itself."""
    if taken is None:
        return []
    ways = [Path(*name.split(".")) for name in taken["packages"] if not name.startswith("torch.")]
    found = []
    for folder, inside in _python_folders().items():
        homes = [*folder.glob("lib*/python3*/*-packages"), *folder.glob("local/lib*/python3*/*-packages")]
        found += [
            inside / home.relative_to(folder) / way for home in homes for way in ways if (home / way).is_dir()
        ]
    return sorted({str(path) for path in found})


def _arguments(place: Place, warm: bool = False, hidden: Iterable[str] = ()) -> Iterator[str]:
    """Yield bubblewrap's arguments. A warm process keeps the right to make namespaces for its forks, which lose it."""
    limits = place.limits
    yield from _namespaces()
    if (
        os.getuid() == 0
    ):  # all given up before anything runs; another user may ask a setuid bubblewrap for none
        kept = ("CAP_SETUID", "CAP_SETGID", "CAP_SETPCAP", "CAP_CHOWN", *(["CAP_SYS_ADMIN"] if warm else []))
        for capability in kept:
            yield from ("--cap-add", capability)
    yield from ("--die-with-parent", "--new-session", "--as-pid-1", "--hostname", "sandbox", "--clearenv")
    environment = {
        "PATH": "/usr/bin:/bin", "HOME": HOME, "LANG": "C.UTF-8", "USER": "student", "TMPDIR": "/tmp",
        "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "PYTHONHASHSEED": "0",
        "CUDA_VISIBLE_DEVICES": "", "MPLBACKEND": "module://matplotlib_inline.backend_inline", "MPLCONFIGDIR": "/tmp/matplotlib",
        "MNIST_ROOT": "/data", "IPYTHONDIR": "/tmp/ipython", "TQDM_DISABLE": "1",
    }  # fmt: skip
    for name, value in environment.items():
        yield from ("--setenv", name, value)
    folders = _python_folders()
    # bubblewrap would make the folders on the way for their owner only.
    ways = {
        way
        for path in (*folders.values(), Path("/agent/inside"), Path("/data/MNIST/raw"), Path("/etc/x"))
        for way in path.parents
    }
    for way in sorted(ways - {Path("/")}):
        if not any(way.is_relative_to(folder) for folder in folders.values()):
            yield from ("--perms", "0755", "--dir", str(way))
    for folder, inside in folders.items():
        yield from ("--ro-bind", str(folder), str(inside))
    if VENV in folders.values():
        yield from _nameless(Path(sys.prefix).resolve())
    for link in ("lib", "lib64", "bin", "sbin"):
        if Path("/", link).is_symlink():
            yield from ("--symlink", f"usr/{link}", f"/{link}")
        elif Path("/", link).is_dir():
            yield from ("--ro-bind", f"/{link}", f"/{link}")
    for file in ("/etc/ld.so.cache", "/etc/localtime"):
        yield from ("--ro-bind-try", file, file)
    for folder, inside in folders.items():
        if _PACKAGE.is_relative_to(folder):
            yield from (
                "--tmpfs",
                str(inside / _PACKAGE.relative_to(folder)),
            )  # installed beside the libraries: hidden
    for path in hidden:
        yield from ("--tmpfs", path, "--remount-ro", path)
    yield from ("--ro-bind", str(_INSIDE), "/agent/inside")
    for lab in sorted(_PACKAGE.glob("graders/*/inside")):
        yield from ("--ro-bind", str(lab), f"/agent/labs/{lab.parent.name}")
    yield from ("--proc", "/proc", "--dev", "/dev")
    for private in ("/dev/shm", "/tmp", HOME):
        yield from ("--perms", "0700", "--size", str(limits.tmp * _MIB), "--tmpfs", private)
    if place.data is not None:
        yield from ("--ro-bind", str(place.data / "MNIST" / "raw"), "/data/MNIST/raw")
        yield from ("--symlink", "/data", f"{HOME}/data")
    yield from ("--remount-ro", "/dev", "--remount-ro", "/", "--chdir", "/")


def _nameless(environment: Path) -> Iterator[str]:
    """Yield what takes out of a virtual environment inside whatever names its place, or this package's, on the host."""
    yield from ("--tmpfs", str(VENV / "bin"))  # scripts name their interpreter
    for python in sorted((environment / "bin").glob("python*")):
        inside = str(VENV / "bin" / python.name)
        yield from (
            ("--symlink", os.readlink(python), inside)
            if python.is_symlink()
            else ("--ro-bind", str(python), inside)
        )
    yield from ("--remount-ro", str(VENV / "bin"))
    for libraries in sorted((environment / "lib").glob("python*/site-packages")):
        for pattern in (
            "__editable__*",
            "__pycache__/__editable__*",
            "*.egg-link",
            "*.dist-info/direct_url.json",
            "*.pth",
        ):
            for file in sorted(libraries.glob(pattern)):
                named = file.suffix != ".pth" or str(_PACKAGE.parent) in file.read_text(errors="replace")
                if named or file.name.startswith("__editable__"):
                    yield from ("--ro-bind", os.devnull, str(VENV / file.relative_to(environment)))


def _environment_settings() -> bytes:
    """Return the environment's `pyvenv.cfg` with what Python needs, and not the command that made it."""
    kept = ("home", "include-system-site-packages", "version", "version_info", "implementation")
    lines = (Path(sys.prefix) / "pyvenv.cfg").read_text(errors="replace").splitlines()
    return "".join(f"{line}\n" for line in lines if line.partition("=")[0].strip().lower() in kept).encode()


def settings(place: Place, taken: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return what the launcher inside needs: limits, a user id that no other sandbox has, and what is taken away there."""
    limits = place.limits
    bare = {} if taken is None else {
        "taken": taken, "hidden": _hidden(taken), "no_programs": "" if place.unsafe else seccomp.no_programs().hex(),
    }  # fmt: skip
    return {
        **bare,
        "uid": _FIRST_UID + (os.getpid() * 4096 + next(_counter)) % 200_000_000,
        "verbose": bool(os.environ.get("AUTOGRADER_SANDBOX_VERBOSE")),
        "tmp": limits.tmp * _MIB,
        "inodes": _INODES,
        "limits": {
            "RLIMIT_DATA": limits.memory * _MIB,
            "RLIMIT_NPROC": limits.processes,
            "RLIMIT_NOFILE": limits.open_files,
            "RLIMIT_FSIZE": limits.tmp * _MIB,
            "RLIMIT_CORE": 0,
            "RLIMIT_CPU": int(limits.notebook * 2),
        },
    }


_START = "import sys; sys.path.insert(0, {path!r}); from inside import {module} as m, shell; sys.path.pop(0); m.main()"


def sandbox_name(unsafe: bool) -> str:
    """Return what a scorecard calls the sandbox."""
    return "none (--unsafe-no-sandbox)" if unsafe else "bubblewrap"


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
                _arguments(place, hidden=_hidden(taken)),
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
        process, _ = _start_wrapped(_arguments(place, warm=True), "warm", text, theirs, options, stack, None)
    return Warm(process, ours, stderr)


def _python(inside: bool) -> list[str]:
    """Return the command that runs Python with what follows as a program, as it is called inside or here."""
    python = Path(shutil.which(sys.executable) or sys.executable).absolute()
    if inside and sys.prefix != sys.base_prefix:
        python = VENV / "bin" / python.name
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
        known.write(_environment_settings())
        known.seek(0)
        descriptors.append(known.fileno())
        neutral = ("--perms", "0644", "--ro-bind-data", str(known.fileno()), str(VENV / "pyvenv.cfg"))
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
        _START.format(path=str(_INSIDE.parent), module="launch"),
        json.dumps(values),
    ]
    process = subprocess.Popen(command, pass_fds=(theirs.fileno(),), cwd=home, env=environment, **options)
    return process, process.pid


def _tail(stderr: IO[bytes] | None) -> str:
    if stderr is None:
        return "no message"
    stderr.seek(0)
    return stderr.read()[-2000:].decode(errors="replace").strip() or "no message"
