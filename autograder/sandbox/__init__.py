"""The closed process in which a submission runs, behind one small interface: start, run a cell, probe, close."""

from autograder.sandbox.bubblewrap import Place, missing_reason
from autograder.sandbox.session import CellRun, Reply, Sandbox

__all__ = ["CellRun", "Place", "Reply", "Sandbox", "missing_reason"]
