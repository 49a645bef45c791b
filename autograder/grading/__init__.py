"""Grading: from a submitted notebook to a scorecard. Hidden tests import their words from here."""

from autograder.grading.outcomes import Failed, NotAttempted
from autograder.grading.plugin import item

__all__ = ["Failed", "NotAttempted", "item"]
