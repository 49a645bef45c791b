"""Run git so that nothing in a student's repository can run a command: no hooks, no foreign configuration, no prompts."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from autograder.errors import AutograderError

# A configuration of a student's own is never read by our commands: they run in our own bare repositories. Only
# `git upload-pack`, which lists a clone's branches, reads the clone's configuration; it runs nothing from there, and these
# settings (its own command line is the one place that outranks a repository's configuration) say so again.
_QUIET = (
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "core.attributesFile=/dev/null",
    "core.alternateRefsCommand=true",
    "credential.interactive=false",
    "gc.auto=0",
    "maintenance.auto=false",
    "protocol.allow=never",
    "submodule.recurse=false",
    "fetch.recurseSubmodules=false",
    "push.recurseSubmodules=no",
    "push.gpgSign=false",
    "commit.gpgSign=false",
)
_SERVER = "-c core.hooksPath=/dev/null -c core.fsmonitor=false -c core.alternateRefsCommand=true -c safe.directory=*"
UPLOAD_PACK = f"git {_SERVER} upload-pack"
RECEIVE_PACK = f"git {_SERVER} receive-pack"
_ADDRESS = re.compile(
    r"https://[\w.~%:@-]+/[\w.~%/-]+|ssh://[\w.~@][\w.~:@-]*/[\w.~%/-]+|[\w.~][\w.~-]*@[\w.][\w.-]*:[\w.~%/-]+", re.ASCII
)  # fmt: skip
_LIMITED = (
    'ulimit -v 4194304 2>/dev/null; ulimit -c 0 2>/dev/null; exec "$@"'  # 4 GiB of memory, no core file
)
# What the instructor's own access to a server needs.
_OWN = (
    "XDG_CONFIG_HOME", "XDG_RUNTIME_DIR", "SSH_AUTH_SOCK", "GIT_CONFIG_GLOBAL", "GIT_SSH_COMMAND", "GH_TOKEN", "GITHUB_TOKEN",
    "GH_HOST", "GH_CONFIG_DIR", "http_proxy", "https_proxy", "HTTPS_PROXY", "no_proxy", "NO_PROXY", "SSL_CERT_FILE",
)  # fmt: skip
_OUTPUT = 256 << 20
_SAID = 100_000  # bytes of a message


class GitError(AutograderError):
    """A git command failed; the message is for the instructor."""


@dataclass(frozen=True)
class Git:
    """One bare repository of ours, in which every command runs.

    Attributes:
        folder: The repository.
        objects: The object folder of a student's clone, to be read beside our own objects.
        network: Let the instructor's own settings and credentials count, for commands that talk to a server.
        local: Let addresses be folders of this machine as well.
    """

    folder: Path
    objects: Path | None = None
    network: bool = False
    local: bool = False

    def run(self, *arguments: str, data: bytes = b"", seconds: float = 120) -> bytes:
        """Return a git command's standard output.

        Raises:
            GitError: It failed, took too long, or wrote too much.
        """
        done = self.attempt(*arguments, data=data, seconds=seconds)
        if done.returncode:
            said = done.stderr.decode(errors="replace").strip().splitlines()
            raise GitError(
                f"`git {arguments[0]}` failed: {without_credentials(' '.join(said[-3:]))[:400] or done.returncode}"
            )
        return done.stdout

    def text(self, *arguments: str, data: bytes = b"") -> str:
        return self.run(*arguments, data=data).decode(errors="replace").strip()

    def attempt(
        self, *arguments: str, data: bytes = b"", seconds: float = 120
    ) -> subprocess.CompletedProcess[bytes]:
        """Run a git command and return how it ended.

        Raises:
            GitError: It took too long, or wrote too much: then it is stopped at once.
        """
        with tempfile.TemporaryFile() as said:
            process = self.start(*arguments, stderr=said)
            clock = threading.Timer(seconds, _end, (process.pid,))
            feeder = threading.Thread(target=_feed, args=(process, data), daemon=True)
            begin = time.monotonic()
            try:
                clock.start()
                feeder.start()
                assert process.stdout is not None
                out = process.stdout.read(_OUTPUT + 1)
                if len(out) > _OUTPUT:
                    raise GitError(f"`git {arguments[0]}` wrote more than {_OUTPUT >> 20} MiB.")
                process.wait()
            finally:
                clock.cancel()
                kill(process)
                feeder.join()
                stop(process)
            if time.monotonic() - begin >= seconds:
                raise GitError(f"`git {arguments[0]}` took more than {seconds:.0f} s and was stopped.")
            said.seek(max(0, said.seek(0, os.SEEK_END) - _SAID))
            return subprocess.CompletedProcess(arguments, process.returncode, out, said.read())

    def start(self, *arguments: str, stderr: IO[bytes] | None = None) -> subprocess.Popen[bytes]:
        """Start a git command in a process group of its own. What it says goes into a file, or nowhere: an unread pipe fills."""
        settings = (
            [*_QUIET, "protocol.https.allow=always", "protocol.ssh.allow=always"]
            if self.network
            else [*_QUIET]
        )
        if self.local or not self.network:
            settings.append("protocol.file.allow=always")
        command = ["/bin/sh", "-c", _LIMITED, "sh", git(), "--no-optional-locks", "--no-replace-objects"]
        for setting in settings:
            command += ["-c", setting]
        return subprocess.Popen(
            [*command, *arguments], cwd=self.folder, env=self._environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL if stderr is None else stderr, start_new_session=True,
        )  # fmt: skip

    def _environment(self) -> dict[str, str]:
        kept = ("PATH", "HOME", "LANG", "TMPDIR", *(_OWN if self.network else ()))
        environment = {name: os.environ[name] for name in kept if name in os.environ}
        environment |= {
            "GIT_DIR": str(self.folder), "GIT_TERMINAL_PROMPT": "0", "GIT_ASKPASS": "true", "SSH_ASKPASS": "true",
            "GIT_NO_LAZY_FETCH": "1", "GIT_NO_REPLACE_OBJECTS": "1", "GIT_CONFIG_NOSYSTEM": "1", "GIT_ATTR_NOSYSTEM": "1",
            "GIT_PAGER": "cat", "GIT_EDITOR": "false", "LC_ALL": "C.UTF-8",
        }  # fmt: skip
        if self.network:
            del environment["GIT_CONFIG_NOSYSTEM"]
            environment.setdefault("GIT_SSH_COMMAND", "ssh -o BatchMode=yes")
        else:
            environment["GIT_CONFIG_GLOBAL"] = "/dev/null"
        if self.objects is not None:
            quoted = str(self.objects).replace("\\", "\\\\").replace('"', '\\"')
            environment["GIT_ALTERNATE_OBJECT_DIRECTORIES"] = f'"{quoted}"'
        return environment


def _feed(process: subprocess.Popen[bytes], data: bytes) -> None:
    assert process.stdin is not None
    with suppress(BrokenPipeError, ValueError):
        process.stdin.write(data)
    with suppress(BrokenPipeError, ValueError):
        process.stdin.close()


def _end(group: int) -> None:
    """End a process group: its first process may be gone, and another hold the pipe that is read."""
    with suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)


def kill(process: subprocess.Popen[bytes]) -> None:
    """End a command and whatever it started, unless it has ended."""
    if process.poll() is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a command and close what leads to it."""
    kill(process)
    for stream in (process.stdin, process.stdout):
        if stream is not None and not stream.closed:
            with suppress(BrokenPipeError):
                stream.close()
    process.wait()


def git() -> str:
    """Return the path of git.

    Raises:
        GitError: It is not installed.
    """
    path = shutil.which("git")
    if path is None:
        raise GitError("git is not installed. On Debian and Ubuntu: `apt-get install git`.")
    return path


def own_repository(folder: Path) -> Git:
    """Return a bare repository of ours, made on first use."""
    if not (folder / "HEAD").is_file():
        folder.mkdir(parents=True, exist_ok=True)
        Git(folder).run("init", "--quiet", "--bare", "--template=", "--object-format=sha1", str(folder))
    return Git(folder)


def checked_address(address: str, local: bool) -> str:
    """Return an address that may be given to git.

    Raises:
        GitError: It is no https or ssh address, nor (if allowed) a folder. git would run commands for some others.
    """
    if local and address.startswith("/") and "\n" not in address:
        return address
    if not _ADDRESS.fullmatch(address):
        more = " Folders of this machine count only with --local-remotes." if address.startswith("/") else ""
        raise GitError(
            f"{without_credentials(address)[:200]!r} is no https or ssh address of a repository.{more}"
        )
    return address


def without_credentials(text: str) -> str:
    """Return text in which no address shows a user name, password or token."""
    return re.sub(r"(https?://)[^/\s]*@", r"\1", text)
