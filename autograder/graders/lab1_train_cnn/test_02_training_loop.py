"""Hidden tests of notebook 02: loaders, one epoch, evaluation, the whole training."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

import torch

from autograder.graders.lab1_train_cnn import fitting, instruments
from autograder.graders.lab1_train_cnn.devices import require_moved
from autograder.graders.lab1_train_cnn.splits import N_DEFAULT, N, Served
from autograder.grading import NotAttempted, item

# -------------------------------------------------------------------------------------------------- make_loaders


@item("make_loaders", gate=True)
def test_loaders_are_two(student, rng):
    """`make_loaders` returns two loaders that serve batches of (images, labels)."""
    Served(student, rng).require()


@item("make_loaders", weight=2)
def test_loaders_split_everything(student, rng):
    """The two parts are disjoint, and together they are the whole data set, the last smaller batch included."""
    Served(student, rng).require(
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
    served = Served(student, rng)
    served.require()
    served.require(
        (
            "sizes move with the seed",
            False,
            "validation parts of several sizes",
            "Compute the size from `val_fraction`.",
        )
    )
    for fact, n, fraction, size in (("sizes", N, 0.3, 7), ("default sizes", N_DEFAULT, 0.2, 64)):
        sizes = served.facts[fact]
        n_val = sum(sizes["val"])
        if abs(n_val - n * fraction) > 1:
            served.require((fact, None, f"{n_val} of {n} samples for validation, {n * fraction:.1f} expected",
                            "Validation gets `len(dataset) * val_fraction` samples."))  # fmt: skip
        for part in ("train", "val"):
            total = sum(sizes[part])
            wanted = [size] * (total // size) + ([total % size] if total % size else [])
            if sizes[part] != wanted:
                served.require((fact, None, f"batches of {sizes[part][:5]} … in the {part} loader, {wanted[:3]} … {wanted[-1:]} expected",
                                "Give `batch_size` to both loaders, and keep the last batch."))  # fmt: skip
    served.require(
        (
            "sizes right for some seeds only",
            False,
            "another size for another seed",
            "Compute the size from `val_fraction`.",
        )
    )


@item("make_loaders", weight=2)
def test_loaders_follow_the_seed(student, rng):
    """The split is random and follows `seed` alone: same seed, same split, whatever ran before; other seed, other split."""
    served = Served(student, rng)
    served.require(
        ("overlap", False, "samples in both parts", "Draw one permutation of the indices and cut it in two."),
        ("validation in one piece", False, "validation samples that lie side by side in the data set", "Permute the indices before you cut."),
        ("validation in equal steps", False, "validation samples at equal steps in the data set", "Permute the indices before you cut."),
        ("torch moves the split", False, "another split after `torch.manual_seed`", "Give the split a generator of its own, seeded with `seed`."),
        ("numpy moves the split", False, "another split after `np.random.seed`", "Seed the generator that you draw from."),
        ("the global state moves the split of seed 0", False, "another split for seed 0", "0 is a seed like any other."),
        ("seed moves the split", True, "the same split for two seeds", "Seed your generator with the argument `seed`."),
    )  # fmt: skip


@item("make_loaders", weight=1)
def test_loaders_shuffle_training_only(student, rng):
    """Training comes in a new order every epoch, validation always in the same."""
    Served(student, rng).require(
        ("overlap", False, "samples in both parts", "Draw one permutation of the indices and cut it in two."),
        ("new order in training", True, "the same order in two training epochs", "`shuffle=True` for the training loader."),
        ("training in order", False, "training samples in the data set's order", "`shuffle=True` for the training loader."),
        ("new order in validation", False, "two orders in two validation passes", "No shuffling for the validation loader."),
    )  # fmt: skip


# ----------------------------------------------------------------------------------------------- train_one_epoch


def _epoch(rng, training=True, criterion="CrossEntropyLoss", optimizer="SGD", **options):
    data = instruments.samples(rng, 11)
    return (
        instruments.network(rng, training),
        instruments.loader(data, 4),
        instruments.criterion(criterion),
        instruments.optimizer(optimizer, **options),
    )


def _of_images(arguments):
    """Return network and loader for images in place of rows, and the other arguments as they are."""
    net, loader, *others = arguments
    data = instruments.as_images(loader.data)
    return (instruments.on_images(net), instruments.loader(data, loader.batch_size), *others)


@item("train_one_epoch", gate=True)
def test_epoch_returns_a_number(student, rng):
    """`train_one_epoch` trains and returns one number."""
    student.check("train_one_epoch", *_epoch(rng), form_only=True)


@item("train_one_epoch", weight=4)
def test_epoch_trains_on_each_batch(student, rng):
    """Each batch makes one step, on its own gradient alone; after two epochs the weights are those of the rule."""
    student.check("train_one_epoch", *_epoch(rng), also=("weights", "log"), repeat=2, result=False)
    student.check("train_one_epoch", *_of_images(_epoch(rng)), also=("weights", "log"), result=False)


@item("train_one_epoch", weight=2)
def test_epoch_returns_the_mean_over_samples(student, rng):
    """The loss returned is the mean over samples: a smaller last batch weighs less."""
    student.check("train_one_epoch", *_epoch(rng), also=("weights",))
    model, _, criterion, optimizer = _epoch(rng)
    student.check(
        "train_one_epoch",
        model,
        instruments.loader(instruments.samples(rng, 9), 8 - 1),
        criterion,
        optimizer,
        "cpu",
        also=("weights",),
    )


@item("train_one_epoch", weight=2)
def test_epoch_trains_in_training_mode(student, rng):
    """Training happens in training mode, also when the model comes in evaluation mode."""
    student.check("train_one_epoch", *_epoch(rng, training=False), also=("weights", "log"), result=False)


@item("train_one_epoch", weight=1)
def test_epoch_moves_its_batches(student, rng):
    """Right training, with the images and labels of each batch moved to the device that is given."""
    student.check("train_one_epoch", *_epoch(rng), "cpu", also=("weights",), result=False)
    require_moved(student, "train_one_epoch", *_epoch(rng))


@item("train_one_epoch", weight=1)
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


# ------------------------------------------------------------------------------------------------------ evaluate


def _evaluation(rng, training=False, criterion="CrossEntropyLoss", n=23, batch=4, wrong=0.25):
    net = instruments.with_dropout(instruments.network(rng, training))
    return (
        net,
        instruments.loader(instruments.mostly_right(rng, net, n, wrong), batch),
        instruments.criterion(criterion),
    )


@item("evaluate", gate=True)
def test_evaluation_returns_two_numbers(student, rng):
    """`evaluate` returns two numbers: loss and accuracy."""
    student.check("evaluate", *_evaluation(rng), form_only=True)


@item("evaluate", weight=3)
def test_evaluation_values(student, rng):
    """Loss and accuracy are means over samples, the accuracy between 0 and 1."""
    student.check("evaluate", *_evaluation(rng), grad=False)
    student.check("evaluate", *_evaluation(rng, n=17, batch=16), "cpu")
    student.check("evaluate", *_of_images(_evaluation(rng, criterion="MultiMarginLoss")))


@item("evaluate", weight=1)
def test_evaluation_moves_its_batches(student, rng):
    """Right numbers, with the images and labels of each batch moved to the device that is given."""
    student.check("evaluate", *_evaluation(rng), "cpu")
    require_moved(student, "evaluate", *_evaluation(rng))


@item("evaluate", weight=2)
def test_evaluation_mode(student, rng):
    """Evaluation happens in evaluation mode and changes nothing: weights, statistics and the mode found are kept."""
    student.check("evaluate", *_evaluation(rng, training=True), also=("weights", "modes"))
    student.check(
        "evaluate", *_evaluation(rng, training=False, wrong=0.0), also=("weights", "modes"), grad=False
    )


@item("evaluate", weight=2)
def test_evaluation_without_gradients(student, rng):
    """No gradients are recorded, and the gradient state that was found is restored."""
    student.check("evaluate", *_evaluation(rng, training=False, wrong=0.0), also=("quiet", "grad"))
    student.check("evaluate", *_evaluation(rng, training=True), also=("quiet", "grad"), grad=False)


# ----------------------------------------------------------------------------------------------------------- fit


@item("fit", gate=True)
def test_fit_returns_a_history(student, rng):
    """`fit` returns a dict with the lists `train_loss`, `val_loss` and `val_accuracy`, one number an epoch."""
    fitting.check_form(student, rng)


@item("fit", weight=2)
def test_fit_trains_with_one_adam(student, rng):
    """One Adam with the given learning rate trains through all epochs: the weights are those of the rule."""
    fitting.check(student, rng, keys=("train_loss",), weights=True)


@item("fit", weight=2)
def test_fit_validates_after_each_epoch(student, rng):
    """After each epoch comes validation; its loss and accuracy are those of the model at that moment."""
    fitting.check(student, rng, keys=("val_loss", "val_accuracy"), weights=True, epochs=12)


@item("fit", weight=2)
def test_fit_follows_its_arguments(student, rng):
    """The number of epochs and the learning rate are those that are given."""
    fitting.check(
        student, rng, keys=("train_loss", "val_loss", "val_accuracy"), weights=True, epochs=1, lr=0.3
    )
    fitting.check(student, rng, keys=("val_loss", "val_accuracy"), weights=True, epochs=3, lr=0.002)
    fitting.check(student, rng, keys=("val_loss", "val_accuracy"), weights=True, epochs=8, lr=0.1, easy=True)


# ---------------------------------------------------------------------------------------------- trained_accuracy


@item("trained_accuracy", gate=True)
def test_training_is_possible(student, rng, context):
    """`make_loaders`, your `CNN` and `fit` run together on the training images."""
    for name in ("make_loaders", "fit", "CNN"):
        reply = student.ask("call", name, {"item": name, "args": [], "kwargs": {}, "seed": 0})
        if reply.status == "error" and reply.value["type"] == "NotImplementedError":
            raise NotAttempted
    # So many that the part for validation fills a batch: no other item's mistake is to end this.
    data, images, _ = instruments.made_up_digits(rng, 384, 64)
    fitting.trained(student, data, images, epochs=1)


@item(
    "trained_accuracy", weight=1, veto=True
)  # weights from elsewhere reach the other threshold without training
def test_training_learns_a_new_task(student, rng, context):
    """Trained on images made up for this grading, your network tells them apart."""
    data, images, labels = instruments.made_up_digits(rng, fitting.MADE_UP_IMAGES, 400)
    fitting.require_accuracy(
        student,
        data,
        images,
        labels,
        fitting.MADE_UP_EPOCHS,
        fitting.MADE_UP_THRESHOLD,
        "the made-up test images",
    )


@item("trained_accuracy", weight=2)
def test_training_reaches_the_threshold(student, rng, context):
    """Trained on the digits as the notebook says, your network reaches the accuracy that it asks for on the test images."""
    digits, training = context.digits, context.training
    data = instruments.Data(
        "data",
        torch.from_numpy(digits.train_images[: training.images].copy())[:, None],
        torch.from_numpy(digits.train_labels[: training.images].astype("int64")),
        255.0,
    )
    images = torch.from_numpy(digits.test_images.copy())[:, None].float() / 255
    labels = torch.from_numpy(digits.test_labels.astype("int64"))
    name = {"mnist": "MNIST's test images", "digits": "the test digits"}[digits.name]
    fitting.require_accuracy(student, data, images, labels, (training.epochs,), training.threshold, name)
