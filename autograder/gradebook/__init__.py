"""nbgrader stays the system of record: its settings, and the one link of its chain that this course replaces."""

from autograder.gradebook.jsonschema_import import import_jsonschema

import_jsonschema()

from autograder.gradebook.settings import configure  # noqa: E402

__all__ = ["configure"]
