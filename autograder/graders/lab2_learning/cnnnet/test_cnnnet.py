"""Hidden tests of `CNNNet`."""

# CANARY-5b0c2f6e-hidden-grader

from autograder.graders.kit.dropping import require_dropout, require_training
from autograder.graders.lab2_learning.cnnnet.network import NETWORK
from autograder.grading import item


@item("CNNNet", gate=True)
def test_cnnnet_gives_ten_scores(student, rng):
    """`CNNNet()` is an nn.Module that takes images (N, 1, 28, 28) and returns log-probabilities (N, 10)."""
    NETWORK.require_scores(*NETWORK.look(student, rng))


@item("CNNNet", weight=4)
def test_cnnnet_is_the_network(student, rng):
    """In evaluation mode, the network of the task gives your log-probabilities with your weights, and nothing is dropped."""
    NETWORK.require_network(*NETWORK.look(student, rng))


@item("CNNNet", weight=0.5)
def test_cnnnet_takes_one_image(student, rng):
    """A batch of one image gives its log-probabilities, of shape (1, 10)."""
    NETWORK.require_single(*NETWORK.look(student, rng))


@item("CNNNet", weight=1.5)
def test_cnnnet_drops_maps(student, rng):
    """In training mode, each whole map of the second convolution is dropped with probability 0.5, anew for each image and call; the others are doubled."""
    require_dropout(NETWORK, student, rng, layer=1)


@item("CNNNet", weight=1)
def test_cnnnet_drops_numbers(student, rng):
    """In training mode, each number of the first linear layer is dropped with probability 0.5, anew for each image and call; the others are doubled."""
    require_dropout(NETWORK, student, rng, layer=2)


@item("CNNNet", weight=0.5)
def test_cnnnet_trains(student, rng):
    """Nothing else acts in training mode, and the loss sends a gradient to every parameter."""
    require_training(NETWORK, student, rng)


@item("CNNNet", weight=0.5)
def test_cnnnet_has_21840_parameters(student, rng):
    """The network has 21,840 trainable parameters, no more and no fewer."""
    NETWORK.require_count(*NETWORK.look(student, rng))
