"""One mistake in `log_softmax`."""

# CANARY-5b0c2f6e-hidden-grader

import numpy as np
import torch

from autograder.graders.kit.answers import false

BOTH = ("test_log_softmax_values", "test_log_softmax_is_stable")


@false("test_log_softmax_shape")
def array_of_numpy(z, dim=-1):
    a = z.numpy() - z.numpy().max(axis=dim, keepdims=True)
    return a - np.log(np.exp(a).sum(axis=dim, keepdims=True))


@false("test_log_softmax_shape")
def always_double(z, dim=-1):
    z = z.double()
    return z - z.logsumexp(dim, keepdim=True)


@false("test_log_softmax_is_stable")
def logarithm_of_a_quotient(z, dim=-1):
    e = torch.exp(z - z.amax(dim, keepdim=True))
    return e.log() - e.sum(dim, keepdim=True).log()


@false("test_log_softmax_is_stable")
def tiny_number_in_the_logarithm(z, dim=-1):
    e = torch.exp(z - z.amax(dim, keepdim=True))
    return torch.log(e / e.sum(dim, keepdim=True) + 1e-10)


@false("test_log_softmax_is_stable")
def shifted_in_place(z, dim=-1):
    z -= z.max(dim, keepdim=True).values
    return z - torch.log(z.exp().sum(dim, keepdim=True))


@false(*BOTH)
def maximum_subtracted_twice(z, dim=-1):
    m = z.amax(dim, keepdim=True)
    return z - 2 * m - (z - m).exp().sum(dim, keepdim=True).log()


@false(*BOTH)
def one_more_in_the_logarithm(z, dim=-1):
    s = z - z.amax(dim, keepdim=True)
    return s - torch.log1p(s.exp().sum(dim, keepdim=True))


@false(*BOTH)
def half_of_the_scores(z, dim=-1):
    s = (z - z.amax(dim, keepdim=True)) / 2
    return s - s.exp().sum(dim, keepdim=True).log()


@false(*BOTH)
def decadic_logarithm(z, dim=-1):
    s = z - z.max(dim=dim, keepdim=True)[0]
    return s - torch.log10(torch.sum(torch.exp(s), dim=dim, keepdim=True))


@false(*BOTH)
def minus_forgotten(z, dim=-1):
    s = z - z.amax(dim, keepdim=True)
    return s + s.exp().sum(dim, keepdim=True).log()


@false("test_log_softmax_values")
def last_axis_whatever_is_asked(z, dim=-1):
    s = z - z.amax(-1, keepdim=True)
    return s - s.exp().sum(-1, keepdim=True).log()


@false("test_log_softmax_values")
def row_after_row(z, dim=-1):
    return torch.stack([row - row.max() - (row - row.max()).exp().sum().log() for row in z])


@false(*BOTH)
def axis_lost_in_the_sum(z, dim=-1):
    s = z - z.amax(dim, keepdim=True)
    return s - s.exp().sum(dim).log()
