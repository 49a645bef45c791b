"""Wrong answers for `precision_recall_f1`, in the style of students: each must lose the item."""

# CANARY-5b0c2f6e-hidden-grader

import torch


def rows_for_precision(cm):
    # axes swapped
    tp = cm.diag().float()
    p = tp / cm.sum(1).clamp(min=1)
    r = tp / cm.sum(0).clamp(min=1)
    f = torch.nan_to_num(2 * p * r / (p + r))
    return p, r, f


def nan_left(cm):
    # 0/0
    tp = torch.diag(cm)
    p, r = tp / cm.sum(0), tp / cm.sum(1)
    return p, r, 2 * p * r / (p + r)


def macro(cm):
    # means over classes
    tp = cm.diag().double()
    p = torch.nan_to_num(tp / cm.sum(0)).mean()
    r = torch.nan_to_num(tp / cm.sum(1)).mean()
    return p, r, 2 * p * r / (p + r)


def epsilon_in_the_denominator(cm):
    # a large epsilon shifts the values
    tp = cm.diag().float()
    p, r = tp / (cm.sum(0) + 0.1), tp / (cm.sum(1) + 0.1)
    return p, r, 2 * p * r / (p + r + 1e-12)


def mean_for_f1(cm):
    # arithmetic mean
    n = len(cm)
    p, r = torch.zeros(n), torch.zeros(n)
    for k in range(n):
        if cm[:, k].sum() > 0:
            p[k] = cm[k, k] / cm[:, k].sum()
        if cm[k].sum() > 0:
            r[k] = cm[k, k] / cm[k].sum()
    return p, r, 0.5 * (p + r)


def counts_wrong_ones_only(cm):
    # the hits are missing below
    tp = cm.diag().float()
    fp, fn = cm.sum(0) - tp, cm.sum(1) - tp
    p, r = tp / fp.clamp(min=1), tp / fn.clamp(min=1)
    return p, r, torch.nan_to_num(2 * p * r / (p + r))


def two_results(cm):
    # f1 is missing
    tp = cm.diag().float()
    return tp / cm.sum(0).clamp(min=1), tp / cm.sum(1).clamp(min=1)


def averages_first(cm):
    # one number each
    tp = cm.diagonal().float()
    p, r = torch.nan_to_num(tp / cm.sum(0)).mean(), torch.nan_to_num(tp / cm.sum(1)).mean()
    return p, r, 2 * p * r / (p + r)


def double_slash(cm):
    # // all the way
    tp = torch.diagonal(cm)
    p, r = tp // cm.sum(0).clamp(min=1), tp // cm.sum(1).clamp(min=1)
    return p, r, 2 * p * r // (p + r).clamp(min=1)


def double_slash_until_f1(cm):
    # // for two of the three
    tp = torch.diagonal(cm)
    p, r = tp // cm.sum(0).clamp(min=1), tp // cm.sum(1).clamp(min=1)
    return p, r, 2 * p * r / (p + r + 1e-12)


def ones_where_empty(cm):
    # nan becomes 1
    tp = cm.diagonal().float()
    p, r = torch.nan_to_num(tp / cm.sum(0), nan=1.0), torch.nan_to_num(tp / cm.sum(1), nan=1.0)
    return p, r, torch.nan_to_num(2 * p * r / (p + r))


def minus_one_where_empty(cm):
    # another mark for the undefined
    tp, minus = cm.diagonal().float(), torch.tensor(-1.0)
    p = torch.where(cm.sum(0) > 0, tp / cm.sum(0).clamp(min=1), minus)
    r = torch.where(cm.sum(1) > 0, tp / cm.sum(1).clamp(min=1), minus)
    f1 = torch.where((p > 0) & (r > 0), 2 * p * r / (p + r), torch.zeros(()))
    return p, r, f1


def divided_by_two_at_least(cm):
    # wrong for a class that is predicted once, or comes once
    hits, predicted, true = cm.diagonal().float(), cm.sum(dim=0), cm.sum(dim=1)
    precision, recall = hits / predicted.clamp(min=2), hits / true.clamp(min=2)
    return precision, recall, 2 * hits / (predicted + true).clamp(min=1)
