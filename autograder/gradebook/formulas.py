"""Formulas in Markdown as MathML, which browsers draw by themselves: no script, no font, nothing to load."""

from __future__ import annotations

import re
from html import escape, unescape

from latex2mathml.converter import convert
from nbconvert.filters.markdown_mistune import IPythonRenderer

# What a formula may consist of, and how it may look; no links, colours or sizes.
TAGS = {
    "math", "mrow", "mi", "mn", "mo", "mtext", "mspace", "mfrac", "msqrt", "mroot", "msub", "msup", "msubsup", "munder", "mover",
    "munderover", "mtable", "mtr", "mtd", "mpadded", "mphantom", "menclose", "mstyle", "mmultiscripts", "mprescripts", "none",
}  # fmt: skip
ATTRIBUTES = {
    "math": {"display"}, "mi": {"mathvariant"}, "mo": {"stretchy", "fence", "separator", "accent"}, "mspace": {"width"},
    "mover": {"accent"}, "munder": {"accentunder"}, "mfrac": {"linethickness"}, "mtable": {"columnalign"}, "mstyle": {"displaystyle"},
}  # fmt: skip
WIDTH = re.compile(r"-?[0-2]?(\.\d{1,5})?em")
# Of one cell. Far above what people write: each sign becomes some ten times its length.
_MOST = 200
_MOST_SIGNS = 10_000
_LONGEST = 2_000
# The one of these that is known, without numbers as in a notebook.
_ALIGNED = re.compile(r"\\(begin|end)\{(?:align|aligned|gather|gathered|eqnarray|multline|split)\*?\}")
# A macro is written out up to a hundred times; the rest asks for what no formula needs.
_REFUSED = re.compile(
    r"\\(def|let|(re)?newcommand|newenvironment|providecommand|require|html|href|style|class)\b"
)


class Renderer(IPythonRenderer):
    """nbconvert's renderer of one cell's Markdown, with formulas as MathML; one that cannot be turned into it stays as it was written."""

    def __init__(self, as_words: bool) -> None:
        super().__init__(escape=as_words, exclude_anchor_links=True)
        self._formulas, self._signs = _MOST, _MOST_SIGNS

    def inline_math(self, body: str) -> str:
        return self._formula(body, f"${body}$", "inline")

    def block_math(self, body: str) -> str:
        return self._formula(body, f"$${body}$$", "block")

    def latex_environment(self, name: str, body: str) -> str:
        whole = f"\\begin{{{name}}}{body}\\end{{{name}}}"
        return self._formula(body if name.startswith("equation") else whole, whole, "block")

    def _formula(self, body: str, written: str, display: str) -> str:
        tex = unescape(body).strip()  # preparing a student's Markdown writes `&lt;`
        if tex and len(tex) <= min(_LONGEST, self._signs) and self._formulas > 0 and not _REFUSED.search(tex):
            self._formulas, self._signs = self._formulas - 1, self._signs - len(tex)
            try:
                return str(convert(_ALIGNED.sub(r"\\\1{align*}", tex), display=display))
            except Exception:  # what a student wrote may be no formula
                pass
        return f"<code>{escape(unescape(written), quote=False)}</code>"
