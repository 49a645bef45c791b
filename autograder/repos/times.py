"""Read when things happened: the deadline, the server's list of pushes, a manifest of heads."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from autograder.errors import AutograderError
from autograder.repos.names import key

MANIFEST = "snapshot/v1"
NOTHING = "0" * 40  # the new head in a push that deletes a branch


@dataclass(frozen=True)
class Push:
    """One push as the server saw it: the branch, its new head, and when."""

    ref: str
    sha: str
    time: datetime


@dataclass(frozen=True)
class Manifest:
    """The head of every repository at one moment, by the repository's name in lower case."""

    taken: datetime
    heads: dict[str, str] = field(default_factory=dict)


def moment(text: str, what: str) -> datetime:
    """Return a time given as ISO 8601. Without a zone it is meant in this machine's.

    Raises:
        AutograderError: It is none, or a date alone: that would be its first second, not its last.
    """
    try:
        time = datetime.fromisoformat(text.strip())
        if not re.search(r"[T ]\d\d", text.strip()):
            raise ValueError("no time of day")
    except ValueError as error:
        raise AutograderError(
            f"{what} {text!r} is no time. Write it as 2026-10-01T23:59:00+02:00 (without +02:00 it is meant in this machine's zone)."
        ) from error
    return time.astimezone(UTC)


def read_pushes(path: Path, say: Callable[[str], None] = lambda text: None) -> dict[str, list[Push]]:
    """Read push times, by the repository's name in lower case.

    Either CSV with the columns repository, ref, sha, time, or JSON: `{repository: [GitHub's activity objects]}`.

    Args:
        say: Is told if times had no zone.

    Raises:
        AutograderError: It is neither; the message names the line.
    """
    text = _text(path)
    pushes: dict[str, list[Push]] = {}
    try:
        if text.lstrip().startswith("{"):
            rows = [
                (str(name), name, row["ref"], row["after"], row["timestamp"])
                for name, activity in json.loads(text).items()
                for row in activity
            ]
        else:
            reader = csv.DictReader(io.StringIO(text), strict=True)
            rows = [
                (f"line {reader.line_num}", row["repository"], row["ref"], row["sha"], row["time"])
                for row in reader
            ]
    except (ValueError, KeyError, TypeError, AttributeError, csv.Error) as error:
        raise AutograderError(
            f"{path} holds no push times ({type(error).__name__}: {error}). It needs the columns repository, ref, sha, time; docs/repositories.md has the command that gives them."
        ) from error
    unzoned = 0
    for place, name, ref, sha, time in rows:
        push = Push(
            str(ref or "").removeprefix("refs/heads/"),
            str(sha).lower(),
            moment(str(time), f"{path}, {place}: the time"),
        )
        unzoned += datetime.fromisoformat(str(time).strip()).tzinfo is None
        pushes.setdefault(key(str(name).rpartition("/")[2]), []).append(push)
    if unzoned:
        zone = datetime.now().astimezone().tzname()
        say(f"{unzoned} times in {path} have no zone: they were read in this machine's ({zone}).")
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
        heads = {key(str(row["repository"])): str(row["sha"] or "") for row in rows}
        return Manifest(moment(str(values["taken_at"]), "taken_at"), heads)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise AutograderError(
            f"{path} is no manifest of `autograder repos snapshot` ({type(error).__name__}: {error})."
        ) from error


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise AutograderError(f"{path} cannot be read ({error}).") from error
