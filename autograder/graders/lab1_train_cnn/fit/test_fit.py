"""Hidden tests of `fit`."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

from autograder.graders.kit import relations_epochs as relations
from autograder.graders.kit.loop_variants import KEYS
from autograder.graders.lab1_train_cnn.fit.loop import LOOP, RELATIONS
from autograder.grading import item


@item(
    "fit", weight=0, holds=RELATIONS.has_a_number_for_each_epoch
)  # what it pays is that of its numbers: only values pay
def test_fit_returns_a_history(student, rng):
    """`fit` returns a dict with the lists `train_loss`, `val_loss` and `val_accuracy`, one number an epoch."""
    with relations.form_comes_first():
        LOOP.check_form(student, rng)


@item("fit", weight=2, holds=RELATIONS.trains_by_the_rule)
def test_fit_trains_with_one_adam(student, rng):
    """One Adam with the given learning rate trains through all epochs: the weights are those of the rule."""
    LOOP.check(student, rng, keys=(), weights=True, epochs=12)


@item("fit", weight=2, holds=RELATIONS.validates_its_own_model)
def test_fit_validates_after_each_epoch(student, rng):
    """The history is right: of each epoch the mean training loss and, after it, loss and accuracy on the validation data."""
    LOOP.check(student, rng, keys=KEYS, weights=False, epochs=12)


@item("fit", weight=2, holds=RELATIONS.follows_its_arguments)
def test_fit_follows_its_arguments(student, rng):
    """The number of epochs and the learning rate are those that are given."""
    for epochs, lr, easy in ((1, 0.3, False), (3, 0.002, False), (8, 0.1, True), (12, 0.05, False)):
        LOOP.check(student, rng, keys=KEYS, weights=True, epochs=epochs, lr=lr, easy=easy, either=True)
