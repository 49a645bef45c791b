"""The cache of results, under a digest of everything that can change a verdict."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import os
import secrets
import shutil
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from autograder.course import Assignment, Course
from autograder.notebooks import Cell, Notebook

_PACKAGE = Path(__file__).parent
# What runs a notebook or judges it; commands, builds and reports are not among it.
_ENGINE = (
    "sandbox",
    "grading",
    "graders",
    "notebooks.py",
    "files.py",
    "html.py",
    "seeds.py",
    "rng.py",
    "misconceptions.py",
    "scorecard.py",
)
_DISTRIBUTIONS = ("torch", "torchvision", "numpy", "ipython", "safetensors", "pytest")


def grader_version(assignment: Assignment) -> str:
    """Return a digest of the engine's and the assignment's sources and of the libraries' versions."""
    total = hashlib.sha256()
    for path in _sources(assignment.name):
        total.update(str(path.relative_to(_PACKAGE)).encode() + b"\0" + path.read_bytes() + b"\0")
    versions = {name: importlib.metadata.version(name) for name in _DISTRIBUTIONS}
    total.update(json.dumps([sys.version, versions], sort_keys=True).encode())
    return total.hexdigest()[:16]


def _sources(assignment: str) -> list[Path]:
    paths = []
    for name in _ENGINE:
        root = _PACKAGE / name
        found = [root] if root.is_file() else sorted(root.rglob("*.py"))
        graders = _PACKAGE / "graders"
        paths += [
            p for p in found if not p.is_relative_to(graders) or p.parent in (graders, graders / assignment)
        ]
    return paths


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
        self.version = grader_version(assignment)
        self._common = [
            self.version, dataset, dataset_digest, hashlib.sha256(secret).hexdigest(), sandbox,
            asdict(course.limits), assignment.name, asdict(assignment.training[dataset]),
        ]  # fmt: skip
        self._assignment = assignment

    def key(self, notebook: Notebook, released: list[Cell]) -> str:
        """Return the key of a sanitised notebook."""
        points = [[item.id, item.points] for item in self._assignment.items(notebook.name)]
        stubs = [[cell.kind, cell.grade_id, cell.source] for cell in released]
        text = json.dumps([self._common, notebook.name, notebook.digest, points, stubs], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


def sandbox_name(unsafe: bool) -> str:
    """Return what a scorecard calls the sandbox."""
    return "none (--unsafe-no-sandbox)" if unsafe else "bubblewrap"


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

    def size(self) -> tuple[int, int]:
        """Return the number of results and their bytes."""
        files = list(self.folder.glob("*.json"))
        return len(files), sum(file.stat().st_size for file in files)

    def clear(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
