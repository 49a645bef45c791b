"""Every error that this package raises on purpose: one root, and messages that say what to do next."""

from __future__ import annotations


class AutograderError(Exception):
    """Say what happened and what to do next; the command line prints it without a traceback."""


class CourseError(AutograderError):
    """The course folder or its configuration is not usable."""


class GradebookError(AutograderError):
    """nbgrader's gradebook cannot be opened, read or written."""


class DataError(AutograderError):
    """A data set is missing, torn or not the one that it should be."""


class NotebookError(AutograderError):
    """A file is not a notebook that can be graded."""


class SandboxError(AutograderError):
    """The sandbox cannot be put in place on this machine."""


class GraderFault(AutograderError):
    """A hidden test failed in our own code: no grade may be written."""
