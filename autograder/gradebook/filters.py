"""What stands in for two filters of nbconvert's in feedback pages and in the formgrader: Markdown without live HTML, code within limits.

nbgrader's templates show Markdown as it was rendered (`sanitize_html` does not reach it), and colour code however long it is.
"""

from __future__ import annotations

import itertools
import re
from html import escape
from typing import Any

import nh3
from nbconvert.filters import Highlight2HTML
from nbconvert.filters.markdown_mistune import MarkdownWithMath

from autograder.gradebook import formulas

_ATTRIBUTES = {
    **nh3.ALLOWED_ATTRIBUTES,
    **formulas.ATTRIBUTES,
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
_FENCE = r"^([ \t>*+.)\d-]*(?:`{3,}|~{3,}))[ \t]*"
_LANGUAGE = re.compile(_FENCE + r"(?!python[ \t]*$)[^\s`~][^\n`]*$", re.MULTILINE)
_ANY_LANGUAGE = re.compile(_FENCE + r"[^\s`~][^\n`]*$", re.MULTILINE)
_SCHEMES = {"http", "https", "mailto"}
# What a renderer or a cleaner takes the square of. Each is far above what people write.
_MOST_WORDS = 50_000  # characters of one cell
_MOST_WITH_TAGS = (
    5_000  # of a cell with HTML's own tags: an open one is written once more into each paragraph that follows
)
_MOST_MATH = 500  # openings, each of which is sought an end
_MOST_BLANKS = 100  # in a row
_TAG = re.compile(r"<[a-zA-Z/!?]")
_MATH = re.compile(r"\\begin\{|\\\\[\[(]")
_BLANKS = re.compile(rf"([ \t]{{{_MOST_BLANKS}}})[ \t]+")


def safe_markdown(source: Any) -> str:
    """Return Markdown as HTML: text, formatting, and links to the web, to mail and within the page.

    What would take long, or grow, shows as it was written.
    """
    text = _BLANKS.sub(r"\1", str(source))
    if len(text) > _MOST_WORDS or next(itertools.islice(_MATH.finditer(text), _MOST_MATH, None), None):
        return written(text)
    coloured = max(map(len, text.split("\n"))) <= _LONGEST_LINE
    text = (_LANGUAGE if coloured else _ANY_LANGUAGE).sub(r"\1", text)
    as_words = len(text) > _MOST_WITH_TAGS and _TAG.search(text) is not None
    try:
        html = MarkdownWithMath(renderer=formulas.Renderer(as_words)).render(text)
    except Exception:  # one cell that cannot be rendered must not cost a page
        return written(text)
    return nh3.clean(
        html,
        tags=nh3.ALLOWED_TAGS | formulas.TAGS | {"input"},
        attributes=_ATTRIBUTES,
        attribute_filter=_only_known_targets,
        tag_attribute_values={"input": {"type": {"checkbox"}, "disabled": {""}, "checked": {""}}},
        url_schemes=_SCHEMES | {"data"},
        filter_style_properties={"text-align"},
    )


def written(source: Any) -> str:
    """Return Markdown as it was written, and not all of a long one."""
    return f"<pre>{_shown(str(source), _MOST_WORDS)}</pre>"


def _shown(text: str, most: int) -> str:
    more = len(text) - most
    return escape(text[:most]) + (f"\n… ({more:,} characters left out)" if more > 0 else "")


def _only_known_targets(tag: str, name: str, value: str) -> str | None:
    if name == "width" and tag == "mspace":
        return value if formulas.WIDTH.fullmatch(value) else None
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
        return f'<div class="highlight"><pre>{_shown(text, _MOST_PLAIN)}</pre></div>'
