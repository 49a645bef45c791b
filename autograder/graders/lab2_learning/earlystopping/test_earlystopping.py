"""Hidden tests of `EarlyStopping`: an object that the student's class makes is spoken with, while a model is trained beside it.

Where a loss is lower than the best by less than min_delta, some keep the old best and some take the lower one. Neither is asked for: after
such an epoch, `best` and the weights are not looked at until another is better by more.
"""

# CANARY-5b0c2f6e-hidden-grader

from functools import partial

import torch

from autograder.graders.kit.several_calls import all_of
from autograder.grading import item
from autograder.grading.compare import Difference, describe, difference
from autograder.grading.outcomes import Failed
from autograder.sandbox.inside.parts import Net


def _net(rng):
    layers = [["Linear", 3, 4], ["BatchNorm1d", 4], ["Linear", 4, 2, {"bias": False}]]
    return Net("model", layers, _state(rng, 0))


def _state(rng, epoch):
    """Return the network's parameters and buffers after an epoch."""
    return {
        "0.weight": rng.normal(4, 3), "0.bias": rng.normal(4), "1.weight": rng.normal(4), "1.bias": rng.normal(4),
        "1.running_mean": rng.normal(4), "1.running_var": rng.uniform(4), "1.num_batches_tracked": torch.tensor(7 * epoch),
        "2.weight": rng.normal(2, 4),
    }  # fmt: skip


def _losses(rng, *losses):
    """Return losses of another size in the same order: no answer can know them."""
    size = rng.number(60, 160) / 100
    return [round(size * each, 6) for each in losses]


def _talk(student, rng, losses, *args, then=(), buffers=None, **kwargs):
    """Make an object, train and update it epoch by epoch, do what comes `then`, and compare what it gave with the reference.

    Args:
        losses: Of the epochs.
        args, kwargs: With which the object is made.
        then: Steps: "best", "restore", "train", "look".
        buffers: Whether of the model's state the buffers are compared, or the parameters; None for all.
    """
    net = _net(rng)
    steps = [["make", "stopper", list(args), kwargs]]
    for number, loss in enumerate(losses, 1):
        steps += [["set", "model", _state(rng, number)], ["call", "stopper", "update", [loss, net]]]
    for each in then:
        steps += {
            "best": [["get", "stopper", "best"]],
            "restore": [["call", "stopper", "restore", [net]], ["state", "model"]],
            "train": [["set", "model", _state(rng, 20)]],
            "look": [["state", "model"]],
        }[each]

    def judge(seen, expected):
        for at, (mine, theirs) in enumerate(zip(seen["result"], expected["result"], strict=True)):
            kind, _, *details = steps[at]
            if kind == "call" and details[0] == "update":
                number, loss = at // 2, details[1][0]
                got, wanted = _truth(mine), _truth(theirs)
                if wanted is None and type(mine) is type(theirs):
                    continue  # a misconception's
                if got is None:
                    return Difference("type", f"{describe(mine)} from update {number}, with the loss {loss:g}, expected True or False")  # fmt: skip
                if got is not wanted:
                    return Difference("value", f"{got} from update {number}, with the loss {loss:g}, expected {wanted}")  # fmt: skip
            elif kind == "get" and (found := difference(mine, theirs, None, "`best`")):
                return Difference("value", found.text)
            elif kind == "state":
                names = [name for name in theirs if buffers in (None, "running" in name or "batches" in name)]
                if other := next((name for name in names if difference(mine[name], theirs[name])), ""):
                    said = f"another {other!r} in the model after `update`, expected that of before"
                    if steps[at - 1][2] == "restore":
                        said = (
                            f"another {other!r} in the model after `restore`, expected that of the best epoch"
                        )
                    return Difference("value", said)
        return None

    made = ", ".join([*map(str, args), *(f"{name}={value}" for name, value in kwargs.items())])
    updates = ", ".join(f"{each:g}" for each in losses)
    called = {
        "": f"EarlyStopping({made}), then update with the losses {updates}",
        "best": f"EarlyStopping({made}), then update with the losses {updates}, then best",
        "restore": f"EarlyStopping({made}), then update with the losses {updates}, then restore",
        "train restore": f"EarlyStopping({made}), then update with the losses {updates}, then train, then restore",
        "restore train restore": f"EarlyStopping({made}), then update with the losses {updates}, then restore, then train, then restore",
    }[" ".join(each for each in then if each != "look")]
    spec = {"item": "EarlyStopping", "parts": [net], "steps": steps, "seed": 0}
    try:
        student.compare("conversation", "EarlyStopping", spec, judge, called)
    except Failed as failure:
        if failure.kind == "value":
            failure.advice = _advice(failure.got)
        raise


def _truth(value):
    """Return a truth value in any form as Python's; None where it is none."""
    if isinstance(value, torch.Tensor) and value.numel() == 1:
        value = value.item()
    return bool(value) if isinstance(value, (bool, int)) and value in (0, 1) else None


def _advice(got):
    if "model after `update`" in got:
        return "`update` changes the model. It only looks, and keeps a copy of the weights where the loss is the best so far: putting them back is for `restore`."
    if "model after" in got:
        return "Print a weight at the best epoch, after one more epoch, and after `restore`: the first and the last are the same. Keep a copy of all tensors in `model.state_dict()` at each new best, and let `restore` copy them back."
    if "`best`" in got:
        return "`best` is the smallest loss so far, a number: write it down at each new best, and only there."
    return "Write a table with a row for each epoch: the loss, the best so far, whether it is better by more than min_delta, and how many in a row were not. `update` returns True when that count reaches patience."


@item("EarlyStopping", gate=True)
def test_stopping_gives_true_or_false(student, rng):
    """`EarlyStopping()` makes an object whose `update` takes a loss and a model, and returns True or False."""
    try:
        _talk(student, rng, _losses(rng, 0.9))
    except Failed as failure:
        if failure.kind != "value":
            raise


@item("EarlyStopping", weight=1.5)
def test_stopping_after_patience(student, rng):
    """`update` returns True when `patience` epochs in a row were not better than the best, and before that False."""
    check = partial(_talk, student, rng)
    all_of(
        partial(check, _losses(rng, 0.9, 0.7, 0.75, 0.72, 0.8)),
        partial(check, _losses(rng, 2.5, 2.1, 2.3), patience=1),
        partial(check, _losses(rng, 0.5, 0.8, 0.9, 0.7, 0.6), 4),
        partial(check, [0.5, 0.4999, 0.4998, 0.4997, 0.6, 0.55], patience=2),
        partial(check, _losses(rng, 1.0, 1.4, 1.3, 1.2), 3),
    )


@item("EarlyStopping", weight=1)
def test_stopping_counts_anew(student, rng):
    """An epoch that is better than the best starts the count anew; one that is only better than the epoch before does not."""
    check = partial(_talk, student, rng)
    all_of(
        partial(check, _losses(rng, 1.0, 1.1, 1.2, 0.9, 1.0, 1.1, 0.8, 0.85, 0.9, 0.95)),
        partial(check, _losses(rng, 1.0, 1.1, 0.9, 0.95, 0.8, 0.82, 0.9), 2),
        partial(check, _losses(rng, 1.0, 0.6, 0.9, 0.8, 0.5, 0.7, 0.55), patience=2),
    )


@item("EarlyStopping", weight=1)
def test_stopping_min_delta(student, rng):
    """Better means lower than the best by more than min_delta, whatever the size and the sign of the losses."""
    check = partial(_talk, student, rng)
    all_of(
        partial(check, [1.0, 0.97, 0.95], 2, 0.1),
        partial(check, [1.0, 1.05, 1.02], 2, min_delta=0.1),
        partial(check, [1.0, 0.95, 0.7, 0.68, 0.66], patience=2, min_delta=0.1),
        partial(check, [10.0, 9.3, 9.4, 9.5], patience=2, min_delta=0.5),
        partial(check, [-1.0, -1.1, -1.5, -1.6, -1.55], patience=2, min_delta=0.2),
        partial(check, _losses(rng, 5e4, 4e4, 4.5e4, 4.6e4), 2, 1.0),
        partial(check, _losses(rng, -1.0, -2.0, -1.5, -1.9), patience=2),
    )


@item("EarlyStopping", weight=0.5)
def test_stopping_best(student, rng):
    """`best` is the loss of the best epoch so far, a number."""
    check = partial(_talk, student, rng, patience=5, then=("best",))
    all_of(
        partial(check, _losses(rng, 0.9)),
        partial(check, _losses(rng, 0.9, 0.7, 0.8)),
        partial(check, _losses(rng, 0.5, 0.4, 0.3)),
        partial(check, [1.0, 1.05, 0.6], min_delta=0.1),
        partial(check, [-0.5, -0.9, -0.7, 1.2]),
    )


@item("EarlyStopping", weight=1)
def test_restored_weights(student, rng):
    """`restore` puts the weights of the best epoch back, although training went on in the model."""
    check = partial(_talk, student, rng, patience=5, buffers=False)
    all_of(
        partial(check, _losses(rng, 0.9, 0.6, 0.7, 0.65), then=("restore",)),
        partial(check, _losses(rng, 0.5, 0.6, 0.7), then=("train", "restore")),
        partial(check, _losses(rng, 0.9, 0.8, 0.7), then=("train", "restore")),
        partial(check, [1.0, 1.05, 0.6, 0.8], min_delta=0.1, then=("restore",)),
    )


@item("EarlyStopping", weight=0.5)
def test_restored_buffers(student, rng):
    """`restore` puts the buffers of the best epoch back as well: batch norm's running statistics."""
    check = partial(_talk, student, rng, patience=5, buffers=True)
    all_of(
        partial(check, _losses(rng, 0.9, 0.6, 0.7, 0.65), then=("restore",)),
        partial(check, _losses(rng, 0.9, 0.8, 0.7), then=("train", "restore")),
    )


@item("EarlyStopping", weight=0.5)
def test_restored_again(student, rng):
    """Training may go on after `restore`, which still brings the best epoch back; `update` leaves the model as it is."""
    check = partial(_talk, student, rng, patience=4)
    all_of(
        partial(check, _losses(rng, 0.9, 0.6, 0.7), then=("restore", "train", "restore")),
        partial(check, _losses(rng, 0.9, 0.6, 0.7), then=("look", "train", "restore")),
    )
