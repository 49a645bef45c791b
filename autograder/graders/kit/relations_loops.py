"""What is true of a training loop although other things are wrong: relations of its own history and of the weights that it leaves.

None of them blames the loop where the student's own functions for an epoch or an evaluation are wrong.
"""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from autograder.graders.kit import instruments
from autograder.graders.kit.loop_variants import KEYS
from autograder.graders.kit.loops import Loop
from autograder.graders.kit.relations_epochs import blind, numbers
from autograder.grading.compare import difference
from autograder.grading.observers import run_here
from autograder.grading.own import Own
from autograder.grading.rng import Rng

Seen = dict[str, Any]
Relation = Callable[["LoopRelations", Own, Rng], bool | None]


def _history(result: Any) -> dict[str, list[Any]]:
    """Return the lists of a history, whatever they are called, by the right names where it can be told which is which.

    Raises:
        ValueError: There is none to be seen.
    """
    if isinstance(result, (tuple, list)):
        result = dict(zip(KEYS, result, strict=True))
    if not isinstance(result, dict):
        raise ValueError("no history")
    lists = {key: value for key, value in result.items() if isinstance(value, list)}
    others = [key for key in lists if key not in KEYS]
    missing = [key for key in KEYS if key not in lists]
    if len(missing) == len(others):  # in the order in which they are asked for
        lists |= {key: lists[other] for key, other in zip(missing, others, strict=True)}
    return {key: lists[key] for key in KEYS}


def _model(seen: Seen) -> dict[str, Any]:
    return dict(seen["nets"]["model"])


def _parameters(seen: Seen) -> dict[str, Any]:
    state = _model(seen)["state"]
    return {name: each for name, each in state.items() if "running" not in name and "tracked" not in name}


def _of_the_loop_alone(relation: Relation) -> Relation:
    """Let a relation that does not hold tell nothing where the student's own parts are wrong."""

    @functools.wraps(relation)
    def asked(self: LoopRelations, own: Own, rng: Rng) -> bool | None:
        if relation(self, own, rng):
            return True
        spec = self.loop.training(rng, 6, 0.05)
        return False if self.loop.own_parts_are_right(own.student, spec) else None

    return asked


@dataclass(frozen=True)
class LoopRelations:
    """Relations that a student's training must keep.

    Attributes:
        loop: What trains.
    """

    loop: Loop

    def _run(self, own: Own, rng: Rng, epochs: int, lr: float = 0.05) -> tuple[list[Any], Seen]:
        args = self.loop.training(rng, 6, 0.05)["args"][:3]
        return args, own.seen(*args, epochs, lr)

    @_of_the_loop_alone
    def trains_by_the_rule(self, own: Own, rng: Rng) -> bool:
        """The weights are those of the rule after as many epochs as were run; statistics that validation moved are its own matter."""
        _, seen = self._run(own, rng, 12)
        try:
            epochs = max(map(len, _history(seen["result"]).values()))
        except (ValueError, LookupError):
            epochs = 12
        spec = self.loop.training(rng, 6, 0.05)
        wanted = self.loop.expected_of({**spec, "args": [*spec["args"][:3], epochs, 0.05]})
        return 0 < epochs < 30 and difference(_parameters(seen), _parameters(wanted)) is None

    def has_a_number_for_each_epoch(self, own: Own, rng: Rng) -> bool | None:
        """The lists are there, as long as there were epochs, whatever number was asked for."""
        _, seen = self._run(own, rng, 3)
        lists = [seen["result"][key] for key in KEYS]
        if len({len(each) for each in lists}) > 1 or None in [each for one in lists for each in numbers(one)]:
            return False
        return self.trains_by_the_rule(own, rng)

    @_of_the_loop_alone
    def validates_its_own_model(self, own: Own, rng: Rng) -> bool:
        """The last numbers are those of the network that is left, the first do not wait for later epochs; no loss depends on learning."""
        histories = []
        for epochs in (1, 3):
            (net, _, val, *_), seen = self._run(own, rng, epochs)
            history = _history(seen["result"])
            left = replace(net, state=_model(seen)["state"], training=False)
            spec = {
                "item": self.loop.evaluation,
                "args": [left, val, instruments.criterion()],
                "kwargs": {},
                "seed": 0,
            }
            loss, accuracy = run_here({self.loop.evaluation: self.loop.parts[1]}, "call", spec).value[
                "result"
            ]
            if difference([history["val_loss"][-1], history["val_accuracy"][-1]], [loss, accuracy]):
                return False
            histories.append((history, _parameters(seen)))
        (one, first), (three, last) = histories
        if len(three["val_loss"]) == len(one["val_loss"]) and difference(first, last):
            return False  # of three epochs one is told
        if not len(three["train_loss"]) == len(three["val_loss"]) == len(three["val_accuracy"]):
            return False
        if not difference(three["train_loss"][0], one["train_loss"][0]) and difference(
            three["val_loss"][0], one["val_loss"][0]
        ):
            return False
        return self._losses_of_the_blind(own, rng)

    def _losses_of_the_blind(self, own: Own, rng: Rng) -> bool:
        net, data = blind(rng)
        train, val = (
            instruments.loader(replace(data, key=f"{key} data"), size, key)
            for key, size in (("train", 4), ("val", 3))
        )
        seen = own.seen(net, train, val, 1, 0.05)
        if bool((_parameters(seen)["2.bias"].abs() < 100).any()):
            return True  # it sees: the weights were drawn anew
        history = _history(seen["result"])
        wanted = self.loop.expected_of(self.loop.spec([net, train, val, 1, 0.05], [rng.seed]))
        return all(not difference(history[key][0], wanted["result"][key][0]) for key in KEYS)

    @_of_the_loop_alone
    def follows_its_arguments(self, own: Own, rng: Rng) -> bool:
        """The lists are as long as there are epochs, also where all is learned early, and with a learning rate of 0 nothing is learned."""
        for epochs, lr, easy in ((12, 0.05, False), (8, 0.1, True), (2, 0.05, False)):
            args = self.loop.training(rng, epochs, lr, easy)["args"]
            lists = _history(own(*args)).values()
            if any(len(each) != epochs for each in lists):
                return False
        still, longer, more = (self._run(own, rng, *how)[1] for how in ((1, 0.0), (3, 0.0), (3, 0.1)))
        if difference(_parameters(still), _parameters(longer)):
            return False
        one, other = (numbers(_history(seen["result"])["val_loss"])[-1] for seen in (longer, more))
        return one is not None and other is not None and one != other
