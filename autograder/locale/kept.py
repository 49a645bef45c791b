"""What a translation must keep of the English text: formulas, code, links, placeholders, tags and numbers."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator

# What is no language. `{{ points.conv2d }}` is the build's, `{count}` and `{loss:.2f}` are Python's.
KEPT = re.compile(
    r"""(?P<placeholder>\{\{.*?\}\} | \{(?![^{}:()\[\]]*:\ [^\d.])(?:[^{}\s]|\{[^{}]*\})(?:[^{}]|\{[^{}]*\})*\})
      | (?P<formula>\$\$.+?\$\$ | (?<!\\)\$(?=\S)[^$]*[^$\s\\]\$)
      | (?P<code>(`+)(?!`).+?(?<!`)\4(?!`))
      | (?P<link>\]\([^()\s]*\) | <?https?://[^\s<>]*>?)
      | (?P<tag></?[a-z][a-z0-9]*(?:\s[^<>]*)?/?>)""",
    re.VERBOSE | re.DOTALL,
)
_KINDS = {"placeholder": "the placeholder", "formula": "the formula", "code": "the code", "link": "the link", "tag": "the tag"}  # fmt: skip
_TEXT = re.compile(r"(\\(?:text|textbf|textit|mathrm)\{)[^{}]*\}")  # words in a formula are translated
_WORD = re.compile(r"[^\W\d_]{2,}")
_NUMBER = re.compile(r"\d+(?:[.,\u00a0\u202f]\d+)*")  # 1,797 and 0.5 are 1.797 and 0,5 elsewhere
_BOLD = re.compile(r"\*\*(?=\S)(.+?)\*\*(.?)", re.DOTALL)


def has_words(text: str) -> bool:
    """Say whether there is anything to translate."""
    return bool(_WORD.search(KEPT.sub(" ", text))) or any(_WORD.search(each) for each in _words_in(text))


def _words_in(text: str) -> Iterator[str]:
    """Yield the words in a text's formulas."""
    for found in KEPT.finditer(text):
        if found.lastgroup == "formula":
            yield from (each[0].partition("{")[2] for each in _TEXT.finditer(found[0]))


def parts(text: str) -> Counter[tuple[str, str]]:
    """Return what must be kept of a text, with its kind, and how often it is there."""
    found: Counter[tuple[str, str]] = Counter()
    for match in KEPT.finditer(text):
        kind = next(name for name in _KINDS if match[name] is not None)
        found[kind, _TEXT.sub(r"\1}", match[0]) if kind == "formula" else match[0]] += 1
    for match in _NUMBER.finditer(KEPT.sub(" ", text)):
        found["number", re.sub(r"\D", "", match[0])] += 1
    return found


def lost(text: str, translation: str) -> list[str]:
    """Return what a translation lacks of the English text, or has beyond it; nothing where it is whole."""
    before, after = parts(text), parts(translation)
    said = [f"lacks {_KINDS.get(kind, 'the number')} {each}" for kind, each in (before - after)]
    said += [f"has {_KINDS.get(kind, 'the number')} {each} too much" for kind, each in (after - before)]
    bare = KEPT.sub("", text), KEPT.sub("", translation)
    signs = {"**": "bold signs `**`", "|": "bars `|`", "{": "braces `{`", "}": "braces `}`"}
    for sign, what in signs.items():
        if (there := bare[0].count(sign)) != (here := bare[1].count(sign)):
            said.append(f"has {here} {what} where the English text has {there}")
    for bold in _BOLD.finditer(translation):
        if unicodedata.category(bold[1][-1]).startswith("P") and bold[2].isalnum():
            said.append(f"does not close the bold {bold[0]}: put its last sign behind the `**`, or a space")
    if any(a != b and not (a == " " and wide) for a, b, wide in _edges(text, translation)):
        said.append("begins or ends with other spaces")
    return said


def _edges(text: str, translation: str) -> Iterator[tuple[str, str, bool]]:
    """Yield the spaces before and behind both, and whether a wide character stands there: Chinese puts no space between words."""
    for strip, part, last in ((str.lstrip, str.removesuffix, 0), (str.rstrip, str.removeprefix, -1)):
        inner = strip(translation)
        wide = bool(inner) and unicodedata.east_asian_width(inner[last]) in "WF"
        yield part(text, strip(text)), part(translation, inner), wide
