"""Wrong answers for `cosine_similarity`, in the style of students: each must lose the item."""

# CANARY-5b0c2f6e-hidden-grader

import torch
import torch.nn.functional as F


def library_call(a, b):
    return F.cosine_similarity(a[:, None], b[None], dim=2)


def angles(a, b):
    a, b = (F.normalize(each, dim=1) for each in (a, b))
    return torch.acos((a @ b.T).clamp(-1, 1))


def correlation(a, b):
    # each row's mean taken away first
    a, b = a - a.mean(1, keepdim=True), b - b.mean(1, keepdim=True)
    return F.normalize(a, dim=1) @ F.normalize(b, dim=1).T


def one_for_zero_rows(a, b):
    lengths = a.norm(dim=1)[:, None] * b.norm(dim=1)
    return torch.where(lengths == 0, torch.ones_like(lengths), a @ b.T / lengths.clamp(min=1e-20))


def short_rows_left_short(a, b):
    a, b = a / a.norm(dim=1, keepdim=True).clamp(min=1), b / b.norm(dim=1, keepdim=True).clamp(min=1)
    return a @ b.T


def one_added_to_the_lengths(a, b):
    return (a / (a.norm(dim=1, keepdim=True) + 1)) @ (b / (b.norm(dim=1, keepdim=True) + 1)).T


def lengths_added(a, b):
    return a @ b.T / (a.norm(dim=1)[:, None] + b.norm(dim=1)).clamp(min=1e-12)


def a_list_of_rows(a, b):
    return [[float(F.normalize(x, dim=0) @ F.normalize(y, dim=0)) for y in b] for x in a]


def largest_for_each_row(a, b):
    return (F.normalize(a, dim=1) @ F.normalize(b, dim=1).T).amax(1)


def from_zero_to_one(a, b):
    return (1 + F.normalize(a, dim=1) @ F.normalize(b, dim=1).T) / 2


def double_result(a, b):
    return F.normalize(a.double(), dim=1) @ F.normalize(b.double(), dim=1).T
