"""One mistake in `softmax`."""

# CANARY-5b0c2f6e-hidden-grader

import numpy as np
import torch

from autograder.graders.kit.answers import false

ALL = ("test_softmax_values", "test_softmax_dim", "test_softmax_is_stable")


@false(*ALL)
def power_of_two(z, dim=-1):
    shifted = z - z.max(dim=dim, keepdim=True).values
    powers = 2**shifted
    return powers / powers.sum(dim=dim, keepdim=True)


@false(*ALL)
def temperature_left_in(z, dim=-1):
    e = torch.exp((z - torch.amax(z, dim, keepdim=True)) / 2.0)
    return e / e.sum(dim, keepdim=True)


@false(*ALL)
def hundredth_below_the_fraction(z, dim=-1):
    e = torch.exp(z - torch.amax(z, dim, keepdim=True))
    return e / (e.sum(dim, keepdim=True) + 1e-2)


@false(*ALL)
def divided_by_the_mean(z, dim=-1):
    e = torch.exp(z - torch.amax(z, dim, keepdim=True))
    return e / e.mean(dim, keepdim=True)


@false(*ALL)
def last_term_left_out_of_the_sum(z, dim=-1):
    moved = z.movedim(dim, -1)
    e = torch.exp(moved - moved.amax(-1, keepdim=True))
    total = sum(e[..., i] for i in range(e.shape[-1] - 1))
    return (e / total[..., None]).movedim(-1, dim)


@false("test_softmax_shape")
def array_of_numpy(z, dim=-1):
    a = z.numpy()
    e = np.exp(a - a.max(axis=dim, keepdims=True))
    return e / e.sum(axis=dim, keepdims=True)


@false("test_softmax_shape")
def always_double(z, dim=-1):
    z = z.to(torch.float64)
    e = (z - z.amax(dim, keepdim=True)).exp()
    return e / e.sum(dim, keepdim=True)


@false("test_softmax_shape")
def rows_as_lists(z, dim=-1):
    moved = z.movedim(dim, -1)
    e = torch.exp(moved - moved.amax(-1, keepdim=True))
    return (e / e.sum(-1, keepdim=True)).movedim(-1, dim).tolist()


@false("test_softmax_is_stable")
def exponentials_as_they_are(z, dim=-1):
    rows = z.movedim(dim, -1)
    flat = [
        torch.stack([v.exp() for v in row]) / sum(v.exp() for v in row)
        for row in rows.reshape(-1, rows.shape[-1])
    ]
    return torch.stack(flat).reshape(rows.shape).movedim(-1, dim)


@false("test_softmax_is_stable")
def cut_at_eighty(z, dim=-1):
    e = torch.clip(z, -80, 80).exp()
    return e / e.sum(dim, keepdim=True)


@false("test_softmax_is_stable")
def maximum_of_everything(z, dim=-1):
    e = np.exp(z.numpy() - z.numpy().max())
    return torch.from_numpy(e / e.sum(axis=dim, keepdims=True))


@false("test_softmax_is_stable")
def shifted_in_place(z, dim=-1):
    z.sub_(z.amax(dim, keepdim=True))
    return z.exp() / z.exp().sum(dim, keepdim=True)


@false("test_softmax_dim")
def always_the_last_axis(z, dim=-1):
    e = torch.exp(z - z.max(-1, keepdim=True)[0])
    return e / torch.einsum("...i->...", e).unsqueeze(-1)


@false("test_softmax_values", "test_softmax_dim")
def axis_one_written_in(z, dim=-1):
    e = torch.exp(z - torch.amax(z, 1, keepdim=True))
    return e / e.sum(1, keepdim=True)


@false("test_softmax_values", "test_softmax_dim")
def row_after_row(z, dim=-1):
    out = torch.zeros_like(z)
    for i in range(z.shape[0]):
        e = torch.exp(z[i] - z[i].max())
        out[i] = e / e.sum()
    return out


@false("test_softmax_shape", *ALL)
def nothing_returned(z, dim=-1):
    e = torch.exp(z - z.amax(dim, keepdim=True))
    e / e.sum(dim, keepdim=True)


@false(*ALL)
def rounded_to_two_digits(z, dim=-1):
    e = torch.exp(z - z.amax(dim, keepdim=True))
    return torch.round(e / e.sum(dim, keepdim=True), decimals=2)


@false("test_softmax_dim")
def axis_put_back_at_the_end(z, dim=-1):
    e = torch.exp(z - z.max(dim).values.unsqueeze(-1))
    return e / e.sum(dim).unsqueeze(-1)


@false("test_softmax_dim")
def axis_by_another_name(z, axis=-1):
    e = torch.exp(z - z.amax(axis, keepdim=True))
    return e / e.sum(axis, keepdim=True)
