"""The cache of results, under a digest of everything that can change a verdict."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import secrets
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from autograder.course import Assignment, Course
from autograder.files import locked
from autograder.notebooks import Cell, Notebook
from autograder.versions import engine_digest, grader_version, graders_digest, libraries

_ABANDONED = 3600.0  # seconds after which a result that was never written to its end is removed


class Keys:
    """Make the cache's keys for one assignment. Needs neither torch nor pytest."""

    def __init__(
        self,
        course: Course,
        assignment: Assignment,
        dataset: str,
        dataset_digest: str,
        secret: bytes,
        sandbox: str,
    ) -> None:
        self._assignment = assignment
        self._data = [dataset, dataset_digest]
        self._secret = hashlib.sha256(secret).hexdigest()
        self._rules = [asdict(course.limits), asdict(assignment.training[dataset]), sandbox]
        self._versions: dict[str, str] = {}

    def version(self, notebook: str) -> str:
        """Return the version of the graders of one notebook (of an unknown one: of the engine)."""
        if notebook not in self._versions:
            self._versions[notebook] = grader_version(self._assignment, notebook)
        return self._versions[notebook]

    def fingerprint(self, released: dict[str, list[Cell]]) -> dict[str, str]:
        """Return by name a digest of each thing that two machines must have alike to give the same verdicts."""
        points = [[item.id, item.points] for item in self._assignment.items()]
        stubs = {name: [[c.kind, c.grade_id, c.source] for c in cells] for name, cells in released.items()}
        return {
            **libraries(),
            "the engine": engine_digest()[:16],
            **{
                f"the graders of {name}": graders_digest(self._assignment, name)[:16]
                for name in self._assignment.notebooks
            },
            "the data set": _digest(self._data),
            "the course's secret": _digest(self._secret),
            "points, thresholds and limits": _digest([self._rules, points]),
            "the released notebooks": _digest(stubs),
        }

    def key(self, notebook: Notebook, released: list[Cell]) -> str:
        """Return the key of a sanitised notebook."""
        points = [[item.id, item.points] for item in self._assignment.items(notebook.name)]
        stubs = [[cell.kind, cell.grade_id, cell.source] for cell in released]
        common = [*self._data, self._secret, self._rules, self._assignment.name, points, stubs]
        own = [self.version(notebook.name), notebook.name, notebook.digest]
        text = json.dumps([common, own], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


def _digest(values: Any) -> str:
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:16]


def sandbox_name(unsafe: bool) -> str:
    """Return what a scorecard calls the sandbox."""
    return "none (--unsafe-no-sandbox)" if unsafe else "bubblewrap"


@dataclass(frozen=True)
class Contents:
    """What a cache holds: results, bytes, and when the oldest was written (seconds since 1970; None: it is empty)."""

    results: int
    size: int
    oldest: float | None


class Cache:
    """Results as JSON files. Writing is atomic, so that a kill at any moment loses at most the result being written."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def get(self, key: str) -> dict[str, Any] | None:
        try:
            values = json.loads((self.folder / f"{key}.json").read_text())
        except (OSError, ValueError):
            return None
        return values if isinstance(values, dict) else None

    def put(self, key: str, values: dict[str, Any]) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        partial = self.folder / f".{key}.{os.getpid()}.{secrets.token_hex(4)}"
        try:
            partial.write_text(json.dumps(values))
            os.replace(partial, self.folder / f"{key}.json")
        finally:
            partial.unlink(missing_ok=True)

    def drop(self, key: str) -> None:
        (self.folder / f"{key}.json").unlink(missing_ok=True)

    def contents(self) -> Contents:
        """Return how much is kept, and since when."""
        stats = []
        for file in self.folder.glob("*.json"):
            with contextlib.suppress(FileNotFoundError):  # dropped while we look
                stats.append(file.stat())
        oldest = min((each.st_mtime for each in stats), default=None)
        return Contents(len(stats), sum(each.st_size for each in stats), oldest)

    def clear(self) -> int:
        """Remove every result, and what killed writers left; return the number of results.

        Raises:
            CourseError: A class is being graded, and reads its results from here.
        """
        removed = 0
        refusal = (
            "A class is being graded and needs the cache. Wait until that ends, and clear the cache then."
        )
        with locked(self.folder / "lock", refusal):
            for file in self.folder.glob("*.json"):
                file.unlink(missing_ok=True)
                removed += 1
            for file in self.folder.glob(".*.*.*"):
                if time.time() - file.stat().st_mtime > _ABANDONED:
                    file.unlink(missing_ok=True)
        return removed

    def in_use(self) -> contextlib.AbstractContextManager[None]:
        """Keep `clear` away while a class is graded; any number of runs may do so at the same time."""
        refusal = "The cache is being cleared by another command. Run this one again in a moment."
        return locked(self.folder / "lock", refusal, shared=True)
