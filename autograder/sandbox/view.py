"""What a process under bubblewrap sees, and nothing else: the arguments that make its view of the machine."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.course.model import Limits
from autograder.errors import SandboxError

INSIDE = Path(__file__).parent / "inside"
_PACKAGE = Path(__file__).parents[1]
MIB = 1 << 20
VENV = Path("/venv")
HOME = "/student"  # not below /home: Python may lie there
_WARM_TMP = 64  # MiB in each private folder of a warm process, for what libraries keep there; every fork covers them with its own


@dataclass(frozen=True)
class Place:
    """Where and under which limits a sandbox runs. `data` is the root of the data set, or None."""

    limits: Limits
    data: Path | None = None
    unsafe: bool = False

    @property
    def name(self) -> str:
        return sandbox_name(self.unsafe)


def sandbox_name(unsafe: bool) -> str:
    """Return what a scorecard calls the sandbox."""
    return "none (--unsafe-no-sandbox)" if unsafe else "bubblewrap"


def namespaces() -> list[str]:
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


def hidden(taken: dict[str, Any] | None) -> list[str]:
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


def arguments(place: Place, warm: bool = False, hidden: Iterable[str] = ()) -> Iterator[str]:
    """Yield bubblewrap's arguments. A warm process keeps the right to make namespaces for its forks, which lose it."""
    yield from namespaces()
    if os.getuid() == 0:
        # All given up before anything runs; another user may ask a setuid bubblewrap for none.
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
            # Installed beside the libraries.
            yield from ("--tmpfs", str(inside / _PACKAGE.relative_to(folder)))
    for path in hidden:
        yield from ("--tmpfs", path, "--remount-ro", path)
    yield from ("--ro-bind", str(INSIDE), "/agent/inside")
    for lab in sorted(_PACKAGE.glob("graders/*/inside")):
        yield from ("--ro-bind", str(lab), f"/agent/labs/{lab.parent.name}")
    yield from ("--proc", "/proc", "--dev", "/dev")
    size = (_WARM_TMP if warm else place.limits.tmp) * MIB
    for private in ("/dev/shm", "/tmp", HOME):
        yield from ("--perms", "0700", "--size", str(size), "--tmpfs", private)
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


def environment_settings() -> bytes:
    """Return the environment's `pyvenv.cfg` with what Python needs, and not the command that made it."""
    kept = ("home", "include-system-site-packages", "version", "version_info", "implementation")
    lines = (Path(sys.prefix) / "pyvenv.cfg").read_text(errors="replace").splitlines()
    return "".join(f"{line}\n" for line in lines if line.partition("=")[0].strip().lower() in kept).encode()
