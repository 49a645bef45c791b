"""Hidden tests of `CNN`."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

import torch

from autograder.graders.lab1_train_cnn.cnn.network import NETWORK
from autograder.grading import item


@item("CNN", gate=True)
def test_cnn_gives_ten_scores(student, rng):
    """`CNN()` is an nn.Module that takes images (N, 1, 28, 28) and returns scores (N, 10)."""
    seen = NETWORK.observe(student, rng)
    NETWORK.require_scores(seen, rng)
    if seen["outputs"].dtype != torch.float32:
        student.advice.append(
            "`CNN` returns scores of another type than its images, which are float32. It costs nothing here."
        )


@item("CNN", weight=5)
def test_cnn_is_the_network(student, rng):
    """In evaluation mode, the network of the task gives your scores with your weights: its layers, in its order."""
    NETWORK.require_network(NETWORK.observe(student, rng), rng)


@item("CNN", weight=1)
def test_cnn_takes_one_image(student, rng):
    """A batch of one image gives its scores, of shape (1, 10)."""
    NETWORK.require_single(NETWORK.observe(student, rng), rng)


@item("CNN", weight=1)
def test_cnn_trains(student, rng):
    """In training mode the scores are the same, and the loss sends the right gradient to every layer of the task."""
    NETWORK.require_training(student, rng)


@item("CNN", weight=1)
def test_cnn_has_21578_parameters(student, rng):
    """The network has 21,578 trainable parameters, no more and no fewer."""
    NETWORK.require_count(NETWORK.observe(student, rng), rng)
