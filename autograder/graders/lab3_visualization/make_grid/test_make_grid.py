"""Hidden tests of `make_grid`."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

from functools import partial

import torch

from autograder.graders.kit.rules import check_from_scratch
from autograder.graders.kit.several_calls import all_of
from autograder.graders.kit.simpler import inputs_stay
from autograder.grading import item


def _maps(rng, *shape, dtype=torch.float32):
    """Return maps with values below 0 and above 1, and never 1."""
    return rng.normal(*shape, dtype=dtype) * 2 + 0.1


@item("make_grid", veto=True)
def test_make_grid_from_scratch(student, rng):
    """`make_grid` is your own: torchvision's is not called."""
    check_from_scratch(student, "make_grid", _maps(rng, 6, 3, 4), 3, 1)


@item("make_grid", gate=True)
def test_make_grid_shape(student, rng):
    """Full rows give a picture of rows·(H + pad) + pad by columns·(W + pad) + pad pixels, in the maps' dtype."""
    student.check("make_grid", _maps(rng, 6, 3, 4), 3, 1, form_only=True)


@item("make_grid", weight=2)
def test_make_grid_values(student, rng):
    """The maps stand row by row, as they are, on a background of 1."""
    calls = ((_maps(rng, 6, 3, 5), 3, 1), (_maps(rng, 8, 4, 2), 2, 1), (_maps(rng, 4, 2, 3), 4, 1))
    all_of(*(partial(student.check, "make_grid", *each) for each in calls))


@item("make_grid", weight=1)
def test_make_grid_pad(student, rng):
    """`pad` pixels lie around every map, and none for 0; without a `pad` it is 1."""
    all_of(
        partial(student.check, "make_grid", _maps(rng, 6, 4, 3), 2, 3),
        partial(student.check, "make_grid", _maps(rng, 4, 2, 5), 2, pad=2),
        partial(student.check, "make_grid", _maps(rng, 6, 3, 2), 3, pad=0),
        partial(student.check, "make_grid", _maps(rng, 6, 4, 3), columns=3),
        partial(student.check, "make_grid", _maps(rng, 10, 2, 3), 5),
    )


@item("make_grid", weight=1.5)
def test_make_grid_last_row(student, rng):
    """A last row that is not full stays background, also where there are fewer maps than columns."""
    calls = ((7, 3, 4, 1), (5, 4, 3, 2), (9, 4, 2, 1), (3, 5, 4, 2), (1, 3, 2, 1), (1, 1, 3, 0), (5, 1, 2, 1))
    for k, columns, height, pad in calls:
        student.check("make_grid", _maps(rng, k, height, 5), columns, pad)


@item("make_grid", weight=0.5)
def test_make_grid_leaves_its_maps(student, rng):
    """Views and float64 work, and the maps stay as they were."""
    views = (_maps(rng, 5, 4, 6).permute(2, 1, 0), _maps(rng, 8, 2, 3)[::2])
    for maps in (*views, _maps(rng, 6, 3, 4, dtype=torch.float64)):
        inputs_stay(student, "make_grid", maps, 2, 1)
        student.check("make_grid", maps, 2, 1)
