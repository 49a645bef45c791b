"""Hidden tests of `BasicCNN`."""

# CANARY-5b0c2f6e-hidden-grader

from autograder.graders.kit.architecture import Architecture, Layer
from autograder.graders.kit.networks import Network
from autograder.grading import item

CONVOLUTIONS = (Layer((32, 1, 3, 3), pool=2), Layer((64, 32, 3, 3), pool=2))
LINEAR = (Layer((128, 1600)), Layer((10, 128), rectified=False))
NETWORK = Network(
    "lab2_learning",
    "BasicCNN",
    Architecture((1, 28, 28), (*CONVOLUTIONS, *LINEAR)),
    "conv 1→32 (3×3), ReLU, 2×2 max pool, conv 32→64 (3×3), ReLU, 2×2 max pool, linear 1600→128, ReLU, linear 128→10",
    "Your layers have the right sizes, so what happens between them differs: a ReLU and a 2×2 max pool after each convolution, a ReLU after the first linear layer, nothing after the last.",
    darkest=-8.0,
)


@item("BasicCNN", gate=True)
def test_basiccnn_gives_ten_scores(student, rng):
    """`BasicCNN()` is an nn.Module that takes images (N, 1, 28, 28) and returns scores (N, 10)."""
    NETWORK.require_scores(*NETWORK.look(student, rng))


@item("BasicCNN", weight=4)
def test_basiccnn_is_the_network(student, rng):
    """The network of the task gives your scores with your weights: its layers, in its order, and nothing behind the last."""
    NETWORK.require_network(*NETWORK.look(student, rng))


@item("BasicCNN", weight=0.5)
def test_basiccnn_takes_one_image(student, rng):
    """A batch of one image gives its scores, of shape (1, 10)."""
    NETWORK.require_single(*NETWORK.look(student, rng))


@item("BasicCNN", weight=0.75)
def test_basiccnn_trains(student, rng):
    """In training mode the scores are the same, and the loss sends the right gradient to every layer."""
    NETWORK.require_training(student, rng)


@item("BasicCNN", weight=0.75)
def test_basiccnn_has_225034_parameters(student, rng):
    """The network has 225,034 trainable parameters, no more and no fewer."""
    NETWORK.require_count(*NETWORK.look(student, rng))
