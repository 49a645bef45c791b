"""Unusual right answers for `bce_loss`: each must earn every point."""

# CANARY-5b0c2f6e-hidden-grader

import math

import numpy as np
import torch


def right_probability(probabilities, targets):
    # t is 0 or 1, so one term is enough: with |1 − t − p|
    return -torch.log(torch.abs(1 - targets - probabilities)).clamp(min=-100).mean()


def chosen_by_where(probabilities, targets):
    p = torch.where(targets == 1, probabilities, 1 - probabilities)
    return p.log().clamp_(min=-100).neg().mean()


def held_before_the_logarithm(probabilities, targets):
    # e^-100 is what the logarithm is cut off at
    p, low = probabilities.double(), math.exp(-100)
    loss = targets * p.clamp(min=low).log() + (1 - targets) * (1 - p).clamp(min=low).log()
    return (-loss.mean()).to(probabilities.dtype)


def element_by_element(probabilities, targets):
    # Python's math, which refuses log(0)
    def log(x):
        return max(math.log(x), -100.0) if x > 0 else -100.0

    pairs = zip(probabilities.tolist(), targets.tolist(), strict=True)
    losses = [-(t * log(p) + (1 - t) * log(1 - p)) for p, t in pairs]
    return torch.tensor(sum(losses) / len(losses), dtype=probabilities.dtype)


def by_numpy(probabilities, targets):
    p, t = probabilities.numpy(), targets.numpy()
    with np.errstate(divide="ignore"):
        logs = np.maximum(np.log(p), -100), np.maximum(np.log1p(-p), -100)
    return float(-(t * logs[0] + (1 - t) * logs[1]).mean())


def two_sums(probabilities, targets):
    # the ones and the zeros apart, divided last
    ones = probabilities[targets == 1].log().clamp(min=-100).sum()
    zeros = torch.log1p(-probabilities[targets == 0]).clamp(min=-100).sum()
    return -(ones + zeros) / targets.numel()


def by_xlogy(probabilities, targets):
    loss = torch.xlogy(targets, probabilities) + torch.xlogy(1 - targets, 1 - probabilities)
    return -torch.maximum(loss, torch.tensor(-100.0, dtype=loss.dtype)).mean()


def products_of_vectors(probabilities, targets):
    low = torch.full_like(probabilities, -100)
    log_p, log_rest = (torch.max(each.log(), low) for each in (probabilities, 1 - probabilities))
    print(log_p)
    return -(targets @ log_p + (1 - targets) @ log_rest) / len(targets)


def only_zero_apart(probabilities, targets):
    # the limit where it matters
    logs = [torch.where(each > 0, each.log(), -100.0) for each in (probabilities, 1 - probabilities)]
    return -torch.where(targets.bool(), *logs).mean()


def one_minus_the_distance(probabilities, targets):
    # the probability of the truth, without a case for each
    return (1 - (probabilities - targets).abs()).log().clamp(min=-100).mean().neg()
