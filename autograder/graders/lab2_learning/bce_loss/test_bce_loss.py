"""Hidden tests of `bce_loss`."""

# CANARY-5b0c2f6e-hidden-grader

from functools import partial

import torch

from autograder.graders.kit.forms import form_too
from autograder.graders.kit.inputs import DOUBLE
from autograder.graders.kit.rules import check_from_scratch
from autograder.graders.kit.several_calls import all_of
from autograder.grading import item


def drawn(rng, n, dtype=torch.float32):
    """Return probabilities and targets (n,): more zeros than ones, and both, where there are several."""
    p = rng.uniform(n, low=0.03, high=0.97, dtype=dtype)
    targets = (torch.arange(n) % 3 == 1)[rng.permutation(n)] if n > 1 else rng.integers(0, 2, 1)
    return p, targets.to(dtype)


@item("bce_loss", veto=True)
def test_bce_loss_from_scratch(student, rng):
    """`bce_loss` is written from scratch: no library loss inside."""
    check_from_scratch(student, "bce_loss", *drawn(rng, 6))


@item("bce_loss", gate=True, weight=1)
def test_bce_loss_is_a_scalar(student, rng):
    """`bce_loss` returns one number, of the probabilities' dtype."""
    student.check("bce_loss", *drawn(rng, 5), form_only=True)
    form_too(student, "bce_loss", *drawn(rng, 5, DOUBLE))


@item("bce_loss", weight=2)
def test_bce_loss_values(student, rng):
    """It is the mean of −(t log p + (1 − t) log(1 − p))."""
    calls = [drawn(rng, n) for n in (8, 17, 1, 1, 1, 1)]
    calls.append(tuple(each[::2] for each in drawn(rng, 22)))  # not contiguous
    all_of(*(partial(student.check, "bce_loss", *each, any_form=True) for each in calls))


@item("bce_loss", weight=2)
def test_bce_loss_of_sure_probabilities(student, rng):
    """Probabilities of 0 and 1 give a finite loss: no logarithm is below -100; both tensors stay as they were."""
    calls = []
    for tiny, dtype in ((0.0, torch.float32), (0.0, DOUBLE), (1e-10, DOUBLE)):
        for edge, target in ((1, 1), (0, 0), (0, 1), (1, 0)):  # sure and right, sure and wrong
            p, targets = drawn(rng, 9, dtype)
            p[2], targets[2] = 1.0 if edge else tiny, target
            calls.append((p, targets))
    all_of(*(partial(student.check, "bce_loss", *each, also=("inputs",), any_form=True) for each in calls))
