"""Draw a class as inline SVG: a white face under dark themes too, colours that colour-blind readers tell apart, words for who sees none."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

# Okabe and Ito, Color Universal Design (2008); their lightness differs as well, for who prints in grey.
COLOURS = ("#0072b2", "#56b4e9", "#e69f00", "#bbbbbb")
_WIDE = 380  # the width of a telephone: on a wider screen the picture grows, on none its letters shrink


def histogram(title: str, words: str, counts: Sequence[tuple[str, int]], axis: str) -> str:
    """Return bars with their counts above and their labels below.

    Args:
        title: Stands above the bars.
        words: What the picture shows, for readers who cannot see it.
        counts: Label and height of each bar.
        axis: What the labels mean.
    """
    high, left, top = 120, 10, 44
    width = (_WIDE - 2 * left) / max(1, len(counts))
    most = max((count for _, count in counts), default=0) or 1
    drawn = []
    for place, (label, count) in enumerate(counts):
        x, middle, tall = left + place * width, left + (place + 0.5) * width, high * count / most
        if count:
            drawn.append(_bar(x + 1, top + high - tall, width - 2, tall, COLOURS[0], f"{label}: {count}"))
            drawn.append(_text(middle, top + high - tall - 3, str(count), "middle"))
        drawn.append(_text(middle, top + high + 14, label, "middle", 9))
    drawn.append(f'<path d="M{left} {top + high}H{_WIDE - left}" stroke="#000"/>')
    drawn.append(_text(_WIDE / 2, top + high + 30, axis, "middle"))
    return _picture(title, words, top + high + 38, drawn)


def stacked(title: str, words: str, rows: Sequence[tuple[str, Sequence[int]]], legend: Sequence[str]) -> str:
    """Return a bar across for each row, its parts in shares of the row's sum, in the order of the legend."""
    left, top, high = 150, 56, 17
    drawn = []
    x = 10.0
    for colour, name in zip(COLOURS, legend, strict=False):
        drawn.append(_bar(x, 32, 11, 11, colour, name))
        drawn.append(_text(x + 15, 42, name))
        x += 30 + 6.2 * len(name)
    room = _WIDE - left - 10
    for place, (label, counts) in enumerate(rows):
        y, x = top + place * high, float(left)
        drawn.append(_text(left - 6, y + 12, label if len(label) <= 22 else f"{label[:21]}…", "end"))
        for colour, name, count in zip(COLOURS, legend, counts, strict=False):
            if count:
                wide = room * count / sum(counts)
                drawn.append(_bar(x, y + 1, wide, high - 3, colour, f"{label}, {name}: {count}"))
                x += wide
    return _picture(title, words, top + high * len(rows) + 8, drawn)


def _picture(title: str, words: str, high: float, drawn: list[str]) -> str:
    return (
        f'<svg role="img" aria-label="{escape(words)}" viewBox="0 0 {_WIDE} {high:g}" font-family="system-ui, sans-serif">'
        f'<rect width="{_WIDE}" height="{high:g}" fill="#fff"/>{_text(10, 20, title, size=13)}{"".join(drawn)}</svg>'
    )


def _bar(x: float, y: float, wide: float, high: float, colour: str, words: str) -> str:
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{high:.1f}" fill="{colour}" stroke="#fff" stroke-width=".6">'
        f"<title>{escape(words)}</title></rect>"
    )


def _text(x: float, y: float, words: str, anchor: str = "start", size: int = 11) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}" fill="#000">{escape(words)}</text>'
