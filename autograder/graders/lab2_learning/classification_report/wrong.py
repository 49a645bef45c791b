"""Wrong answers for `classification_report`, in the style of students: each must lose the item."""

# CANARY-5b0c2f6e-hidden-grader
import torch


def columns_for_rows(preds, labels, num_classes):
    # the matrix is built transposed
    cm = torch.zeros(num_classes, num_classes)
    for p, t in zip(preds, labels):
        cm[p, t] += 1
    tp, cols, rows = cm.diag(), cm.sum(0), cm.sum(1)
    p, r, f = (torch.nan_to_num(a / b) for a, b in ((tp, cols), (tp, rows), (2 * tp, cols + rows)))
    return {"precision": p, "recall": r, "f1": f, "support": rows, "accuracy": (tp.sum() / cm.sum()).item(), "macro_f1": f.mean().item(), "weighted_f1": (f @ rows / rows.sum()).item()}  # fmt: skip


def nan_left_out_of_the_means(preds, labels, num_classes):
    # the undefined ones are zero, but not in the mean
    cm = (
        torch.bincount(labels * num_classes + preds, minlength=num_classes**2)
        .reshape(num_classes, -1)
        .float()
    )
    tp, cols, rows = cm.diag(), cm.sum(0), cm.sum(1)
    f = 2 * tp / (cols + rows)
    p, r, f1 = (each.nan_to_num(0) for each in (tp / cols, tp / rows, f))
    return {"precision": p, "recall": r, "f1": f1, "support": rows, "accuracy": (tp.sum() / cm.sum()).item(), "macro_f1": f.nanmean().item(), "weighted_f1": (f1 @ rows / rows.sum()).item()}  # fmt: skip


def no_weighted_mean(preds, labels, num_classes):
    # a key is missing
    cm = (
        torch.bincount(labels * num_classes + preds, minlength=num_classes**2)
        .reshape(num_classes, -1)
        .float()
    )
    tp, cols, rows = cm.diag(), cm.sum(0), cm.sum(1)
    p, r, f = (torch.nan_to_num(a / b) for a, b in ((tp, cols), (tp, rows), (2 * tp, cols + rows)))
    return {"precision": p, "recall": r, "f1": f, "support": rows, "accuracy": (tp.sum() / cm.sum()).item(), "macro_f1": f.mean().item()}  # fmt: skip


def means_for_classes(preds, labels, num_classes):
    cm = (
        torch.bincount(labels * num_classes + preds, minlength=num_classes**2)
        .reshape(num_classes, -1)
        .float()
    )
    tp, cols, rows = cm.diag(), cm.sum(0), cm.sum(1)
    p, r, f = (torch.nan_to_num(a / b) for a, b in ((tp, cols), (tp, rows), (2 * tp, cols + rows)))
    return {"precision": p.mean(), "recall": r.mean(), "f1": f.mean(), "support": rows, "accuracy": (tp.sum() / cm.sum()).item(), "macro_f1": f.mean().item(), "weighted_f1": (f @ rows / rows.sum()).item()}  # fmt: skip


def wrong_ones_below(preds, labels, num_classes):
    # false positives and negatives, the hits left out
    cm = (
        torch.bincount(labels * num_classes + preds, minlength=num_classes**2)
        .reshape(num_classes, -1)
        .float()
    )
    tp, cols, rows = cm.diag(), cm.sum(0), cm.sum(1)
    p, r = tp / (cols - tp).clamp(min=1), tp / (rows - tp).clamp(min=1)
    f = torch.nan_to_num(2 * p * r / (p + r))
    return {"precision": p, "recall": r, "f1": f, "support": rows, "accuracy": (tp.sum() / cm.sum()).item(), "macro_f1": f.mean().item(), "weighted_f1": (f @ rows / rows.sum()).item()}  # fmt: skip


def rounded_numbers(preds, labels, num_classes):
    cm = (
        torch.bincount(labels * num_classes + preds, minlength=num_classes**2)
        .reshape(num_classes, -1)
        .float()
    )
    tp, cols, rows = cm.diag(), cm.sum(0), cm.sum(1)
    p, r, f = (torch.nan_to_num(a / b) for a, b in ((tp, cols), (tp, rows), (2 * tp, cols + rows)))
    return {"precision": p, "recall": r, "f1": f, "support": rows, "accuracy": round((tp.sum() / cm.sum()).item(), 2), "macro_f1": round(f.mean().item(), 2), "weighted_f1": round((f @ rows / rows.sum()).item(), 2)}  # fmt: skip


def loop_from_one(preds, labels, num_classes):
    # class 0 is never counted
    p, r, f, s = (torch.zeros(num_classes) for _ in range(4))
    for k in range(1, num_classes):
        tp, said, s[k] = ((preds == k) & (labels == k)).sum(), (preds == k).sum(), (labels == k).sum()
        p[k], r[k] = tp / said.clamp(min=1), tp / s[k].clamp(min=1)
        f[k] = 2 * p[k] * r[k] / (p[k] + r[k]).clamp(min=1e-9)
    return {"precision": p, "recall": r, "f1": f, "support": s, "accuracy": (preds == labels).float().mean().item(), "macro_f1": f.mean().item(), "weighted_f1": (f @ s / s.sum()).item()}  # fmt: skip


def library_report(preds, labels, num_classes):
    from sklearn.metrics import accuracy_score, f1_score, precision_recall_fscore_support

    p, r, f, s = precision_recall_fscore_support(labels, preds, labels=range(num_classes), zero_division=0)
    macro, weighted = (f1_score(labels, preds, labels=range(num_classes), average=how, zero_division=0) for how in ("macro", "weighted"))  # fmt: skip
    p, r, f, s = (torch.as_tensor(each) for each in (p, r, f, s))
    return {"precision": p, "recall": r, "f1": f, "support": s, "accuracy": accuracy_score(labels, preds), "macro_f1": macro, "weighted_f1": weighted}  # fmt: skip
