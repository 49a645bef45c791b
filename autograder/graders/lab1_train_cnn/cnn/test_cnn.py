"""Hidden tests of `CNN`."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

import torch

from autograder.graders.lab1_train_cnn import looks, naming, networks
from autograder.grading import item


@item("CNN", gate=True)
def test_cnn_gives_ten_scores(student, rng):
    """`CNN()` is an nn.Module that takes images (N, 1, 28, 28) and returns scores (N, 10)."""
    seen = networks.observe_cnn(student, rng)
    networks.require_tensor(
        seen["outputs"],
        (4, 10),
        "CNN()(x (4, 1, 28, 28))",
        matches=lambda: naming.named(seen, networks.spec_of(rng)),
    )
    if seen["outputs"].dtype != torch.float32:
        student.advice.append(
            "`CNN` returns scores of another type than its images, which are float32. It costs nothing here."
        )


@item("CNN", weight=5)
def test_cnn_is_the_network(student, rng):
    """In evaluation mode, the network of the task gives your scores with your weights: its layers, in its order."""
    seen = networks.observe_cnn(student, rng)
    networks.require_match(seen, rng, apart=lambda seen: networks.right_but_for_the_shape(seen, rng))


@item("CNN", weight=1)
def test_cnn_takes_one_image(student, rng):
    """A batch of one image gives its scores, of shape (1, 10)."""
    seen = networks.observe_cnn(student, rng)
    networks.require_match(seen, rng, apart=looks.one_image_works)
    networks.require_single(seen, rng)


@item("CNN", weight=1)
def test_cnn_trains(student, rng):
    """In training mode the scores are the same, and the loss sends the right gradient to every layer of the task."""
    networks.require_training(student, rng, apart=looks.learns)


@item("CNN", weight=1)
def test_cnn_has_21578_parameters(student, rng):
    """The network has 21,578 trainable parameters, no more and no fewer."""
    seen = networks.observe_cnn(student, rng)
    networks.require_match(seen, rng, apart=looks.has_the_count)
    networks.require_count(seen, rng)
