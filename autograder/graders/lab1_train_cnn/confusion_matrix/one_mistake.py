"""One mistake in `confusion_matrix`."""

# CANARY-5b0c2f6e-hidden-grader

import numpy as np
import torch

from autograder.graders.kit.answers import false

SHAPE, COUNTS, EDGES = (f"test_confusion_matrix_{each}" for each in ("shape", "counts", "edges"))


@false(COUNTS)
def rows_are_predictions(preds, labels, num_classes):
    cm = torch.zeros(num_classes, num_classes, dtype=torch.long)
    for p, t in zip(preds, labels):
        cm[p, t] += 1
    return cm


@false(COUNTS)
def first_sample_twice(preds, labels, num_classes):
    cm = torch.zeros(num_classes, num_classes, dtype=torch.long)
    cm[labels[0], preds[0]] = 1
    for p, t in zip(preds, labels):
        cm[t, p] += 1
    return cm


@false(COUNTS)
def every_third_left_out(preds, labels, num_classes):
    cm = torch.zeros(num_classes, num_classes, dtype=torch.long)
    for i in range(len(labels)):
        if i % 3 != 2:
            cm[labels[i], preds[i]] += 1
    return cm


@false(COUNTS)
def hits_only(preds, labels, num_classes):
    hits = labels[preds == labels]
    return torch.diag(torch.bincount(hits, minlength=num_classes))


@false(COUNTS, EDGES)
def added_once_for_each_pair(preds, labels, num_classes):
    cm = np.zeros((num_classes, num_classes), dtype=np.int64)
    cm[labels.numpy(), preds.numpy()] += 1
    return torch.from_numpy(cm)


@false(COUNTS)
def labels_against_themselves(preds, labels, num_classes):
    cells = num_classes * labels + labels
    return torch.bincount(cells, minlength=num_classes**2).view(num_classes, num_classes)


@false(SHAPE)
def table_of_floats(preds, labels, num_classes):
    return torch.zeros(num_classes, num_classes).index_put_(
        (labels, preds), torch.ones(len(labels)), accumulate=True
    )


@false(SHAPE)
def lists_in_a_list(preds, labels, num_classes):
    cm = [[0] * num_classes for _ in range(num_classes)]
    for p, t in zip(preds.tolist(), labels.tolist()):
        cm[t][p] += 1
    return cm


@false(EDGES)
def bytes_that_overflow(preds, labels, num_classes):
    cm = torch.zeros(num_classes, num_classes, dtype=torch.uint8)
    for p, t in zip(preds, labels):
        cm[t, p] += 1
    return cm


@false(EDGES)
def largest_class_that_occurs(preds, labels, num_classes):
    K = max(preds.tolist() + labels.tolist()) + 1
    return torch.stack([torch.bincount(preds[labels == t], minlength=K) for t in range(K)])


@false(EDGES)
def flat_count_too_short(preds, labels, num_classes):
    return torch.bincount(num_classes * labels + preds).reshape(num_classes, num_classes)


@false(EDGES)
def predictions_overwritten(preds, labels, num_classes):
    cells = preds.add_(num_classes * labels)
    return torch.bincount(cells, minlength=num_classes**2).reshape(num_classes, num_classes)


@false(SHAPE, COUNTS, EDGES)
def shares_of_the_rows(preds, labels, num_classes):
    cm = torch.zeros(num_classes, num_classes)
    for p, t in zip(preds, labels):
        cm[t, p] += 1
    return cm / cm.sum(1, keepdim=True).clamp(min=1)


@false(SHAPE)
def one_class_too_many(preds, labels, num_classes):
    cm = torch.zeros(num_classes + 1, num_classes + 1, dtype=torch.long)
    for p, t in zip(preds, labels):
        cm[t, p] += 1
    return cm
