"""Reference and misconceptions of `kl_div`: the divergence of a prediction, in logarithms, from the true distribution."""

# CANARY-5b0c2f6e-hidden-grader

import math

import torch

from autograder.graders.kit.changes import changes_of
from autograder.graders.lab2_learning.library import TAKEN  # noqa: F401  (items under the from-scratch rule have it)
from autograder.graders.lab2_learning.losses import common, told_by


def terms(log_q, p):
    """Return the divergence (N,) of each row, in double precision."""
    p = p.double()
    return (torch.xlogy(p, p) - p * log_q.double()).sum(dim=1)


def reference(log_q, p):
    return terms(log_q, p).mean().to(log_q.dtype)


def scale(log_q, p):
    """Return the size of what is summed in a row, and at least 1."""
    return (p * log_q).abs().sum(dim=1).max().clamp(min=1)


def clue(args, kwargs, got, expected):
    """Say which mistake gives this loss, or where nan comes from."""
    if not torch.as_tensor(got).isfinite().all() and not args[1].all():
        return "0 times the logarithm of 0 is nan, and so is all that it is added to. Let such a term be 0: `torch.xlogy(p, p)`, or `torch.where`."
    log_q, p = (each.double() for each in args)
    (n, k), q, rows, meant = p.shape, log_q.exp(), terms(log_q, p), float(expected)
    each = torch.xlogy(p, p) - p * log_q
    mistakes = {
        meant * n / k: "You divide by the number of classes. Divide by the number of rows, N.",
        float((p * (p.log1p() - log_q)).sum(1).mean()): "You take log(1 + p). It is the logarithm of p itself.",
        float(each.clamp(min=0).sum(1).mean()): "You leave out the terms below zero. They belong to the sum.",
        float((p * (p.log() - log_q).square()).sum(1).mean()): "You square the difference of the logarithms. It is multiplied by p as it is.",
        **dict.fromkeys((float((p.log() - log_q).square().mean()), float((p - q).square().sum(1).mean())), "You compute squared differences. The divergence is the sum of p (log p − log q)."),
        float((p - q).abs().sum(1).mean()): "You add up the distances of the probabilities. The divergence is the sum of p (log p − log q).",
        float((q * (log_q - p.log())).sum(1).mean()): "You take the first argument for the true distribution. The weights are p, the second; the first is log q.",
        float(each.abs().sum(1).mean()): "You take absolute values. Terms below zero belong to the sum: leave them their sign.",
        float(torch.xlogy(p, p).sum(1).mean()): "You leave out log q. The divergence takes it away from log p.",
        float(-torch.xlogy(p, p).sum(1).mean()): "You compute the entropy of p. The divergence is the sum of p (log p − log q).",
        float((torch.xlogy(p, p) + p * log_q).sum(1).mean()): "You add the logarithms. Take log q away from log p.",
        float((p * (p - log_q)).sum(1).mean()): "You subtract log q from p itself. Subtract it from the logarithm of p.",
        float((q * (p.log() - log_q)).sum(1).mean()): "You weigh by q. The weights are the true probabilities, p.",
        float(((p - q) * (p.log() - log_q)).sum(1).mean() / 2): "You average the divergence in both directions. Only that of q from p is asked.",
        float((p * p / q).sum(1).mean()): "You leave out the logarithm of the ratio. It is p · log(p / q).",
        float(terms(log_q, p.softmax(1)).mean()): "You apply softmax to p. It is a distribution already: use it as it is.",
        float(each.mean()): "You divide by the number of all elements. Add up each row, and divide by the number of rows only.",
        float((torch.xlogy(p, p) - p * q).sum(1).mean()): "You turn log q into probabilities and subtract those. Subtract log q itself.",
        float((p.log() - log_q).sum(1).mean()): "You leave out the weights. Each difference of logarithms is multiplied by p.",
        float(rows[(p > 0).all(1)].mean()): "You leave out the rows in which p has a zero. Only the term is 0 there; the rest of the row counts.",
        float((p * (p.log() / log_q)).sum(1).mean()): "You divide the logarithms. Take log q away from log p: that is the logarithm of the ratio.",
        float((p * (p.log2() - log_q)).sum(1).mean()): "You mix logarithms: log p to base 2, log q the natural one. Use `torch.log`.",
        float((torch.xlogy(p, p) - p * ((p + q) / 2).log()).sum(1).mean()): "You compare p with the mean of p and q. Compare it with q itself.",
        float((torch.xlogy(p, p) - log_q).sum(1).mean()): "You weigh log p only. Both logarithms are multiplied by p.",
    }  # fmt: skip
    for tiny in (10.0**-i for i in range(1, 16)):
        mistakes[float(terms(log_q, p.clamp(min=tiny)).mean())] = f"You hold p above {tiny:g}, which changes its weights. Treat only the zeros apart: `torch.xlogy(p, p)` is 0 there."  # fmt: skip
        mistakes[float((p * ((p + tiny).log() - log_q)).sum(1).mean())] = f"You add {tiny:g} before the logarithm of p, which changes the loss. Treat only the zeros apart: `torch.xlogy(p, p)` is 0 there."  # fmt: skip
        mistakes[float((q * (log_q - (p + tiny).log())).sum(1).mean())] = f"You take the first argument for the true distribution, and add {tiny:g} to the second. The weights are p, the second; the first is log q."  # fmt: skip
        for other in ((q + tiny).log(), log_q.clamp(min=math.log(tiny))):
            mistakes[float((torch.xlogy(p, p) - p * other).sum(1).mean())] = f"You turn log q into probabilities, and add {tiny:g} or cut them off there. Use log q as it comes."  # fmt: skip
    if said := told_by(got, expected, mistakes, rows, "row"):
        return said
    zeros = "Here p has zeros. What stands there adds nothing to the loss, and the rest of its row counts."
    return "" if bool(p.all()) else zeros


def kl_div(log_q, p):
    terms = torch.xlogy(p, p) - p * log_q
    return terms.sum(dim=1).mean()


instead = changes_of(kl_div)
ONE_FOR_EACH = "You return one loss for each row. Take their mean: the result is one number."
globals().update(common(instead, "kl_div", ONE_FOR_EACH))  # where `of_module` reads them
TERMS = "torch.xlogy(p, p) - p * log_q"

mean_over_all_elements = instead(
    "You divide by the number of all elements. Add up each row, and divide by the number of rows only.",
    {"terms.sum(dim=1).mean()": "terms.mean()"},
)
sum_over_the_batch = instead(
    "You add up all rows. Divide by their number, N.", {"terms.sum(dim=1).mean()": "terms.sum()"}
)
arguments_exchanged = instead(
    "You take the first argument for the true distribution. It is the prediction, log q; the weights are p, the second.",
    {TERMS: "torch.exp(log_q) * (log_q - torch.log(p))"},
)
prediction_not_a_logarithm = instead(
    "You take the logarithm of the first argument. It is one already: log q.",
    {"p * log_q": "p * torch.log(log_q)"},
)
truth_as_a_logarithm = instead(
    "You take p for a logarithm. Only the prediction comes as logarithms: take the logarithm of p.",
    {TERMS: "torch.exp(p) * (p - log_q)"},
)
cross_entropy_instead = instead(
    "You leave out p log p: that is the cross entropy. The divergence takes log q away from log p.",
    {"torch.xlogy(p, p) - p": "-p"},
)
difference_the_other_way_round = instead(
    "You take log p away from log q. It is log p − log q, which is never below zero on the average.",
    {TERMS: "p * log_q - torch.xlogy(p, p)"},
)
nan_where_p_is_zero = instead(
    "Your result is nan where p has a zero: 0 · log 0. Let such a term be 0: `torch.xlogy(p, p)`, or `torch.where`.",
    {TERMS: "p * (torch.log(p) - log_q)"},
)
all_turned_to_zero = instead(
    "You replace nan after the sum, so that a zero in p costs its whole row. Replace it in the terms, before the sum.",
    {TERMS: "p * (torch.log(p) - log_q)", "sum(dim=1).mean()": "sum(dim=1).nan_to_num(0.0).mean()"},
)
logarithm_of_python = instead(
    "You give a tensor to Python's `math.log`, which takes one number. Use `torch.log` or `torch.xlogy`, which take them all.",
    {TERMS: "p * (math.log(p) - log_q)"},
)
logarithm_of_python_of_zero = instead(
    "Python's `math.log` has no logarithm of 0: it raises an error. Where p is 0 the term is 0: leave it out, or use `torch.xlogy`.",
    {TERMS: "torch.tensor([[b * (math.log(b) - a) for a, b in zip(*rows)] for rows in zip(log_q, p)])"},
)
input_changed_in_place = instead(
    "Your result is right, but you change p: writing into it does. Make a new tensor.",
    {TERMS: "torch.xlogy(p, p) - p.mul_(log_q)"},
)
