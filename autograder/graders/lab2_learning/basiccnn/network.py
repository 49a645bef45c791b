"""The network of the item `BasicCNN`."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

from autograder.graders.kit.architecture import Architecture, Layer
from autograder.graders.kit.networks import Network

NETWORK = Network(
    "lab2_learning",
    "BasicCNN",
    Architecture(
        (1, 28, 28),
        (
            Layer((32, 1, 3, 3), pool=2),
            Layer((64, 32, 3, 3), pool=2),
            Layer((128, 1600)),
            Layer((10, 128), rectified=False),
        ),
    ),
    "conv 1→32 (3×3), ReLU, 2×2 max pool, conv 32→64 (3×3), ReLU, 2×2 max pool, linear 1600→128, ReLU, linear 128→10",
    "Your layers have the right sizes, so what happens between them differs: a ReLU and a 2×2 max pool after each convolution, a ReLU after the first linear layer, nothing after the last.",
    darkest=-8.0,
)
