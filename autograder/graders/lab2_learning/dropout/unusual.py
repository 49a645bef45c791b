"""Unusual right answers for `dropout`: each must earn every point."""

# CANARY-5b0c2f6e-hidden-grader

import random

import numpy as np
import torch


def by_bernoulli(x, p=0.5, training=True):
    if not training or p == 0:
        return x
    keep = torch.bernoulli(torch.full_like(x, 1 - p))
    return keep * x / max(1 - p, 1e-9)


def by_a_distribution(x, p=0.5, training=True):
    from torch.distributions import Bernoulli

    if training and p != 1:
        return x * Bernoulli(probs=1 - p).sample(x.shape).to(x) / (1 - p)
    return x * 0 if training else x


def by_the_method_in_place(x, p=0.5, training=True):
    if training is False:
        return x.clone()
    out = x.clone()
    out[torch.empty(x.shape).bernoulli_(p).bool()] = 0
    return out if p == 1 else out / (1.0 - p)


def by_numpy(x, p=0.5, training=True):
    if not training:
        return x
    dropped = torch.from_numpy(np.random.rand(*x.shape) < p)
    return torch.where(dropped, torch.zeros_like(x), x / (1 - p) if p < 1 else x)


def by_a_generator_of_numpy(x, p=0.5, training=True):
    keep = np.random.default_rng().binomial(1, 1 - p, size=tuple(x.shape)) if training else np.ones(x.shape)
    return x * torch.as_tensor(keep, dtype=x.dtype) / ((1 - p) or 1) if training else x


def element_by_element(x, p=0.5, training=True):
    if not training:
        return x
    factors = [0.0 if random.random() < p else 1 / (1 - p) for _ in range(x.numel())]
    return x * torch.tensor(factors, dtype=x.dtype).reshape(x.shape)


def filled(x, p=0.5, training=True):
    if training and p > 0:
        return x.masked_fill(torch.rand_like(x) < p, 0.0).mul(1 / (1 - p) if p != 1 else 0.0)
    return x.mul(1)


def limited(x, p=0.5, training=True):
    # no case for p = 1
    mask = (torch.rand(x.size(), dtype=torch.float64) > p).type_as(x) if training else torch.ones_like(x)
    return x * mask / max(1 - p, 1e-12) if training else x * mask


def whole_numbers(x, p=0.5, training=True):
    # compares numbers up to a million
    if not training:
        return x
    keep = torch.randint(0, 1_000_000, x.shape) >= p * 1_000_000
    zeros = torch.zeros((), dtype=x.dtype)
    return torch.where(keep, x * (1 / (1 - p)) if p < 1 else x, zeros)


def by_a_floor(x, p=0.5, training=True):
    # the floor of a number between 1 − p and 2 − p
    if not training or not p:
        return x
    keep = torch.floor(torch.rand(x.shape) + (1 - p))
    return torch.nan_to_num(x / (1 - p), posinf=0, neginf=0) * keep if p < 1 else x - x


def by_a_module_of_its_own(x, p=0.5, training=True):
    class Layer(torch.nn.Module):
        def forward(self, x):
            if not self.training or p in (0, 1):
                return torch.zeros_like(x) if self.training and p else x
            keep = torch.rand(x.numel()).view(x.shape).sub(p).sign().clamp(min=0)
            return x.div(1 - p).mul(keep.to(x))

    return Layer().train(training)(x)


def own_generator(x, p=0.5, training=True):
    # with a seed of the system's own
    if training:
        generator = torch.Generator()
        generator.seed()
        keep = torch.rand(x.shape, generator=generator).ge(p)
        x = torch.zeros_like(x) if p == 1 else keep / (1 - p) * x
    return x
