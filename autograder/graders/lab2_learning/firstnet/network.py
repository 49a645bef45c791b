"""The network of the item `FirstNet`, for images of any size."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

import math

from autograder.graders.kit.architecture import Architecture, Layer
from autograder.graders.kit.networks import Network


def network(*image: int) -> Network:
    """Return the item for images of this shape; those of 784 pixels ask for no argument."""
    size = math.prod(image)
    layers = (Layer((1000, size)), Layer((50, 1000)), Layer((10, 50), rectified=False))
    return Network(
        "lab2_learning",
        "FirstNet",
        Architecture(image, layers, log_probabilities=True),
        f"linear {size}→1000, ReLU, linear 1000→50, ReLU, linear 50→10, log-softmax",
        "Your layers have the right sizes, so what happens between them differs: flatten each image into a row, a ReLU after the first and the second linear layer, after the third nothing but log-softmax over the classes.",
        {} if size == 784 else {"image_size": size},
        brightest=3.0 * math.sqrt(784 / size),
        darkest=-1.0,
    )


NETWORK = network(1, 28, 28)
