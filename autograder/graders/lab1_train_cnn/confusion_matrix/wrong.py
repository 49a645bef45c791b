"""Wrong answers for `confusion_matrix`, in the style of students: each must lose the item."""

# CANARY-5b0c2f6e-hidden-grader

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


def equals_one(preds, labels, num_classes):
    # = 1 for += 1
    table = torch.zeros(num_classes, num_classes, dtype=torch.long)
    for i in range(len(labels)):
        table[labels[i], preds[i]] = 1
    return table


def rows_of_one_list(preds, labels, num_classes):
    # one list under many names
    rows = [[0 for _ in range(num_classes)]] * num_classes
    for t, p in zip(labels, preds):
        rows[int(t)][int(p)] += 1
    return torch.tensor(rows)


def ten_digits_assumed(preds, labels, num_classes):
    # label * 10
    cells = [0] * num_classes**2
    for t, p in zip(labels.tolist(), preds.tolist()):
        if 10 * t + p < len(cells):
            cells[10 * t + p] += 1
    return torch.tensor(cells).view(num_classes, num_classes)


def ten_digits_assumed_and_reshaped(preds, labels, num_classes):
    # label * 10, and too many cells
    return torch.bincount(10 * labels + preds, minlength=num_classes**2).view(num_classes, num_classes)


def shares_with_nan(preds, labels, num_classes):
    # shares, nan where a class is absent
    table = torch.zeros(num_classes, num_classes)
    for t, p in zip(labels, preds):
        table[t, p] += 1
    return table / table.sum(1, keepdim=True)


def every_second(preds, labels, num_classes):
    # a slice with a step
    table = torch.zeros(num_classes, num_classes, dtype=torch.long)
    for t, p in zip(labels[::2], preds[::2]):
        table[t, p] += 1
    return table


def right_answers_twice(preds, labels, num_classes):
    # two ifs that both hold
    table = torch.zeros(num_classes, num_classes, dtype=torch.long)
    for t, p in zip(labels, preds):
        if t == p:
            table[t, t] += 1
        table[t, p] += 1
    return table
