"""Say which commit counts: by the time of the push, by a manifest made at the deadline, else by the commits' own dates."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from autograder.errors import AutograderError
from autograder.repos.objects import Commit
from autograder.repos.times import NOTHING, Push

Source = Literal["push time", "manifest", "committer date"]
STUDENTS_WORD = "The time is the student's word (committer date): nothing here can check it."
_SLACK = 600  # seconds by which honest clocks may differ


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
class Branch:
    """One branch of a clone, and what can be asked about it.

    Attributes:
        head: Its newest commit.
        history: Gives the commits from a head backwards.
        here: Says whether a commit is in the clone.
        worked: Says whether a commit holds more than the untouched assignment.
    """

    name: str
    head: str
    history: Callable[[str], Iterable[Commit]]
    here: Callable[[str], bool]
    worked: Callable[[str], bool] = lambda sha: True


class Missing(AutograderError):
    """The commit that counts is not in the clone."""


def choose(
    branch: Branch,
    deadline: datetime | None = None,
    pushes: list[Push] | None = None,
    manifest: tuple[datetime, str] | None = None,
) -> Choice:
    """Return the commit that counts: the last one in time, or the newest, which is late.

    The newest counts where nothing was there in time, or nothing but the untouched assignment.

    Args:
        branch: The branch that counts.
        deadline: When the work was due.
        pushes: What the server saw, if it is known for this repository.
        manifest: When the manifest was made, and this repository's head in it (empty if it had none).

    Raises:
        Missing: The commit is not in the clone (a force push took it away).
    """
    if pushes is not None:
        return _by_pushes(branch, deadline, pushes)
    if manifest is not None:
        return _by_manifest(branch, deadline, *manifest)
    return _by_dates(branch, deadline)


def _by_pushes(branch: Branch, deadline: datetime | None, pushes: list[Push]) -> Choice:
    mine = [push for push in pushes if push.ref in ("", branch.name) and push.sha != NOTHING]
    mine.sort(key=lambda push: push.time)
    if not mine:
        raise Missing(
            f"The list of pushes has none to the branch {branch.name!r}. Name the right one with --branch."
        )
    in_time = [push for push in mine if deadline is None or push.time <= deadline]
    counts, after = (in_time or mine)[-1], len(mine) - len(in_time)
    if not branch.here(counts.sha):
        raise Missing(_gone(counts.sha, f"pushed at {counts.time:%Y-%m-%d %H:%M:%S} UTC"))
    if not in_time or not after:
        return Choice(counts.sha, counts.time, "push time", not in_time)
    if not branch.worked(counts.sha) and branch.here(mine[-1].sha):
        return Choice(mine[-1].sha, mine[-1].time, "push time", True, ("No work was there at the deadline.",))
    warning = f"What was pushed after the deadline does not count ({after})."
    return Choice(counts.sha, counts.time, "push time", False, (warning,))


def _by_manifest(branch: Branch, deadline: datetime | None, taken: datetime, sha: str) -> Choice:
    if sha and not branch.here(sha):
        raise Missing(_gone(sha, "the head in the manifest"))
    warnings = []
    early = 0.0 if deadline is None else (deadline - taken).total_seconds()
    if early < 0:
        warnings.append(f"The manifest was made {_span(-early)} after the deadline.")
    elif early > 0 and sha != branch.head:
        warnings.append(
            f"The manifest was made {_span(early)} before the deadline: work pushed between the two does not count as in time. Give --push-times, or look."
        )
    if not sha or (sha != branch.head and not branch.worked(sha)):
        newest = next(iter(branch.history(branch.head)), None)
        if newest is None:
            raise Missing(_gone(branch.head, "the branch's head"))
        limit = max(taken, deadline or taken)
        time, ahead = _possible(newest, limit)
        late = time if ahead else max(limit, time) + timedelta(seconds=1)
        said = [*warnings, *ahead, "No work was there when the manifest was made."]
        return Choice(newest.sha, late, "manifest", True, tuple(said))
    if sha != branch.head:
        warnings.append("What was pushed after the manifest was made does not count.")
    limit = taken if deadline is None else min(taken, deadline)
    claimed = next((_time(commit.committed) for commit in branch.history(sha)), limit)
    return Choice(sha, min(claimed, limit), "manifest", False, tuple(warnings))


def _by_dates(branch: Branch, deadline: datetime | None) -> Choice:
    commits = list(branch.history(branch.head))
    if not commits:
        raise Missing(_gone(branch.head, "the branch's head"))
    if deadline is None:
        time, said = _possible(commits[0], None)
        return Choice(commits[0].sha, time, "committer date", False, tuple(said))
    limit = deadline.timestamp()
    counts = next((commit for commit in commits if commit.committed <= limit), None)
    late = counts is None or (counts is not commits[0] and not branch.worked(counts.sha))
    counts = commits[0] if late or counts is None else counts
    time, ahead = _possible(counts, deadline if late else None)
    said = [STUDENTS_WORD, *ahead, *_suspicions(commits, counts, limit)]
    return Choice(counts.sha, time, "committer date", late, tuple(said))


def _possible(commit: Commit, deadline: datetime | None) -> tuple[datetime, list[str]]:
    """Return a commit's time; for one that is still to come the first second after the deadline (else now), and a warning.

    nbgrader knows no year 5138: it would see no time at all, and so nothing late.
    """
    time = _time(commit.committed)
    if time <= datetime.now(UTC) + timedelta(seconds=_SLACK):
        return time, []
    instead = (
        datetime.now(UTC).replace(microsecond=0) if deadline is None else deadline + timedelta(seconds=1)
    )
    said = f"SUSPICIOUS: its date ({time:%Y-%m-%d}) is still to come; {instead:%Y-%m-%d %H:%M:%S} UTC is taken instead."
    return instead, [said]


def _suspicions(commits: list[Commit], counts: Commit, limit: float) -> list[str]:
    """Return what speaks against the dates that put a commit before the deadline."""
    position = commits.index(counts)
    said = []
    older = max((c.committed for c in commits[position + 1 :]), default=counts.committed)
    if older > counts.committed + _SLACK:
        said.append("SUSPICIOUS: this commit's date lies before that of an older one; it may be backdated.")
    if counts.committed <= limit < counts.authored:
        said.append(
            "SUSPICIOUS: it was written after the deadline by its author date; the committer date says before."
        )
    if counts.committed < 1_000_000_000:
        said.append("SUSPICIOUS: its date lies before 2001.")
    if position:
        said.append(f"What was committed after the deadline does not count ({position}).")
    return said


def _gone(sha: str, what: str) -> str:
    return f"The commit {sha[:12]} ({what}) is not in the clone: a force push took it away, or the clone is older. Fetch it into the clone (`git fetch origin {sha}`; GitHub still has it) and import again."


def _time(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _span(seconds: float) -> str:
    return f"{seconds / 3600:.1f} h" if seconds >= 5400 else f"{seconds / 60:.0f} min"
