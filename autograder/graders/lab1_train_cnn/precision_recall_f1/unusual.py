"""Hold unusual right answers for `precision_recall_f1`: each must earn every point."""

# CANARY-5b0c2f6e-hidden-grader

import numpy as np
import torch


def class_by_class(cm):
    # Python numbers and ifs; a list of tensors
    K = len(cm)
    precision, recall, f1 = [], [], []
    for k in range(K):
        tp = cm[k][k].item()
        fp = sum(cm[i][k].item() for i in range(K)) - tp
        fn = sum(cm[k][i].item() for i in range(K)) - tp
        precision.append(tp / (tp + fp) if tp + fp else 0.0)
        recall.append(tp / (tp + fn) if tp + fn else 0.0)
        both = precision[-1] + recall[-1]
        f1.append(2 * precision[-1] * recall[-1] / both if both > 0 else 0.0)
    return [torch.tensor(part) for part in (precision, recall, f1)]


def nan_replaced(cm):
    # divides by zero on purpose
    tp = torch.diag(cm).float()
    precision = torch.nan_to_num(tp / cm.sum(0))
    recall = torch.nan_to_num(tp / cm.sum(1))
    return precision, recall, torch.nan_to_num(2 * precision * recall / (precision + recall))


def tiny_number_below(cm):
    # a number below the fraction that is too small to matter
    cm = cm.to(torch.float64)
    tp = cm.diag()
    p, r = tp / (cm.sum(0) + 1e-12), tp / (cm.sum(1) + 1e-12)
    return p, r, 2 * p * r / (p + r + 1e-12)


def harmonic_mean(cm):
    # F1 as one over the mean of the inverses
    tp = cm.diagonal().double()
    precision = torch.where(cm.sum(0) == 0, torch.zeros_like(tp), tp / cm.sum(0).clamp(min=1))
    recall = torch.where(cm.sum(1) == 0, torch.zeros_like(tp), tp / cm.sum(1).clamp(min=1))
    f1 = 2 / (1 / precision + 1 / recall)
    return precision, recall, f1.nan_to_num(0.0)


def dice_from_counts(cm):
    # F1 straight from the counts: tp / (tp + (fp + fn) / 2)
    tp = torch.einsum("kk->k", cm)
    wrong = cm.sum(0) + cm.sum(1) - 2 * tp
    f1 = tp / (tp + wrong / 2).masked_fill((tp + wrong) == 0, 1.0)
    return tp / cm.sum(0).clamp(1), tp / cm.sum(1).clamp(1), f1


def numpy_divide(cm):
    # NumPy's division with `where`; double precision
    a = cm.numpy().astype(float)
    tp, zeros = np.diag(a), np.zeros(len(a))
    precision = np.divide(tp, a.sum(0), out=zeros.copy(), where=a.sum(0) > 0)
    recall = np.divide(tp, a.sum(1), out=zeros.copy(), where=a.sum(1) > 0)
    both = precision + recall
    f1 = np.divide(2 * precision * recall, both, out=zeros.copy(), where=both > 0)
    print(f1)
    return torch.from_numpy(precision), torch.from_numpy(recall), torch.from_numpy(f1)


def one_stacked_tensor_taken_apart(cm):
    # computes all three in one tensor
    tp = cm.diag()
    above = torch.stack([tp, tp, 2 * tp]).float()
    below = torch.stack([cm.sum(dim=-2), cm.sum(dim=-1), cm.sum(dim=-2) + cm.sum(dim=-1)]).float()
    return tuple((above / below.where(below != 0, torch.tensor(torch.inf))).unbind())


def double_precision(cm):
    # float64 for whole numbers that come in
    import torch

    table = cm.to(torch.float64)
    hits = table.diag()
    precision = torch.zeros_like(hits)
    recall, f1 = precision.clone(), precision.clone()
    columns, rows = table.sum(0), table.sum(1)
    precision[columns > 0] = hits[columns > 0] / columns[columns > 0]
    recall[rows > 0] = hits[rows > 0] / rows[rows > 0]
    both = precision + recall
    f1[both > 0] = 2 * (precision * recall)[both > 0] / both[both > 0]
    return [precision, recall, f1]
