"""What stands in for two filters of nbconvert's in feedback pages and in the formgrader: Markdown without live HTML, code within limits.

nbgrader's templates show Markdown as it was rendered (`sanitize_html` does not reach it), and colour code however long it is.
"""

from __future__ import annotations

import re
from html import escape
from typing import Any

import nh3
from nbconvert.filters import Highlight2HTML, markdown2html

_ATTRIBUTES = {
    **nh3.ALLOWED_ATTRIBUTES,
    # Classes colour code. No ids: the formgrader finds its own fields by them.
    "*": {"class"},
    "a": {"href", "title"},
    "img": {"src", "alt", "title", "width", "height"},
    **{cell: {"style", "colspan", "rowspan"} for cell in ("td", "th")},
}
# Characters. pygments takes the square of a line's length for some lines: ten seconds for 40,000 characters of `a.a.a`.
_LONGEST_LINE = 2_000
_MOST_COLOURED = 200_000  # in a page: seconds, whatever stands there
_MOST_PLAIN = 20_000  # of one cell
# What names a language behind a fence, but for the one whose lexer is known to be quick.
_LANGUAGE = re.compile(
    r"^([ \t>*+.)\d-]*(?:`{3,}|~{3,}))[ \t]*(?!python[ \t]*$)[^\s`~][^\n`]*$", re.MULTILINE
)
_SCHEMES = {"http", "https", "mailto"}


def safe_markdown(source: Any) -> str:
    """Return Markdown as HTML: text, formatting, and links to the web, to mail and within the page."""
    try:
        html = str(markdown2html(_LANGUAGE.sub(r"\1", str(source))))
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


class Code(Highlight2HTML):
    """Colour code where that is quick; show the rest plain, and not all of it. Each page has one of these, and so one budget."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._room = _MOST_COLOURED

    def __call__(self, source: Any, language: Any = None, metadata: Any = None) -> Any:
        text = str(source)
        if len(text) <= self._room and max(map(len, text.split("\n"))) <= _LONGEST_LINE:
            self._room -= len(text)
            return super().__call__(text, language, metadata)
        more = len(text) - _MOST_PLAIN
        shown = escape(text[:_MOST_PLAIN]) + (f"\n… ({more:,} characters left out)" if more > 0 else "")
        return f'<div class="highlight"><pre>{shown}</pre></div>'
