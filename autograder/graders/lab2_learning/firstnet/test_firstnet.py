"""Hidden tests of `FirstNet`."""

# CANARY-5b0c2f6e-hidden-grader

import math

from autograder.graders.kit.architecture import Architecture, Layer
from autograder.graders.kit.networks import Network
from autograder.grading import item


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


@item("FirstNet", gate=True)
def test_firstnet_gives_ten_scores(student, rng):
    """`FirstNet()` is an nn.Module that takes images (N, 1, 28, 28) and returns log-probabilities (N, 10)."""
    NETWORK.require_scores(*NETWORK.look(student, rng))


@item("FirstNet", weight=3)
def test_firstnet_is_the_network(student, rng):
    """The network of the task gives your log-probabilities with your weights: its layers, in its order, and log-softmax at the end."""
    NETWORK.require_network(*NETWORK.look(student, rng))


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
    small.require_single(small.observe(student, rng), rng)


@item("FirstNet", weight=0.5)
def test_firstnet_trains(student, rng):
    """In training mode the log-probabilities are the same, and the loss sends the right gradient to every layer."""
    network(1, 6, 8).require_training(student, rng)


@item("FirstNet", weight=1)
def test_firstnet_has_835560_parameters(student, rng):
    """The network for 784 pixels has 835,560 trainable parameters, no more and no fewer."""
    NETWORK.require_count(*NETWORK.look(student, rng))
