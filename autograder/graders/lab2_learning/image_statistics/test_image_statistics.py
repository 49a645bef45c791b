"""Hidden tests of `image_statistics`."""

# CANARY-5b0c2f6e-hidden-grader

import torch

from autograder.graders.kit.forms import parts
from autograder.graders.lab2_learning.image_statistics.reference import RESULTS
from autograder.grading import item


def _images(rng, n, c, h, w, dtype=torch.float32):
    """Return images from 0 to 1, each and each channel of another brightness."""
    bright = rng.uniform(n, c, 1, 1, low=0.3, high=1.0, dtype=dtype)
    return bright * rng.uniform(n, c, h, w, dtype=dtype)


@item("image_statistics", gate=True)
def test_image_statistics_shape(student, rng):
    """`image_statistics` returns two tensors of shape (C,), of the images' type."""
    for sizes in ((4, 3, 5, 6), (2, 1, 4, 3)):
        student.check("image_statistics", _images(rng, *sizes), form_only=True)


@item("image_statistics", weight=1)
def test_image_statistics_mean(student, rng):
    """The mean of each channel, over all images and pixels."""
    for sizes in ((4, 3, 5, 6), (3, 1, 7, 4)):
        student.check("image_statistics", _images(rng, *sizes), fact=parts(RESULTS, 0))


@item("image_statistics", weight=1.5)
def test_image_statistics_std(student, rng):
    """The standard deviation of each channel over all images and pixels, divided by the count and not by the count − 1."""
    for sizes in ((4, 3, 5, 6), (3, 1, 7, 4), (1, 2, 3, 4), (3, 4, 5, 4)):
        student.check("image_statistics", _images(rng, *sizes), fact=parts(RESULTS, 1))


@item("image_statistics", weight=0.5)
def test_image_statistics_leaves_its_images(student, rng):
    """Views and float64 work, and the images stay as they were."""
    views = (_images(rng, 3, 5, 4, 2).permute(0, 3, 2, 1), _images(rng, 5, 2, 3, 4)[::2])
    for images in (*views, _images(rng, 2, 3, 4, 5, dtype=torch.float64)):
        student.check("image_statistics", images, also=("inputs",))
