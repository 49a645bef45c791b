"""Run a command as an ordinary user, without touching the permissions of this machine's folders."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests.conftest import ROOT

_USER = 65534  # nobody


def run_as_ordinary_user(*command: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a new folder, as nobody if this is root. Skips the test where root may not mount.

    Python often lies in a home folder that is root's alone: there, in mounts of the command's own, an empty folder takes its place
    in which nothing is but what the command needs.
    """
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        environment = {"HOME": folder, "PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
        if os.geteuid() == 0:
            if subprocess.run(["unshare", "--mount", "true"], capture_output=True, check=False).returncode:
                pytest.skip("root may not mount here")
            os.chown(home, _USER, _USER)
            command = ("unshare", "--mount", "sh", "-c", _script(command, home))
        return subprocess.run(command, cwd=home, env=environment, capture_output=True, text=True, check=False)


def _script(command: tuple[str, ...], home: Path) -> str:
    """Return what a shell of root's has to do, in mounts of its own, to run a command as nobody."""
    lines = ["set -e", "mount --make-rprivate /"]
    closed: dict[Path, list[Path]] = {}  # a folder that not everybody may pass: what is needed below
    for path in dict.fromkeys(Path(each).resolve() for each in (sys.base_prefix, sys.prefix, ROOT)):
        above = [each for each in reversed(path.parents) if not each.stat().st_mode & 1]
        if above:
            closed.setdefault(above[0], []).append(path)
    for folder, paths in closed.items():
        held = [
            (shlex.quote(str(home / f"{folder.name}-{i}")), shlex.quote(str(path)))
            for i, path in enumerate(paths)
        ]
        lines += [f"mkdir {at} && mount --bind {path} {at}" for at, path in held]
        lines.append(f"mount -t tmpfs -o mode=755 tmpfs {shlex.quote(str(folder))}")
        lines += [f"mkdir -p {path} && mount --move {at} {path}" for at, path in held]
    user = f"setpriv --reuid {_USER} --regid {_USER} --clear-groups --inh-caps=-all --bounding-set=-all"
    return "\n".join([*lines, f"exec {user} {shlex.join(command)}"])
