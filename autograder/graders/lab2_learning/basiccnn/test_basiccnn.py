"""Hidden tests of `BasicCNN`."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

from autograder.graders.kit.networks import learns
from autograder.graders.lab2_learning.basiccnn.network import NETWORK
from autograder.grading import item


@item("BasicCNN", gate=True)
def test_basiccnn_gives_ten_scores(student, rng):
    """`BasicCNN()` is an nn.Module that takes images (N, 1, 28, 28) and returns scores (N, 10)."""
    NETWORK.require_scores(*NETWORK.look(student, rng))


@item("BasicCNN", weight=4)
def test_basiccnn_is_the_network(student, rng):
    """The network of the task gives your scores with your weights: its layers, in its order, and nothing behind the last."""
    seen, rng = NETWORK.look(student, rng)
    NETWORK.require_match(seen, rng, apart=lambda seen: NETWORK.right_but_for_the_shape(seen, rng))


@item("BasicCNN", weight=0.5)
def test_basiccnn_takes_one_image(student, rng):
    """A batch of one image gives its scores, of shape (1, 10)."""
    seen, rng = NETWORK.look(student, rng)
    NETWORK.require_match(seen, rng, apart=NETWORK.one_image_works)
    NETWORK.require_single(seen, rng)


@item("BasicCNN", weight=0.75)
def test_basiccnn_trains(student, rng):
    """In training mode the scores are the same, and the loss sends the right gradient to every layer."""
    NETWORK.require_training(student, rng, apart=learns)


@item("BasicCNN", weight=0.75)
def test_basiccnn_has_225034_parameters(student, rng):
    """The network has 225,034 trainable parameters, no more and no fewer."""
    seen, rng = NETWORK.look(student, rng)
    NETWORK.require_match(seen, rng, apart=NETWORK.has_the_count)
    NETWORK.require_count(seen, rng)
