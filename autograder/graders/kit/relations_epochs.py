"""What is true of a training epoch or an evaluation although other things are wrong: looked at, or relations of its own results.

The blind network gives every image the same scores, whatever it learns and in whichever mode it is: what is returned for it does
not depend on the training. With a learning rate of 0 the weights stay, whatever is wrong with the gradients.
"""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import numpy as np
import torch

from autograder.graders.kit import devices, instruments
from autograder.grading.compare import Difference, as_float, difference, is_number
from autograder.grading.observers import run_here
from autograder.grading.outcomes import Failed
from autograder.grading.own import Own
from autograder.grading.rng import Rng
from autograder.grading.student import Student
from autograder.sandbox.inside.parts import Data, Net

Seen = dict[str, Any]


@contextmanager
def form_comes_first() -> Iterator[None]:
    """End an item where nothing comes back to look at: an error, no answer. A result of the wrong form hides nothing."""
    try:
        yield
    except Failed as failure:
        failure.stop = failure.stop or not failure.kind
        raise


def numbers(result: Any) -> list[float | None]:
    """Return the numbers of a result, whatever holds them, with or without their graph; None for what is none."""
    if isinstance(result, dict):
        result = list(result.values())
    if isinstance(result, (torch.Tensor, np.ndarray)):
        result = torch.as_tensor(result).detach().reshape(-1).tolist()
    values = list(result) if isinstance(result, (tuple, list)) else [result]
    values = [
        each.item() if isinstance(each, torch.Tensor) and each.numel() == 1 else each for each in values
    ]
    return [as_float(each) if is_number(each) else None for each in values]


def _near(a: float | None, b: float | None) -> bool:
    return a is not None and b is not None and math.isclose(a, b, rel_tol=1e-4, abs_tol=1e-5)


def _rounded(a: float | None, b: float | None) -> bool:
    """Say whether a number is another one rounded to two digits or more."""
    return (
        a is not None
        and b is not None
        and a != round(a, 1)
        and a in (round(b, digits) for digits in (2, 3, 4))
    )


def _in_proportion(mine: list[float | None], theirs: list[float | None]) -> bool:
    """Say whether two numbers are both wrong by the same factor, as where both sums are divided by a wrong number."""
    pairs = [(a, b) for a, b in zip(mine, theirs, strict=False) if a is not None and b is not None]
    if len(pairs) < 2:
        return False
    (a, c), (b, d) = pairs[:2]
    return bool(a) and math.isclose(a * d, b * c, rel_tol=1e-4)


def _weights(seen: Seen) -> dict[str, torch.Tensor]:
    return dict(seen["nets"]["model"]["state"])


def _expected(own: Own, *args: Any, repeat: int = 1) -> Seen:
    spec = {"item": own.item, "args": [*args, *own.more], "kwargs": {}, "seed": 0, "repeat": repeat}
    return dict(run_here({own.item: own.student.material(own.item).reference}, "call", spec).value)


def _moved(own: Own, rng: Rng, *more: Any) -> bool | None:
    parts = (instruments.network(rng), instruments.loader(instruments.samples(rng, 11), 4))
    return devices.moved(own.student, own.item, *parts, instruments.criterion(), *more, *own.more)


def moved_in_training(own: Own, rng: Rng) -> bool | None:
    """Images and labels lie on the device when they are trained on."""
    return _moved(own, rng, instruments.optimizer())


def moved_in_evaluation(own: Own, rng: Rng) -> bool | None:
    """Images and labels lie on the device when they are evaluated."""
    return _moved(own, rng)


# ------------------------------------------------------------------------------------------------------- networks


def blind(rng: Rng) -> tuple[Net, Data]:
    """Return a network that gives every image the same scores, which lie so deep in saturation that no gradient flows.

    Of the samples that come with it, some are right and some are wrong.
    """
    state = {
        "0.weight": instruments.network(rng).state["0.weight"][: instruments.CLASSES],
        "2.weight": torch.ones(instruments.CLASSES),
        "2.bias": torch.full((instruments.CLASSES,), -1e3),
        "2.running_mean": rng.normal(instruments.CLASSES),
        "2.running_var": rng.uniform(instruments.CLASSES, low=0.5, high=3.0),
        "2.num_batches_tracked": torch.tensor(3),
    }
    best = int(rng.integers(0, instruments.CLASSES, 1))
    state["2.bias"][best] = 1e3
    first = ["Linear", instruments.FEATURES, instruments.CLASSES, {"bias": False}]
    net = Net("model", [first, ["Watch"], ["BatchNorm1d", instruments.CLASSES], ["Hardtanh"]], state)
    data = instruments.samples(rng, 11)
    data.y[:7] = (best + torch.tensor([0, 1, 0, 2, 1, 3, 2])) % instruments.CLASSES
    return net, data


def one_batch(rng: Rng, *more: Any) -> tuple[Any, ...]:
    """Return arguments for which no number depends on modes, learning, or how batches are added up.

    Who is right for them has used network and criterion; so what was looked at is no fact about nothing.
    """
    net, data = blind(rng)
    return (net, instruments.loader(data, len(data.y)), instruments.criterion(), *more)


def _plain(rng: Rng) -> Net:
    """Return a network for images that is the same in both modes."""
    state = instruments.network(rng).state
    hidden = len(state["0.weight"])
    first = [
        ["Conv2d", 1, hidden, list(instruments.IMAGE[1:]), {"bias": False}],
        ["Flatten"],
        ["Watch"],
        ["ReLU"],
    ]
    weights = {
        "0.weight": state["0.weight"].reshape(-1, *instruments.IMAGE),
        "4.weight": state["4.weight"],
        "4.bias": state["4.bias"],
    }
    return Net("model", [*first, ["Linear", hidden, instruments.CLASSES]], weights)


def _part(data: Data, first: int, last: int) -> Data:
    return replace(data, x=data.x[first:last], y=data.y[first:last])


# --------------------------------------------------------------------------------------------------- one epoch


def _learns(seen: Seen) -> bool:
    """Say whether an epoch has tried to learn, with or without success."""
    return bool({"backward", "step"} & set(seen["order"])) or bool(seen["nets"]["model"]["moved"])


def judge_steps(seen: Seen, expected: Seen) -> Difference | None:
    """Compare the weights, and the passes that are learned from: who only looks on, in evaluation mode, changes nothing."""
    if found := difference(_weights(seen), _weights(expected), None, "`model` after the call"):
        return found
    passes, wanted = ([each for each in some["log"] if each[0] or each[1]] for some in (seen, expected))
    return difference(passes, wanted, None, "the list of forward passes")


def judge_training_mode(seen: Seen, expected: Seen) -> Difference | None:
    """Look at the mode of each pass that is learned from."""
    passes = [each for each in seen["log"] if each[1]] or seen["log"]
    if all(each[0] for each in passes):
        return None if _learns(seen) else Difference("value", "no training, expected a step for each batch")
    return Difference("value", "forward passes in evaluation mode, expected training mode")


def judge_used(seen: Seen, expected: Seen) -> Difference | None:
    """Ask for one right thing: a number that was returned, or after training the network's statistics."""
    mine, theirs = numbers(seen["result"]), numbers(expected["result"])
    if any(_near(a, b) or _rounded(a, b) for a in mine for b in theirs) or _in_proportion(mine, theirs):
        return None
    if (
        expected["order"].count("step")
        and _learns(seen)
        and difference(_weights(seen), _weights(expected)) is None
    ):
        return None
    found = difference(seen["result"], expected["result"])
    return Difference("value", found.text) if found else None


def steps_by_batch(own: Own, rng: Rng) -> bool:
    """Each batch makes its step: in a network without modes, after two epochs the weights are those of the rule."""
    data = instruments.as_images(instruments.samples(rng, 11))
    args = (_plain(rng), instruments.loader(data, 4), instruments.criterion(), instruments.optimizer())
    return difference(_weights(own.seen(*args, repeat=2)), _weights(_expected(own, *args, repeat=2))) is None


def averages(own: Own, rng: Rng) -> bool:
    """The loss of two batches is the mean of theirs by samples, and that of one is as it was before the step."""
    net, data = blind(rng)
    data = _part(data, 0, 7)
    twice = replace(data, x=torch.cat([data.x[:4]] * 2), y=torch.cat([data.y[:4]] * 2))

    def loss(data: Data, size: int, model: Net = net, rate: float = 0.1) -> float:
        parts = (
            model,
            instruments.loader(data, size),
            instruments.criterion(),
            instruments.optimizer(lr=rate),
        )
        found = numbers(own(*parts))[0]
        if found is None:
            raise ValueError("no number")
        return found

    full, rest, both = loss(_part(data, 0, 4), 4), loss(_part(data, 4, 7), 3), loss(data, 4)
    if _near(full, rest) or not _near(both, (4 * full + 3 * rest) / 7) or not _near(loss(twice, 8), full):
        return False
    images, plain = instruments.as_images(data), _plain(rng)
    return _near(loss(images, 7, plain, 0.01), loss(images, 7, plain, 0.5))


def uses_what_it_is_given(own: Own, rng: Rng) -> bool:
    """Another criterion makes a difference, and nothing but the given optimizer moves the weights."""
    plain, loader = _plain(rng), instruments.loader(instruments.as_images(instruments.samples(rng, 7)), 7)
    seen = [
        own.seen(plain, loader, instruments.criterion(name), instruments.optimizer(lr=0.1))
        for name in ("CrossEntropyLoss", "MultiMarginLoss")
    ]
    still = own.seen(plain, loader, instruments.criterion(), instruments.optimizer("Adagrad", lr=0.0))
    if still["nets"]["model"]["moved"]:
        return False
    learned = difference(_weights(seen[0]), _weights(seen[1])) is not None
    moves = any(each["nets"]["model"]["moved"] for each in seen)
    return learned if moves else difference(seen[0]["result"], seen[1]["result"]) is not None


def trains_in_training_mode(own: Own, rng: Rng) -> bool:
    """Each pass that is learned from is made in training mode."""
    net, loader = (
        instruments.network(rng, training=False),
        instruments.loader(instruments.samples(rng, 11), 4),
    )
    seen = own.seen(net, loader, instruments.criterion(), instruments.optimizer())
    return bool(seen["log"]) and judge_training_mode(seen, seen) is None


# ------------------------------------------------------------------------------------------------------ evaluation


def judge_traces(seen: Seen, expected: Seen) -> Difference | None:
    """Look at the modes of forward passes, and at modes, weights and statistics afterwards."""
    if any(each[0] for each in seen["log"]):
        return Difference("value", "forward passes in training mode, expected evaluation mode")
    for key in ("state", "training"):
        mine, theirs = seen["nets"]["model"][key], expected["nets"]["model"][key]
        if found := difference(mine, theirs, None, "`model` after the call"):
            return found
    return None


def judge_graphs(seen: Seen, expected: Seen) -> Difference | None:
    """Look at what forward passes record, and at the gradient state afterwards."""
    if any(each[1] for each in seen["log"]):
        return Difference("value", "forward passes with gradients recorded, expected none recorded")
    if seen["nets"]["model"]["requires_grad"] != expected["nets"]["model"]["requires_grad"]:
        return Difference("value", "frozen parameters after the call, expected parameters as they were")
    where = "torch.is_grad_enabled() after the call"
    return difference(seen["grad_enabled"], expected["grad_enabled"], None, where)


def _evaluated(own: Own, rng: Rng, training: bool) -> tuple[Seen, Seen]:
    net = instruments.with_dropout(instruments.network(rng, training))
    args = (net, instruments.loader(instruments.mostly_right(rng, net, 11), 4), instruments.criterion())
    return own.seen(*args), _expected(own, *args)


def leaves_no_trace(own: Own, rng: Rng) -> bool:
    """Each pass is made in evaluation mode, and weights, statistics and modes are as they were."""
    pairs = [_evaluated(own, rng, training) for training in (True, False)]
    return all(seen["log"] and judge_traces(seen, expected) is None for seen, expected in pairs)


def records_no_gradients(own: Own, rng: Rng) -> bool:
    """No pass is recorded, and gradients are as they were."""
    seen, expected = _evaluated(own, rng, training=True)
    return bool(seen["log"]) and judge_graphs(seen, expected) is None


def measures(own: Own, rng: Rng) -> bool:
    """Loss and accuracy are right where modes and learning make no difference."""
    for name in ("CrossEntropyLoss", "MultiMarginLoss"):
        net, data = blind(rng)
        args = (net, instruments.loader(data, 4), instruments.criterion(name))
        mine, theirs = numbers(own(*args)), numbers(_expected(own, *args)["result"])
        if len(mine) < 2 or not all(_near(a, b) for a, b in zip(mine, theirs, strict=False)):
            return False
    return True


def require_used(student: Student, item: str, rng: Rng, *more: Any) -> None:
    """Fail where nothing that comes back shows that network and criterion were used: then nothing was looked at.

    `more` is what the item takes after these, as an optimizer with the learning rate 0.
    """
    student.check(item, *one_batch(rng, *more), also=("weights",), judge=judge_used)
