"""Unusual right answers for `cosine_similarity`: each must earn every point."""

# CANARY-5b0c2f6e-hidden-grader

import math

import numpy as np
import torch
import torch.nn.functional as F


def by_normalize(a, b):
    return F.normalize(a, dim=1) @ F.normalize(b, dim=1).mT


def divided_at_the_end(a, b):
    lengths = torch.outer(a.norm(dim=1), b.norm(dim=1))
    return torch.where(lengths == 0, torch.zeros_like(lengths), a @ b.t() / lengths.clamp_min(1e-30))


def row_after_row(a, b):
    out = torch.zeros(len(a), len(b), dtype=a.dtype)
    for i, row in enumerate(a.tolist()):
        for j, other in enumerate(b.tolist()):
            product = sum(p * q for p, q in zip(row, other, strict=True))
            lengths = math.hypot(*row) * math.hypot(*other)
            out[i, j] = product / lengths if lengths > 0 else 0.0
    return out


def nan_to_zero(a, b):
    a, b = (each / torch.linalg.vector_norm(each, dim=-1)[:, None] for each in (a, b))
    return torch.einsum("nd,md->nm", a.nan_to_num(), b.nan_to_num())


def by_numpy(a, b):
    a, b = a.numpy(), b.numpy()
    with np.errstate(all="ignore"):
        cosines = a @ b.T / (np.linalg.norm(a, axis=1)[:, None] * np.linalg.norm(b, axis=1))
    return torch.from_numpy(np.nan_to_num(cosines))


def from_distances(a, b):
    # the law of cosines, for rows of length 1; a row of zeros is masked
    dtype, a, b = a.dtype, a.double(), b.double()
    rows = [each / each.norm(dim=1, keepdim=True).clamp(min=1e-9) for each in (a, b)]
    some = a.any(1)[:, None] & b.any(1)
    squares = ((rows[0][:, None] - rows[1]) ** 2).sum(-1)
    return ((1 - squares / 2) * some).to(dtype)


def by_broadcasting(a, b):
    product = (a.unsqueeze(1) * b.unsqueeze(0)).sum(dim=2)
    return product / (a.pow(2).sum(1).sqrt()[:, None] * b.pow(2).sum(1).sqrt()[None]).add(1e-9)


def a_little_in_the_denominator(a, b):
    # 1e-8 is far below any row here
    lengths = [torch.linalg.vector_norm(each, dim=1, keepdim=True) + 1e-8 for each in (a, b)]
    return a @ b.T / (lengths[0] @ lengths[1].T)


def a_little_added_to_the_product(a, b):
    return a @ b.mT / (a.norm(dim=1).outer(b.norm(dim=1)) + 1e-8)
