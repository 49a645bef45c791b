"""Wrong answers for `kl_div`, in the style of students: each must lose the item."""

# CANARY-5b0c2f6e-hidden-grader

import torch
import torch.nn.functional as F


def mean_of_elements(log_q, p):
    # reduction="mean"
    return torch.where(p > 0, p * (p.clamp(min=1e-30).log() - log_q), 0).mean()


def reversed_arguments(log_q, p):
    q = log_q.exp()
    return (q * (log_q - (p + 1e-12).log())).sum(1).mean()


def epsilon_too_large(log_q, p):
    return (p * ((p + 1e-3).log() - log_q)).sum(1).mean()


def exponential_of_p(log_q, p):
    # log_target=True
    return (p.exp() * (p - log_q)).sum(1).mean()


def prediction_held(log_q, p):
    # tiny predictions cut off
    q = log_q.exp().clamp(min=1e-6)
    return (torch.xlogy(p, p) - p * q.log()).sum(1).mean()


def summed_along_the_batch(log_q, p):
    return (torch.xlogy(p, p) - p * log_q).sum(0).mean()


def zeros_count_as_one(log_q, p):
    # log 0 taken for 0, but its weight for 1
    w = torch.where(p == 0, 1.0, p)
    return (w * (w.log() - log_q)).sum(1).mean()


def last_row_left_out(log_q, p):
    total = 0
    for i in range(len(p) - 1):
        total = total + (torch.xlogy(p[i], p[i]) - p[i] * log_q[i]).sum()
    return total / len(p)


def library_loss(log_q, p):
    return F.kl_div(log_q, p, reduction="batchmean")


def zeros_filled_in_place(log_q, p):
    # right, but p is changed, by less than rounding
    p[p == 0] = 1e-12
    return (p * (torch.log(p) - log_q)).sum() / len(p)


def view_of_both(log_q, p):
    # fails where the tensors are not contiguous
    a, b = log_q.view(-1), p.view(-1)
    return (torch.xlogy(b, b) - a * b).sum() / len(p)
