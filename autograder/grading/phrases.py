"""How a difference is put into a message: "the loss is 3" behind "It gave"."""

from __future__ import annotations

import re


def gave(saw: str) -> str:
    """Turn "the loss is 3" into what fits behind "It gave"."""
    if found := re.fullmatch(r"the result is (.*)", saw, re.DOTALL):
        return found[1]
    if re.match(r"\w+: ", saw):  # an error, whose own words come behind its name
        return saw
    if found := re.fullmatch(r"(.+?) is (.*)", saw, re.DOTALL):
        return f"{found[2]} as {found[1]}"
    if found := re.fullmatch(r"(.+?) has (.*)", saw, re.DOTALL):
        return f"{'a result' if found[1] == 'the result' else found[1]} with {found[2]}"
    return saw
