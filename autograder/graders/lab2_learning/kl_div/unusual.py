"""Unusual right answers for `kl_div`: each must earn every point."""

# CANARY-5b0c2f6e-hidden-grader

import math

import numpy as np
import torch


def where_there_is_something(log_q, p):
    log_p = torch.where(p > 0, p, torch.ones_like(p)).log()
    return torch.einsum("nk,nk->", p, log_p - log_q) / len(p)


def nan_replaced_in_the_terms(log_q, p):
    return torch.nan_to_num(p * torch.log(p), nan=0.0).sub(p * log_q).sum(-1).mean(0)


def entropies(log_q, p):
    # cross entropy minus entropy
    return (-(p * log_q).sum(1) - torch.special.entr(p).sum(1)).mean()


def number_by_number(log_q, p):
    # Python's math; a plain float
    total = 0.0
    for row, truth in zip(log_q.tolist(), p.tolist(), strict=True):
        total += sum(b * (math.log(b) - a) for a, b in zip(row, truth, strict=True) if b > 0)
    return total / len(p)


def masked(log_q, p):
    keep = p != 0
    return (p[keep] * (p[keep].log() - log_q[keep])).sum() / p.size(0)


def tiny_number_inside(log_q, p):
    # too small to matter
    tiny = torch.finfo(p.dtype).tiny
    return ((p * ((p + tiny).log() - log_q)).sum() / len(p)).to(p.dtype)


def by_numpy(log_q, p):
    q, t = log_q.numpy().astype(float), p.numpy().astype(float)
    logs = np.log(t, out=np.zeros_like(t), where=t > 0)
    return torch.from_numpy(np.asarray((t * (logs - q)).sum(axis=1).mean())).to(log_q.dtype)


def held_below(log_q, p):
    print("rows:", len(p))
    log_p = p.clamp(min=1e-38).log()
    return sum((row * (a - b)).sum() for row, a, b in zip(p, log_p, log_q)) / p.shape[0]


def terms_of_a_ratio(log_q, p):
    # with q − p in each term, which adds up to nothing
    q = log_q.exp()
    return (torch.where(p > 0, p * torch.log(p / q), 0) - p + q).sum(1).mean()
