"""Unusual right answers for `knn_accuracy`: each must earn every point."""

# CANARY-5b0c2f6e-hidden-grader

from collections import Counter

import numpy as np
import torch
import torch.nn.functional as F


def by_counter(train_x, train_y, test_x, test_y, k):
    # a Counter keeps the order in which classes come, and `most_common` sorts stably
    near = torch.cdist(test_x, train_x).argsort(dim=1)[:, :k]
    votes = [Counter(train_y[row].tolist()).most_common(1)[0][0] for row in near]
    return sum(v == int(t) for v, t in zip(votes, test_y, strict=True)) / len(votes)


def votes_with_a_little_more_for_the_near(train_x, train_y, test_x, test_y, k):
    classes = int(train_y.max()) + 1
    near = torch.cdist(test_x, train_x).topk(k, largest=False).indices
    one_hot = F.one_hot(train_y[near], classes).double()  # (Q, k, classes)
    first = torch.where(one_hot > 0, torch.arange(k)[:, None], k).amin(1)  # where each class comes first
    score = one_hot.sum(1) - first / (k + 1)
    return (score.argmax(1) == test_y).double().mean().item()


def fewer_until_one_wins(train_x, train_y, test_x, test_y, k):
    # the first neighbour whose class is among the winners, by a loop over the neighbours
    hits = 0
    for query, true in zip(test_x, test_y, strict=True):
        order = ((train_x - query) ** 2).sum(1).argsort()[:k]
        labels = train_y[order]
        counts = torch.stack([(labels == each).sum() for each in labels])
        hits += bool(labels[counts.argmax()] == true)
    return hits / test_x.shape[0]


def own_neighbours(train_x, train_y, test_x, test_y, k):
    near = nearest_neighbours(test_x, train_x, k)  # noqa: F821
    same = train_y[near][:, :, None] == train_y[near][:, None]  # (Q, k, k)
    vote = train_y[near].gather(1, same.sum(2).max(1, keepdim=True).indices)
    return float((vote[:, 0] == test_y).float().mean())


def own_neighbours_one_by_one(train_x, train_y, test_x, test_y, k):
    right = []
    for i in range(len(test_x)):
        labels = list(train_y[nearest_neighbours(test_x[i : i + 1], train_x, k)[0]])  # noqa: F821
        labels = [int(each) for each in labels]
        best = sorted(set(labels), key=lambda each: (-labels.count(each), labels.index(each)))
        right.append(best[0] == int(test_y[i]))
    return np.mean(right)


def by_numpy(train_x, train_y, test_x, test_y, k):
    apart = np.linalg.norm(test_x.numpy()[:, None] - train_x.numpy(), axis=2)
    labels = train_y.numpy()[np.argsort(apart, axis=1)[:, :k]]
    votes = []
    for row in labels:
        names, first, counts = np.unique(row, return_index=True, return_counts=True)
        votes.append(names[np.lexsort((first, -counts))[0]])
    return np.float64((np.array(votes) == test_y.numpy()).mean())


def tensor_of_no_axes(train_x, train_y, test_x, test_y, k):
    labels = train_y[torch.cdist(test_x, train_x).sort(dim=1)[1][:, :k]]
    votes = torch.tensor([max(row, key=row.count) for row in labels.tolist()])  # `max` takes the first
    return torch.eq(votes, test_y).float().mean()
