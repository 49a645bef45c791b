"""nbgrader stays the system of record: its settings, and the one link of its chain that this course replaces."""

from autograder.gradebook.settings import configure

__all__ = ["configure"]
