"""Make what a student's code wrote safe to look at: no scripts, handlers, frames, remote images, terminal escapes."""

from __future__ import annotations

import itertools
import re
from typing import Any

import nh3

_MOST_TEXT = 20_000  # characters of one output
_MOST_OUTPUTS = 60
_MOST_IMAGE = 1_500_000  # base64 characters
_ESCAPES = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(\x07|\x1b\\)|\x1b.|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"
)
_C1 = re.compile(r"[\x80-\x9f]")  # terminals take some for escapes
_TURNS = re.compile(
    r"[\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]"
)  # these turn round what stands beside them
_BASE64 = re.compile(r"[A-Za-z0-9+/=\s]*")
# Where a link of Markdown has its target: inline, or in a definition; and the targets that may stand there. A scheme hides behind
# entities and backslashes, so what may hold one is told by what stands in the text, not by what a reader makes of it.
_TARGET = re.compile(
    r"](?=[(:])(?!.[ \t\n]*+(?:https?://|mailto:|#|[^\x00-\x20\x7f\xa0:&\\/?#<>)]{0,300}+(?:[/?#) \t\n]|\Z)))",
    re.IGNORECASE,
)
_OPENING_MATH = re.compile(r"\\begin(?=\{)|\\\\(?=[\[(])")
_MOST_MATH = 100  # openings in one cell: for each, a renderer looks through all that follows
_TAGS = {
    "p", "b", "i", "em", "strong", "code", "pre", "br", "hr", "ul", "ol", "li", "table", "thead", "tbody", "tr", "th", "td",
    "h1", "h2", "h3", "h4", "h5", "h6", "div", "span", "sub", "sup", "details", "summary", "caption", "small",
}  # fmt: skip


def plain_characters(text: str) -> str:
    """Return text that any file, database and terminal takes: halves of characters become question marks."""
    return text.encode("utf-8", "replace").decode()


def plain(text: str, most: int = 200) -> str:
    """Return a name or a sentence of a stranger's as one line that is safe on a terminal."""
    text = _TURNS.sub("", _C1.sub("", _ESCAPES.sub("", plain_characters(text[: 4 * most]))))
    return " ".join(text.split())[:most]


def clean_html(text: str) -> str:
    """Return HTML with plain formatting only: no attribute survives."""
    return nh3.clean(text, tags=_TAGS, attributes={}, link_rel=None)


def clean_markdown(text: str) -> str:
    """Return Markdown whose HTML shows as text, without images, and with links to the web, to mail and within the page only."""
    text = _C1.sub("", _ESCAPES.sub("", plain_characters(text)))
    text = re.sub(r"<(?=[a-zA-Z/!?])", "&lt;", text)
    text = re.sub(r"!\[", r"!\\[", text)
    text = _TARGET.sub("] ", text)  # no link any more, and every word of it shows
    openings = itertools.count()
    return _OPENING_MATH.sub(lambda m: m[0] + " " * (next(openings) >= _MOST_MATH), text)


def clean_text(text: str, most: int = _MOST_TEXT) -> str:
    """Return text without terminal escapes and control characters, shortened where it is long."""
    text = _TURNS.sub("", _C1.sub("", _ESCAPES.sub("", plain_characters(text[: 4 * most]))))
    if len(text) > most:
        text = text[: most // 2] + f"\n… ({len(text) - most:,} characters left out) …\n" + text[-most // 2 :]
    return text


def clean_outputs(outputs: Any) -> list[dict[str, Any]]:
    """Return outputs in nbformat's form, with what is dangerous or of an unknown form left out."""
    if not isinstance(outputs, list):
        return []
    cleaned = [_output(each) for each in outputs[:_MOST_OUTPUTS] if isinstance(each, dict)]
    kept = [each for each in cleaned if each is not None]
    if len(outputs) > _MOST_OUTPUTS:
        kept.append(
            {
                "output_type": "stream",
                "name": "stdout",
                "text": f"… ({len(outputs) - _MOST_OUTPUTS} outputs left out)\n",
            }
        )
    return kept


def _joined(value: Any) -> str:
    if isinstance(value, list):
        return "".join(each for each in value if isinstance(each, str))
    return value if isinstance(value, str) else ""


def _output(output: dict[str, Any]) -> dict[str, Any] | None:
    match output.get("output_type"):
        case "stream":
            name = "stderr" if output.get("name") == "stderr" else "stdout"
            return {"output_type": "stream", "name": name, "text": clean_text(_joined(output.get("text")))}
        case "error":
            trace = output.get("traceback")
            lines = (
                [clean_text(each, 2000) for each in trace if isinstance(each, str)][-30:]
                if isinstance(trace, list)
                else []
            )
            return {
                "output_type": "error",
                "ename": clean_text(_joined(output.get("ename")), 200),
                "evalue": clean_text(_joined(output.get("evalue")), 2000),
                "traceback": lines,
            }
        case "display_data" | "execute_result":
            data = output.get("data")
            kept = _data(data) if isinstance(data, dict) else {}
            return {"output_type": "display_data", "data": kept, "metadata": {}} if kept else None
    return None


def _data(data: dict[str, Any]) -> dict[str, str]:
    """Return what is shown of an output: text and pictures. HTML shows as text, and only where there is no other: parsed, it would
    grow a thousandfold (a table's missing tags), and look like a grader's words."""
    kept: dict[str, str] = {}
    for kind, value in data.items():
        text = _joined(value)
        if kind == "text/plain":
            kept[kind] = clean_text(text)
        elif kind in ("image/png", "image/jpeg") and len(text) <= _MOST_IMAGE and _BASE64.fullmatch(text):
            kept[kind] = text
    if not kept.get("text/plain") and (source := _joined(data.get("text/html"))):
        kept["text/plain"] = clean_text(source)
    return kept
