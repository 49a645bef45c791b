"""The pages: a list of the pairs that are most alike, and for each both codes side by side. No script; students' words are text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from html import escape
from pathlib import Path
from string import Template

from autograder.export.tables import write_text
from autograder.pages.html import clean_text
from autograder.similar.ranking import STANDS_OUT, Pair, Ranking
from autograder.similar.works import Piece, Work

_PAGE = Path(__file__).parent / "page.html"
_ALIKE = 0.3  # of a cell
CAUTION = "For people to judge, never a grade: a high share is a reason to read both, and no proof. There are few ways to write a short function, and both may have one source, such as a lecture, a book or a tool."


def percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def headline(ranking: Ranking) -> str:
    """Say in a sentence or two how alike the class is."""
    if not ranking.pairs:
        return f"{ranking.works} submissions; no two have code in common that the release has not."
    stands = "1 pair stands out" if ranking.standing_out == 1 else f"{ranking.standing_out} pairs stand out"
    return f"{ranking.works} submissions, {ranking.count:,} pairs; {stands} ({percent(STANDS_OUT)} in common, or more). Half of all pairs have at most {percent(ranking.median)} in common."


def alike(pair: Pair, ranking: Ranking) -> list[str]:
    """Return the cells of the pair's first work much of whose code the second has as well, and few others."""
    common = ranking.in_common(pair)
    found = []
    for piece in pair.first.pieces:
        marked = sum(mark.end - mark.start for mark in ranking.marks(piece, common) if mark.rare)
        if marked > _ALIKE * len(piece.source):
            found.append(piece.id or "a cell of their own")
    return list(dict.fromkeys(found))


def write_pages(
    title: str,
    ranking: Ranking,
    works: list[Work],
    folder: Path,
    bar: Callable[[Iterable[Pair], str], Iterator[Pair]],
) -> Path:
    """Write the list and a page a pair into a folder, and return the list. Pages of an earlier run are removed."""
    rows = []
    old = {path for path in folder.glob("pair-*.html") if path.name[5:-5].isdigit()}
    for number, pair in enumerate(bar(ranking.pairs, "Writing pages"), start=1):
        page = folder / f"pair-{number}.html"
        write_text(
            page, _filled(f"{title}: {pair.first.name} and {pair.second.name}", _pair(title, pair, ranking))
        )
        old.discard(page)
        kind = " class=out" if pair.share >= STANDS_OUT else ""
        names = f"<td>{escape(pair.first.name)}</td><td>{escape(pair.second.name)}</td>"
        cells = escape(", ".join(alike(pair, ranking)))
        rows.append(
            f'<tr{kind}><td class=share><a href="{page.name}">{percent(pair.share)}</a></td>{names}<td>{cells}</td></tr>'
        )
    for path in old:
        path.unlink(missing_ok=True)
    head = "<tr><th>in common</th><th>first</th><th>second</th><th>cells alike</th></tr>"
    parts = [
        f"<h1>{escape(title)}: similar submissions</h1>",
        f"<p>{escape(headline(ranking))}</p>",
        f"<p>{CAUTION}</p>",
    ]
    if rows:
        parts.append(f"<div class=wide><table>{head}{''.join(rows)}</table></div>")
    notes = [f"<li>{escape(work.name)}: {escape(note)}</li>" for work in works for note in work.notes]
    if notes:
        parts.append(f"<h2>Not compared, or not whole</h2><ul>{''.join(notes)}</ul>")
    write_text(folder / "similar.html", _filled(f"{title}: similar submissions", "\n".join(parts)))
    return folder / "similar.html"


def _filled(title: str, body: str) -> str:
    return Template(_PAGE.read_text(encoding="utf-8")).substitute(title=escape(title), body=body)


def _pair(title: str, pair: Pair, ranking: Ranking) -> str:
    common = ranking.in_common(pair)
    parts = [
        '<p><a href="similar.html">All pairs</a></p>',
        f"<h1>{escape(title)}: {percent(pair.share)} in common</h1>",
        f"<p>{CAUTION}</p>",
        "<p>Marked is what both have and the release has not, names, comments and layout aside: <mark class=rare>what hardly anybody else has</mark>, <mark>what others have too</mark>.</p>",
        '<div class="both">',
        *(f"<h2>{escape(work.name)}</h2>" for work in (pair.first, pair.second)),
    ]
    sides = [_by_cell(work) for work in (pair.first, pair.second)]
    for place in dict.fromkeys([*sides[0], *sides[1]]):
        notebook, cell = place
        parts.append(f"<h3>{escape(cell or 'cells of their own')} <small>{escape(notebook)}</small></h3>")
        for side in sides:
            code = "\n\n".join(_marked(piece, ranking, common) for piece in side.get(place, []))
            parts.append(f"<pre>{code}</pre>")
    return "\n".join([*parts, "</div>"])


def _by_cell(work: Work) -> dict[tuple[str, str], list[Piece]]:
    found: dict[tuple[str, str], list[Piece]] = {}
    for piece in work.pieces:
        found.setdefault((piece.notebook, piece.id), []).append(piece)
    return found


def _marked(piece: Piece, ranking: Ranking, common: frozenset[str]) -> str:
    parts, at = [], 0
    for mark in ranking.marks(piece, common):
        parts.append(_text(piece.source[at : mark.start]))
        parts.append(f"<mark{' class=rare' * mark.rare}>{_text(piece.source[mark.start : mark.end])}</mark>")
        at = mark.end
    return "".join([*parts, _text(piece.source[at:])])


def _text(source: str) -> str:
    return escape(clean_text(source, len(source) + 1))
