"""Read files from folders and zip archives that students packed: capped, plain files only, never outside their place."""

from __future__ import annotations

import errno
import lzma
import re
import shutil
import stat
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from autograder.errors import AutograderError

_MOST_MEMBERS = 5_000
_MOST_CLASS_MEMBERS = 200_000  # of a learning system's archive of a class of 1,000, whatever they handed in
_MOST_CLASS_BYTES = 32 << 30
_MOST_RATIO = 200  # unpacked bytes for one packed: a notebook full of pictures has about 2, of zeros 1,000
_HARMLESS = (
    64 << 20
)  # bytes that may be unpacked from anything: the same line printed a million times packs like zeros
_CHUNK = 1 << 20


class ArchiveError(AutograderError):
    """An archive is refused; the message is for the student as well."""


@dataclass(frozen=True)
class Member:
    """A plain file in a folder or archive. `path` uses `/` and never leaves the place."""

    path: str
    size: int


class Folder:
    """The plain files of a folder. With a prefix only those whose names begin with it; it is taken off.

    `refused` are files that stand for something that was not unpacked, with the reasons.
    """

    def __init__(
        self, root: Path, prefix: re.Pattern[str] | None = None, refused: Mapping[Path, str] | None = None
    ) -> None:
        self._paths: dict[str, Path] = {}
        self._refused = refused or {}
        if prefix is not None:
            begun = [(prefix.match(path.name), path) for path in sorted(root.iterdir())]
            paths = {path.name[found.end() :]: path for found, path in begun if found is not None}
        else:
            paths = {p.relative_to(root).as_posix(): p for p in sorted(root.rglob("*"))}
        for name, path in paths.items():
            inside = path.relative_to(root)
            linked = any((root / part).is_symlink() for part in (inside, *inside.parents) if part.parts)
            if path.is_file() and not linked and ".git" not in inside.parts:
                self._paths[name] = path
            if len(self._paths) > _MOST_MEMBERS:
                raise ArchiveError(f"There are more than {_MOST_MEMBERS:,} files in {root.name}.")

    def members(self) -> list[Member]:
        """Return the plain files; links are passed over."""
        return [Member(name, path.lstat().st_size) for name, path in self._paths.items()]

    def read(self, member: Member, most: int) -> bytes:
        with self.path(member).open("rb") as file:
            content = file.read(most + 1)
        if len(content) > most:
            raise ArchiveError(f"{member.path} is larger than {most >> 20} MiB.")
        return content

    def path(self, member: Member) -> Path:
        """Return where a file is.

        Raises:
            ArchiveError: It was refused when the class's archive was unpacked.
        """
        path = self._paths[member.path]
        if path in self._refused:
            raise ArchiveError(self._refused[path])
        return path


class Archive:
    """The plain files of a zip archive.

    Raises:
        ArchiveError: It is no zip archive, holds names that lead out of it, links, encrypted files, too many files, or a bomb.
    """

    def __init__(self, path: Path, most_members: int = _MOST_MEMBERS) -> None:
        self.path = path
        try:
            self._zip = zipfile.ZipFile(path)
            infos = self._zip.infolist()
        except (OSError, zipfile.BadZipFile, ValueError, NotImplementedError) as error:
            raise ArchiveError(f"{path.name} is no zip archive that can be read ({error}).") from error
        if len(infos) > most_members:
            raise ArchiveError(f"{path.name} holds {len(infos):,} files; at most {most_members:,} are read.")
        self._infos = {_checked(info, path.name): info for info in infos if not info.is_dir()}

    def members(self) -> list[Member]:
        return [Member(name, info.file_size) for name, info in sorted(self._infos.items())]

    def read(self, member: Member, most: int) -> bytes:
        """Return a file's content, whatever size the archive says that it has.

        Raises:
            ArchiveError: It is larger than `most` bytes, damaged, or packed so hard that it must be a bomb.
        """
        return b"".join(self._chunks(member, most))

    def copy(self, member: Member, most: int, target: Path) -> int:
        """Write a file's content to a new file and return its size. What is refused in the middle leaves an empty one.

        Raises:
            ArchiveError: As for `read`.
        """
        with target.open("wb") as file:
            try:
                return sum(file.write(chunk) for chunk in self._chunks(member, most))
            except ArchiveError:
                file.truncate(0)
                raise

    def _chunks(self, member: Member, most: int) -> Iterator[bytes]:
        info = self._infos[member.path]
        size = 0
        try:
            with self._zip.open(info) as file:
                while chunk := file.read(_CHUNK):
                    size += len(chunk)
                    if size > most:
                        raise ArchiveError(f"{member.path} is larger than {most >> 20} MiB.")
                    if size > _HARMLESS and size > _MOST_RATIO * max(1, info.compress_size):
                        raise ArchiveError(f"{member.path} unpacks to far more than it is: a zip bomb.")
                    yield chunk
        except (
            OSError,
            zipfile.BadZipFile,
            RuntimeError,
            NotImplementedError,
            EOFError,
            ValueError,
            zlib.error,
            lzma.LZMAError,
        ) as error:
            raise ArchiveError(f"{member.path} in {self.path.name} is damaged ({error}).") from error


def unpack_class(
    path: Path, target: Path, most_file: int, most_total: int = _MOST_CLASS_BYTES
) -> dict[Path, str]:
    """Unpack a learning system's download of a whole class (notebooks and students' archives only) into a folder.

    Returns:
        The files that are refused, each one student's, with the reasons; an empty file stands for each.

    Raises:
        ArchiveError: The archive is refused, as a whole: it comes from the learning system.
    """
    archive = Archive(path, _MOST_CLASS_MEMBERS)
    shutil.rmtree(target, ignore_errors=True)
    refused: dict[Path, str] = {}
    total = 0
    for member in archive.members():
        if not member.path.lower().endswith((".ipynb", ".zip")):
            continue
        place = target / member.path
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            total += archive.copy(member, most_file, place)
        except ArchiveError as error:
            refused[place.absolute()] = str(error)
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise
            refused[place.absolute()] = f"{member.path[:100]} cannot be written here ({error.strerror})."
        if total > most_total:
            raise ArchiveError(f"{path.name} unpacks to more than {most_total >> 30} GiB.")
    return refused


def _in_utf8(info: zipfile.ZipInfo) -> str:
    """Return a stored name; macOS and others write UTF-8 without saying so, and zipfile takes it for cp437."""
    if info.flag_bits & 0x800:
        return info.orig_filename
    try:
        return info.orig_filename.encode("cp437").decode()
    except UnicodeError:
        return info.orig_filename


def _checked(info: zipfile.ZipInfo, archive: str) -> str:
    # `orig_filename` is the name as stored: zipfile cuts it at a zero byte and turns the system's separators.
    stored = _in_utf8(info)
    name = stored.replace("\\", "/")
    parts = PurePosixPath(name).parts
    if not parts or name.startswith("/") or ".." in parts or "\0" in name or re.match(r"[A-Za-z]:", name):
        raise ArchiveError(
            f"{archive} holds a file whose name leads out of it ({stored[:80]!r}). It is refused."
        )
    mode = info.external_attr >> 16
    if mode and stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        raise ArchiveError(f"{archive} holds a link or a device ({stored[:80]!r}). It is refused.")
    if info.flag_bits & 1:
        raise ArchiveError(f"{archive} is encrypted. Pack it without a password.")
    return str(PurePosixPath(name))
