"""Hidden tests of notebook 02: loaders, one epoch, evaluation, the whole training."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

import functools

import torch

from autograder.graders.lab1_train_cnn import fitting, instruments, relations_fit
from autograder.graders.lab1_train_cnn import relations_training_loop as relations
from autograder.graders.lab1_train_cnn.devices import require_moved
from autograder.graders.lab1_train_cnn.several_calls import all_of
from autograder.graders.lab1_train_cnn.splits import N_DEFAULT, N, served_by
from autograder.grading import NotAttempted, item

# -------------------------------------------------------------------------------------------------- make_loaders


@item("make_loaders", gate=True)
def test_loaders_are_two(student, rng):
    """`make_loaders` returns two loaders that serve batches of (images, labels)."""
    served_by(student, rng).require()


@item("make_loaders", weight=2)
def test_loaders_split_everything(student, rng):
    """The two parts are disjoint, and together they are the whole data set, the last smaller batch included."""
    served_by(student, rng).require(
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
    served = served_by(student, rng)
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
    served = served_by(student, rng)
    served.require(
        ("a split is seen", True, "loaders of the whole data set, or of other samples in every epoch", "Draw one permutation of the indices and cut it in two."),
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
    served_by(student, rng).require(
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


def _require_used(student, item, rng):
    """Fail where nothing that comes back shows that network and criterion were used: then nothing was looked at."""
    more = () if item == "evaluate" else (instruments.optimizer(lr=0.0),)
    student.check(item, *relations.one_batch(rng, *more), also=("weights",), judge=relations.judge_used)


@item("train_one_epoch", weight=0)  # what it pays is the mean's: only values pay
def test_epoch_returns_a_number(student, rng):
    """`train_one_epoch` trains and returns one number."""
    with relations.form_comes_first():
        student.check("train_one_epoch", *_epoch(rng), form_only=True)


@item("train_one_epoch", weight=4, holds=relations.steps_by_batch)
def test_epoch_trains_on_each_batch(student, rng):
    """Each batch makes one step, on its own gradient alone; after two epochs the weights are those of the rule."""
    for arguments, repeat in ((_epoch(rng), 2), (_of_images(_epoch(rng)), 1)):
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
    _require_used(student, "train_one_epoch", rng)


@item("train_one_epoch", weight=1, holds=relations.moved)
def test_epoch_moves_its_batches(student, rng):
    """The images and labels of each batch are moved to the device that is given."""
    require_moved(student, "train_one_epoch", *_epoch(rng))
    _require_used(student, "train_one_epoch", rng)


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


# ------------------------------------------------------------------------------------------------------ evaluate


def _evaluation(rng, training=False, criterion="CrossEntropyLoss", n=23, batch=4, wrong=0.25):
    net = instruments.with_dropout(instruments.network(rng, training))
    return (
        net,
        instruments.loader(instruments.mostly_right(rng, net, n, wrong), batch),
        instruments.criterion(criterion),
    )


@item("evaluate", weight=0)  # what it pays is the values': only values pay
def test_evaluation_returns_two_numbers(student, rng):
    """`evaluate` returns two numbers: loss and accuracy."""
    with relations.form_comes_first():
        student.check("evaluate", *_evaluation(rng), form_only=True)


@item("evaluate", weight=3, holds=relations.measures)
def test_evaluation_values(student, rng):
    """Loss and accuracy are means over samples, the accuracy between 0 and 1."""
    calls = (
        _evaluation(rng),
        _evaluation(rng, wrong=0.0),
        (*_evaluation(rng, n=17, batch=16), "cpu"),
        _of_images(_evaluation(rng, criterion="MultiMarginLoss")),
    )
    all_of(*(functools.partial(student.check, "evaluate", *each) for each in calls))


@item("evaluate", weight=1, holds=relations.moved)
def test_evaluation_moves_its_batches(student, rng):
    """The images and labels of each batch are moved to the device that is given."""
    require_moved(student, "evaluate", *_evaluation(rng))
    _require_used(student, "evaluate", rng)


@item("evaluate", weight=2, holds=relations.leaves_no_trace)
def test_evaluation_mode(student, rng):
    """Evaluation happens in evaluation mode and changes nothing: weights, statistics and the mode found are kept."""
    for training in (True, False):
        student.check(
            "evaluate",
            *_evaluation(rng, training=training),
            also=("weights", "modes"),
            judge=relations.judge_traces,
        )
    _require_used(student, "evaluate", rng)


@item("evaluate", weight=2, holds=relations.records_no_gradients)
def test_evaluation_without_gradients(student, rng):
    """No gradients are recorded, and the gradient state that was found is restored."""
    for grad in (True, False):
        student.check(
            "evaluate", *_evaluation(rng), also=("quiet", "grad"), grad=grad, judge=relations.judge_graphs
        )
    _require_used(student, "evaluate", rng)


# ----------------------------------------------------------------------------------------------------------- fit


@item(
    "fit", weight=0, holds=relations_fit.has_a_number_for_each_epoch
)  # what it pays is that of its numbers: only values pay
def test_fit_returns_a_history(student, rng):
    """`fit` returns a dict with the lists `train_loss`, `val_loss` and `val_accuracy`, one number an epoch."""
    with relations.form_comes_first():
        fitting.check_form(student, rng)


@item("fit", weight=2, holds=relations_fit.trains_by_the_rule)
def test_fit_trains_with_one_adam(student, rng):
    """One Adam with the given learning rate trains through all epochs: the weights are those of the rule."""
    fitting.check(student, rng, keys=(), weights=True, epochs=12)


@item("fit", weight=2, holds=relations_fit.validates_its_own_model)
def test_fit_validates_after_each_epoch(student, rng):
    """The history is right: of each epoch the mean training loss and, after it, loss and accuracy on the validation data."""
    fitting.check(student, rng, keys=fitting.KEYS, weights=False, epochs=12)


@item("fit", weight=2, holds=relations_fit.follows_its_arguments)
def test_fit_follows_its_arguments(student, rng):
    """The number of epochs and the learning rate are those that are given."""
    for epochs, lr, easy in ((1, 0.3, False), (3, 0.002, False), (8, 0.1, True), (12, 0.05, False)):
        fitting.check(
            student, rng, keys=fitting.KEYS, weights=True, epochs=epochs, lr=lr, easy=easy, either=True
        )


# ---------------------------------------------------------------------------------------------- trained_accuracy


@item("trained_accuracy", gate=True)
def test_training_is_possible(student, rng, context):
    """`make_loaders`, your `CNN` and `fit` run together, and what they train is the network of the task."""
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
