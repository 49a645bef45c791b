"""Find what was handed in, in a folder of any known layout: clones, folders and archives, and the exports beside them."""

from __future__ import annotations

import configparser
import json
import os
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from autograder.errors import AutograderError
from autograder.repos.downloads import Reading, only_text, read_flat, read_folder
from autograder.repos.git import without_credentials
from autograder.repos.names import key
from autograder.repos.objects import object_folder

_DEPTH = 3
_ACCEPTED = "accepted-assignments.json"
_MOST_CONFIG = 1 << 20
_EXPORT = re.compile(r"classroom-(export-.*|\d+)|assignment-\d+")
_PACKED = (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz", ".rar", ".7z", ".gz")

Owned = Callable[[str, bool], bool]  # is a folder named like a student; may the name's end say so

Kind = Literal["clone", "folder", "zip"]


@dataclass(frozen=True)
class Found:
    """One submission as it lies there.

    Attributes:
        name: The repository's name, or that of the folder or archive.
        path: Where it is.
        kind: A clone (or bare repository), a folder, a zip archive.
        address: Where a clone came from, as its configuration says; empty where it says nothing.
        slug: What the names of its neighbours begin with, where the layout says so.
        prefix: What the names of one student's files begin with, where all students' files lie in one folder.
        readings: Whose it is in a learning system's words.
        also: Other names by which it may be known: of the folder that it lies in, of the archive in it.
        late: Canvas marks it as late.
    """

    name: str
    path: Path
    kind: Kind
    address: str = ""
    slug: str = ""
    prefix: re.Pattern[str] | None = None
    readings: tuple[Reading, ...] = ()
    also: tuple[str, ...] = ()
    late: bool = False

    @property
    def names(self) -> list[str]:
        """The names under which it may be known, the folder's own first, the one that its address ends in last."""
        last = re.split(r"[/:]", self.address.rstrip("/"))[-1].removesuffix(".git") if self.address else ""
        return list(dict.fromkeys(name for name in (self.name, *self.also, last) if name))

    @property
    def keys(self) -> list[str]:
        """The names in lower case and composed, as lists of pushes, manifests and exports are looked up."""
        return [key(name) for name in self.names]


@dataclass(frozen=True)
class Accepted:
    """What an export of GitHub Classroom says of one repository: who its students are, by numeric id and by name."""

    ids: tuple[str, ...]
    logins: tuple[str, ...]
    address: str = ""
    branch: str = ""


@dataclass
class Listing:
    """All that was found in a folder."""

    found: list[Found] = field(default_factory=list)
    accepted: dict[str, Accepted] = field(default_factory=dict)  # by the repository's name in lower case
    passed_over: list[str] = field(
        default_factory=list
    )  # notebooks and archives that are in nobody's folder, or not read


def look(folder: Path, owned: Owned = lambda name, ending: False) -> Listing:
    """Return what lies in a folder.

    Known are clones side by side, `gh classroom clone student-repos` (`<slug>-submissions/<repository>`), exports of GitHub Classroom
    (`classroom-export-…`, clones anywhere beside it), bare repositories, and what learning systems give: a folder or an
    archive for each student. What lies in a student's folder is that student's, whatever it is called.

    Args:
        owned: Says whether a folder is a student's by its name.

    Raises:
        AutograderError: There is no such folder, or nothing in it.
    """
    if not folder.is_dir():
        raise AutograderError(
            f"{folder} is not a folder. Name the folder that holds the repositories with --from."
        )
    listing = Listing()
    _walk(folder.absolute(), listing, owned, _DEPTH, ours=True)
    listing.found = _told_apart(listing.found)
    if not listing.found:
        loose = f" (There are {', '.join(listing.passed_over[:5])}.)" if listing.passed_over else ""
        raise AutograderError(
            f"There is no clone, no folder with notebooks and no zip archive in {folder}.{loose}"
        )
    return listing


def _walk(folder: Path, listing: Listing, owned: Owned, depth: int, ours: bool) -> None:
    """Look into a folder; `ours` says that its files come from the classroom or the learning system, not from a student."""
    slug = folder.name.removesuffix("-submissions") if folder.name.endswith("-submissions") else ""
    flat = _flat(folder) if ours else []
    listing.found += flat
    for path in sorted(folder.iterdir()):
        if path.is_symlink():
            continue
        if path.is_file():
            if ours and path.name == _ACCEPTED:
                listing.accepted |= _accepted(path)
            elif any(each.prefix is not None and each.prefix.match(path.name) for each in flat):
                continue
            elif path.suffix.lower() == ".zip":
                listing.found.append(
                    Found(path.stem, path, "zip", slug=slug, readings=read_folder(path.stem))
                )
            elif path.name.lower().endswith((".ipynb", *_PACKED)):
                listing.passed_over.append(printable(path.name))
        elif path.is_dir() and path.name != ".git":
            readings = read_folder(path.name)
            if readings or _leaf(path, owned):
                if any(inside.is_file() for inside in path.rglob("*")) and not only_text(path):
                    listing.found.append(Found(path.name, path, "folder", slug=slug, readings=readings))
            elif object_folder(path) is not None or _claims(path):
                name = path.name.removesuffix(".git")
                listing.found.append(Found(name, path, "clone", origin(path), slug))
            elif next(_notebooks(path), None) is not None:
                listing.found.append(Found(path.name, path, "folder", slug=slug))
            elif (only := _only_archive(path)) is not None:
                listing.found.append(Found(path.name, path, "folder", slug=slug, also=(only.stem,)))
            elif depth > 0:
                before = len(listing.found)
                below = ours and _EXPORT.fullmatch(path.name) is not None
                _walk(path, listing, owned, depth - 1, below)
                deeper = len(listing.found) > before or (below and (path / _ACCEPTED).exists())
                if not deeper and next((p for p in path.rglob("*.ipynb") if p.is_file()), None) is not None:
                    listing.found.append(Found(path.name, path, "folder", slug=slug))


def _leaf(folder: Path, owned: Owned) -> bool:
    """Say whether all in a folder is one student's: what lies deeper says nothing about whose it is."""
    if _claims(folder) or object_folder(folder) is not None:
        return False
    if owned(folder.name, False):
        return True
    # `section-li` may be Li's, or a section's: that one holds clones.
    return owned(folder.name, True) and not any(
        object_folder(path) is not None or _claims(path) for path in folder.iterdir() if path.is_dir()
    )


def _claims(folder: Path) -> bool:
    """Say whether a folder calls itself a clone; one that is not whole is refused, its files are not taken unseen."""
    return (folder / ".git").exists() or (folder / ".git").is_symlink()


def _only_archive(folder: Path) -> Path | None:
    """Return the one archive that a student's folder holds, if it holds nothing else to be taken."""
    inside = [path for path in folder.iterdir() if not path.name.startswith(".") and not path.is_symlink()]
    archives = [path for path in inside if path.suffix.lower() == ".zip" and path.is_file()]
    return archives[0] if len(archives) == 1 and not any(path.is_dir() for path in inside) else None


def _told_apart(found: list[Found]) -> list[Found]:
    """Give those that have the same name the name of their folder, too, or the number that a learning system gave."""
    found = [
        replace(each, name=printable(each.name), also=tuple(printable(name) for name in each.also))
        for each in found
    ]
    times = Counter(key(each.name) for each in found)
    return [
        replace(each, name=f"{each.name}_{each.readings[0].lms_id}")
        if times[key(each.name)] > 1 and each.prefix is not None
        else replace(
            each,
            name=f"{printable(each.path.parent.name)}/{each.name}",
            also=(*each.also, each.name, printable(each.path.parent.name)),
        )
        if times[key(each.name)] > 1
        else each
        for each in found
    ]


def printable(name: str) -> str:
    """Return a file's name with the bytes that are no UTF-8 written out: `M\\xfcller`."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def _flat(folder: Path) -> list[Found]:
    """Return the students of a download in which all students' files lie in one folder."""
    files = [path.name for path in folder.iterdir() if path.is_file() and not path.is_symlink()]
    found = [
        Found(each.name, folder, "folder", prefix=each.prefix, readings=each.readings, late=each.late)
        for each in read_flat(files)
    ]
    return [replace(each, also=(f"{each.name}_{each.readings[0].lms_id}",)) for each in found]


def _notebooks(folder: Path) -> Iterator[Path]:
    return (path for path in folder.glob("*.ipynb") if not path.name.startswith("."))


def origin(clone: Path) -> str:
    """Return the address that a clone came from, read as text: git itself would follow the configuration's includes."""
    for path in (clone / ".git" / "config", clone / "config"):
        try:
            if path.is_symlink() or not path.is_file() or path.stat().st_size > _MOST_CONFIG:
                continue
            parser = configparser.ConfigParser(
                strict=False,
                interpolation=None,
                allow_no_value=True,
                delimiters=("=",),
                comment_prefixes=("#", ";"),
            )
            lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
            parser.read_string("\n".join(line.strip() for line in lines))
            return (parser.get('remote "origin"', "url", fallback="") or "").strip().strip('"')
        except (OSError, configparser.Error):
            continue
    return ""


def _accepted(path: Path) -> dict[str, Accepted]:
    try:
        rows = json.loads(path.read_text(encoding="utf-8-sig"))
        return {str(row["repository"]["name"]).lower(): _one(row) for row in rows}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise AutograderError(
            f"{path} is not what GitHub Classroom's export tool writes ({type(error).__name__}: {error}). Take it away, or export again."
        ) from error


def _one(row: dict[str, Any]) -> Accepted:
    students, repository = row.get("students") or [], row["repository"]
    return Accepted(
        tuple(str(s["id"]) for s in students if s.get("id")),
        tuple(str(s["login"]) for s in students if s.get("login")),
        without_credentials(str(repository.get("html_url") or "")),
        str(repository.get("default_branch") or ""),
    )
