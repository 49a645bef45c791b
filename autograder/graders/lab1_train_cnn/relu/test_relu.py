"""Hidden tests of `relu`."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

import torch

from autograder.graders.kit import relations_layers as relations
from autograder.graders.kit.rules import check_from_scratch
from autograder.graders.kit.simpler import inputs_stay
from autograder.graders.lab1_train_cnn.relu import simpler
from autograder.grading import item


@item("relu", veto=True)
def test_relu_from_scratch(student, rng):
    """`relu` is written from scratch: no library ReLU inside."""
    check_from_scratch(student, "relu", rng.normal(2, 3))


@item("relu", gate=True)
def test_relu_shape(student, rng):
    """The result has the shape of the input."""
    simpler.check(student, rng.normal(3, 5), form_only=True)


@item("relu", weight=2, holds=relations.relu_has_right_values)
def test_relu_values(student, rng):
    """Negative values become zero, the others stay, whatever the shape and size of the values."""
    simpler.check(student, rng.normal(4, 7))
    simpler.check(student, rng.normal(2, 3, 4, 5) * 100)
    simpler.check(student, rng.normal(11) * 1e-3)


@item("relu", weight=0.5, holds=relations.relu_takes_views)
def test_relu_leaves_its_input(student, rng):
    """The input keeps its values; views work."""
    for x in (rng.normal(5, 6), rng.normal(3, 8).t()[1:]):
        inputs_stay(student, "relu", x)
        simpler.check(student, x)


@item("relu", weight=0.5, holds=relations.relu_keeps_the_dtype)
def test_relu_dtype(student, rng):
    """The result is a tensor with the dtype of `x`: float32 as well as float64."""
    for dtype in (torch.float32, torch.float64):
        student.check("relu", rng.normal(3, 5, dtype=dtype), also=("form",))
