"""Unusual right answers for `classification_report`: each must earn every point."""

# CANARY-5b0c2f6e-hidden-grader

import numpy as np
import torch


def class_by_class(preds, labels, num_classes):
    # Python numbers, and tensors made last; float32
    p, r, f, s = [], [], [], []
    for k in range(num_classes):
        tp = sum(1 for a, b in zip(preds, labels) if a == k and b == k)
        said, there = int((preds == k).sum()), int((labels == k).sum())
        p.append(tp / said if said else 0.0)
        r.append(tp / there if there else 0.0)
        f.append(2 * p[-1] * r[-1] / (p[-1] + r[-1]) if tp else 0.0)
        s.append(there)
    report = {
        name: torch.tensor(v) for name, v in zip(("precision", "recall", "f1", "support"), (p, r, f, s))
    }
    report["accuracy"] = sum(int(a == b) for a, b in zip(preds, labels)) / len(preds)
    report["macro_f1"] = sum(f) / num_classes
    report["weighted_f1"] = sum(a * b for a, b in zip(f, s)) / sum(s)
    return report


def from_a_confusion_matrix(preds, labels, num_classes):
    # double precision, zero-dimensional tensors for the numbers
    cm = torch.zeros(num_classes, num_classes, dtype=torch.float64)
    cm.index_put_((labels, preds), torch.ones(len(labels), dtype=torch.float64), accumulate=True)
    tp, cols, rows = cm.diag(), cm.sum(0), cm.sum(1)
    p, r, f = (torch.nan_to_num(a / b) for a, b in ((tp, cols), (tp, rows), (2 * tp, cols + rows)))
    return {"precision": p, "recall": r, "f1": f, "support": rows, "accuracy": tp.sum() / cm.sum(), "macro_f1": f.mean(), "weighted_f1": f @ rows / rows.sum()}  # fmt: skip


def by_numpy(preds, labels, num_classes):
    # arrays until the end, with a count for support
    p, t = preds.numpy(), labels.numpy()
    hits = np.bincount(t[p == t], minlength=num_classes)
    said, there = (np.bincount(each, minlength=num_classes) for each in (p, t))
    with np.errstate(invalid="ignore", divide="ignore"):
        parts = [
            np.nan_to_num(hits / said),
            np.nan_to_num(hits / there),
            np.nan_to_num(2 * hits / (said + there)),
        ]
    numbers = np.mean(p == t), parts[2].mean(), np.average(parts[2], weights=there)
    named = {
        key: torch.from_numpy(each)
        for key, each in zip(("precision", "recall", "f1", "support"), (*parts, there))
    }
    return {**named, "accuracy": numbers[0], "macro_f1": numbers[1], "weighted_f1": numbers[2]}


def one_hot_products(preds, labels, num_classes):
    # more keys than asked
    a, b = (torch.nn.functional.one_hot(each, num_classes).float() for each in (preds, labels))
    hits, said, support = (a * b).sum(0), a.sum(0), b.sum(0)
    precision, recall = hits / (said + 1e-12), hits / (support + 1e-12)
    f1 = 2 * hits / (said + support + 1e-12)
    report = {"classes": list(range(num_classes)), "precision": precision, "recall": recall, "f1": f1}
    report |= {"support": support.long(), "accuracy": hits.sum().item() / len(preds)}
    print(report)
    return {**report, "macro_f1": f1.mean().item(), "weighted_f1": (f1 * support / len(labels)).sum().item()}


def harmonic_mean(preds, labels, num_classes):
    def share(a, b):
        return (a & b).sum().item() / max(a.sum().item(), 1)

    rows = [(preds == k, labels == k) for k in range(num_classes)]
    precision = torch.tensor([share(a, b) for a, b in rows])
    recall = torch.tensor([share(b, a) for a, b in rows])
    f1 = torch.where(precision * recall > 0, 2 / (1 / precision + 1 / recall), torch.zeros(num_classes))
    support = torch.stack([b.sum() for _, b in rows]).int()
    accuracy = torch.eq(preds, labels).float().mean().item()
    return {"support": support, "f1": f1, "recall": recall, "precision": precision, "weighted_f1": float((f1 * support).sum() / support.sum()), "macro_f1": float(f1.mean()), "accuracy": accuracy}  # fmt: skip


def by_pairs(preds, labels, num_classes):
    # counts pairs in a dictionary
    from collections import Counter

    pairs = Counter(zip(labels.tolist(), preds.tolist(), strict=True))
    cm = torch.tensor([[pairs[i, j] for j in range(num_classes)] for i in range(num_classes)])
    tp = cm.diagonal()
    p, r = tp / cm.sum(0).clamp(min=1), tp / cm.sum(1).clamp(min=1)
    f1 = torch.zeros(num_classes)
    f1[tp > 0] = (2 * p * r / (p + r))[tp > 0]
    support = cm.sum(1)
    means = {"macro_f1": f1.mean().item(), "weighted_f1": np.dot(f1, support).item() / len(labels)}
    return {
        "precision": p,
        "recall": r,
        "f1": f1,
        "support": support,
        "accuracy": cm.trace().item() / len(labels),
        **means,
    }
