"""Wrong answers for `pca`, in the style of students: each must lose the item."""

# CANARY-5b0c2f6e-hidden-grader

import torch


def library_call(x, k):
    u, s, v = torch.pca_lowrank(x, q=k)
    whole = ((x - x.mean(0)) ** 2).sum()
    return u * s, v.T, s**2 / whole


def eigh_as_it_comes(x, k):
    # rising: the smallest come first
    centred = x - x.mean(0)
    values, vectors = torch.linalg.eigh(centred.T @ centred)
    components = vectors[:, :k].T
    return centred @ components.T, components, values[:k] / values.sum()


def last_columns_not_turned_round(x, k):
    centred = x - x.mean(0)
    values, vectors = torch.linalg.eigh(centred.T @ centred)
    components = vectors[:, -k:].T
    return centred @ components.T, components, values[-k:] / values.sum()


def rows_of_the_eigenvectors(x, k):
    centred = x - x.mean(0)
    values, vectors = torch.linalg.eigh(centred.T @ centred)
    components = vectors.flip(1)[:k]
    return centred @ components.T, components, values.flip(0)[:k] / values.sum()


def first_features(x, k):
    centred = x - x.mean(0)
    variance = centred.var(0)
    return centred[:, :k], torch.eye(x.shape[1], dtype=x.dtype)[:k], variance[:k] / variance.sum()


def features_of_largest_variance(x, k):
    centred = x - x.mean(0)
    variance, order = centred.var(0).sort(descending=True)
    axes = torch.eye(x.shape[1], dtype=x.dtype)[order[:k]]
    return centred[:, order[:k]], axes, variance[:k] / variance.sum()


def correlations(x, k):
    centred = x - x.mean(0)
    values, vectors = torch.linalg.eigh(torch.corrcoef(x.T).reshape(x.shape[1], -1))
    components = vectors.flip(1)[:, :k].T
    return centred @ components.T, components, values.flip(0)[:k] / values.sum()


def components_scaled(x, k):
    # loadings: each component as long as its standard deviation
    centred = x - x.mean(0)
    _, s, vh = torch.linalg.svd(centred, full_matrices=False)
    components = vh[:k] * s[:k, None] / (len(x) - 1) ** 0.5
    return centred @ components.T, components, s[:k] ** 2 / (s**2).sum()


def one_component_too_many(x, k):
    centred = x - x.mean(0)
    _, s, vh = torch.linalg.svd(centred, full_matrices=False)
    return centred @ vh[: k + 1].T, vh[: k + 1], s[: k + 1] ** 2 / (s**2).sum()


def signs_of_the_components_alone(x, k):
    # turned after the projection, so that the two do not fit
    centred = x - x.mean(0)
    _, s, vh = torch.linalg.svd(centred, full_matrices=False)
    projected = centred @ vh[:k].T
    return projected, vh[:k] * -1, s[:k] ** 2 / (s**2).sum()


def squared_shares(x, k):
    centred = x - x.mean(0)
    _, s, vh = torch.linalg.svd(centred, full_matrices=False)
    return centred @ vh[:k].T, vh[:k], s[:k] ** 4 / (s**4).sum()


def only_the_vectors_turned_round(x, k):
    centred = x - x.mean(0)
    values, vectors = torch.linalg.eigh(centred.T @ centred)
    components = vectors.flip(1)[:, :k].T
    return centred @ components.T, components, values[:k] / values.sum()


def too_few_steps(x, k):
    # a power iteration that has not arrived
    centred = x - x.mean(0)
    some = torch.linalg.qr(torch.ones(x.shape[1], k).to(x) + torch.eye(x.shape[1], k).to(x)).Q
    for _ in range(10):
        some = torch.linalg.qr(centred.T @ (centred @ some)).Q
    projected = centred @ some
    return projected, some.T, projected.square().sum(0) / centred.square().sum()
