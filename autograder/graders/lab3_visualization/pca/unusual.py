"""Unusual right answers for `pca`: each must earn every point."""

# CANARY-5b0c2f6e-hidden-grader

import numpy as np
import torch


def by_the_covariance(x, k):
    centred = x - x.mean(0, keepdim=True)
    values, vectors = torch.linalg.eigh(centred.T @ centred / (len(x) - 1))  # rising
    components = vectors.flip(1)[:, :k].T
    return centred @ components.T, components, values.flip(0)[:k] / values.sum()


def signs_the_other_way(x, k):
    centred = x - x.mean(dim=0)
    u, s, vh = torch.linalg.svd(centred, full_matrices=True)
    return -(u[:, :k] * s[:k]), -vh[:k], s[:k].square() / centred.square().sum()


def by_numpy(x, k):
    values = x.numpy() - x.numpy().mean(axis=0)
    u, s, vh = np.linalg.svd(values.astype(np.float64), full_matrices=False)
    results = (u * s)[:, :k], vh[:k], (s**2 / np.sum(s**2))[:k]
    return tuple(torch.from_numpy(np.ascontiguousarray(each)).to(x.dtype) for each in results)


def sorted_by_hand(x, k):
    centred = x - x.sum(0) / x.shape[0]
    values, vectors = torch.linalg.eigh(torch.cov(x.T, correction=0).reshape(x.shape[1], -1))
    order = torch.argsort(values, descending=True)[:k]
    components = torch.stack([vectors[:, i] for i in order])
    share = torch.stack([values[i] for i in order]) / torch.trace(torch.diag(values))
    return [torch.einsum("nd,kd->nk", centred, components), components, share]


def one_component_after_the_other(x, k):
    # the best direction, taken out of the data, and again
    rest = (x - x.mean(0)).double()
    whole, found, shares = rest.pow(2).sum(), [], []
    for _ in range(k):
        component = torch.linalg.svd(rest, full_matrices=False).Vh[0]
        along = rest @ component
        shares.append(along.square().sum() / whole)
        rest = rest - torch.outer(along, component)
        found.append(component)
    components = torch.stack(found)
    projected = (x - x.mean(0)).double() @ components.T
    return projected.to(x.dtype), components.to(x.dtype), torch.stack(shares).to(x.dtype)


def by_the_older_svd(x, k):
    mean = torch.mean(x, dim=0)
    _, s, v = torch.svd(x - mean)
    return (x - mean) @ v[:, :k], v[:, :k].t().contiguous(), (s * s / torch.dot(s, s)).narrow(0, 0, k)


def signs_by_the_largest(x, k):
    # each component's largest entry made positive, as scikit-learn does
    centred = x - x.mean(0)
    components = torch.linalg.svd(centred, full_matrices=False)[2][:k]
    largest = components.gather(1, components.abs().argmax(1, keepdim=True))
    components = components * largest.sign()
    projected = centred @ components.mT
    return projected, components, (projected**2).sum(0) / (centred**2).sum()
