"""The reference recipe at full length: what the solution is trained with, and what it must reach."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

from typing import Any

import torch

from autograder.graders.kit.matching import match
from autograder.graders.lab1_train_cnn.cnn.network import ARCHITECTURE
from autograder.graders.lab1_train_cnn.trained_accuracy.recipe import RECIPE
from autograder.sandbox.inside.parts import Data

NOTEBOOK = "02_training_loop"
EPOCHS = 5
ACCURACY = 0.98  # on MNIST's 10,000 test images, from the course's own figures


def spec(train: Data, images: torch.Tensor) -> dict[str, Any]:
    """Return what the probe `training` is asked: Adam, lr 0.001, batch 64, 80/20 split of the 60,000 training images.

    Args:
        train: The training images and labels.
        images: Some images (N, 1, 28, 28) by which the network is recognised.
    """
    return {
        **RECIPE.names,
        "data": train,
        "images": images,
        "epochs": EPOCHS,
        "seed": 1,
        "shape": list(images.shape[1:]),
    }


def accuracy(
    seen: dict[str, Any], asked: dict[str, Any], images: torch.Tensor, labels: torch.Tensor
) -> float | None:
    """Return the share of test images (N, 1, 28, 28) that the trained weights get right, computed here; None where it is another network."""
    found = match(ARCHITECTURE, seen["parameters"], asked["images"], seen["outputs"])
    return None if found is None else found.accuracy(images, labels, 1000)
