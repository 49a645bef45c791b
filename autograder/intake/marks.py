"""What an import notes of each folder that it put into `submitted/`. It lies outside, where no student can hand one in."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from autograder.intake.files import joined_digest


@dataclass(frozen=True)
class Mark:
    """What an import put into one folder.

    Attributes:
        digests: Of the folder's content; a second one is that of the import before, in case this one was interrupted.
        refused: Why a notebook was not taken, in words for the student.
    """

    repository: str
    sha: str
    digests: tuple[str, ...]
    refused: dict[str, str] = field(default_factory=dict)


def place(folder: Path) -> Path:
    """Return where the mark of a folder of `submitted/` is."""
    root, student, assignment = folder.parents[2], folder.parent.name, folder.name
    return root / ".autograder" / "repos" / assignment / "imported" / f"{student}.json"


def read(folder: Path) -> Mark | None:
    """Return a folder's mark, or None if there is none that can be read."""
    try:
        values: dict[str, Any] = json.loads(place(folder).read_text(encoding="utf-8"))
        digests = tuple(str(each) for each in values["digests"])
        refused = {str(name): str(why) for name, why in values["refused"].items()}
        return Mark(str(values["repository"]), str(values["sha"]), digests, refused) if digests else None
    except (OSError, ValueError, KeyError, IndexError, TypeError, AttributeError):
        return None


def write(folder: Path, mark: Mark) -> None:
    """Write a folder's mark. Writing is atomic."""
    path = place(folder)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    partial.write_text(json.dumps(asdict(mark), indent=1) + "\n", encoding="utf-8")
    os.replace(partial, path)


def digest_of(files: dict[str, bytes]) -> str:
    """Return what `files.folder_digest` says of a folder with these files."""
    return joined_digest((name, hashlib.sha256(files[name]).digest()) for name in sorted(files))
