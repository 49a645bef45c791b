"""The closed process in which a submission runs, behind one small interface: start, run a cell, probe, close."""

from typing import TYPE_CHECKING, Any

from autograder.sandbox.bubblewrap import missing_reason
from autograder.sandbox.view import Place

if TYPE_CHECKING:
    from autograder.sandbox.session import CellRun, Reply, Sandbox

__all__ = ["CellRun", "Place", "Reply", "Sandbox", "missing_reason"]


def __getattr__(name: str) -> Any:
    """Import the session when it is first asked for: it needs torch, and a warm process can begin meanwhile."""
    if name in ("CellRun", "Reply", "Sandbox"):
        from autograder.sandbox import session

        return getattr(session, name)
    raise AttributeError(name)
