"""Wrong answers for `confusion_matrix`, in the style of students: each must lose the item."""

import torch


def column_is_truth(preds, labels, num_classes):
    # transposed
    table = torch.zeros((num_classes, num_classes), dtype=torch.long)
    for i in range(len(preds)):
        table[preds[i], labels[i]] += 1
    return table


def plus_one_by_index(preds, labels, num_classes):
    # repeated indices add once
    table = torch.zeros((num_classes, num_classes), dtype=torch.int32)
    table[labels.long(), preds.long()] += 1
    return table


def byte_counts(preds, labels, num_classes):
    # overflow
    table = torch.zeros((num_classes, num_classes), dtype=torch.uint8)
    for p, t in zip(preds, labels):
        table[t, p] = table[t, p] + 1
    return table


def bincount_without_minlength(preds, labels, num_classes):
    # too short when the last pair is absent
    return torch.bincount(labels * num_classes + preds).reshape(num_classes, num_classes)


def floats(preds, labels, num_classes):
    # float dtype
    table = torch.zeros(num_classes, num_classes)
    for t in range(num_classes):
        for p in range(num_classes):
            table[t, p] = ((labels == t) & (preds == p)).sum()
    return table


def normalised(preds, labels, num_classes):
    # shares, not counts
    table = torch.stack(
        [torch.bincount(preds[labels == t], minlength=num_classes) for t in range(num_classes)]
    )
    return table / table.sum(1, keepdim=True).clamp(min=1)


def own_size(preds, labels, num_classes):
    # the size comes from the labels
    k = len(torch.unique(labels))
    table = torch.zeros(k, k, dtype=torch.int64)
    for t, p in zip(labels.tolist(), preds.tolist()):
        table[t, p] += 1
    return table
