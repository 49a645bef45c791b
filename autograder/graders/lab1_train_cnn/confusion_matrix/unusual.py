"""Hold unusual right answers for `confusion_matrix`: each must earn every point."""

# CANARY-5b0c2f6e-hidden-grader

import numpy as np
import torch
import torch.nn.functional as F


def one_hot_product(preds, labels, num_classes):
    # a product of two one-hot tables
    return F.one_hot(labels, num_classes).T @ F.one_hot(preds, num_classes)


def cell_by_cell(preds, labels, num_classes):
    # each cell is counted for itself; a list becomes a tensor
    cells = [
        [int(((labels == t) & (preds == p)).sum()) for p in range(num_classes)] for t in range(num_classes)
    ]
    return torch.tensor(cells)


def numpy_add_at(preds, labels, num_classes):
    # `np.add.at` accumulates
    cm = np.zeros((num_classes, num_classes), dtype=np.int64)
    np.add.at(cm, (labels.numpy(), preds.numpy()), 1)
    return torch.from_numpy(cm)


def index_put_in_int32(preds, labels, num_classes):
    # 32-bit counts
    cm = torch.zeros((num_classes, num_classes), dtype=torch.int32)
    return cm.index_put_((labels, preds), torch.ones(len(labels), dtype=torch.int32), accumulate=True)


def histogram_of_pairs(preds, labels, num_classes):
    # unique pairs and their counts
    pairs, counts = torch.unique(torch.stack([labels, preds], dim=1), dim=0, return_counts=True)
    cm = torch.zeros(num_classes, num_classes, dtype=torch.long)
    cm[pairs[:, 0], pairs[:, 1]] = counts
    return cm


def dictionary_of_pairs(preds, labels, num_classes):
    # a Counter, and 16-bit counts
    from collections import Counter

    seen = Counter(zip(labels.tolist(), preds.tolist(), strict=True))
    print(seen.most_common(1))
    rows = [[seen[t, p] for p in range(num_classes)] for t in range(num_classes)]
    return torch.tensor(rows, dtype=torch.int16)


def built_transposed_and_turned(preds, labels, num_classes):
    # columns first, and a view that is not contiguous
    flat = torch.bincount(num_classes * preds + labels, minlength=num_classes * num_classes)
    return flat.view(num_classes, num_classes).t()


def scattered(preds, labels, num_classes):
    # floating counts turned into integers at the end
    flat = torch.zeros(num_classes**2).scatter_add_(0, labels * num_classes + preds, torch.ones(len(preds)))
    return flat.round().long().unflatten(0, (num_classes, num_classes))


def counted_in_unsigned_numbers_of_numpy(preds, labels, num_classes):
    # an array of uint32, made a tensor
    cells = np.ravel_multi_index((labels.numpy(), preds.numpy()), (num_classes, num_classes))
    counts = np.bincount(cells, minlength=num_classes**2).astype(np.uint32)
    return torch.from_numpy(counts.reshape(num_classes, num_classes))


def array_of_unsigned_numbers(preds, labels, num_classes):
    # the array itself
    table = np.zeros((num_classes, num_classes), dtype=np.uint16)
    for true, said in zip(labels.tolist(), preds.tolist(), strict=True):
        table[true, said] += 1
    return table
