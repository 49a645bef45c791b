"""What of the configuration a grade rests on: grades given under another one are out of date, and are not handed on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from autograder.course.model import Assignment, Course

Rules = dict[str, str]  # what it is, in words: its value or a digest of it


def rules(course: Course, assignment: Assignment, dataset: str = "") -> Rules:
    """Return what grades of an assignment rest on, in words that a message can use.

    The graders' own version is not among it: a newer release of this package does not put a finished assignment out of date.
    """
    name = dataset or course.dataset
    return {
        "data set": name,
        "points": _digest({item.id: float(item.points) for item in assignment.items()}),
        "follow-through": f"{assignment.follow_through:g}",
        "free items": ", ".join(sorted(assignment.free)),
        "threshold or training": _digest(
            asdict(training) if (training := assignment.training_on(name)) else {}
        ),
        "limits": _digest(asdict(course.limits)),
        "time zone": course.time_zone,  # in which times of handing in are read
    }


def changed(before: object, now: Rules) -> list[str]:
    """Return the names of the rules that are others now; of a grade that says nothing of its rules, all."""
    held: Mapping[Any, Any] = before if isinstance(before, Mapping) else {}
    return [name for name, value in now.items() if held.get(name) != value]


def _digest(values: object) -> str:
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:12]
