"""Hidden tests of `normalize`."""

# CANARY-5b0c2f6e-hidden-grader

import torch

from autograder.graders.kit.simpler import inputs_stay
from autograder.grading import item


def _figures(rng, c, dtype=torch.float32):
    """Return means and standard deviations for c channels."""
    return rng.uniform(c, low=0.2, high=0.7, dtype=dtype), rng.uniform(c, low=0.15, high=0.6, dtype=dtype)


def _numbers(rng):
    """Return a mean and a standard deviation as plain numbers."""
    return tuple(rng.number(*ends) / 1000 for ends in ((200, 700), (150, 600)))


@item("normalize", gate=True)
def test_normalize_shape(student, rng):
    """The result has the images' shape and type."""
    student.check("normalize", rng.uniform(4, 3, 5, 6), *_figures(rng, 3), form_only=True)


@item("normalize", weight=1)
def test_normalize_numbers(student, rng):
    """With plain numbers for mean and std, every channel is normalised by them."""
    for sizes in ((2, 1, 5, 4), (1, 3, 4, 5)):
        student.check("normalize", rng.uniform(*sizes), *_numbers(rng))


@item("normalize", weight=1.5)
def test_normalize_channels(student, rng):
    """With tensors (C,), each channel is normalised by its own mean and std, also where C is as large as another axis."""
    for n, c, h, w in ((4, 3, 5, 6), (2, 3, 4, 3), (2, 3, 3, 5), (3, 3, 2, 4), (1, 1, 3, 2), (3, 2, 2, 2)):
        student.check("normalize", rng.uniform(n, c, h, w), *_figures(rng, c))


@item("normalize", weight=0.5)
def test_normalize_leaves_its_images(student, rng):
    """Views and float64 work, and the images, mean and std stay as they were."""
    double = (rng.uniform(2, 3, 4, 5, dtype=torch.float64), *_figures(rng, 3, torch.float64))
    views = (rng.uniform(3, 5, 4, 2).permute(0, 3, 2, 1), *_figures(rng, 2))
    for args in (double, views, (rng.uniform(5, 2, 3, 4)[::2], *_numbers(rng))):
        inputs_stay(student, "normalize", *args)
        student.check("normalize", *args)
