"""Wrong answers for `bce_loss`, in the style of students: each must lose the item."""

# CANARY-5b0c2f6e-hidden-grader

import torch
import torch.nn.functional as F


def no_limit(probabilities, targets):
    return -torch.mean(targets * probabilities.log() + (1 - targets) * (1 - probabilities).log())


def keras_epsilon(probabilities, targets):
    p = probabilities.clamp(1e-7, 1 - 1e-7)
    return -(targets * p.log() + (1 - targets) * (1 - p).log()).mean()


def large_epsilon(probabilities, targets):
    p = probabilities
    return -(targets * (p + 1e-4).log() + (1 - targets) * (1 - p + 1e-4).log()).mean()


def cut_off_at_ten(probabilities, targets):
    log_p, log_q = probabilities.log().clamp(min=-10), (1 - probabilities).log().clamp(min=-10)
    return -(targets * log_p + (1 - targets) * log_q).mean()


def cut_off_at_a_thousand(probabilities, targets):
    log_p, log_q = probabilities.log().clamp(min=-1000), (1 - probabilities).log().clamp(min=-1000)
    return -(targets * log_p + (1 - targets) * log_q).mean()


def hundred_as_the_sum(probabilities, targets):
    # the limit on the loss of all
    loss = -(torch.xlogy(targets, probabilities) + torch.xlogy(1 - targets, 1 - probabilities)).mean()
    return loss.clamp(max=100)


def ones_alone_averaged(probabilities, targets):
    return -probabilities[targets == 1].log().clamp(min=-100).mean()


def from_scores(probabilities, targets):
    # as if logits came in
    z = probabilities
    return (z.clamp(min=0) - z * targets + torch.log1p(torch.exp(-z.abs()))).mean()


def library_loss(probabilities, targets):
    return F.binary_cross_entropy(probabilities, targets)
