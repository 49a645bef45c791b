"""Hidden tests of `FirstNet`."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

from autograder.graders.kit.networks import learns
from autograder.graders.lab2_learning.firstnet.network import NETWORK, network
from autograder.grading import item


@item("FirstNet", gate=True)
def test_firstnet_gives_ten_scores(student, rng):
    """`FirstNet()` is an nn.Module that takes images (N, 1, 28, 28) and returns log-probabilities (N, 10)."""
    NETWORK.require_scores(*NETWORK.look(student, rng))


@item("FirstNet", weight=3)
def test_firstnet_is_the_network(student, rng):
    """The network of the task gives your log-probabilities with your weights: its layers, in its order, and log-softmax at the end."""
    seen, rng = NETWORK.look(student, rng)
    NETWORK.require_match(seen, rng, apart=lambda seen: NETWORK.right_but_for_the_shape(seen, rng))


@item("FirstNet", weight=1)
def test_firstnet_takes_other_sizes(student, rng):
    """Images of any other size and shape work: (N, 5, 7) with `image_size=35`, (N, 2, 3, 4) with 24, and rows of 42 numbers."""
    for shape in ((5, 7), (2, 3, 4), (42,)):
        other = network(*shape)
        other.require_match(other.observe(student, rng), rng)


@item("FirstNet", weight=0.5)
def test_firstnet_takes_one_image(student, rng):
    """A batch of one image gives its log-probabilities, of shape (1, 10)."""
    small = network(1, 6, 8)
    seen = small.observe(student, rng)
    small.require_match(seen, rng, apart=small.one_image_works)
    small.require_single(seen, rng)


@item("FirstNet", weight=0.5)
def test_firstnet_trains(student, rng):
    """In training mode the log-probabilities are the same, and the loss sends the right gradient to every layer."""
    network(1, 6, 8).require_training(student, rng, apart=learns)


@item("FirstNet", weight=1)
def test_firstnet_has_835560_parameters(student, rng):
    """The network for 784 pixels has 835,560 trainable parameters, no more and no fewer."""
    seen, rng = NETWORK.look(student, rng)
    NETWORK.require_match(seen, rng, apart=NETWORK.has_the_count)
    NETWORK.require_count(seen, rng)
