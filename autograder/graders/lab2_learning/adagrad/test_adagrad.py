"""Hidden tests of `Adagrad`: each is one fact, and its docstring the sentence that the student reads."""

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


@item("Adagrad", veto=True)
def test_adagrad_from_scratch(student, rng):
    """`Adagrad` is written from scratch: no optimizer of `torch.optim` makes its steps."""
    check_from_scratch(student, "Adagrad", replay(rng, lr=0.1))


@item("Adagrad", gate=True)
def test_adagrad_is_an_optimizer(student, rng):
    """`Adagrad(params)` gives an object with the methods `step` and `zero_grad`."""
    check_form(student, "Adagrad", replay(rng))


@item("Adagrad", weight=2)
def test_adagrad_steps(student, rng):
    """Each step takes lr · gradient / (√sum of squares + eps) away, from parameters of all shapes, with lr = 0.01 unless another is given."""
    check(student, "Adagrad", **replay(rng))
    check(student, "Adagrad", **replay(rng, lr=0.3, dtype=DOUBLE, size=30))


@item("Adagrad", weight=1)
def test_adagrad_eps(student, rng):
    """`eps`, 1e-10 unless another is given, is added to the root."""
    check(student, "Adagrad", **replay(rng, size=1e-10, dtype=DOUBLE))
    check(student, "Adagrad", **replay(rng, 0.05, 0.3))


@item("Adagrad", weight=1)
def test_adagrad_without_gradients(student, rng):
    """A parameter without a gradient is left alone, and starts its sum when it gets one."""
    check(student, "Adagrad", **replay(rng, lr=0.02, gaps=True))


@item("Adagrad", weight=1)
def test_adagrad_any_iterable(student, rng):
    """`params` may be any iterable, `model.parameters()` too, which can be gone through only once."""
    check(student, "Adagrad", **replay(rng, lr=0.02, form="generator"))
    check(student, "Adagrad", **replay(rng, form="tuple"))


@item("Adagrad", weight=1)
def test_adagrad_in_place(student, rng):
    """Parameters are changed in place, never replaced, and nothing of a step is recorded by autograd."""
    check(student, "Adagrad", judge_tensors, **replay(rng, lr=0.02))


@item("Adagrad", weight=1)
def test_adagrad_in_a_loop(student, rng):
    """In a loop of `zero_grad`, `backward` and `step`, each step rests on the gradient of its own backward pass."""
    check(student, "Adagrad", judge_tensors, **replay(rng, lr=0.02, loop=True))
