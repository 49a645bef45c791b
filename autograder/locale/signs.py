"""Whether the words of a language can be drawn: figures are drawn in matplotlib's own font, the only one that is everywhere."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from pathlib import Path

from babel import Locale

_LATIN = "\u0250"  # every letter below it is in the font, which takes long to open


@functools.cache
def drawable(language: str) -> bool:
    """Say whether DejaVu Sans has the signs of a language: of its own name and those of its months and days."""
    words = "".join(_words(language))
    return max(words) < _LATIN or signs().issuperset(words)


@functools.cache
def signs() -> frozenset[str]:
    """Return the characters that DejaVu Sans has."""
    import matplotlib
    from matplotlib.ft2font import FT2Font

    font = Path(matplotlib.get_data_path(), "fonts", "ttf", "DejaVuSans.ttf")
    return frozenset(map(chr, FT2Font(str(font)).get_charmap()))


def _words(language: str) -> Iterator[str]:
    locale = Locale.parse(language)
    yield str(locale.get_display_name(language))
    for names in (locale.months, locale.days):
        yield from names["format"]["wide"].values()
