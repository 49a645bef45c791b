"""Hidden tests of `make_loaders`."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

from autograder.graders.lab1_train_cnn.make_loaders.split import SPLIT
from autograder.grading import item


@item("make_loaders", gate=True)
def test_loaders_are_two(student, rng):
    """`make_loaders` returns two loaders that serve batches of (images, labels)."""
    SPLIT.served_by(student, rng).require()


@item("make_loaders", weight=2)
def test_loaders_split_everything(student, rng):
    """The two parts are disjoint, and together they are the whole data set, the last smaller batch included."""
    SPLIT.served_by(student, rng).require(
        ("twice in training", False, "samples that come more than once in one training epoch", "Draw without replacement."),
        ("twice in validation", False, "samples that come more than once in validation", "Draw without replacement."),
        ("overlap", False, "samples in both parts", "Draw one permutation of the indices and cut it in two."),
        ("missing", False, "samples in neither part", "Compute one size, get the other by subtraction, and drop no batch."),
        ("missing in default", False, "samples in neither part", "Compute one size, get the other by subtraction, and drop no batch."),
        ("missing where nothing is rounded", False, "samples in neither part", "Cut the permutation at one index for both parts."),
        ("same parts in every epoch", True, "parts that change from epoch to epoch", "Split once, before the loaders are made."),
    )  # fmt: skip


@item("make_loaders", weight=1)
def test_loaders_have_the_sizes(student, rng):
    """Validation gets its fraction of the samples, and both loaders serve batches of `batch_size`."""
    SPLIT.served_by(student, rng).require_sizes()


@item("make_loaders", weight=2)
def test_loaders_follow_the_seed(student, rng):
    """The split is random and follows `seed` alone: same seed, same split, whatever ran before; other seed, other split."""
    served = SPLIT.served_by(student, rng)
    served.require(
        ("a split is seen", True, "loaders of the whole data set, or of other samples in every epoch", "Draw one permutation of the indices and cut it in two."),
        ("validation in one piece", False, "validation samples that lie side by side in the data set", "Permute the indices before you cut."),
        ("validation in equal steps", False, "validation samples at equal steps in the data set", "Permute the indices before you cut."),
        ("torch moves the split", False, "another split after `torch.manual_seed`", "Give the split a generator of its own, seeded with `seed`."),
        ("numpy moves the split", False, "another split after `np.random.seed`", "Seed the generator that you draw from."),
        ("the global state moves the split of seed 0", False, "another split for seed 0", "0 is a seed like any other."),
        ("seed moves the split", True, "the same split for two seeds", "Seed your generator with the argument `seed`."),
        ("the default seed is another", False, "another split without `seed` than with `seed=0`", "Leave the default as it was given: `seed=0`."),
    )  # fmt: skip


@item("make_loaders", weight=1)
def test_loaders_shuffle_training_only(student, rng):
    """Training comes in a new order every epoch, validation always in the same."""
    SPLIT.served_by(student, rng).require(
        ("new order in training", True, "the same order in two training epochs", "`shuffle=True` for the training loader."),
        ("training in order", False, "training samples in the data set's order", "`shuffle=True` for the training loader."),
        ("new order in validation", False, "two orders in two validation passes", "No shuffling for the validation loader."),
    )  # fmt: skip
