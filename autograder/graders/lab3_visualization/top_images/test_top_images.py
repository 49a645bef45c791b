"""Hidden tests of `top_images`."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

from functools import partial

import torch

from autograder.graders.kit.several_calls import all_of
from autograder.graders.lab3_visualization.models import CALM, check, images, maps, network
from autograder.grading import item


def _asked(rng, name, channel, n, k, training=False, dtype=torch.float32, hooked=None):
    """Return arguments for which no order hangs on rounding: the last image comes second, one in the middle first, and maxima may lie below 0."""
    gaps = torch.zeros(1)
    while float(gaps.min()) < 1e-3:
        net, batch = network(rng, training, dtype, hooked=hooked), images(rng, n, dtype)
        if n % 2:
            net.state[f"{name}.bias"].sub_(4)  # of this layer all maxima are negative, or nearly all
        ordered = maps(net, batch, name)[0][:, channel].amax((1, 2)).sort(descending=True)
        gaps = -ordered.values.diff()[:k]
    first = [n // 2, n - 1] if k > 1 else [n - 1, n // 2]
    others = [each for each in rng.permutation(n).tolist() if each not in first]
    shuffled = torch.empty_like(batch)
    shuffled[[*first, *others]] = batch[ordered.indices]
    return net, name, channel, shuffled, k


def _check(student, asked, **more):
    return partial(check, student, "top_images", *asked, **more)


@item("top_images", gate=True)
def test_top_images_gives_indices(student, rng):
    """The result is a tensor (k,) of whole numbers: the images' indices."""
    _check(student, _asked(rng, "stem", 2, 8, 3), form_only=True)()


@item("top_images", weight=2.5)
def test_top_images_values(student, rng):
    """They are the images with the largest maximum of that channel's map, the largest first, in nested layers too."""
    several = (("stem", 3, 9, 4), ("deep.0", 1, 10, 3), ("block.body.conv", 5, 8, 3), ("stem", 6, 11, 5))
    all_of(
        *(_check(student, _asked(rng, *each)) for each in several),
        _check(student, _asked(rng, "deep.0", 2, 7, 7)),
        _check(student, _asked(rng, "norm", 2, 9, 5)),  # what it gives is changed in place
        _check(student, _asked(rng, "deep.0", 3, 10, 4, dtype=torch.float64)),
        _check(student, _asked(rng, "stem", 4, 9, 2, dtype=torch.float64)),
        _check(student, _asked(rng, "block.body.conv", 2, 6, 1)),
        _check(student, (network(rng, False), "stem", 1, images(rng, 1), 1)),
    )


@item("top_images", weight=2)
def test_top_images_in_batches(student, rng):
    """The images go through the model in batches of at most `batch_size`, 64 without one, and all of them count."""
    all_of(
        _check(student, (*_asked(rng, "stem", 1, 11, 4), 3), also=("batches",)),
        _check(student, _asked(rng, "deep.0", 2, 10, 5), batch_size=4, also=("batches",)),
        _check(student, _asked(rng, "deep.0", 0, 8, 3), batch_size=1, also=("batches",)),
        _check(student, _asked(rng, "stem", 5, 9, 4), batch_size=9, also=("batches",)),
        _check(student, _asked(rng, "stem", 2, 70, 3), also=("batches",)),
    )


@item("top_images", weight=2)
def test_top_images_leaves_no_trace(student, rng):
    """It all happens in evaluation mode; mode, hooks and gradients are afterwards as they were."""
    hooks = {(False, True): ["deep.0"], (True, False): ["deep.0", "norm"]}
    for training, grad in ((True, True), (False, True), (True, False), (False, False)):
        hooked = hooks.get((training, grad))
        asked = _asked(rng, "deep.0", rng.number(0, 3), 10, 4, training, hooked=hooked)
        _check(student, asked, batch_size=4, grad=grad, also=CALM)()
