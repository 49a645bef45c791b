"""Markdown in feedback pages and in the formgrader: whatever a renderer makes of a student's words, no live HTML comes out.

nbgrader's templates show Markdown as it was rendered (`sanitize_html` does not reach it). This filter takes the renderer's place.
"""

from __future__ import annotations

from html import escape
from typing import Any

import nh3
from nbconvert.filters import markdown2html

_ATTRIBUTES = {
    **nh3.ALLOWED_ATTRIBUTES,
    # Classes colour code. No ids: the formgrader finds its own fields by them.
    "*": {"class"},
    "a": {"href", "title"},
    "img": {"src", "alt", "title", "width", "height"},
    **{cell: {"style", "colspan", "rowspan"} for cell in ("td", "th")},
}
_SCHEMES = {"http", "https", "mailto"}


def safe_markdown(source: Any) -> str:
    """Return Markdown as HTML: text, formatting, and links to the web, to mail and within the page."""
    try:
        html = str(markdown2html(str(source)))
    except Exception:  # one cell that cannot be rendered must not cost a page
        html = f"<pre>{escape(str(source))}</pre>"
    return nh3.clean(
        html,
        tags=nh3.ALLOWED_TAGS | {"input"},
        attributes=_ATTRIBUTES,
        attribute_filter=_only_known_targets,
        tag_attribute_values={"input": {"type": {"checkbox"}, "disabled": {""}, "checked": {""}}},
        url_schemes=_SCHEMES | {"data"},
        filter_style_properties={"text-align"},
    )


def _only_known_targets(tag: str, name: str, value: str) -> str | None:
    if name == "src":
        return value if value.startswith(("data:image/png;base64,", "data:image/jpeg;base64,")) else None
    if name in ("href", "cite"):
        scheme = value.partition(":")[0].lower()
        return value if value.startswith("#") or (":" in value and scheme in _SCHEMES) else None
    return value
