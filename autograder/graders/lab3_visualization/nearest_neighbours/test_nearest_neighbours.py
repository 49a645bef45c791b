"""Hidden tests of `nearest_neighbours`."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

from functools import partial

import torch

from autograder.graders.kit.rules import check_from_scratch
from autograder.graders.kit.several_calls import all_of
from autograder.graders.lab3_visualization.neighbours import distances, drawn
from autograder.grading import item
from autograder.grading.compare import difference

DOUBLE = torch.float64


def _every(student, *calls, **more):
    all_of(*(partial(student.check, "nearest_neighbours", *each, **more) for each in calls))


def _in_any_order(queries, points):
    """Return a judge for which equal distances may come in any order, each point once."""
    apart = distances(queries, points)

    def judge(seen, expected):
        got = seen["result"]
        found = difference(got, expected["result"])
        if found is None or found.kind != "value" or got.min() < 0 or got.max() >= len(points):
            return found
        once = all(len(set(row)) == len(row) for row in got.tolist())
        mine, theirs = (apart.gather(1, each.long()) for each in (got, expected["result"]))
        return None if once and torch.allclose(mine, theirs) else found

    return judge


@item("nearest_neighbours", veto=True)
def test_nearest_neighbours_from_scratch(student, rng):
    """`nearest_neighbours` is written from scratch: no scikit-learn inside."""
    check_from_scratch(student, "nearest_neighbours", *drawn(rng, 4, 7, 3), 2)


@item("nearest_neighbours", gate=True)
def test_nearest_neighbours_shape(student, rng):
    """It returns a tensor (Q, k) of whole numbers."""
    for q, m, d, k in ((5, 8, 3, 4), (3, 6, 2, 1), (6, 4, 5, 2)):
        student.check("nearest_neighbours", *drawn(rng, q, m, d), k, form_only=True)


@item("nearest_neighbours", weight=2)
def test_nearest_neighbours_values(student, rng):
    """Row i holds the indices of the k points nearest to query i by Euclidean distance, the nearest first."""
    _every(
        student,
        (*drawn(rng, 6, 9, 3), 4),
        (*drawn(rng, 8, 12, 5), 3),
        (*drawn(rng, 5, 5, 5), 2),
        (*drawn(rng, 9, 7, 2), 5),
        (*drawn(rng, 4, 40, 3), 9),
    )


@item("nearest_neighbours", weight=1)
def test_nearest_neighbours_of_other_numbers(student, rng):
    """One neighbour and all of them, one query, one point and one feature work."""
    few = ((*drawn(rng, 7, 8, 3), 1), (*drawn(rng, 6, 5, 4), 5), (*drawn(rng, 1, 9, 3), 6))
    _every(student, *few, (*drawn(rng, 3, 1, 2), 1), (*drawn(rng, 4, 6, 1), 3))


@item("nearest_neighbours", weight=1)
def test_nearest_neighbours_of_equal_points(student, rng):
    """A query that is a point itself has that point first; equal points may come in any order."""
    _, points = drawn(rng, 1, 8, 3)
    chosen = points[rng.permutation(8)[:4]]
    twice = torch.cat([points, chosen[:2]])
    for queries, many, k in ((chosen, points, 1), (chosen[:2], twice, 2), (chosen[:2], twice, 1)):
        student.check("nearest_neighbours", queries, many, k, judge=_in_any_order(queries, many))


@item("nearest_neighbours", weight=0.5)
def test_nearest_neighbours_leaves_its_inputs(student, rng):
    """Views and float64 work, and queries and points stay as they were."""
    queries, points = drawn(rng, 5, 7, 4, DOUBLE)
    views = (queries.T.contiguous().T, torch.stack([points, points], dim=1).flatten(0, 1)[::2], 3)
    _every(student, (*drawn(rng, 4, 8, 3), 3), views, also=("inputs",))
