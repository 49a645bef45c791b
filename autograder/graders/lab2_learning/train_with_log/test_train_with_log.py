"""Hidden tests of `train_with_log`: each is one fact, and its docstring the sentence that the student reads."""

# CANARY-5b0c2f6e-hidden-grader

from dataclasses import replace
from functools import partial

from autograder.graders.kit import instruments
from autograder.graders.kit import relations_epochs as relations
from autograder.graders.kit.devices import require_moved
from autograder.graders.lab2_learning.train_with_log.reports import check, check_printed, judge, judge_form
from autograder.grading import item
from autograder.sandbox.inside.parts import Net


def _epoch(rng, n=42, batch_size=4, training=True, loss_fn="CrossEntropyLoss", optimizer="SGD", **options):
    """Return network, loader, loss and optimizer; the last batch is smaller."""
    return (
        instruments.network(rng, training),
        instruments.loader(instruments.samples(rng, n), batch_size),
        instruments.criterion(loss_fn),
        instruments.optimizer(optimizer, **(options or {"lr": 0.05})),
    )


def _short(rng, *more, **options):
    return (*_epoch(rng, 11, **options), *more)


def _of_an_epoch(relation):
    """Return a relation of an epoch's training for what takes the epoch's number and an interval besides."""
    return lambda own, rng: relation(replace(own, more=(3, 2)), rng)


@item("train_with_log", weight=0)  # what it pays are the values'
def test_log_is_a_list_of_pairs(student, rng):
    """`train_with_log` trains and returns a list of pairs."""
    with relations.form_comes_first():
        check(student, judge_form, *_short(rng, 1, 2))


@item("train_with_log", weight=3, holds=_of_an_epoch(relations.steps_by_batch))
def test_log_trains_on_each_batch(student, rng):
    """Each batch makes one step, on its own gradient alone; after two epochs the weights are those of the rule."""
    steps = partial(
        student.check, "train_with_log", also=("weights", "log"), result=False, judge=relations.judge_steps
    )
    steps(*_short(rng, 5, 2), repeat=2)
    steps(*instruments.of_images(_short(rng, 5, 2)))


@item("train_with_log", weight=3)
def test_log_reports(student, rng):
    """Of batches 0, log_interval, 2 · log_interval, … it returns the images seen before and the batch’s loss."""
    check(student, judge, *_epoch(rng), 7, 5)
    # Three in a batch: counting images is not counting batches.
    check(student, judge, *_epoch(rng, 32, 3), 1, log_interval=3)
    check(student, judge, *_short(rng), epoch=2, log_interval=1)
    check(student, judge, *_short(rng), 3, 40, "cpu")


@item("train_with_log", weight=1)
def test_log_interval_by_default(student, rng):
    """Without `log_interval`, every hundredth batch is reported."""
    model, _, *others = _epoch(rng)
    weight = 0.5 * model.state["0.weight"][: instruments.CLASSES]
    state = {"0.weight": weight, "0.bias": model.state["4.bias"]}
    line = Net("model", [["Linear", instruments.FEATURES, instruments.CLASSES], ["Watch"]], state)
    loader = instruments.loader(instruments.samples(rng, 102), 1)
    check(student, judge, line, loader, *others, 4)


@item("train_with_log", weight=1)
def test_log_prints(student, rng):
    """For each report it prints a line that names the epoch, the images, their share and the loss."""
    check_printed(student, *_epoch(rng), 37, 2)
    check_printed(student, *_epoch(rng, 50), 73, 3)


@item("train_with_log", weight=1, holds=_of_an_epoch(relations.trains_in_training_mode))
def test_log_trains_in_training_mode(student, rng):
    """Training happens in training mode, also when the model comes in evaluation mode."""
    arguments = _short(rng, 6, 2, training=False)
    student.check("train_with_log", *arguments, also=("weights", "log"), judge=relations.judge_training_mode)
    relations.require_used(student, "train_with_log", rng, instruments.optimizer(lr=0.0), 6)


@item("train_with_log", weight=1, holds=_of_an_epoch(relations.moved_in_training))
def test_log_moves_its_batches(student, rng):
    """The images and labels of each batch are moved to the device that is given."""
    require_moved(student, "train_with_log", *_short(rng, 4, 2))
    relations.require_used(student, "train_with_log", rng, instruments.optimizer(lr=0.0), 4)


@item("train_with_log", weight=1, holds=_of_an_epoch(relations.uses_what_it_is_given))
def test_log_uses_what_it_is_given(student, rng):
    """`loss_fn`, any function of scores and labels, and the optimizer are those that are given."""
    weights = partial(student.check, "train_with_log", also=("weights",), result=False)
    for options in (
        {"loss_fn": "MultiMarginLoss", "lr": 0.3},
        {"loss_fn": "multi_margin_loss"},
        {"loss_fn": "NLLLoss"},  # which tells scores from their log-softmax
        {"optimizer": "Adagrad", "lr": 0.1},
    ):
        weights(*_short(rng, 8, 2, **options))
    weights(*_short(rng, 8, 2, lr=0.05, momentum=0.9), repeat=2)
