"""Hostile submissions, bounded on purpose: at most 200 processes, 3 GiB, 200 MB of disk, loopback addresses only.

Each is a notebook 01 with a right `relu` and the stub of `conv_output_size`, changed by a few lines of attack. An attack
deserves what its honest part deserves: by default the two points of `relu` and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

NOTEBOOK = "01_cnn_layers"
POINTS = {"conv_output_size": 2.0, "relu": 2.0}
HONEST = {"relu": "def relu(x):\n    return x * (x > 0)\n"}
SOLVED = {
    **HONEST,
    "conv_output_size": "def conv_output_size(size, kernel_size, stride=1, padding=0):\n"
    "    return (size + 2 * padding - kernel_size) // stride + 1\n",
}
MARK = "hostile-trace"  # in the name of every file that an attack tries to leave on the host
NOTHING = {"relu": 0.0, "conv_output_size": 0.0}


@dataclass(frozen=True)
class Attack:
    """One hostile submission.

    Attributes:
        name: What it tries.
        cell: A cell of its own before the solutions. `PORT` and `SECRET` in it stand for what the test listens on and guards.
        answers: Solution cells, beside the right `relu`.
        deserves: Points by item.
        may_lose: Whether it harms itself, so that it may earn less.
        status: What the scorecard may say.
        change: Changes the notebook's JSON, or returns the bytes of the file.
        put: Puts something else than a plain file at the path.
    """

    name: str
    cell: str = ""
    answers: dict[str, str] = field(default_factory=dict)
    deserves: dict[str, float] = field(default_factory=lambda: {"relu": 2.0, "conv_output_size": 0.0})
    may_lose: bool = False
    status: tuple[str, ...] = ("graded",)
    change: Callable[[dict[str, Any]], bytes | None] | None = None
    put: Callable[[Path], None] | None = None


def size(body: str, before: str = "") -> dict[str, str]:
    """Return a solution cell of `conv_output_size` with this body."""
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    return {
        "conv_output_size": f"{before}\ndef conv_output_size(size, kernel_size, stride=1, padding=0):\n{lines}"
    }


def relu(body: str, before: str = "") -> dict[str, str]:
    """Return a solution cell of `relu` with this body."""
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    return {"relu": f"{before}\ndef relu(x):\n{lines}"}
