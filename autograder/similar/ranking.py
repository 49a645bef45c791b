"""Which pairs are alike: runs of tokens in common, those that few have weighing more."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from autograder.similar.tokens import Token, tokens
from autograder.similar.works import Piece, Work

RUN = 6  # tokens; tried, as the next two, by benchmarks/similar.py
LEAST = 0.5  # of the median work: whoever wrote less is measured as if they had written that
STANDS_OUT = 0.65  # no pair of independent answers reached it
_RARE = 0.1  # of the works


@dataclass(frozen=True)
class Pair:
    """Two works, and the share of the smaller one that the other has as well."""

    first: Work
    second: Work
    share: float


@dataclass(frozen=True)
class Mark:
    """A passage of a piece that both have; `rare` if few others have it."""

    start: int
    end: int
    rare: bool


@dataclass
class Ranking:
    """The pairs of a class that are most alike, and what is needed to show what two have in common.

    `count`, `median` and `standing_out` are of all pairs, also of those that are not kept.
    """

    pairs: list[Pair]
    count: int
    median: float
    standing_out: int
    released: frozenset[str]
    frequency: dict[str, int]
    works: int

    def in_common(self, pair: Pair) -> frozenset[str]:
        """Return the runs that both have and the release has not."""
        first, second = (
            {run for p in work.pieces for run in _runs(tokens(p.source))}
            for work in (pair.first, pair.second)
        )
        return frozenset(first & second) - self.released

    def marks(self, piece: Piece, common: frozenset[str]) -> list[Mark]:
        """Return the passages of a piece that lie in runs in common, in order; comments are in none."""
        found = tokens(piece.source)
        level = [0] * len(found)
        rare = max(2, _RARE * self.works)
        for i, run in enumerate(_runs(found)):
            if run in common:
                level[i : i + RUN] = [
                    max(each, 1 + (self.frequency[run] <= rare)) for each in level[i : i + RUN]
                ]
        marks: list[Mark] = []
        for i, token in enumerate(found):
            if not level[i]:
                continue
            if i and level[i - 1] == level[i] and not piece.source[found[i - 1].end : token.start].strip():
                marks[-1] = Mark(marks[-1].start, token.end, marks[-1].rare)
            else:
                marks.append(Mark(token.start, token.end, level[i] == 2))
        return marks


def _runs(found: list[Token]) -> list[str]:
    words = [token.word for token in found]
    return [" ".join(words[i : i + RUN]) for i in range(len(words) - RUN + 1)]


def rank(
    works: list[Work],
    released: Iterable[str],
    bar: Callable[[Iterable[Work], str], Iterator[Work]],
    most: int,
) -> Ranking:
    """Compare each work of the class with each other one and with those from elsewhere; keep the `most` similar pairs.

    Runs never cross cells, so the order of cells makes no difference. What the release holds counts for nothing. Members of
    one group are no pair.
    """
    import numpy as np
    from sklearn.feature_extraction.text import TfidfVectorizer

    ours = frozenset(run for source in released for run in _runs(tokens(source)))

    def analyse(work: Work) -> list[str]:
        return [run for piece in work.pieces for run in _runs(tokens(piece.source)) if run not in ours]

    vectorizer = TfidfVectorizer(analyzer=analyse, binary=True, norm=None)
    try:
        weights = vectorizer.fit_transform(bar(works, "Looking for passages in common"))
    except ValueError:  # nobody wrote anything
        return Ranking([], 0, 0.0, 0, ours, {}, len(works))
    here = np.array([not work.elsewhere for work in works])
    has: Any = weights.astype(bool).astype(float)
    shared = (weights[here] @ has.T).toarray()
    own = np.asarray(weights.sum(axis=1)).ravel()
    least = LEAST * float(np.median(own[own > 0]))
    shares = shared / np.maximum(np.minimum(own[here][:, None], own[None, :]), least)
    index = np.flatnonzero(here)
    later = ~here[None, :] | (np.arange(len(works))[None, :] > index[:, None])
    groups = np.array([work.group or f"\0{i}" for i, work in enumerate(works)])
    rows, columns = np.nonzero(later & (groups[index][:, None] != groups[None, :]))
    values = np.round(shares[rows, columns], 6)
    order = np.lexsort((columns, rows, -values))[:most]
    pairs = [
        Pair(works[index[rows[i]]], works[columns[i]], float(min(values[i], 1.0)))
        for i in order
        if values[i] > 0
    ]
    counts = np.asarray(has.sum(axis=0)).ravel()
    frequency = {run: int(counts[column]) for run, column in vectorizer.vocabulary_.items()}
    middle = float(np.median(values)) if len(values) else 0.0
    standing_out = int((values >= STANDS_OUT).sum())
    return Ranking(pairs, len(values), middle, standing_out, ours, frequency, len(works))
