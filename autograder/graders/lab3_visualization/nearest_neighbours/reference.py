"""Reference and misconceptions of `nearest_neighbours`: for each query the k nearest points, the nearest first."""

# CANARY-5b0c2f6e-hidden-grader

import torch
import torch.nn.functional as F

from autograder.graders.kit.changes import changes_of
from autograder.graders.lab3_visualization.library import TAKEN  # noqa: F401
from autograder.graders.lab3_visualization.neighbours import distances
from autograder.grading.misconceptions import misconception

LEAST_MISCONCEPTIONS = 8


def reference(queries, points, k):
    return distances(queries, points).argsort(dim=1, stable=True)[:, :k]


def clue(args, kwargs, got, expected):
    """Say what the rows of indices have wrong, from what is plain to what is not."""
    queries, points, k = args
    if int(got.min()) < 0 or int(got.max()) >= len(points):
        return f"You return indices that no point has: the {len(points)} points are 0 to {len(points) - 1}."
    if torch.equal(got.sort(1).values, expected.sort(1).values):
        return "You find the right neighbours in another order. Put the nearest first: `topk(…, largest=False)` and `argsort` sort by distance."
    wrong, itself = (got != expected).any(1), distances(queries, points).amin(1) == 0
    if bool(itself[wrong].all()) and bool((got != expected)[wrong, 0].all()):
        return "These queries are themselves among the points: each finds that point first, at distance 0. No point is left out."
    if torch.equal(got[:, 0], expected[:, 0]) and k > 1:
        return "Your nearest neighbour is right, and the others are not all. Do you sort each whole row by the Euclidean distance from its query, the sum of the squared differences, with all points in it?"
    return "Take one query: subtract it from each point, square, add up, and sort. The places of the k smallest sums are its row. No point is left out."


def nearest_neighbours(queries, points, k):
    distances = torch.cdist(queries, points)
    return distances.topk(k, dim=1, largest=False).indices


def by_differences(queries, points, k):
    apart = queries[:, None] - points[None]
    distances = (apart**2).sum(dim=2)
    return distances.argsort(dim=1)[:, :k]


instead = changes_of(nearest_neighbours)
instead_by_differences = changes_of(by_differences)

farthest = instead(
    "You take the farthest points: `topk` gives the largest by itself. Write `largest=False`.",
    {", largest=False": ""},
)
distances_returned = instead(
    "You return the distances. Return their places, the indices of the points: `.indices`.",
    {".indices": ".values"},
)
both_returned = instead(
    "You return distances and indices, as `topk` gives them. Return the indices alone: `.indices`.",
    {".indices": ""},
)
sorted_by_their_number = instead(
    "You have the right neighbours, sorted by their numbers. Leave them in the order of their distances.",
    {".indices": ".indices.sort(dim=1).values"},
)
nearest_last = instead(
    "You have the right neighbours, the nearest last. The nearest comes first.",
    {".indices": ".indices.flip(1)"},
)
order_left_open = instead(
    "You have the right neighbours in the order in which `topk(…, sorted=False)` happens to find them. The nearest comes first: leave `sorted` alone.",
    {"largest=False": "largest=False, sorted=False"},
)
nearest_left_out = instead(
    "You leave the nearest point out, as one does where each point looks for others of its own set. Here queries and points are two sets: all points count.",
    {"topk(k,": "topk(min(k + 1, len(points)),", ".indices": ".indices[:, -k:]"},
)
counted_from_one = instead(
    "You count points from 1. Indices begin with 0: return them as `topk` gives them.",
    {".indices": ".indices + 1"},
)
over_the_queries = instead(
    "You look for the nearest queries of each point. Each row belongs to a query: sort along axis 1.",
    {"k, dim=1": "min(k, len(queries)), dim=0"},
)
arguments_swapped = instead(
    "You swap the two sets: each row belongs to a query, and its indices are those of points: `torch.cdist(queries, points)`.",
    {"cdist(queries, points)": "cdist(points, queries)", "topk(k,": "topk(min(k, len(queries)),"},
)
only_the_nearest = instead(
    "You return the nearest point alone. Return k for each query.", {"topk(k,": "topk(1,"}
)
all_points = instead(
    "You return all points in order. Keep the first k of each row.", {"topk(k,": "topk(len(points),"}
)
steps_added = instead_by_differences(
    "You add absolute differences, which is the Manhattan distance. The Euclidean one adds squares.",
    {"(apart**2)": "apart.abs()"},
)
largest_difference = instead_by_differences(
    "You take the largest difference for the distance. The Euclidean distance adds the squares of all.",
    {"(apart**2).sum(dim=2)": "apart.abs().amax(dim=2)"},
)
never_squared = instead_by_differences(
    "You add differences as they are, so those above and below 0 cancel out. Square each first.",
    {"(apart**2)": "apart"},
)
sum_squared = instead_by_differences(
    "You square the sum of the differences. Square each first, and then add.",
    {"(apart**2).sum(dim=2)": "apart.sum(dim=2) ** 2"},
)
queries_not_spread_out = instead_by_differences(
    "You subtract all queries from all points at once, row by row. Give the queries an axis of their own, `queries[:, None] - points[None]`, or take `torch.cdist`.",
    {"queries[:, None] - points[None]": "queries - points"},
)
order_of_the_order = instead_by_differences(
    "You return each point's rank. `argsort` once gives the indices of the nearest.",
    {"argsort(dim=1)[": "argsort(dim=1).argsort(dim=1)["},
)
queries_changed_in_place = instead_by_differences(
    "Your neighbours are right, but you change the queries that were handed in. Work on new tensors.",
    {"apart = queries[:, None] - points[None]": "points = points - queries.mean(dim=0)\n    queries -= queries.mean(dim=0)\n    apart = queries[:, None] - points[None]"},
)  # fmt: skip


@misconception(
    "You take the points with the largest cosine. The nearest are those with the smallest Euclidean distance: `torch.cdist`."
)
def largest_cosine(queries, points, k):
    return (F.normalize(queries, dim=1) @ F.normalize(points, dim=1).T).topk(k, dim=1).indices


@misconception(
    "You take the points with the largest product, which favours long ones. Take the smallest distances: `torch.cdist`."
)
def largest_product(queries, points, k):
    return (queries @ points.T).topk(k, dim=1).indices
