"""Wrong answers for `softmax`, in the style of students: each must lose the item."""

# CANARY-5b0c2f6e-hidden-grader

import torch


def plain_formula(z, dim=-1):
    # overflows
    exps = torch.exp(z)
    total = torch.sum(exps, dim=dim, keepdim=True)
    return exps / total


def one_maximum_for_all(z, dim=-1):
    # z.max() of everything: rows far below vanish
    z = z - torch.max(z)
    exps = z.exp()
    return exps / exps.sum(dim, keepdim=True)


def last_axis_always(z, dim=-1):
    # dim is not used
    m, _ = z.max(-1, keepdim=True)
    p = (z - m).exp()
    return p / p.sum(-1, keepdim=True)


def sum_of_everything(z, dim=-1):
    # the denominator is one number
    m = z.max(dim=dim, keepdim=True).values
    e = (z - m).exp()
    return e / torch.sum(e)


def no_keepdim_at_all(z, dim=-1):
    # both reductions lose the axis
    e = torch.exp(z - z.max(dim=dim).values)
    return e / e.sum(dim=dim)


def in_place(z, dim=-1):
    # sub_ changes the input
    z.sub_(z.amax(dim, keepdim=True))
    z.exp_()
    return z.div_(z.sum(dim, keepdim=True))


def clipped_inputs(z, dim=-1):
    # clipping makes large logits equal
    z = torch.clamp(z, -20, 20)
    e = torch.exp(z)
    return e / e.sum(dim=dim, keepdim=True)


def returns_float32(z, dim=-1):
    # the dtype is lost
    z = z.float()
    e = torch.exp(z - z.amax(dim=dim, keepdim=True))
    return e / e.sum(dim=dim, keepdim=True)


def library_method(z, dim=-1):
    # the library does the job
    return z.softmax(dim)


def limited_to_eighty(z, dim=-1):
    # clamp hides the overflow, and ties what lies beyond it
    e = torch.exp(z.clamp(-80, 80))
    return e / e.sum(dim=dim, keepdim=True)


def limited_from_above(z, dim=-1):
    # the same with another limit, from above only
    e = torch.exp(torch.minimum(z, torch.full_like(z, 60.0)))
    return e / e.sum(dim=dim, keepdim=True)


def nan_becomes_one(z, dim=-1):
    # nan_to_num hides inf/inf
    e = torch.exp(z)
    return torch.nan_to_num(e / e.sum(dim=dim, keepdim=True), nan=1.0)


def nan_becomes_an_equal_share(z, dim=-1):
    # where() hides inf/inf
    p = torch.exp(z) / torch.exp(z).sum(dim=dim, keepdim=True)
    return torch.where(p.isnan(), torch.full_like(p, 1 / z.shape[dim]), p)


def position_of_the_largest(z, dim=-1):
    # max()[1] is the index
    e = torch.exp(z - z.max(dim=dim, keepdim=True)[1])
    return e / e.sum(dim=dim, keepdim=True)


def both_parts_of_max(z, dim=-1):
    # max(dim) is a pair
    top = torch.max(z, dim=dim, keepdim=True)
    return torch.exp(z - top) / torch.exp(z - top).sum(dim=dim, keepdim=True)


def shifted_but_never_raised(z, dim=-1):
    # no exponential
    z = z - z.min(dim=dim, keepdim=True).values
    return z / z.sum(dim=dim, keepdim=True)


def logistic_over_its_sum(z, dim=-1):
    # sigmoid for exp
    s = 1 / (1 + torch.exp(-z))
    return s / s.sum(dim=dim, keepdim=True)


def plus_the_largest(z, dim=-1):
    # + for −
    e = torch.exp(z + z.amax(dim, keepdim=True))
    return e / e.sum(dim, keepdim=True)
