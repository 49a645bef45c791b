"""Every error that this package raises on purpose, and what a machine or a gradebook refuses, in words: what happened, and what to do."""

from __future__ import annotations

import errno


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


_LOOK = "Mend that, and run again: what was done is kept."
_SPACE = "Free some space, and run again: what was done is kept."
_PERMISSIONS = "Mend the permissions, and run again: what was done is kept."
_REMEDY: dict[int | None, str] = {
    errno.ENOENT: "Look at the name: nothing is there.",
    errno.ENOSPC: _SPACE,
    errno.EDQUOT: _SPACE,
    errno.EFBIG: _SPACE,
    errno.EACCES: _PERMISSIONS,
    errno.EPERM: _PERMISSIONS,
    errno.EROFS: "The file system takes nothing new. Put the course where files can be written, and run again.",
    errno.EISDIR: "A file is asked for, and this is a folder.",
    errno.ENOTDIR: "A folder is asked for, and this is a file.",
}
# What no submission is the reason of, and what the next one would meet as well.
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EMFILE, errno.ENFILE)
_SQLITE = {
    "locked": "The gradebook is locked: another program is writing into it and did not let go. Let it end (another command of yours or a colleague's? a database browser?), and run again: what was done is kept.",
    "readonly": "The gradebook can be read and not written. Mend the permissions of its file and of its folder, and run again: what was done is kept.",
    "unable to open": "The gradebook cannot be opened: its folder is not there, or you may not read or write there. Mend that, or the address in course_config.py (c.CourseDirectory.db_url), and run again.",
    "full": f"There is no space left for the gradebook. {_SPACE}",
    "disk I/O": f"The gradebook's disk does not work, or is full. {_LOOK}",
    "malformed": "The gradebook's file is damaged. Put a copy from before in its place, and grade again.",
    "not a database": "The gradebook's file is no SQLite database. Put a copy from before in its place, and grade again.",
    "no such": "The gradebook was made by another version of nbgrader. Make a copy of it, run `nbgrader db upgrade`, and run again.",
}


def of_system(error: OSError) -> str:
    """Return what the system refused, and the remedy."""
    what = error.strerror or str(error) or type(error).__name__
    return f"{what}{f': {error.filename}' if error.filename else ''}. {_REMEDY.get(error.errno, _LOOK)}"


def concerns_all(error: BaseException) -> bool:
    """Say whether an error would meet every other submission as well: a full disk, a gradebook that cannot be used."""
    return (
        isinstance(error, GradebookError)
        or of_gradebook(error) != ""
        or (isinstance(error, OSError) and error.errno in _FULL)
    )


def of_gradebook(error: BaseException) -> str:
    """Return why the gradebook cannot be used; "" where an error is none of the database's.

    SQLAlchemy is not imported for that: if there is such an error, it has been.
    """
    if isinstance(error, ImportError) and _within(error, "sqlalchemy"):
        return f"The gradebook's database needs a package that is not installed here ({error}). Install it, and run again."
    if not any(kind.__module__ == "sqlalchemy.exc" for kind in type(error).__mro__):
        return ""
    said = str(getattr(error, "orig", None) or error).strip()
    first = said.splitlines()[0][:300] if said else type(error).__name__
    kinds = {kind.__name__ for kind in type(error).__mro__}
    if kinds & {"ArgumentError", "NoSuchModuleError"}:
        return (
            f"The gradebook's address in course_config.py (c.CourseDirectory.db_url) cannot be used: {first}."
        )
    if not kinds & {"OperationalError", "DatabaseError", "InterfaceError", "TimeoutError"}:
        return ""
    known = next((words for part, words in _SQLITE.items() if part in said), "")
    return known or f"The gradebook cannot be used ({first}). {_LOOK}"


def _within(error: BaseException, package: str) -> bool:
    """Say whether an error came out of a package's own code."""
    trace = error.__traceback__
    names = []
    while trace is not None:
        names.append(str(trace.tb_frame.f_globals.get("__name__", "")).partition(".")[0])
        trace = trace.tb_next
    return names[-1:] == [package]
