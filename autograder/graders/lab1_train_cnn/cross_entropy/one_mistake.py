"""One mistake in `cross_entropy`."""

# CANARY-5b0c2f6e-hidden-grader

import numpy as np
import torch

from autograder.graders.kit.answers import false

BOTH = ("test_cross_entropy_values", "test_cross_entropy_is_stable")


@false("test_cross_entropy_is_a_scalar")
def list_of_one_number(logits, targets):
    total = torch.zeros(1, dtype=logits.dtype)
    for row, t in zip(logits, targets):
        total += torch.logsumexp(row, 0) - row[t]
    return total / len(logits)


@false("test_cross_entropy_is_a_scalar")
def always_single_precision(logits, targets):
    losses = logits.logsumexp(1) - logits.gather(1, targets[:, None])[:, 0]
    return losses.float().mean()


@false("test_cross_entropy_is_a_scalar")
def array_without_axes(logits, targets):
    z = logits.numpy() - logits.numpy().max(1, keepdims=True)
    losses = np.log(np.exp(z).sum(1)) - z[np.arange(len(z)), targets.numpy()]
    return np.array(losses.mean())


@false(*BOTH)
def added_up(logits, targets):
    return sum(torch.logsumexp(row, 0) - row[t] for row, t in zip(logits, targets))


@false(*BOTH)
def one_less_below(logits, targets):
    losses = logits.logsumexp(1) - logits[torch.arange(len(targets)), targets]
    return losses.sum() / max(len(targets) - 1, 1)


@false(*BOTH)
def class_zero_ignored(logits, targets):
    losses = logits.logsumexp(1) - logits[torch.arange(len(targets)), targets]
    return (losses * (targets > 0)).sum() / len(targets)


@false(*BOTH)
def targets_smoothed(logits, targets):
    K = logits.shape[1]
    y = torch.eye(K, dtype=logits.dtype)[targets] * 0.9 + 0.1 / K
    return -(y * (logits - logits.logsumexp(1, keepdim=True))).sum(1).mean()


@false(*BOTH)
def mean_over_all_numbers(logits, targets):
    y = torch.nn.functional.one_hot(targets, logits.shape[1])
    return -(y * (logits - logits.logsumexp(1, keepdim=True))).mean()


@false(*BOTH)
def sign_lost(logits, targets):
    z = logits - logits.amax(1, keepdim=True)
    return (z - z.exp().sum(1, keepdim=True).log()).gather(1, targets.view(-1, 1)).mean()


@false(*BOTH)
def exponents_halved(logits, targets):
    z = logits / 2
    return (z.logsumexp(1) - z[torch.arange(len(targets)), targets]).mean()


@false("test_cross_entropy_is_stable")
def no_maximum(logits, targets):
    return (logits.exp().sum(1).log() - logits[range(len(targets)), targets]).mean()


@false("test_cross_entropy_is_stable")
def probabilities_held_above_a_limit(logits, targets):
    e = torch.exp(logits - logits.amax(1, keepdim=True))
    p = (e / e.sum(1, keepdim=True)).clamp(1e-10, 1.0)
    return -p[torch.arange(len(targets)), targets].log().mean()


@false("test_cross_entropy_is_stable")
def scores_shifted_in_place(logits, targets):
    logits -= logits.max(1, keepdim=True).values
    return (logits.exp().sum(1).log() - logits[torch.arange(len(targets)), targets]).mean()


@false("test_cross_entropy_values")
def batch_axis_squeezed(logits, targets):
    z, t = logits.squeeze(), targets.squeeze()
    losses = [torch.logsumexp(z[i], 0) - z[i][t[i]] for i in range(z.shape[0])]
    return sum(losses) / len(losses)


@false("test_cross_entropy_is_a_scalar", *BOTH)
def loss_of_each_image(logits, targets):
    return logits.logsumexp(1) - logits[torch.arange(len(targets)), targets]


@false("test_cross_entropy_values")
def loop_over_the_classes(logits, targets):
    total = 0
    for i in range(len(logits[0])):
        total = total + torch.logsumexp(logits[i], 0) - logits[i][targets[i]]
    return total / len(logits)


@false("test_cross_entropy_is_a_scalar")
def log_probabilities_as_well(logits, targets):
    logp = logits - logits.logsumexp(1, keepdim=True)
    return -logp[torch.arange(len(targets)), targets].mean(), logp


@false(*BOTH)
def median_for_the_mean(logits, targets):
    logp = logits - logits.logsumexp(1, keepdim=True)
    return -logp[torch.arange(len(targets)), targets].median()
