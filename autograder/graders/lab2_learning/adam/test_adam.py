"""Hidden tests of `Adam`: each is one fact, and its docstring the sentence that the student reads."""

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


@item("Adam", veto=True)
def test_adam_from_scratch(student, rng):
    """`Adam` is written from scratch: no optimizer of `torch.optim` makes its steps."""
    check_from_scratch(student, "Adam", replay(rng, lr=0.1))


@item("Adam", gate=True)
def test_adam_is_an_optimizer(student, rng):
    """`Adam(params)` gives an object with the methods `step` and `zero_grad`."""
    check_form(student, "Adam", replay(rng))


@item("Adam", weight=2)
def test_adam_steps(student, rng):
    """Each step takes lr · m̂ / (√v̂ + eps) away, from parameters of all shapes, with the signature's defaults unless others are given."""
    check(student, "Adam", **replay(rng))
    check(student, "Adam", **replay(rng, dtype=DOUBLE, size=30))


@item("Adam", weight=1)
def test_adam_settings(student, rng):
    """`lr` and `betas` are those that are given, the first for the gradient and the second for its square."""
    check(student, "Adam", **replay(rng, lr=0.02, betas=(0.7, 0.95)))
    check(student, "Adam", **replay(rng, 0.005, (0.4, 0.3), dtype=DOUBLE))


@item("Adam", weight=1)
def test_adam_eps(student, rng):
    """`eps`, 1e-8 unless another is given, is added to the root of the corrected second moment."""
    check(student, "Adam", **replay(rng, size=1e-8, dtype=DOUBLE))
    check(student, "Adam", **replay(rng, 0.02, (0.8, 0.9), 0.3))


@item("Adam", weight=1)
def test_adam_without_gradients(student, rng):
    """A parameter without a gradient is left alone, and starts its moments and its count of steps when it gets one."""
    check(student, "Adam", **replay(rng, lr=0.02, gaps=True))


@item("Adam", weight=1)
def test_adam_any_iterable(student, rng):
    """`params` may be any iterable, `model.parameters()` too, which can be gone through only once."""
    check(student, "Adam", **replay(rng, lr=0.02, form="generator"))
    check(student, "Adam", **replay(rng, form="tuple"))


@item("Adam", weight=1)
def test_adam_in_place(student, rng):
    """Parameters are changed in place, never replaced, and nothing of a step is recorded by autograd."""
    check(student, "Adam", judge_tensors, **replay(rng, lr=0.02))


@item("Adam", weight=1)
def test_adam_in_a_loop(student, rng):
    """In a loop of `zero_grad`, `backward` and `step`, each step rests on the gradient of its own backward pass."""
    check(student, "Adam", judge_tensors, **replay(rng, lr=0.02, loop=True))
