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


def short_rows_count_as_zero(a, b):
    lengths = a.norm(dim=1)[:, None] * b.norm(dim=1)
    return torch.where(lengths < 1e-4, torch.zeros_like(lengths), a @ b.T / lengths)


def rows_cut_off_too_early(a, b):
    return F.normalize(a, dim=1, eps=1e-4) @ F.normalize(b, dim=1, eps=1e-4).T


def zero_by_the_sum(a, b):
    some = (a.sum(1) != 0)[:, None] & (b.sum(1) != 0)
    return torch.nan_to_num(a @ b.T / (a.norm(dim=1)[:, None] * b.norm(dim=1))) * some


def zero_by_a_single_zero(a, b):
    some = (a != 0).all(1)[:, None] & (b != 0).all(1)
    return torch.where(some, a @ b.T / (a.norm(dim=1)[:, None] * b.norm(dim=1)), torch.zeros(()).to(a))


def longer_one_squared(a, b):
    longer = torch.maximum(a.norm(dim=1)[:, None], b.norm(dim=1)).clamp(min=1e-12)
    return a @ b.T / longer**2
