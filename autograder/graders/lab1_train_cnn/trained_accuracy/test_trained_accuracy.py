"""Hidden tests of `trained_accuracy`."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

from autograder.graders.kit import instruments
from autograder.graders.lab1_train_cnn.trained_accuracy import recipe
from autograder.graders.lab1_train_cnn.trained_accuracy.recipe import RECIPE
from autograder.grading import NotAttempted, item


@item("trained_accuracy", gate=True)
def test_training_is_possible(student, rng):
    """`make_loaders`, your `CNN` and `fit` run together, and what they train is the network of the task."""
    for name in ("make_loaders", "fit", "CNN"):
        reply = student.ask("call", name, {"item": name, "args": [], "kwargs": {}, "seed": 0})
        if reply.status == "error" and reply.value["type"] == "NotImplementedError":
            raise NotAttempted
    # So many that the part for validation fills a batch: no other item's mistake is to end this.
    data, images, _ = instruments.made_up_digits(rng, 384, 64)
    RECIPE.trained(student, data, images, epochs=1)


# Weights from elsewhere reach the other threshold without training: hence the veto.
@item("trained_accuracy", weight=1, veto=True)
def test_training_learns_a_new_task(student, rng):
    """Trained on images made up for this grading, your network tells them apart."""
    RECIPE.require_new(student, rng, recipe.MADE_UP_IMAGES, recipe.MADE_UP_EPOCHS, recipe.MADE_UP_THRESHOLD)


@item("trained_accuracy", weight=2)
def test_training_reaches_the_threshold(student, context):
    """Trained on the digits as the notebook says, your network reaches the accuracy that it asks for on the test images."""
    RECIPE.require_digits(student, context)
