import torch

_neighbour_points = _t([[1, 0], [0, 3], [9, 0], [6, 0], [10, 5]])
_neighbour_queries = _t([[0, 0], [10, 0]])

EXAMPLES["nearest_neighbours"] = [
    _value(
        "nearest_neighbours(queries, points, 3), queries (0, 0) and (10, 0), points (1, 0), (0, 3), (9, 0), (6, 0), (10, 5)",
        (_neighbour_queries, _neighbour_points, 3),
        torch.tensor([[0, 1, 3], [2, 3, 4]]),
        [
            (torch.tensor([[4, 2, 3], [1, 0, 4]]), "These are the *farthest*. `topk` takes the largest unless it is told `largest=False`."),
            (torch.tensor([[3, 1, 0], [4, 3, 2]]), "The order is turned round. The nearest comes first."),
            (_t([[1, 3, 6], [1, 4, 5]]), "These are the distances. Return the points' places: `topk` and `sort` give both, `argsort` gives the places."),
            (torch.tensor([[1, 2, 4], [3, 4, 5]]), "The places count from 1. The first point is 0."),
            (torch.Size([3, 2]), "Rows and columns are exchanged: a row for each query, (Q, k)."),
            (torch.Size([5, 2]), "Sort each query's distances along the last axis: the result is (Q, k)."),
            (torch.Size([2, 5]), "All points came back. Only the k nearest are asked for: `[:, :k]`."),
        ],
        advice="From (0, 0), the points lie at distances 1, 3, 9, 6 and 11.2.",
    ),
    _value(
        "nearest_neighbours(queries, points, 3), query (0, 0), points (-3, 3), (5, 0), (0, 4.5)",
        (_t([[0, 0]]), _t([[-3, 3], [5, 0], [0, 4.5]]), 3),
        torch.tensor([[0, 2, 1]]),
        [
            (torch.tensor([[2, 1, 0]]), "These are the nearest by city blocks, |dx| + |dy|. The Euclidean distance is the root of the sum of the *squares*."),
            (torch.tensor([[0, 1, 2]]), "Here the places came back in their own order. They go by rising distance."),
        ],
        advice="The points lie at distances 4.24, 5 and 4.5.",
    ),
    _value(
        "nearest_neighbours(queries, points, 1), a query (2, 1, 0), points (5, -2, 3), (2, 1, 4), in float64",
        (_t([[2, 1, 0]]).double(), _t([[5, -2, 3], [2, 1, 4]]).double(), 1),
        torch.tensor([[1]]),
        [
            (torch.tensor([1]), "A row for each query, also where k is 1: (Q, 1)."),
            (torch.tensor([[0]]), "The differences are (−3, 3, −3) and (0, 0, −4): the roots of 27 and of 16. Square each difference first, then add, over all coordinates."),
        ],
        advice="The second point lies nearer, at 4. With k = 1 the result is (Q, 1).",
    ),
]

HINTS["nearest_neighbours"] = (
    "Make the table of all distances first: a row for each query, a column for each point. What does one row need then?",
    "`torch.cdist(queries, points)` is this table, (Q, P); so is `(queries[:, None] - points[None]).norm(dim=2)`. In each row the k smallest are wanted, the smallest first, and of these their places.",
    "`topk(k, largest=False)` gives a pair, values and `.indices`, for each row. Or sort the places of each row with `argsort(dim=1)`, and keep the first k columns.",
)
