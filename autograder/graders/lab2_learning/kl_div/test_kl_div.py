"""Hidden tests of `kl_div`."""

# CANARY-5b0c2f6e-hidden-grader

from functools import partial

import torch

from autograder.graders.kit.forms import form_too
from autograder.graders.kit.inputs import DOUBLE
from autograder.graders.kit.rules import check_from_scratch
from autograder.graders.kit.several_calls import all_of
from autograder.grading import item


def drawn(rng, n, k, dtype=torch.float32):
    """Return a prediction and a distribution (n, k), neither of them contiguous."""
    scores, others = (1.5 * rng.normal(k, n, dtype=dtype) for _ in range(2))
    return scores.log_softmax(0).t(), others.softmax(0).t()


@item("kl_div", veto=True)
def test_kl_div_from_scratch(student, rng):
    """`kl_div` is written from scratch: no library's divergence inside."""
    check_from_scratch(student, "kl_div", *drawn(rng, 5, 4))


@item("kl_div", gate=True, weight=1)
def test_kl_div_is_a_scalar(student, rng):
    """`kl_div` returns one number, of the dtype of its arguments."""
    student.check("kl_div", *drawn(rng, 4, 4), form_only=True)
    form_too(student, "kl_div", *drawn(rng, 4, 4, DOUBLE))


@item("kl_div", weight=2)
def test_kl_div_values(student, rng):
    """It is the sum of p (log p − log q), divided by the number of rows."""
    calls = [drawn(rng, *size) for size in ((7, 4), (1, 6), (5, 9), (3, 2))]
    all_of(*(partial(student.check, "kl_div", *each, any_form=True) for each in calls))


@item("kl_div", weight=2)
def test_kl_div_where_p_is_zero(student, rng):
    """A term is 0 where p is 0, and an unlikely prediction costs what it should elsewhere; both tensors stay as they were."""
    calls = []
    for dtype, low in ((torch.float32, -4.0), (DOUBLE, -60.0)):
        log_q, p = drawn(rng, 6, 5, dtype)
        p[1] = torch.eye(5)[rng.number(0, 4)]
        p[3, rng.permutation(5)[:2]] = 0
        p /= p.sum(1, keepdim=True)
        log_q = torch.where(p == 0, low, log_q)
        log_q[5, p[5].argmax()] = 6 * low  # and where it is not: a costly mistake
        calls.append((log_q.log_softmax(1), p))
    all_of(*(partial(student.check, "kl_div", *each, also=("inputs",), any_form=True) for each in calls))
