"""Hold unusual right answers for `cross_entropy`: each must earn every point."""

# CANARY-5b0c2f6e-hidden-grader

import math

import numpy as np
import torch
import torch.nn.functional as F


def one_hot_product(logits, targets):
    # a one-hot table picks the log-probability
    table = F.one_hot(targets, num_classes=logits.shape[-1]).to(logits.dtype)
    return (logits.logsumexp(1) - (logits * table).sum(1)).mean()


def gathered(logits, targets):
    # `gather` picks the log-probability
    shifted = logits - logits.amax(1, keepdim=True)
    right = shifted.gather(1, targets.view(-1, 1)).squeeze(1)
    return torch.mean(shifted.exp().sum(1).log() - right)


def image_by_image_in_python(logits, targets):
    # Python's math; ends in a tensor of the right dtype
    total = 0.0
    for row, target in zip(logits.tolist(), targets.tolist(), strict=True):
        largest = max(row)
        total += largest + math.log(sum(math.exp(value - largest) for value in row)) - row[target]
    return torch.tensor(total / len(targets), dtype=logits.dtype)


def numpy_in_double_precision(logits, targets):
    # goes through NumPy; ends in a 0-d tensor
    z, t = logits.detach().numpy().astype(np.float64), targets.numpy()
    z = z - z.max(axis=1, keepdims=True)
    losses = np.log(np.exp(z).sum(axis=1)) - z[np.arange(len(t)), t]
    return torch.from_numpy(np.asarray(losses.mean())).to(logits.dtype)


def sum_of_differences(logits, targets):
    # log Σ exp(z_j − z_target)
    differences = logits - logits[range(len(targets)), targets][:, None]
    return differences.logsumexp(dim=-1).sum() / targets.numel()


def pairs_added_in_logarithms(logits, targets):
    # a loop over classes with `logaddexp`
    total = logits[:, 0]
    for k in range(1, logits.size(1)):
        total = torch.logaddexp(total, logits[:, k])
    return -(torch.take_along_dim(logits, targets[:, None], dim=1)[:, 0] - total).mean(0)


def python_number(logits, targets):
    # a Python float: a scalar too
    return float((logits.double().logsumexp(1) - logits.double()[torch.arange(len(targets)), targets]).mean())


def trace_of_a_matrix(logits, targets):
    # all pairs, of which the diagonal counts; prints the loss
    logp = logits - logits.logsumexp(-1, keepdim=True)
    loss = -logp[:, targets].trace() / len(targets)
    print(loss)
    return loss


def masked_select(logits, targets):
    # a mask of the true classes
    mask = torch.arange(logits.shape[1]) == targets[:, None]
    return logits.logsumexp(1).mean() - logits[mask].mean()


def weighted_by_class(logits, targets):
    # adds up class by class and divides last
    logp = logits - logits.logsumexp(1, True)
    losses = [logp[targets == k, k].sum() for k in targets.unique()]
    return torch.stack(losses).sum().neg().div(len(logits))
