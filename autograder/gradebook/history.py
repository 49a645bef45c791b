"""Remember when each student handed in: the exchange collects the last submission only, and the gradebook keeps one time."""

from __future__ import annotations

import contextlib
import json
import os
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from nbgrader.exchange.default import Exchange
from nbgrader.utils import parse_utc

from autograder.course.model import Assignment, Course
from autograder.gradebook.writing import nbgrader_settings
from autograder.intake.files import write_text
from autograder.intake.stamps import timestamp

History = dict[str, list[datetime]]  # student: times of submissions, first to last
# As nbgrader's `submit` writes it. Anybody may put a folder there, and what reads a time looks for a file of its zone's name.
_INBOUND = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,6})? [A-Z]{1,5}", re.ASCII)


def _place(course: Course, assignment: Assignment) -> Path:
    return course.private / "history" / f"{assignment.name}.jsonl"


def read(course: Course, assignment: Assignment) -> History:
    """Return when each student is known to have handed in. What a kill or a full disk left of a line is passed over."""
    found: dict[str, set[datetime]] = {}
    try:
        lines = _place(course, assignment).read_bytes().splitlines()
    except OSError:
        return {}
    for line in lines:
        with contextlib.suppress(ValueError, KeyError, TypeError):
            values = json.loads(line)
            time = datetime.fromisoformat(values["submitted"]).astimezone(UTC)
            found.setdefault(str(values["student"]), set()).add(time)
    return {student: sorted(times) for student, times in found.items()}


def note(course: Course, assignment: Assignment, students: Iterable[str]) -> None:
    """Append the times that are new: of what lies in `submitted/`, and of everything that waits in the exchange.

    One line a submission, all of them in one write at the file's end: nothing that is there can be lost.
    """
    known = read(course, assignment)
    waiting = _inbound(course, assignment)
    lines = []
    for student in students:
        times = set(waiting.get(student, ()))
        times |= _time(timestamp(course.root / "submitted" / student / assignment.name))
        lines += [_line(student, time) for time in sorted(times - set(known.get(student, ())))]
    if not lines:
        return
    # A statistic only: a disk that is full is told by what writes grades.
    with contextlib.suppress(OSError):
        path = _place(course, assignment)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab") as file:
            os.write(file.fileno(), ("\n" + "\n".join(lines) + "\n").encode())


def rename(course: Course, assignment: Assignment, old: str, new: str) -> None:
    """Give a student's times to another id. Done twice it is done once; a kill leaves the file of before or after."""
    known = read(course, assignment)
    if old in known:
        known[new] = sorted({*known.get(new, ()), *known.pop(old)})
        lines = [_line(student, time) for student, times in known.items() for time in times]
        write_text(_place(course, assignment), "\n".join(lines) + "\n")


def _line(student: str, time: datetime) -> str:
    return json.dumps({"student": student, "submitted": time.isoformat()})


def _inbound(course: Course, assignment: Assignment) -> dict[str, set[datetime]]:
    """Return the times of every submission in nbgrader's exchange: folders STUDENT+ASSIGNMENT+TIME+RANDOM, none of which it removes."""
    config, coursedir = nbgrader_settings(course, assignment)
    root = Exchange(coursedir=coursedir, config=config).root
    found: dict[str, set[datetime]] = {}
    with contextlib.suppress(OSError):
        for name in os.listdir(os.path.join(root, coursedir.course_id, "inbound")):
            parts = name.split("+")
            if len(parts) in (3, 4) and parts[1] == assignment.name and _INBOUND.fullmatch(parts[2]):
                found.setdefault(parts[0], set()).update(_time(parts[2]))
    return found


def _time(text: str) -> set[datetime]:
    """Return a time as nbgrader reads it, if it is one, to the second."""
    try:
        return {parse_utc(text).replace(tzinfo=UTC, microsecond=0)} if text else set()
    except (ValueError, OverflowError, AttributeError):
        return set()
