"""One clone: its branches, the one that counts, and its objects."""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass
from pathlib import Path

from autograder.course.model import Course
from autograder.repos.git import UPLOAD_PACK, Git, GitError, own_repository
from autograder.repos.layouts import Found
from autograder.repos.objects import Objects, object_folder

_NOT_WORK = re.compile(r"(grading/.*|feedback|gh-pages)")
_REMOTE = "refs/remotes/origin/"
_LOCAL = "refs/heads/"


@dataclass(frozen=True)
class Clone:
    """A clone as far as it may be looked into.

    Attributes:
        git: Our own store, reading the clone's objects beside its own.
        heads: The head of each branch, as the server has it where the clone knows that, else as the clone has it.
        default: The default branch; empty if there is none.
    """

    git: Git
    heads: dict[str, str]
    default: str


def private(course: Course, assignment: str) -> Path:
    """Return the folder in which imports of an assignment are kept."""
    return course.private / "repos" / assignment


def store(course: Course, assignment: str, name: str) -> Git:
    """Return our repository of one submission's commits.

    Each has its own: with a common one, a clone could name a commit of somebody else's as its own.
    """
    return own_repository(private(course, assignment) / "kept" / f"{key(name)}.git")


def key(name: str) -> str:
    """Return a repository's name as a part of a ref."""
    plain = re.sub(r"[^A-Za-z0-9_-]+", "-", name)[:60].strip("-")
    return f"{plain}-{hashlib.sha256(name.encode('utf-8', 'surrogateescape')).hexdigest()[:8]}"


def open_clone(ours: Git, found: Found) -> Clone:
    """Return a clone's branches.

    Raises:
        GitError: It is no plain clone, or damaged.
    """
    objects = object_folder(found.path)
    if objects is None:
        raise GitError("It is no plain clone (a worktree, a submodule, or links in it). Clone it anew.")
    for name in ("alternates", "http-alternates"):
        # git would read another repository's commits, somebody else's work, as this one's.
        if os.path.lexists(objects / "info" / name):
            raise GitError(
                f"It borrows the objects of another repository (objects/info/{name}). Clone it anew, without --shared or --reference."
            )
    heads, symbolic = refs(ours, str(found.path.absolute()))
    branch = symbolic.get(f"{_REMOTE}HEAD", "").removeprefix(_REMOTE) or symbolic.get(
        "HEAD", ""
    ).removeprefix(_LOCAL)
    known = {name.removeprefix(_LOCAL): sha for name, sha in heads.items() if name.startswith(_LOCAL)}
    known |= {
        name.removeprefix(_REMOTE): sha
        for name, sha in heads.items()
        if name.startswith(_REMOTE) and name != f"{_REMOTE}HEAD"
    }
    if branch not in known:
        work = [name for name in known if not _NOT_WORK.fullmatch(name)]
        branch = next(
            (name for name in ("main", "master") if name in known), work[0] if len(work) == 1 else ""
        )
    return Clone(Git(ours.folder, objects), known, branch)


def refs(git: Git, address: str) -> tuple[dict[str, str], dict[str, str]]:
    """Return a repository's refs, and what its symbolic refs point to."""
    local = ("--upload-pack", UPLOAD_PACK) if address.startswith("/") else ()
    heads: dict[str, str] = {}
    symbolic: dict[str, str] = {}
    for line in git.text("ls-remote", "--symref", *local, "--", address).splitlines():
        value, _, name = line.partition("\t")
        if value.startswith("ref: "):
            symbolic[name] = value.removeprefix("ref: ")
        else:
            heads[name] = value
    return heads, symbolic


def elsewhere(clone: Clone, objects: Objects, branch: str) -> list[str]:
    """Return words about branches with newer work than the one that counts: students forget to merge."""
    said = []
    try:
        newest = objects.commit(clone.heads[branch]).committed
        for name, sha in list(clone.heads.items())[:50]:
            if name != branch and not _NOT_WORK.fullmatch(name) and objects.commit(sha).committed > newest:
                said.append(f"The branch {name!r} has newer commits than {branch!r}; only {branch!r} counts.")
    except GitError:
        pass
    return said[:3]
