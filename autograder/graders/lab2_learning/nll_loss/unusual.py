"""Unusual right answers for `nll_loss`: each must earn every point."""

# CANARY-5b0c2f6e-hidden-grader

import numpy as np
import torch
import torch.nn.functional as F


def gathered(log_probs, targets):
    return log_probs.gather(1, targets.unsqueeze(1)).mean().neg()


def one_hot_product(log_probs, targets):
    # zeros and ones pick the entry
    table = F.one_hot(targets, log_probs.size(-1)).to(log_probs.dtype)
    return -(table * log_probs).sum() / len(log_probs)


def image_by_image(log_probs, targets):
    # starts as Python's 0 and becomes a tensor
    total = 0
    for row, t in zip(log_probs, targets):
        total = total - row[t]
    return total / len(targets)


def python_number(log_probs, targets):
    # a Python float is a number, too
    rows = log_probs.tolist()
    return -sum(row[t] for row, t in zip(rows, targets.tolist(), strict=True)) / len(rows)


def by_numpy(log_probs, targets):
    # back from NumPy as a tensor without axes
    values = np.take_along_axis(log_probs.numpy(), targets.numpy()[:, None], axis=1)
    return torch.from_numpy(np.asarray(-values.mean()))


def class_by_class(log_probs, targets):
    # adds up for each class that occurs
    sums = [log_probs[targets == k, k].sum() for k in targets.unique()]
    return -torch.stack(sums).sum() / targets.numel()


def trace_of_all_pairs(log_probs, targets):
    print("all pairs", log_probs[:, targets].shape)
    return -log_probs[:, targets].diagonal().mean()


def masked(log_probs, targets):
    mask = torch.arange(log_probs.shape[1]) == targets[:, None]
    return torch.mean(-log_probs[mask])


def normalised_once_more(log_probs, targets):
    # takes away a logsumexp that is zero already
    logp = log_probs - torch.logsumexp(log_probs, dim=1, keepdim=True)
    return torch.einsum("nk,nk->", logp, -torch.eye(logp.shape[1], dtype=logp.dtype)[targets]) / len(logp)


def flat_index(log_probs, targets):
    n, k = log_probs.shape
    return -torch.take(log_probs, torch.arange(n) * k + targets).sum().div(n)
