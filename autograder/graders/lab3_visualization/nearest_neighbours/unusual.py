"""Unusual right answers for `nearest_neighbours`: each must earn every point."""

# CANARY-5b0c2f6e-hidden-grader

import heapq

import numpy as np
import torch


def squares_from_a_product(queries, points, k):
    # |q - p|² without |q|², which is the same for all points
    sizes = (points.double() ** 2).sum(1) - 2 * queries.double() @ points.double().T
    return sizes.sort(dim=1).indices[:, :k]


def query_after_query(queries, points, k):
    rows = []
    for query in queries.tolist():
        apart = [sum((a - b) ** 2 for a, b in zip(query, p, strict=True)) for p in points.tolist()]
        rows.append(heapq.nsmallest(k, range(len(apart)), key=apart.__getitem__))
    return torch.tensor(rows)


def smallest_again_and_again(queries, points, k):
    apart = torch.cdist(queries, points, compute_mode="donot_use_mm_for_euclid_dist")
    found = []
    for _ in range(k):
        found.append(apart.argmin(dim=1))
        apart = apart.scatter(1, found[-1][:, None], float("inf"))
    return torch.stack(found, dim=1)


def largest_of_the_negative(queries, points, k):
    return (-torch.cdist(queries, points)).topk(k).indices.to(torch.int32)


def by_numpy(queries, points, k):
    apart = np.linalg.norm(queries.numpy()[:, None] - points.numpy()[None], axis=-1)
    return torch.from_numpy(np.argsort(apart, axis=1)[:, :k].copy())


def transposed_and_back(queries, points, k):
    apart = torch.cdist(points.contiguous(), queries.contiguous())
    return torch.argsort(apart, dim=0)[:k].T


def by_a_tree(queries, points, k):
    from scipy.spatial import KDTree

    _, places = KDTree(points.numpy()).query(queries.numpy(), k=list(range(1, k + 1)))
    return torch.as_tensor(places)
