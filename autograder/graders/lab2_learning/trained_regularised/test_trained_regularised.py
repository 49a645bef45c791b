"""Hidden tests of `trained_regularised`."""

# CANARY-5b0c2f6e-hidden-grader

from autograder.graders.kit import instruments
from autograder.graders.lab2_learning.trained_regularised import recipe
from autograder.graders.lab2_learning.trained_regularised.recipe import RECIPE
from autograder.grading import item


@item("trained_regularised", gate=True)
def test_training_is_possible(student, rng):
    """Your `CNNNet`, `train_with_log` and `Adam` run together, and what they train is the network of the task."""
    data, images, _ = instruments.made_up_digits(rng, 192, 64)
    RECIPE.trained(student, data, images, epochs=1)


# Weights from elsewhere reach the other threshold without training: hence the veto.
@item("trained_regularised", weight=1, veto=True)
def test_training_learns_a_new_task(student, rng):
    """Trained on images made up for this grading, your network tells them apart."""
    RECIPE.require_new(student, rng, recipe.MADE_UP_IMAGES, recipe.MADE_UP_EPOCHS, recipe.MADE_UP_THRESHOLD)


@item("trained_regularised", weight=2)
def test_training_reaches_the_threshold(student, context):
    """Trained on the digits as the notebook says, your network reaches the accuracy that it asks for on the test images."""
    RECIPE.require_digits(student, context)
