"""Hidden tests of `max_pool2d`."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

import torch

from autograder.graders.kit import relations_layers as relations
from autograder.graders.kit.rules import check_from_scratch
from autograder.graders.kit.simpler import inputs_stay
from autograder.graders.lab1_train_cnn.max_pool2d import simpler
from autograder.grading import item


@item("max_pool2d", veto=True)
def test_max_pool2d_from_scratch(student, rng):
    """`max_pool2d` is written from scratch: no library pooling inside."""
    check_from_scratch(student, "max_pool2d", rng.spread(1, 2, 4, 6), 2, 2)


@item("max_pool2d", gate=True)
def test_max_pool2d_shape(student, rng):
    """Where k×k windows lie side by side, the result has the shape (N, C, H / k, W / k)."""
    simpler.check(student, rng.spread(2, 3, 6, 8), 2, 2, form_only=True)
    simpler.check(student, rng.spread(1, 1, 3, 6), 3, 3, form_only=True)


@item("max_pool2d", weight=2, holds=relations.pool_has_right_values)
def test_max_pool2d_values(student, rng):
    """Each output is the largest value in its window, negative values included."""
    simpler.check(student, rng.spread(2, 3, 6, 8), 2, 2)
    simpler.check(student, 1e4 * (rng.spread(1, 2, 9, 6) - 40), 3, 3)  # below -100, -999, -99999


@item("max_pool2d", weight=1, holds=relations.pool_moves_by_its_stride)
def test_max_pool2d_stride(student, rng):
    """The stride may differ from the window; without one it is the window's size."""
    simpler.check(student, rng.spread(2, 3, 7, 9), 3, 2)
    simpler.check(student, rng.spread(1, 2, 7, 10), 4, stride=3)
    simpler.check(student, rng.spread(2, 1, 6, 7), kernel_size=3, stride=1)
    simpler.check(student, rng.spread(1, 3, 12, 8), 4)
    simpler.check(student, rng.spread(2, 3, 6, 8), 2)


@item("max_pool2d", weight=0.5, holds=relations.pool_leaves_the_rest_out)
def test_max_pool2d_edges(student, rng):
    """Rows and columns that fill no whole window are left out; views work; the input stays."""
    for given in (
        (rng.spread(2, 3, 7, 9), 2, 2),
        (rng.spread(1, 2, 11, 10), 4, 3),
        (rng.spread(2, 9, 7, 3).permute(0, 3, 2, 1), 2, 2),
    ):
        inputs_stay(student, "max_pool2d", *given)
        simpler.check(student, *given)


@item("max_pool2d", weight=0.5, holds=relations.pool_keeps_the_dtype)
def test_max_pool2d_dtype(student, rng):
    """The result is a tensor with the dtype of `x`: float32 as well as float64."""
    for dtype in (torch.float32, torch.float64):
        student.check("max_pool2d", rng.spread(2, 3, 6, 8, dtype=dtype), 2, 2, also=("form",))
