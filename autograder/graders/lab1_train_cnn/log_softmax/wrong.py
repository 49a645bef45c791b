"""Wrong answers for `log_softmax`, in the style of students: each must lose the item."""

# CANARY-5b0c2f6e-hidden-grader

import torch


def log_of_a_stable_softmax(z, dim=-1):
    # log 0
    e = torch.exp(z - z.max(dim=dim, keepdim=True)[0])
    probabilities = e / e.sum(dim=dim, keepdim=True)
    return probabilities.log()


def small_number_added(z, dim=-1):
    # hides −inf
    e = torch.exp(z - z.max(dim=dim, keepdim=True)[0])
    return torch.log(e / e.sum(dim=dim, keepdim=True) + 1e-8)


def no_shift(z, dim=-1):
    # overflows
    return z - z.exp().sum(dim=dim, keepdim=True).log()


def shift_only_inside(z, dim=-1):
    # the maximum is not added back
    m = z.max(dim=dim, keepdim=True)[0]
    return z - torch.log(torch.sum(torch.exp(z - m), dim=dim, keepdim=True))


def last_axis(z, dim=-1):
    # dim is ignored
    m = z.max(dim=-1, keepdim=True)[0]
    return z - m - (z - m).exp().sum(-1, keepdim=True).log()


def base_ten(z, dim=-1):
    # log10
    s = z - z.amax(dim, keepdim=True)
    return s / 2.302585092994046 - torch.log10(s.exp().sum(dim, keepdim=True))


def forgets_keepdim(z, dim=-1):
    # loses the axis
    s = z - z.amax(dim, keepdim=True)
    return s - torch.log(s.exp().sum(dim))


def library_call(z, dim=-1):
    # the library does the job
    return torch.log_softmax(z, dim)


def log10_of_the_sum(z, dim=-1):
    # the wrong base
    m = z.amax(dim=dim, keepdim=True)
    return z - m - torch.log10((z - m).exp().sum(dim=dim, keepdim=True))


def log2_of_the_sum(z, dim=-1):
    # the wrong base
    m = z.amax(dim=dim, keepdim=True)
    return (z - m) - torch.exp(z - m).sum(dim, keepdim=True).log2()


def pair_subtracted(z, dim=-1):
    # max(dim) is a pair
    z = z - torch.max(z, dim=dim, keepdim=True)
    return z - z.exp().sum(dim=dim, keepdim=True).log()


def place_subtracted(z, dim=-1):
    # max()[1] is the index
    z = z - z.max(dim, keepdim=True)[1]
    return z - z.exp().sum(dim=dim, keepdim=True).log()
