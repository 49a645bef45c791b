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

from autograder.course.libraries import versions
from autograder.course.model import Assignment, Course
from autograder.errors import CourseError, of_system
from autograder.grading.versions import engine_digest, grader_version, graders_digest, libraries
from autograder.intake.files import locked
from autograder.intake.notebooks import Cell, Notebook
from autograder.intake.submissions import Released

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
        released: dict[str, Released],
    ) -> None:
        self._assignment = assignment
        self._data = [dataset, dataset_digest]
        self._secret = hashlib.sha256(secret).hexdigest()
        training = assignment.training_on(dataset)
        self._rules = [asdict(course.limits), asdict(training) if training else {}, sandbox]
        self._libraries = versions(course)
        self._released = released
        self._versions: dict[str, str] = {}
        self._settings: dict[tuple[str, str], str] = {}

    def version(self, notebook: str) -> str:
        """Return the version of the graders of one notebook (of an unknown one: of the engine)."""
        if notebook not in self._versions:
            self._versions[notebook] = grader_version(self._assignment, notebook)
        return self._versions[notebook]

    def fingerprint(self) -> dict[str, str]:
        """Return by name a digest of each thing that two machines must have alike to give the same verdicts."""
        points = [[item.id, item.points] for item in self._assignment.items()]
        stubs = {
            name: {code: _stubs(own.cells) for code, own in [("en", each), *each.others.items()]}
            for name, each in self._released.items()
        }
        return {
            **libraries(),
            **self._libraries,
            "the engine": engine_digest()[:16],
            **{
                f"the graders of {name}": graders_digest(self._assignment, name)[:16]
                for name in self._assignment.notebooks
            },
            "the data set": _digest(self._data)[:16],
            "the course's secret": _digest(self._secret)[:16],
            "points, thresholds and limits": _digest([self._rules, points])[:16],
            "the released notebooks": _digest(stubs)[:16],
        }

    def key(self, notebook: Notebook, release: Released) -> str:
        """Return the key of a sanitised notebook, which is compared with a release: that of its language."""
        name, stubs = notebook.name, _stubs(release.cells)
        setting = (name, _digest(stubs))
        if setting not in self._settings:  # the same for all of a class who hand in in one language
            points = [[item.id, item.points] for item in self._assignment.items(name)]
            common = [*self._data, self._secret, self._rules, self._libraries, self._assignment.name, points]
            self._settings[setting] = _digest([common, name, self.version(name), stubs])
        return hashlib.sha256(f"{self._settings[setting]} {notebook.digest}".encode()).hexdigest()


def _stubs(cells: list[Cell]) -> list[list[str]]:
    return [[cell.kind, cell.grade_id, cell.source] for cell in cells]


def _digest(values: Any) -> str:
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()


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
        """Keep a result.

        Raises:
            CourseError: It cannot be written, nor could the next one.
        """
        partial = self.folder / f".{key}.{os.getpid()}.{secrets.token_hex(4)}"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            try:
                partial.write_text(json.dumps(values))
                os.replace(partial, self.folder / f"{key}.json")
            finally:
                partial.unlink(missing_ok=True)
        except OSError as error:
            raise CourseError(f"A result could not be kept in {self.folder}. {of_system(error)}") from error

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
