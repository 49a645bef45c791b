"""Which names of folders in `submitted/` can be a student's: nbgrader takes a name for a pattern, strips it, and passes over some."""

from __future__ import annotations

import unicodedata

_PATTERN = "*?["
_NEVER = ("Cc", "Cs", "Zl", "Zp")  # control characters, bytes that are no UTF-8, ends of lines and paragraphs


def refusal(name: str) -> str:
    """Return why nbgrader can keep no grade under a folder's name; "" where it can."""
    if found := sorted(set(name) & set(_PATTERN)):
        why = f"nbgrader takes {' and '.join(found)} in a name for a pattern, which others' names may fit"
    elif any(unicodedata.category(character) in _NEVER for character in name):
        why = "it holds characters that cannot be written in one line of text"
    elif name != name.strip():
        why = "it begins or ends with a space, and nbgrader takes it for the name without"
    elif name.startswith("."):
        why = "it begins with a dot, and nbgrader passes over hidden folders"
    else:
        return ""
    return f"The folder's name cannot be a student's id: {why}. Rename it in submitted/, and grade again"
