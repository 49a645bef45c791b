"""Wrong answers for `nll_loss`, in the style of students: each must lose the item."""

# CANARY-5b0c2f6e-hidden-grader

import torch
import torch.nn.functional as F


def loop_over_the_classes(log_probs, targets):
    # as many rounds as there are columns
    total = 0
    for i in range(log_probs.shape[1]):
        total -= log_probs[i, targets[i]]
    return total / len(targets)


def column_by_column(log_probs, targets):
    # the classes' axis first
    return -torch.stack([log_probs[t, i] for i, t in enumerate(targets)]).mean()


def last_image_left_out(log_probs, targets):
    total = 0
    for i in range(len(targets) - 1):
        total -= log_probs[i, targets[i]]
    return total / len(targets)


def one_less_below(log_probs, targets):
    return -log_probs[range(len(targets)), targets].sum() / max(len(targets) - 1, 1)


def softmax_first(log_probs, targets):
    # the log-probabilities taken for probabilities
    p = log_probs.exp()
    return (1 - p[torch.arange(len(targets)), targets]).mean()


def smoothed(log_probs, targets):
    k = log_probs.shape[1]
    table = F.one_hot(targets, k) * 0.9 + 0.1 / k
    return -(table * log_probs).sum(1).mean()


def held_above_a_limit(log_probs, targets):
    return -log_probs.clamp(min=-50)[torch.arange(len(targets)), targets].mean()


def rounded(log_probs, targets):
    return torch.round(-log_probs[torch.arange(len(targets)), targets].mean(), decimals=2)


def library_loss(log_probs, targets):
    return F.nll_loss(log_probs, targets)


def view_of_the_table(log_probs, targets):
    # fails where it is not contiguous
    n, k = log_probs.shape
    return -log_probs.view(-1)[torch.arange(n) * k + targets].mean()
