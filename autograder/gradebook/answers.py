"""Answers in text: whether those that stand written are those that were handed in."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any


def same_answers(prepared: Path, written: dict[str, Any], items: Iterable[str]) -> bool:
    """Say whether an autograded notebook holds the very answers in text that were handed in.

    What is graded by a person is not in the key of a notebook's result, since it changes no verdict of the hidden tests.
    """
    wanted = set(items)
    if not wanted:
        return True
    try:
        handed_in = json.loads(prepared.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return _sources(handed_in, wanted) == _sources(written, wanted)


def _sources(notebook: dict[str, Any], wanted: set[str]) -> dict[str, str]:
    return {
        name: "".join(cell["source"])
        for cell in notebook["cells"]
        if (name := cell["metadata"].get("nbgrader", {}).get("grade_id", "")) in wanted
    }
