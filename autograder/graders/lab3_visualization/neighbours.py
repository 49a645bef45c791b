"""Points and queries of `nearest_neighbours` and `knn_accuracy`: distances lie well apart, so that rounding decides nothing."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

import torch

from autograder.grading.rng import Rng

_APART = 0.005  # two distances to one query; single precision is off by a thousandth of that
_CANDIDATES = 400  # queries that are drawn, of which a few are taken
_DRAWS = 30  # of points with other labels, until there are votes of every kind that is asked for
Vote = Callable[[list[int], int], bool]  # of the neighbours' labels and the right class


def distances(queries: torch.Tensor, points: torch.Tensor) -> torch.Tensor:
    """Return (Q, M) Euclidean distances in float64."""
    return (queries.double()[:, None] - points.double()[None]).norm(dim=2)


def _clear(rng: Rng, points: torch.Tensor, count: int) -> torch.Tensor:
    """Return at most so many queries, each of whose distances to the points lies apart from the others and from 0."""
    queries = 2 * rng.normal(_CANDIDATES, points.shape[1], dtype=points.dtype) + 1
    apart = distances(queries, points).sort(dim=1).values
    gaps = torch.cat([apart[:, :1], apart.diff(dim=1)], dim=1).amin(dim=1)
    return queries[gaps > _APART][:count]


def drawn(
    rng: Rng, q: int, m: int, d: int, dtype: torch.dtype = torch.float32
) -> tuple[torch.Tensor, torch.Tensor]:
    """Return queries (q, d) and points (m, d)."""
    while (
        True
    ):  # two points too near each other leave no query clear: in one dimension, three drawings in two hundred
        points = 2 * rng.normal(m, d, dtype=dtype) + 1
        if len(queries := _clear(rng, points, q)) == q:
            return queries, points


# --- votes --------------------------------------------------------------------------------------------------


def majority(labels: torch.Tensor) -> torch.Tensor:
    """Return (Q,) classes from the neighbours' labels (Q, k), the nearest first: of classes that tie that of the nearest."""
    return torch.tensor([_best(row)[0] for row in labels.tolist()])


def _best(row: list[int]) -> list[int]:
    """Return the classes with most votes, in the order of their nearest."""
    votes = Counter(row)
    return [each for each in dict.fromkeys(row) if votes[each] == max(votes.values())]


def clear(row: list[int], right: int) -> bool:
    return len(_best(row)) == 1


def clear_against_the_nearest(row: list[int], right: int) -> bool:
    return clear(row, right) and row[0] != right


def tied_against_the_smallest(row: list[int], right: int) -> bool:
    return min(_best(row)) != right


def tied_against_the_nearest(row: list[int], right: int) -> bool:
    return len(_best(row)) > 1 and row[0] != right


def tied_against_the_mean(row: list[int], right: int) -> bool:
    """Say whether another class that ties is the nearer one on the whole."""
    places = {each: sum(i for i, label in enumerate(row) if label == each) for each in _best(row)}
    return min(places.values()) < places[right]


def labelled(
    rng: Rng,
    k: int,
    kinds: Sequence[Vote],
    m: int = 14,
    each: int = 5,
    classes: Sequence[int] = (0, 1, 2, 3),
    d: int = 3,
    dtype: torch.dtype = torch.float32,
    unseen: bool = False,
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor, int]:
    """Return the arguments of `knn_accuracy`, with `each` queries for each kind of vote.

    Two in three have the class for which their neighbours vote, so that another way to vote gets fewer right; of the others one in
    two, where there is one, a class that ties and loses, and the rest one that is not among them. With `unseen`, none has the class that
    wins most votes, but in its place the one that would win without it.
    """
    for _ in range(_DRAWS):
        points = 2 * rng.normal(m, d, dtype=dtype) + 1
        some = torch.tensor(list(classes))
        labels = torch.cat([some, some[rng.integers(0, len(some), m - len(some))]])[rng.permutation(m)]
        queries = _clear(rng, points, _CANDIDATES)
        near = labels[distances(queries, points).argsort(dim=1)[:, :k]]
        votes = list(zip(near.tolist(), majority(near).tolist(), strict=True))
        found = [[i for i, vote in enumerate(votes) if kind(*vote)][:each] for kind in kinds]
        if all(len(those) == each for those in found):
            break
    chosen = [i for those in found for i in those]
    true = []
    for place, i in enumerate(chosen):
        row, right = votes[i]
        others = [c for c in classes if c not in row] or [c for c in classes if c != right]
        others = (_best(row)[1:] if place % 6 == 4 else []) or others
        true.append(others[0] if place % 3 == 1 else right)
    if unseen:
        (most, _), *_ = Counter(votes[i][1] for i in chosen).most_common(1)
        rest = [[c for c in (*votes[i][0], *classes) if c != most] for i in chosen]
        true = [own if own != most else _best(row)[0] for own, row in zip(true, rest, strict=True)]
    order = rng.permutation(len(chosen))
    return points, labels, queries[chosen][order], torch.tensor(true)[order], k
