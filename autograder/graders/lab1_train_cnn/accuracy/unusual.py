"""Hold unusual right answers for `accuracy`: each must earn every point."""

# CANARY-5b0c2f6e-hidden-grader

import numpy as np
import torch
import torch.nn.functional as F


def counted_in_a_loop(logits, labels):
    # plain Python lists
    right = 0
    for row, label in zip(logits.tolist(), labels.tolist(), strict=True):
        right += row.index(max(row)) == label
    return right / len(labels)


def one_minus_the_errors(logits, labels):
    # counts the errors
    return 1 - torch.count_nonzero(logits.max(dim=1).indices - labels).item() / labels.shape[0]


def tensor_of_no_axes(logits, labels):
    # a 0-d tensor for a float
    return (logits.argmax(-1) == labels).float().mean()


def numpy_number(logits, labels):
    # a NumPy number
    return np.mean(np.argmax(logits.detach().numpy(), axis=1) == labels.numpy())


def label_holds_the_maximum(logits, labels):
    # is the label's logit the largest of its row?
    return float((logits.gather(1, labels[:, None])[:, 0] >= logits.amax(1)).double().mean())


def one_hot_overlap(logits, labels):
    # the overlap of two one-hot tables, with probabilities on the way and a print
    K = logits.shape[1]
    p = (logits - logits.logsumexp(1, keepdim=True)).exp()
    right = (F.one_hot(p.argmax(1), K) * F.one_hot(labels, K)).sum()
    print(int(right), "of", len(labels))
    return (right / len(labels)).item()


def trace_of_the_confusion_matrix(logits, labels):
    # counts all pairs first
    K = logits.size(1)
    cm = torch.zeros(K, K).index_put((labels, logits.argmax(1)), torch.ones(len(labels)), accumulate=True)
    return np.float32(cm.trace() / cm.sum())


def numpy_float64(logits, labels):
    # the mean of a NumPy array is a NumPy number
    import numpy as np

    return np.mean(logits.detach().numpy().argmax(1) == labels.numpy())


def counter_of_hits(logits, labels):
    # a Counter of True and False
    from collections import Counter

    hits = Counter((logits.max(dim=-1).indices == labels).tolist())
    return hits[True] / hits.total()
