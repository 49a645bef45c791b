"""Hidden tests of `RMSprop`: each is one fact, and its docstring the sentence that the student reads."""

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


@item("RMSprop", veto=True)
def test_rmsprop_from_scratch(student, rng):
    """`RMSprop` is written from scratch: no optimizer of `torch.optim` makes its steps."""
    check_from_scratch(student, "RMSprop", replay(rng, lr=0.1))


@item("RMSprop", gate=True)
def test_rmsprop_is_an_optimizer(student, rng):
    """`RMSprop(params)` gives an object with the methods `step` and `zero_grad`."""
    check_form(student, "RMSprop", replay(rng))


@item("RMSprop", weight=2)
def test_rmsprop_steps(student, rng):
    """Each step takes lr · gradient / (√mean square + eps) away, from parameters of all shapes, with lr = 0.01 and alpha = 0.99 unless others are given."""
    check(student, "RMSprop", **replay(rng))
    check(student, "RMSprop", **replay(rng, dtype=DOUBLE, size=30))


@item("RMSprop", weight=1)
def test_rmsprop_settings(student, rng):
    """`lr` and `alpha` are those that are given."""
    check(student, "RMSprop", **replay(rng, lr=0.03, alpha=0.7))
    check(student, "RMSprop", **replay(rng, 0.002, 0.3, dtype=DOUBLE))


@item("RMSprop", weight=1)
def test_rmsprop_eps(student, rng):
    """`eps`, 1e-8 unless another is given, is added to the root."""
    check(student, "RMSprop", **replay(rng, size=1e-7, dtype=DOUBLE))
    check(student, "RMSprop", **replay(rng, 0.05, 0.8, 0.3))


@item("RMSprop", weight=1)
def test_rmsprop_without_gradients(student, rng):
    """A parameter without a gradient is left alone, and starts its mean square when it gets one."""
    check(student, "RMSprop", **replay(rng, lr=0.02, gaps=True))


@item("RMSprop", weight=1)
def test_rmsprop_any_iterable(student, rng):
    """`params` may be any iterable, `model.parameters()` too, which can be gone through only once."""
    check(student, "RMSprop", **replay(rng, lr=0.02, form="generator"))
    check(student, "RMSprop", **replay(rng, form="tuple"))


@item("RMSprop", weight=1)
def test_rmsprop_in_place(student, rng):
    """Parameters are changed in place, never replaced, and nothing of a step is recorded by autograd."""
    check(student, "RMSprop", judge_tensors, **replay(rng, lr=0.02))


@item("RMSprop", weight=1)
def test_rmsprop_in_a_loop(student, rng):
    """In a loop of `zero_grad`, `backward` and `step`, each step rests on the gradient of its own backward pass."""
    check(student, "RMSprop", judge_tensors, **replay(rng, lr=0.02, loop=True))
