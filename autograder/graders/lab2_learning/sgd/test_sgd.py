"""Hidden tests of `SGD`: each is one fact, and its docstring the sentence that the student reads."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

import torch

from autograder.graders.lab2_learning.optimizers import (
    check,
    check_form,
    check_from_scratch,
    judge_tensors,
    replay,
)
from autograder.grading import item

DOUBLE = torch.float64


@item("SGD", veto=True)
def test_sgd_from_scratch(student, rng):
    """`SGD` is written from scratch: no optimizer of `torch.optim` makes its steps."""
    check_from_scratch(student, "SGD", replay(rng, lr=0.1))


@item("SGD", gate=True)
def test_sgd_is_an_optimizer(student, rng):
    """`SGD(params, lr)` gives an object with the methods `step` and `zero_grad`."""
    check_form(student, "SGD", replay(rng, lr=0.1))


@item("SGD", weight=1)
def test_sgd_steps(student, rng):
    """Without momentum, each step takes lr · gradient away, from parameters of all shapes."""
    check(student, "SGD", **replay(rng, lr=0.1))
    check(student, "SGD", **replay(rng, 2.5, dtype=DOUBLE))


@item("SGD", weight=2)
def test_sgd_momentum(student, rng):
    """With momentum, the step follows the buffer: momentum · buffer + gradient, at first the gradient itself."""
    check(student, "SGD", **replay(rng, lr=0.15, momentum=0.9))
    check(student, "SGD", **replay(rng, 0.05, 0.4, dtype=DOUBLE))


@item("SGD", weight=1)
def test_sgd_weight_decay(student, rng):
    """Weight decay · parameter is added to the gradient, before the momentum."""
    check(student, "SGD", **replay(rng, lr=0.2, weight_decay=0.3, start=2))
    check(student, "SGD", **replay(rng, 0.1, 0.7, 0.2, start=2, dtype=DOUBLE))


@item("SGD", weight=1)
def test_sgd_without_gradients(student, rng):
    """A parameter without a gradient is left alone, and starts its buffer when it gets one."""
    check(student, "SGD", **replay(rng, lr=0.15, momentum=0.8, weight_decay=0.1, start=1, gaps=True))


@item("SGD", weight=1)
def test_sgd_any_iterable(student, rng):
    """`params` may be any iterable, `model.parameters()` too, which can be gone through only once."""
    check(student, "SGD", **replay(rng, lr=0.1, momentum=0.5, form="generator"))
    check(student, "SGD", **replay(rng, lr=0.1, form="tuple"))


@item("SGD", weight=1)
def test_sgd_in_place(student, rng):
    """Parameters are changed in place, never replaced, and nothing of a step is recorded by autograd."""
    check(student, "SGD", judge_tensors, **replay(rng, lr=0.15, momentum=0.9, weight_decay=0.2, start=1))


@item("SGD", weight=1)
def test_sgd_in_a_loop(student, rng):
    """In a loop of `zero_grad`, `backward` and `step`, each step rests on the gradient of its own backward pass."""
    check(student, "SGD", judge_tensors, **replay(rng, lr=0.15, momentum=0.9, loop=True))
