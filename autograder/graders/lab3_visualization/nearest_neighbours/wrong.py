"""Wrong answers for `nearest_neighbours`, in the style of students: each must lose the item."""

# CANARY-5b0c2f6e-hidden-grader

import torch


def library_call(queries, points, k):
    from sklearn.neighbors import NearestNeighbors

    found = NearestNeighbors(n_neighbors=k).fit(points.numpy()).kneighbors(queries.numpy())[1]
    return torch.from_numpy(found)


def first_k(queries, points, k):
    return torch.arange(k).repeat(len(queries), 1)


def nearest_to_the_mean(queries, points, k):
    # one order for all queries
    order = (points - queries.mean(0)).norm(dim=1).argsort()[:k]
    return order.repeat(len(queries), 1)


def neighbours_of_the_first_query(queries, points, k):
    return torch.cdist(queries[:1], points).argsort(dim=1)[:, :k].repeat(len(queries), 1)


def all_distances_in_one_row(queries, points, k):
    return torch.cdist(queries, points).flatten().topk(k, largest=False).indices.repeat(len(queries), 1)


def first_feature_only(queries, points, k):
    return (queries[:, None, 0] - points[None, :, 0]).abs().argsort(dim=1)[:, :k]


def nearest_k_times(queries, points, k):
    return torch.cdist(queries, points).argmin(dim=1, keepdim=True).repeat(1, k)


def coordinates_returned(queries, points, k):
    return points[torch.cdist(queries, points).topk(k, largest=False).indices]


def own_point_left_out(queries, points, k):
    apart = torch.cdist(queries, points)
    apart[apart < 1e-6] = float("inf")
    return apart.topk(k, largest=False).indices


def one_too_few(queries, points, k):
    return torch.cdist(queries, points).topk(k, largest=False).indices[:, : k - 1]


def cubes(queries, points, k):
    return ((queries[:, None] - points).abs() ** 3).sum(2).argsort(dim=1)[:, :k]


def places_as_floats(queries, points, k):
    return torch.cdist(queries, points).topk(k, largest=False).indices.to(queries)


def each_point_once(queries, points, k):
    # a point that is a query's nearest is no other's
    apart = torch.cdist(queries, points)
    rows = []
    for i in range(len(apart)):
        rows.append(apart[i].topk(k, largest=False).indices)
        apart[i + 1 :, rows[-1][0]] = float("inf") if k < len(points) else apart[i + 1 :, rows[-1][0]]
    return torch.stack(rows)
