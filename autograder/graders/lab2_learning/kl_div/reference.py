"""Reference and misconceptions of `kl_div`: the divergence of a prediction, in logarithms, from the true distribution."""

# CANARY-5b0c2f6e-hidden-grader

import math

import torch

from autograder.graders.kit.changes import changes_of
from autograder.graders.lab2_learning.library import TAKEN  # noqa: F401  (items under the from-scratch rule have it)
from autograder.graders.lab2_learning.losses import SIGN, TWICE, left_out, off_by
from autograder.grading.misconceptions import misconception


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
    """Say by which of the batch's numbers the loss is off, which row is missing, or where nan comes from."""
    log_q, p = (each.double() for each in args)
    n, k = p.shape
    if not torch.as_tensor(got).isfinite().all():
        return _ZERO
    known = {
        1
        / k: "You divide by the number of all elements. Divide by the number of rows: add up each row, and take the mean of the rows.",
        n: "You add the rows up. Divide by the number of rows.",
        n / k: "You divide by the number of classes. Divide by the number of rows.",
        1 / n: TWICE,
        -1: SIGN,
    }
    tried = {}
    for tiny in (10.0**-i for i in range(1, 16)):
        near_p, near_q, held = (p + tiny).log(), (log_q.exp() + tiny).log(), log_q.clamp(min=math.log(tiny))
        tried[float((p * (near_p - log_q)).sum(1).mean())] = (
            f"You add {tiny:g} before the logarithm of p, which changes the loss. Treat only the zeros apart: `torch.xlogy(p, p)` is 0 there."
        )
        for other in (near_q, held):
            tried[float((torch.xlogy(p, p) - p * other).sum(1).mean())] = (
                f"You turn log q into probabilities, and add {tiny:g} or cut them off there. Use log q as it comes."
            )
    tried = {
        loss: said for loss, said in tried.items() if abs(loss - float(expected)) > 1e-4 * float(expected)
    }
    said = (
        off_by(got, expected, known) or left_out(got, terms(log_q, p), "row") or off_by(got, 1, tried, 2e-5)
    )
    return said or (
        "Here p has zeros. What stands there adds nothing to the loss, and the rest of its row counts."
        if not p.all()
        else ""
    )


_ZERO = "0 times the logarithm of 0 is nan, and so is all that it is added to. Let such a term be 0: `torch.xlogy(p, p)`, or `torch.where`."


def kl_div(log_q, p):
    terms = torch.xlogy(p, p) - p * log_q
    return terms.sum(dim=1).mean()


instead = changes_of(kl_div)
TERMS = "torch.xlogy(p, p) - p * log_q"

# --- the mean -----------------------------------------------------------------------------------------------

mean_over_all_elements = instead(
    "You divide by the number of all elements. Add up each row, and divide by the number of rows only.",
    {"terms.sum(dim=1).mean()": "terms.mean()"},
)
sum_over_the_batch = instead(
    "You add up all rows. Divide by their number, N.", {"terms.sum(dim=1).mean()": "terms.sum()"}
)
divided_by_the_classes = instead(
    "You divide by the number of classes. Divide by the number of rows, N.",
    {"terms.sum(dim=1).mean()": "terms.sum() / p.shape[1]"},
)
divergence_of_each_row = instead(
    "You return one number for each row. Take their mean: the result is one number.",
    {".mean()": ""},
    about="test_kl_div_is_a_scalar test_kl_div_values",
)
only_the_first_row = instead(
    "You return the divergence of the first row. Take the mean over all rows.",
    {"terms.sum(dim=1).mean()": "terms[0].sum()"},
)
largest_divergence = instead(
    "You return the largest divergence. Take the mean over the rows.", {"mean": "max"}
)

# --- which of the two ---------------------------------------------------------------------------------------

arguments_exchanged = instead(
    "You take the first argument for the true distribution. It is the prediction, log q; the weights are p, the second.",
    {TERMS: "torch.exp(log_q) * (log_q - torch.log(p))"},
)
arguments_exchanged_and_zeros_mended = instead(
    "You take the first argument for the true distribution, and add a small number to the second. The weights are p, the second; the first is log q.",
    {TERMS: "torch.exp(log_q) * (log_q - torch.log(p + 1e-12))"},
)
prediction_not_a_logarithm = instead(
    "You take the logarithm of the first argument. It is one already: log q.",
    {"p * log_q": "p * torch.log(log_q)"},
)
prediction_as_a_probability = instead(
    "You turn log q into probabilities and subtract those. Subtract log q itself.",
    {"p * log_q": "p * torch.exp(log_q)"},
)
truth_as_a_logarithm = instead(
    "You take p for a logarithm. Only the prediction comes as logarithms: take the logarithm of p.",
    {TERMS: "torch.exp(p) * (p - log_q)"},
)
logarithm_of_p_missing = instead(
    "You subtract log q from p itself. Subtract it from the logarithm of p.", {"torch.xlogy(p, p)": "p * p"}
)
cross_entropy_instead = instead(
    "You leave out p log p: that is the cross entropy. The divergence takes log q away from log p.",
    {"torch.xlogy(p, p) - p": "-p"},
)
entropy_alone = instead(
    "You leave out log q. The divergence takes it away from log p.", {" - p * log_q": ""}, other_task=True
)
difference_the_other_way_round = instead(
    "You take log p away from log q. It is log p − log q, which is never below zero on the average.",
    {TERMS: "p * log_q - torch.xlogy(p, p)"},
)
logarithms_added = instead("You add the logarithms. Take log q away from log p.", {" - p": " + p"})
weights_missing = instead(
    "You leave out the weights. Each difference of logarithms is multiplied by p.",
    {TERMS: "torch.log(p) - log_q"},
)
weighted_by_the_prediction = instead(
    "You weigh by q. The weights are the true probabilities, p.",
    {TERMS: "torch.exp(log_q) * (torch.log(p) - log_q)"},
)
absolute_differences = instead(
    "You take absolute values. Terms below zero belong to the sum: leave them their sign.",
    {"terms.sum": "terms.abs().sum"},
)
both_directions = instead(
    "You average the divergence in both directions. Only that of q from p is asked.",
    {TERMS: "0.5 * (p - torch.exp(log_q)) * (torch.log(p) - log_q)"},
)
ratio_of_probabilities = instead(
    "You leave out the logarithm of the ratio. It is p · log(p / q).", {TERMS: "p * (p / torch.exp(log_q))"}
)
base_two = instead(
    "You use the logarithm to base 2. Use the natural one.", {"mean()": "mean() / math.log(2)"}
)
softmax_of_the_truth = instead(
    "You apply softmax to p. It is a distribution already: use it as it is.",
    {"terms = t": "p = torch.exp(p - torch.logsumexp(p, dim=1, keepdim=True))\n    terms = t"},
)

# --- zeros --------------------------------------------------------------------------------------------------

nan_where_p_is_zero = instead(
    "Your result is nan where p has a zero: 0 · log 0. Let such a term be 0: `torch.xlogy(p, p)`, or `torch.where`.",
    {TERMS: "p * (torch.log(p) - log_q)"},
)
rows_with_zeros_left_out = instead(
    "You leave out the rows in which p has a zero. Only the term is 0 there; the rest of the row counts.",
    {TERMS: "p * (torch.log(p) - log_q)", "sum(dim=1).mean()": "sum(dim=1).nanmean()"},
)
all_turned_to_zero = instead(
    "You replace nan after the sum, so that a zero in p costs its whole row. Replace it in the terms, before the sum.",
    {TERMS: "p * (torch.log(p) - log_q)", "sum(dim=1).mean()": "sum(dim=1).nan_to_num(0.0).mean()"},
)
large_number_added = instead(
    "You add 0.01 before the logarithm, which changes every term. Treat only the zeros apart.",
    {"torch.xlogy(p, p)": "p * torch.log(p + 0.01)"},
)

# --- form ---------------------------------------------------------------------------------------------------


@misconception(
    "You give a tensor to Python's `math.log`, which takes one number. Use `torch.log` or `torch.xlogy`, which take them all."
)
def logarithm_of_python(log_q, p):
    return (p * (math.log(p) - log_q)).sum(dim=1).mean()


double_precision_lost = instead(
    "Your loss is float32 although the logarithms are float64. Keep their dtype.",
    {"mean()": "mean().float()"},
)
input_changed_in_place = instead(
    "Your result is right, but you change p: writing into it does. Make a new tensor.",
    {TERMS: "torch.xlogy(p, p) - p.mul_(log_q)"},
)
