"""Wrong answers for `softmax`, in the style of students: each must lose the item."""

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
