"""Put what was taken into nbgrader's `submitted/`: never over what came another way, and out again where it is not theirs."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from autograder.course.model import Assignment, Course
from autograder.intake import marks
from autograder.intake.files import folder_digest
from autograder.intake.marks import Mark
from autograder.repos.clones import private
from autograder.repos.picking import Picked
from autograder.repos.record import Entry

_STAMP = "%Y-%m-%d %H:%M:%S UTC"


class Place:
    """The part of `submitted/` that belongs to one assignment."""

    def __init__(self, course: Course, assignment: Assignment, replace_others: bool) -> None:
        self.course = course
        self.assignment = assignment
        self.replace_others = replace_others

    def folder(self, student: str) -> Path:
        return self.course.root / "submitted" / student / self.assignment.name

    def blocked(self, student: str) -> bool:
        """Say whether there is something that no import put there, or that was changed since: it stays unless asked."""
        return self.folder(student).is_dir() and not self.replace_others and not self._ours(student)

    def _ours(self, student: str) -> bool:
        mark = marks.read(self.folder(student))
        return mark is not None and folder_digest(self.folder(student)) in mark.digests

    def write(self, student: str, picked: Picked, entry: Entry) -> None:
        """Write one student's submission: a new folder first, then the exchange, so that a kill leaves the old or the new."""
        target = self.folder(student)
        files = dict(picked.files)
        if entry.time:
            files["timestamp.txt"] = datetime.fromisoformat(entry.time).strftime(_STAMP).encode()
        new, there = marks.digest_of(files), folder_digest(target) if target.is_dir() else ""
        before = (there,) if there not in ("", new) and self._ours(student) else ()
        marks.write(target, Mark(entry.repository, entry.sha, (new, *before), picked.refused))
        if there == new:
            return
        partial = target.with_name(f".{target.name}.{os.getpid()}.{secrets.token_hex(4)}")
        partial.mkdir(parents=True)
        old = partial.with_suffix(".old")
        try:
            for name, content in files.items():
                (partial / name).write_bytes(content)
            if target.is_dir():
                os.replace(target, old)
            os.replace(partial, target)
        finally:
            if old.is_dir() and not target.is_dir():
                os.replace(old, target)
            shutil.rmtree(partial, ignore_errors=True)
            shutil.rmtree(old, ignore_errors=True)

    def withdraw(
        self, entries: list[Entry], roster: set[str], claimed: dict[str, set[str]]
    ) -> tuple[list[str], list[str]]:
        """Take out what an import before took from a repository that is another's now.

        What is nobody's now stays, and is said: a mistyped --slug must not empty the class.

        Args:
            entries: This import's.
            roster: This import's students. Of others (of another section) nothing is known.
            claimed: The students of whom it is not clear yet whether a repository is theirs.

        Returns:
            The students, and what to say.
        """
        now = {entry.repository: entry for entry in entries}
        students, said = [], []
        for student, mark in self._marks():
            entry, folder = now.get(mark.repository), self.folder(student)
            if entry is None or student in entry.students or student in claimed.get(mark.repository, ()):
                continue
            if not entry.students:
                if student in roster and folder.is_dir() and self._ours(student):
                    said.append(
                        f"{student}: submitted/ holds what an import before took from {mark.repository}, which is nobody's by the roster now. If it is not theirs, take {folder.relative_to(self.course.root)} away."
                    )
                continue
            if folder.is_dir() and self._ours(student):
                away = self._away(student)
                os.replace(folder, away)
                with suppress(OSError):
                    folder.parent.rmdir()
                students.append(student)
                said.append(
                    f"{student}: what an import before took from {mark.repository} is not theirs ({', '.join(entry.students)}'s, by the roster now). It was moved to {away.relative_to(self.course.root)}, and its grade is out of force."
                )
            marks.place(folder).unlink(missing_ok=True)
        return students, said

    def _marks(self) -> Iterator[tuple[str, Mark]]:
        for path in sorted(marks.place(self.folder("x")).parent.glob("*.json")):
            mark = marks.read(self.folder(path.stem))
            if mark is not None:
                yield path.stem, mark

    def _away(self, student: str) -> Path:
        folder = private(self.course, self.assignment.name) / "withdrawn"
        folder.mkdir(parents=True, exist_ok=True)
        return folder / f"{student}-{datetime.now(UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(2)}"
