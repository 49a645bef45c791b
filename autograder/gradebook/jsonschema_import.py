"""Import jsonschema in a tenth of the time, before nbgrader does: importing this package is enough."""

from __future__ import annotations

import sys
from typing import Any


def import_jsonschema() -> None:
    """Import it without a library for addresses in any script, which spends over a second on 38 grammars of its own.

    jsonschema takes what is there and goes on without what is not; no schema of a notebook asks for that format.
    """
    grammars = "rfc3987_syntax"
    if "jsonschema" in sys.modules or grammars in sys.modules:
        return
    modules: dict[str, Any] = sys.modules
    modules[grammars] = None  # so Python says that there is no such module
    try:
        import jsonschema  # noqa: F401
    finally:
        del modules[grammars]
