"""The network of lab 1: what `CNN` must be, and what is trained by `fit`."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

from autograder.graders.kit.architecture import Architecture, Layer
from autograder.graders.kit.networks import Network

ARCHITECTURE = Architecture(
    (1, 28, 28),
    (
        Layer((8, 1, 3, 3), padding=1, pool=2),
        Layer((16, 8, 3, 3), padding=1, pool=2),
        Layer((32, 16, 3, 3), padding=1),
        Layer((10, 1568), rectified=False),
    ),
)
NETWORK = Network(
    "lab1_train_cnn",
    "CNN",
    ARCHITECTURE,
    "conv 1→8→16→32 (3×3, padding 1, ReLU after each), 2×2 max pool after the first two, linear 1568→10",
    "Your layers have the right sizes, so what happens between them differs: a ReLU after each convolution and none at the end, a 2×2 max pool after the first and the second, nothing else.",
)
