"""An instructor's own plugin for late penalties: found, asked once a submission, and named when it fails."""

from __future__ import annotations

import functools
import importlib
import importlib.util
import math
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from numbers import Real
from pathlib import Path
from types import ModuleType
from typing import Any

from nbgrader.plugins import BasePlugin, LateSubmissionPlugin
from traitlets.config import Config

from autograder.errors import CourseError


class PluginError(CourseError):
    """The plugin cannot be used, or failed for a student."""


class LatePlugin:
    """The plugin that nbgrader's settings name.

    Raises:
        PluginError: It cannot be imported or made.
    """

    def __init__(self, root: Path, config: Config, log: Any) -> None:
        given = config.AssignLatePenalties.get("plugin_class", LateSubmissionPlugin)
        self.name = f"{given.__module__}.{given.__qualname__}" if isinstance(given, type) else str(given)
        try:
            found = given if isinstance(given, type) else _imported(root, self.name)
            if not (isinstance(found, type) and issubclass(found, BasePlugin)):
                raise TypeError("it is no subclass of nbgrader.plugins.BasePlugin")
            self._ask = found(config=config, log=log).late_submission_penalty
        except (Exception, SystemExit) as error:
            raise PluginError(
                f"The late-penalty plugin {self.name} cannot be used: {type(error).__name__}: {error}. It is named in course_config.py (AssignLatePenalties.plugin_class); mend it there, or leave it out and write late=Late(…). Nothing was graded."
            ) from error

    def taken(self, student: str, score: float, seconds: float) -> float:
        """Return the points that a late submission loses. None, which nbgrader's own plugin returns, means none.

        Args:
            score: Of the whole submission, not of one notebook.

        Raises:
            PluginError: It failed, or returned what is no number of points.
        """
        try:
            found = self._ask(student, score, seconds)
        except (Exception, SystemExit) as error:
            raise PluginError(
                f"The late-penalty plugin {self.name} failed: {type(error).__name__}: {error}."
            ) from error
        if found is None:
            return 0.0
        points = float(found) if isinstance(found, Real) and not isinstance(found, bool) else math.nan
        if not 0 <= points < math.inf:
            raise PluginError(
                f"The late-penalty plugin {self.name} returned {found!r:.100}, which is no number of points (0 or more)."
            )
        return points


def is_set(config: Config) -> bool:
    """Say whether nbgrader's settings ask for a plugin that takes points."""
    return "plugin_class" in config.get("AssignLatePenalties", {}) or (
        config.get("LateSubmissionPlugin", {}).get("penalty_method", "none") != "none"
    )


def _imported(root: Path, name: str) -> Any:
    module, _, attribute = name.rpartition(".")
    if not module:
        raise ImportError(f"write it as MODULE.CLASS, not {name!r}")
    path = root / f"{module}.py"
    if path.is_file() and not path.is_symlink():
        status = path.stat()
        return getattr(_from_file(path, status.st_mtime_ns, status.st_size), attribute)
    return getattr(importlib.import_module(module), attribute)


@functools.lru_cache(maxsize=4)  # a formgrader runs for weeks, and the file changes meanwhile
def _from_file(path: Path, changed: int, size: int) -> ModuleType:
    """Load a file beside `course_config.py`, under a name that takes no other module's place."""
    spec = importlib.util.spec_from_file_location(f"course_plugin_{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    with _last_on_path(path.parent):
        spec.loader.exec_module(module)
    return module


@contextmanager
def _last_on_path(folder: Path) -> Iterator[None]:
    """Let a plugin import a file that lies beside it, while it is loaded and behind everything that is installed."""
    sys.path.append(str(folder))
    try:
        yield
    finally:
        sys.path.remove(str(folder))
