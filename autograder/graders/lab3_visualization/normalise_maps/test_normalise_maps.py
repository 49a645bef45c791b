"""Hidden tests of `normalise_maps`."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

from functools import partial

import torch

from autograder.graders.kit.several_calls import all_of
from autograder.graders.kit.simpler import inputs_stay
from autograder.grading import item


def _maps(rng, *shape, dtype=torch.float32):
    """Return maps that lie apart, with spans of 0.2 to 4: some below 0, some above 1, some across."""
    flat = rng.uniform(*shape, dtype=dtype)
    each = (*shape[:-2], 1, 1)
    low, high = flat.amin((-2, -1), keepdim=True), flat.amax((-2, -1), keepdim=True)
    span = torch.exp(rng.uniform(*each, low=-1.6, high=1.4, dtype=dtype))
    return (flat - low) / (high - low) * span + rng.uniform(*each, low=-5, high=5, dtype=dtype)


@item("normalise_maps", gate=True)
def test_normalise_maps_shape(student, rng):
    """The result has the shape and type of the maps."""
    student.check("normalise_maps", _maps(rng, 2, 3, 4, 5), form_only=True)


@item("normalise_maps", weight=2)
def test_normalise_maps_values(student, rng):
    """Each map goes from 0 to 1, whatever the others hold, and its values keep their distances in proportion."""
    shapes = ((2, 3, 4, 5), (1, 4, 3, 2), (3, 1, 2, 6))
    all_of(*(partial(student.check, "normalise_maps", _maps(rng, *each)) for each in shapes))


@item("normalise_maps", weight=1)
def test_normalise_maps_of_all_shapes(student, rng):
    """One map (H, W) is scaled as well as (K, H, W), or maps with more axes before the last two."""
    shapes = ((4, 5), (5, 3, 4), (1, 2, 7), (2, 1, 3, 4, 2))
    all_of(*(partial(student.check, "normalise_maps", _maps(rng, *each)) for each in shapes))


@item("normalise_maps", weight=1.5)
def test_normalise_maps_that_are_constant(student, rng):
    """A constant map gives zeros, not nan, and the other maps beside it are scaled as ever, also one of a very small range."""
    maps = _maps(rng, 2, 4, 3, 5)
    maps[0, 0], maps[0, 2], maps[1, 1], maps[1, 3] = 0.0, 2.5 + rng.number(0, 3), -1.5 - rng.number(0, 3), 1.0
    several = _maps(rng, 3, 4, 2)
    several[1] = -0.75
    double = _maps(rng, 4, 3, 2, dtype=torch.float64)
    double[2] = 0.5
    small = _maps(rng, 3, 4, 5)
    small[1] = rng.uniform(4, 5) * 5e-7  # what is as small as this, and no smaller, tells in the divisor
    each_of = (maps, several, double, small, torch.full((3, 4), 1.5 + rng.number(0, 3)))
    all_of(*(partial(student.check, "normalise_maps", each) for each in each_of))


@item("normalise_maps", weight=0.5)
def test_normalise_maps_leaves_its_maps(student, rng):
    """Views and float64 work, and the maps stay as they were."""
    views = (_maps(rng, 5, 4, 3, 2).permute(3, 2, 1, 0), _maps(rng, 5, 2, 3, 4)[::2])
    for maps in (*views, _maps(rng, 2, 3, 4, dtype=torch.float64)):
        inputs_stay(student, "normalise_maps", maps)
        student.check("normalise_maps", maps)
