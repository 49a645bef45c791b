"""The network of the item `CNNNet`, which is trained in notebook 03 as well."""

# CANARY-5b0c2f6e-hidden-grader

from autograder.graders.kit.architecture import Architecture, Layer
from autograder.graders.kit.networks import Network

CONVOLUTIONS = (Layer((10, 1, 5, 5), pool=2), Layer((20, 10, 5, 5), pool=2, dropout=0.5))
LINEAR = (Layer((50, 320), dropout=0.5), Layer((10, 50), rectified=False))
ARCHITECTURE = Architecture((1, 28, 28), (*CONVOLUTIONS, *LINEAR), log_probabilities=True)
NETWORK = Network(
    "lab2_learning",
    "CNNNet",
    ARCHITECTURE,
    "conv 1→10 (5×5), pool, ReLU, conv 10→20 (5×5), 2D dropout, pool, ReLU, linear 320→50, ReLU, dropout, linear 50→10, log-softmax",
    "Your layers have the right sizes, so what happens between them differs: a 2×2 max pool and a ReLU after each convolution, a ReLU after the first linear layer, log-softmax over the classes at the end; both dropouts in training mode only.",
    brightest=18.0,
    darkest=-4.0,
)
