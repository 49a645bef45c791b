"""Files: reading what a stranger put there, and locks between commands."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from autograder.errors import CourseError


class NotPlainError(OSError):
    """The path is no plain file: a link, a folder, a pipe, a device."""


class TooLargeError(OSError):
    """The file has more bytes than are read."""

    def __init__(self, size: int) -> None:
        super().__init__(f"{size} bytes")
        self.size = size


def read_plain(path: Path, most: int) -> bytes:
    """Return the content of a plain file of at most `most` bytes.

    The file is opened once, no link is followed, and a pipe that nobody writes to does not hold us up; what is put in
    the file's place meanwhile is not read.

    Raises:
        OSError: It cannot be read; NotPlainError or TooLargeError where that is the reason.
    """
    flags = os.O_RDONLY | os.O_CLOEXEC | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        descriptor = os.open(path, flags)
    except OSError as error:
        if path.is_symlink() or path.is_socket():
            raise NotPlainError(f"{path.name} is not a plain file") from error
        raise
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise NotPlainError(f"{path.name} is not a plain file")
        chunks, left = [], most + 1
        while status.st_size <= most and left > 0 and (chunk := os.read(descriptor, min(left, 1 << 20))):
            chunks.append(chunk)
            left -= len(chunk)
    finally:
        os.close(descriptor)
    if status.st_size > most or left <= 0:
        raise TooLargeError(max(status.st_size, most + 1))
    return b"".join(chunks)


def write_text(path: Path, text: str) -> None:
    """Write a file so that a kill leaves the old one or the new one. Line ends stay as they are.

    Raises:
        OSError: It cannot be written; a folder stands there, say.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        partial.write_text(text, encoding="utf-8", newline="")
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)


def folder_digest(folder: Path) -> str:
    """Return a digest of a folder's files and their names; links and folders count by their names only."""
    return joined_digest(
        (path.name, _file_digest(path) if path.is_file() and not path.is_symlink() else b"")
        for path in sorted(folder.iterdir(), key=lambda path: path.name)
    )


def joined_digest(files: Iterable[tuple[str, bytes]]) -> str:
    """Return a digest of names and digests."""
    known = hashlib.sha256()
    for name, content in files:
        known.update(os.fsencode(name) + b"\0" + content)
    return known.hexdigest()


def _file_digest(path: Path) -> bytes:
    with path.open("rb") as file:  # not read as a whole: in an exchange may lie anything
        return hashlib.file_digest(file, "sha256").digest()


@contextlib.contextmanager
def locked(path: Path, refusal: str, shared: bool = False) -> Iterator[None]:
    """Hold a lock on a file, which ends with this process, however that ends.

    Raises:
        CourseError: Another command holds it in a way that excludes this one; `refusal` says so.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        try:
            fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CourseError(refusal) from None
        yield


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Wait until no other process is in here for the same folder, then keep the others out."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
