"""Say which commit counts: by the time of the push, by a manifest made at the deadline, else by the commits' own dates."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from autograder.errors import AutograderError
from autograder.repos.objects import Commit

Source = Literal["push time", "manifest", "committer date", "file date"]
MANIFEST = "snapshot/v1"
NOTHING = "0" * 40
_SLACK = 24 * 3600  # seconds by which an honest clock may be wrong


@dataclass(frozen=True)
class Push:
    """One push as the server saw it: the branch, its new head, and when."""

    ref: str
    sha: str
    time: datetime


@dataclass(frozen=True)
class Choice:
    """The commit that counts. `verified`: its time does not rest on the student's word."""

    sha: str
    time: datetime
    source: Source
    late: bool
    warnings: tuple[str, ...] = ()

    @property
    def verified(self) -> bool:
        return self.source in ("push time", "manifest")


@dataclass(frozen=True)
class Manifest:
    """The head of every repository at one moment, by the repository's name in lower case."""

    taken: datetime
    heads: dict[str, str] = field(default_factory=dict)


class Missing(AutograderError):
    """The commit that counts is not in the clone."""


def choose(
    head: str,
    branch: str,
    history: Callable[[str], Iterable[Commit]],
    here: Callable[[str], bool],
    deadline: datetime | None,
    pushes: list[Push] | None,
    taken: datetime | None,
    at_manifest: str | None,
) -> Choice:
    """Return the commit that counts: the last one in time, or, where there is none, the newest, which is late.

    Args:
        head: The branch's head in the clone.
        branch: The branch's name.
        history: Gives the commits from a head backwards.
        here: Says whether a commit is in the clone.
        deadline: When the work was due.
        pushes: What the server saw, if it is known for this repository.
        taken, at_manifest: When the manifest was made, and the head in it, if the repository is in it.

    Raises:
        Missing: The commit is not in the clone (a force push took it away).
    """
    if pushes is not None:
        return _by_pushes(branch, here, deadline, pushes)
    if taken is not None and at_manifest is not None:
        return _by_manifest(head, history, here, deadline, taken, at_manifest)
    return _by_dates(head, history, deadline)


def _by_pushes(
    branch: str, here: Callable[[str], bool], deadline: datetime | None, pushes: list[Push]
) -> Choice:
    mine = sorted(
        (p for p in pushes if p.ref in ("", branch) and p.sha != NOTHING), key=lambda push: push.time
    )
    if not mine:
        raise Missing(
            f"The list of pushes has none to the branch {branch!r}. Name the right one with --branch."
        )
    in_time = [push for push in mine if deadline is None or push.time <= deadline]
    counts = (in_time or mine)[-1]
    warnings = []
    if not here(counts.sha):
        raise Missing(_gone(counts.sha, f"pushed at {counts.time:%Y-%m-%d %H:%M:%S} UTC"))
    if in_time and len(in_time) < len(mine):
        warnings.append(f"{len(mine) - len(in_time)} later pushes do not count.")
    return Choice(counts.sha, counts.time, "push time", not in_time, tuple(warnings))


def _by_manifest(
    head: str,
    history: Callable[[str], Iterable[Commit]],
    here: Callable[[str], bool],
    deadline: datetime | None,
    taken: datetime,
    sha: str,
) -> Choice:
    warnings = []
    if sha == "":  # nothing was there yet
        choice = _by_dates(head, history, None)
        return Choice(
            choice.sha, max(choice.time, taken), "manifest", True, ("Nothing was there at the deadline.",)
        )
    if not here(sha):
        raise Missing(_gone(sha, "the head in the manifest"))
    if deadline is not None and taken > deadline:
        warnings.append(
            f"The manifest was made {_span((taken - deadline).total_seconds())} after the deadline."
        )
    if sha != head:
        warnings.append("What was pushed after the manifest was made does not count.")
    limit = taken if deadline is None else min(taken, deadline)
    claimed = next((_time(commit.committed) for commit in history(sha)), limit)
    return Choice(sha, min(claimed, limit), "manifest", False, tuple(warnings))


def _by_dates(head: str, history: Callable[[str], Iterable[Commit]], deadline: datetime | None) -> Choice:
    commits = list(history(head))
    if not commits:
        raise Missing(_gone(head, "the branch's head"))
    limit = None if deadline is None else deadline.timestamp()
    counts = next((c for c in commits if limit is None or c.committed <= limit), None)
    late = counts is None
    counts = counts or commits[0]
    warnings = []
    if limit is not None:
        warnings.append("The time is the student's word (committer date): nothing here can check it.")
        warnings += _suspicions(commits, counts, limit)
    return Choice(counts.sha, _time(counts.committed), "committer date", late, tuple(warnings))


def _suspicions(commits: list[Commit], counts: Commit, limit: float) -> list[str]:
    """Return what speaks against the dates that put a commit before the deadline."""
    position = commits.index(counts)
    said = []
    older = max((c.committed for c in commits[position + 1 :]), default=counts.committed)
    if older > counts.committed + _SLACK or (older > counts.committed and older > limit):
        said.append("SUSPICIOUS: this commit's date lies before that of an older one; it may be backdated.")
    if counts.committed <= limit < counts.authored:
        said.append(
            "SUSPICIOUS: it was written after the deadline by its author date; the committer date says before."
        )
    if counts.committed < 1_000_000_000:
        said.append("SUSPICIOUS: its date lies before 2001.")
    if position:
        said.append(f"{position} later commits do not count.")
    return said


def _gone(sha: str, what: str) -> str:
    return (
        f"The commit {sha[:12]} ({what}) is not in the clone: a force push took it away, or the clone is older. Fetch it into the "
        f"clone (`git fetch origin {sha}`; GitHub still has it) and import again."
    )


def _time(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _span(seconds: float) -> str:
    return f"{seconds / 3600:.1f} h" if seconds >= 5400 else f"{seconds / 60:.0f} min"


def moment(text: str, what: str) -> datetime:
    """Return a time given as ISO 8601. Without a zone it is meant in this machine's.

    Raises:
        AutograderError: It is none.
    """
    try:
        time = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise AutograderError(
            f"{what} {text!r} is no time. Write it as 2026-10-01T23:59:00+02:00 (without +02:00 it is meant in this machine's zone)."
        ) from error
    return time.astimezone(UTC)


def read_pushes(path: Path) -> dict[str, list[Push]]:
    """Read push times, by the repository's name in lower case.

    Either CSV with the columns repository, ref, sha, time, or JSON: `{repository: [GitHub's activity objects]}`.

    Raises:
        AutograderError: It is neither; the message names the line.
    """
    text = _text(path)
    pushes: dict[str, list[Push]] = {}
    try:
        if text.lstrip().startswith("{"):
            rows = [
                (name, row["ref"], row["after"], row["timestamp"])
                for name, activity in json.loads(text).items()
                for row in activity
            ]
        else:
            reader = csv.DictReader(io.StringIO(text), strict=True)
            rows = [(row["repository"], row["ref"], row["sha"], row["time"]) for row in reader]
    except (ValueError, KeyError, TypeError, AttributeError, csv.Error) as error:
        raise AutograderError(
            f"{path} holds no push times ({type(error).__name__}: {error}). It needs the columns repository, ref, sha, time; "
            "docs/repositories.md has the command that gives them."
        ) from error
    for name, ref, sha, time in rows:
        push = Push(
            str(ref or "").removeprefix("refs/heads/"),
            str(sha).lower(),
            moment(str(time), f"{path}: the time"),
        )
        pushes.setdefault(str(name).rpartition("/")[2].lower(), []).append(push)
    return pushes


def read_manifest(path: Path) -> Manifest:
    """Read a manifest that `repos snapshot` wrote.

    Raises:
        AutograderError: It is none.
    """
    try:
        values: dict[str, Any] = json.loads(_text(path))
        if values["schema"] != MANIFEST:
            raise ValueError(f"schema {values['schema']!r}")
        rows = [row for row in values["repositories"] if not row.get("problem")]
        heads = {str(row["repository"]).lower(): str(row["sha"] or "") for row in rows}
        return Manifest(moment(str(values["taken_at"]), "taken_at"), heads)
    except (ValueError, KeyError, TypeError) as error:
        raise AutograderError(
            f"{path} is no manifest of `autograder repos snapshot` ({type(error).__name__}: {error})."
        ) from error


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise AutograderError(f"{path} cannot be read ({error}).") from error
