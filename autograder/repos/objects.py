"""Read commits, trees and files from a clone's object store, each checked against its own name, without its configuration."""

from __future__ import annotations

import hashlib
import os
import subprocess
import threading
from collections import deque
from collections.abc import Iterator, Set
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

from autograder.repos.git import Git, GitError, kill, stop

_MOST_ENTRIES = 20_000
_MOST_DEPTH = 20
_SECONDS = 300.0  # for all that is read of one clone
_MOST_META = 16 << 20  # bytes of one commit or tree
_FILE, _TREE = ("100644", "100755", "100664"), ("40000", "040000")


@dataclass(frozen=True)
class Commit:
    """A commit: its tree, its parents, and the two times that its maker's clock (or whim) gave it, in seconds since 1970."""

    sha: str
    tree: str
    parents: tuple[str, ...]
    authored: int
    committed: int


@dataclass(frozen=True)
class Blob:
    """A plain file in a commit. Links and submodules are none."""

    path: str
    sha: str
    size: int


@dataclass
class Tree:
    """What a commit holds, as far as it was looked at: its files, the names of its trees, and a warning if that is not all."""

    blobs: list[Blob] = field(default_factory=list)
    trees: list[str] = field(default_factory=list)
    warning: str = ""


class Objects:
    """The objects of one clone. A context manager: it holds two git processes."""

    def __init__(self, git: Git) -> None:
        self.git = git
        self._sizes: subprocess.Popen[bytes] | None = None
        self._contents: subprocess.Popen[bytes] | None = None
        self._clock = threading.Timer(_SECONDS, self._end)
        self._late = False

    def __enter__(self) -> Objects:
        self._sizes = self.git.start("cat-file", "--batch-check")
        self._contents = self.git.start("cat-file", "--batch")
        self._clock.daemon = True
        self._clock.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._clock.cancel()
        for process in (self._sizes, self._contents):
            if process is not None:
                stop(process)

    def _end(self) -> None:
        self._late = True
        for process in (self._sizes, self._contents):
            if process is not None:
                kill(process)

    def look(self, sha: str) -> tuple[str, int] | None:
        """Return an object's type and size, or None if it is not there."""
        header = _ask(self._sizes, sha)
        if self._late:
            raise GitError(f"Reading the clone took more than {_SECONDS:.0f} s and was stopped.")
        if len(header) != 3 or header[0] != sha:
            return None
        return header[1], int(header[2])

    def read(self, sha: str, kind: str, most: int) -> bytes:
        """Return an object's content.

        Raises:
            GitError: It is not there, of another type, larger than `most` bytes, or not what its name says.
        """
        seen = self.look(sha)
        if seen is None:
            raise GitError(
                f"The {kind} {sha[:12]} is not in the clone. Fetch it again: `git fetch --refetch`."
            )
        if seen[0] != kind or seen[1] > most:
            raise GitError(
                f"The object {sha[:12]} is a {seen[0]} of {seen[1]:,} bytes, which is not read as a {kind}."
            )
        header = _ask(self._contents, sha)
        assert self._contents is not None
        assert self._contents.stdout is not None
        if len(header) != 3 or int(header[2]) > most:
            raise GitError(f"The {kind} {sha[:12]} cannot be read: the clone is damaged. Clone it again.")
        content = self._contents.stdout.read(int(header[2]))
        self._contents.stdout.read(1)
        if hashlib.sha1(f"{kind} {len(content)}\0".encode() + content).hexdigest() != sha:
            raise GitError(
                f"The {kind} {sha[:12]} is not what its name says: the clone is damaged or forged."
            )
        return content

    def commit(self, sha: str) -> Commit:
        """Return a commit.

        Raises:
            GitError: There is none of this name, or it is malformed.
        """
        tree, parents, times = "", [], {"author": 0, "committer": 0}
        for line in self.read(sha, "commit", _MOST_META).partition(b"\n\n")[0].split(b"\n"):
            word, _, rest = line.decode(errors="replace").partition(" ")
            if word == "tree":
                tree = tree or rest
            elif word == "parent":
                parents.append(rest)
            elif word in times and not times[word]:
                digits = rest.rpartition("> ")[2].split(" ")[0]
                times[word] = int(digits) if digits.isdigit() and len(digits) < 12 else 0
        if not _is_sha(tree) or not all(map(_is_sha, parents)):
            raise GitError(f"The commit {sha[:12]} is malformed.")
        return Commit(sha, tree, tuple(parents), times["author"], times["committer"])

    def history(self, head: str, most: int = 20_000) -> Iterator[Commit]:
        """Yield the commits that the branch's head went through, newest first, as far as the clone has them."""
        sha: str | None = head
        while sha is not None and most > 0 and self.look(sha) is not None:
            commit = self.commit(sha)
            yield commit
            sha, most = commit.parents[0] if commit.parents else None, most - 1

    def files(self, tree: str, passed_over: Set[str] = frozenset()) -> Tree:
        """Return the plain files under a tree, the nearest first, up to a limit; folders of the names `passed_over` are left out.

        Raises:
            GitError: The clone is damaged.
        """
        found = Tree()
        todo = deque([("", tree, 0)])
        while todo:
            prefix, sha, depth = todo.popleft()
            found.trees.append(sha)
            for mode, name, child in _entries(self.read(sha, "tree", _MOST_META)):
                path = f"{prefix}{name}"
                if len(found.blobs) + len(found.trees) + len(todo) >= _MOST_ENTRIES:
                    found.warning = f"The commit holds more than {_MOST_ENTRIES:,} files and folders; not all are looked at."
                    # Thousands of pictures beside them must not hide the notebooks.
                    if not name.lower().endswith(".ipynb") or len(found.blobs) >= 2 * _MOST_ENTRIES:
                        continue
                if mode in _TREE and not found.warning and depth < _MOST_DEPTH and name not in passed_over:
                    todo.append((f"{path}/", child, depth + 1))
                elif mode in _FILE:
                    seen = self.look(child)
                    size = seen[1] if seen is not None and seen[0] == "blob" else -1
                    found.blobs.append(Blob(path, child, size))
        return found


def keep(store: Git, source: Git, commit: Commit, tree: Tree, ref: str, most: int) -> None:
    """Copy a commit, its folders and its notebooks up to `most` bytes each into our store, under a ref of its own.

    Its history is left out, as in a clone of depth 1; so are all other files, which nothing here reads: they may be huge.

    Raises:
        GitError: Together they are too large, or the disk is full.
    """
    notebooks = [b.sha for b in tree.blobs if 0 <= b.size <= most and b.path.lower().endswith(".ipynb")]
    names = dict.fromkeys([commit.sha, *tree.trees, *notebooks])
    pack = source.run("pack-objects", "--stdout", "-q", "--window=0", data="\n".join(names).encode())
    store.run("index-pack", "--stdin", data=pack)
    shallow = store.folder / "shallow"
    known = shallow.read_text().split() if shallow.is_file() else []
    if commit.parents and commit.sha not in known:
        partial = shallow.with_suffix(".partial")
        partial.write_text("\n".join([*known, commit.sha]) + "\n")
        partial.replace(shallow)
    store.run("update-ref", "--no-deref", ref, commit.sha)


def object_folder(clone: Path) -> Path | None:
    """Return the object folder of a clone or a bare repository, or None if the folder is no plain one."""
    for root in (clone / ".git", clone):
        if (root / "HEAD").is_file() and (root / "objects").is_dir() and (root / "refs").is_dir():
            inside = (p for folder in ("objects", "objects/pack") for p in (root / folder).glob("*"))
            linked = any(p.is_symlink() for p in (root, root / "objects", root / "HEAD", *inside))
            elsewhere = os.path.lexists(root / "commondir")  # the refs would be another repository's
            return (root / "objects").absolute() if not linked and not elsewhere else None
    return None


def _is_sha(text: str) -> bool:
    return len(text) == 40 and set(text) <= set("0123456789abcdef")


def _ask(process: subprocess.Popen[bytes] | None, sha: str) -> list[str]:
    assert process is not None
    assert process.stdin is not None
    assert process.stdout is not None
    if not _is_sha(sha):
        raise GitError(f"{sha[:60]!r} is not the full name of a commit or file (40 hexadecimal digits).")
    try:
        process.stdin.write(sha.encode() + b"\n")
        process.stdin.flush()
    except (BrokenPipeError, ValueError):  # it ended, or the time was up
        return []
    return process.stdout.readline().decode(errors="replace").split()


def _entries(content: bytes) -> Iterator[tuple[str, str, str]]:
    position = 0
    while position < len(content):
        space = content.find(b" ", position)
        end = content.find(b"\0", space)
        if space < 0 or end < 0 or end + 21 > len(content):
            raise GitError("A folder in the commit is malformed.")
        name = content[space + 1 : end].decode(errors="surrogateescape")
        yield content[position:space].decode(errors="replace"), name, content[end + 1 : end + 21].hex()
        position = end + 21
