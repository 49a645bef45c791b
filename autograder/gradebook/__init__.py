"""nbgrader stays the system of record: its settings, and the one link of its chain that this course replaces."""

from pathlib import Path
from typing import Any

from autograder.gradebook.jsonschema_import import import_jsonschema

import_jsonschema()

__all__ = ["configure"]


def configure(c: Any, root: Path) -> None:
    """Fill in nbgrader's configuration object in a process of nbgrader's own, and put our converters into it; see `settings.configure`."""
    from autograder.gradebook import converter, settings

    settings.configure(c, root)
    converter.install()
