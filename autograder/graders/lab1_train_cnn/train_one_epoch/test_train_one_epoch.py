"""Hidden tests of `train_one_epoch`."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

from autograder.graders.kit import instruments
from autograder.graders.kit import relations_epochs as relations
from autograder.graders.kit.devices import require_moved
from autograder.grading import item


def _epoch(rng, training=True, criterion="CrossEntropyLoss", optimizer="SGD", **options):
    data = instruments.samples(rng, 11)
    return (
        instruments.network(rng, training),
        instruments.loader(data, 4),
        instruments.criterion(criterion),
        instruments.optimizer(optimizer, **options),
    )


@item("train_one_epoch", weight=0)  # what it pays is the mean's: only values pay
def test_epoch_returns_a_number(student, rng):
    """`train_one_epoch` trains and returns one number."""
    with relations.form_comes_first():
        student.check("train_one_epoch", *_epoch(rng), form_only=True)


@item("train_one_epoch", weight=4, holds=relations.steps_by_batch)
def test_epoch_trains_on_each_batch(student, rng):
    """Each batch makes one step, on its own gradient alone; after two epochs the weights are those of the rule."""
    for arguments, repeat in ((_epoch(rng), 2), (instruments.of_images(_epoch(rng)), 1)):
        student.check(
            "train_one_epoch",
            *arguments,
            also=("weights", "log"),
            repeat=repeat,
            result=False,
            judge=relations.judge_steps,
        )


@item("train_one_epoch", weight=2, holds=relations.averages)
def test_epoch_returns_the_mean_over_samples(student, rng):
    """The loss returned is the mean over samples: a smaller last batch weighs less."""
    student.check("train_one_epoch", *_epoch(rng))
    model, _, *others = _epoch(rng)
    ragged = instruments.loader(instruments.samples(rng, 9), 8 - 1)
    student.check("train_one_epoch", model, ragged, *others, "cpu")


@item("train_one_epoch", weight=2, holds=relations.trains_in_training_mode)
def test_epoch_trains_in_training_mode(student, rng):
    """Training happens in training mode, also when the model comes in evaluation mode."""
    student.check(
        "train_one_epoch",
        *_epoch(rng, training=False),
        also=("weights", "log"),
        judge=relations.judge_training_mode,
    )
    relations.require_used(student, "train_one_epoch", rng, instruments.optimizer(lr=0.0))


@item("train_one_epoch", weight=1, holds=relations.moved_in_training)
def test_epoch_moves_its_batches(student, rng):
    """The images and labels of each batch are moved to the device that is given."""
    require_moved(student, "train_one_epoch", *_epoch(rng))
    relations.require_used(student, "train_one_epoch", rng, instruments.optimizer(lr=0.0))


@item("train_one_epoch", weight=1, holds=relations.uses_what_it_is_given)
def test_epoch_uses_what_it_is_given(student, rng):
    """The criterion and the optimizer are those that are given."""
    student.check(
        "train_one_epoch", *_epoch(rng, criterion="MultiMarginLoss", lr=0.3), also=("weights",), result=False
    )
    student.check(
        "train_one_epoch",
        *_epoch(rng, optimizer="SGD", lr=0.05, momentum=0.9),
        also=("weights",),
        repeat=2,
        result=False,
    )
    student.check(
        "train_one_epoch", *_epoch(rng, optimizer="Adagrad", lr=0.1), also=("weights",), result=False
    )
