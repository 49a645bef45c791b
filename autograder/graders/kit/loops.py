"""Judge a whole training: replayed here step by step, or with scripted parts where the student's own are wrong."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

import functools
import re
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import torch

from autograder.graders.kit import instruments
from autograder.graders.kit.loop_clues import advice
from autograder.graders.kit.loop_variants import KEYS, Parts, replayed
from autograder.graders.kit.own_parts import own_parts_are_right
from autograder.grading import causes
from autograder.grading.aspects import same_error
from autograder.grading.compare import Difference, difference
from autograder.grading.items import material
from autograder.grading.observers import Reply, run_here
from autograder.grading.outcomes import Failed
from autograder.grading.pictures import picture_of
from autograder.grading.rng import Rng
from autograder.grading.student import Student, call_text
from autograder.sandbox.inside.parts import Loader

Seen = dict[str, Any]
_MOST_ATTEMPTS = 60
_UNREADABLE = (KeyError, TypeError, ValueError, AttributeError, IndexError, RuntimeError)
_LATEST: OrderedDict[tuple[Any, ...], Seen] = OrderedDict()  # what trainings of ours gave


@dataclass(frozen=True)
class Loop:
    """An item that trains by Adam and cross entropy for some epochs, called as (model, train_loader, val_loader, epochs, lr).

    Attributes:
        lab: The lab, whose scripted parts are asked for.
        item: The item; it returns a history, a dict with the lists `KEYS`.
        epoch: The item that trains for one epoch.
        evaluation: The item that returns loss and accuracy.
    """

    lab: str
    item: str
    epoch: str
    evaluation: str

    @property
    def parts(self) -> Parts:
        """The references of the two that it is built of."""
        trains, validates = (material(self.lab, each).reference for each in (self.epoch, self.evaluation))
        assert trains is not None
        assert validates is not None
        return trains, validates

    # --------------------------------------------------------------------------------------- trainings that tell much

    def training(self, rng: Rng, epochs: int, lr: float, easy: bool = False) -> dict[str, Any]:
        """Return a training that tells much: of the first that come, one that is `_telling`."""
        return self._draw(Rng(_seed_of_telling(self, rng.seed, epochs, lr, easy)), epochs, lr, easy)

    def spec(self, args: list[Any], script: list[Any]) -> dict[str, Any]:
        """Return what the probe `call` is asked for a training; `script` names it, and gives scripted parts their numbers."""
        return {
            "lab": self.lab,
            "item": self.item,
            "args": args,
            "kwargs": {},
            "seed": 0,
            "grad": True,
            "script": script,
        }

    def _draw(self, fresh: Rng, epochs: int, lr: float, easy: bool) -> dict[str, Any]:
        model = instruments.network(fresh)
        if epochs == 1:  # a network without buffers, as the course's own is
            model = instruments.without_batch_norm(model)
        if easy:
            data, held_out = (
                instruments.grouped_samples(fresh, n, key)
                for n, key in ((22, "train data"), (13, "val data"))
            )
        else:  # what the network knows before training it forgets over random labels: the best epoch comes early
            data = instruments.samples(fresh, 22, "train data")
            held_out = replace(instruments.mostly_right(fresh, model, 13), key="val data")
        train, val = instruments.loader(data, 8, "train"), instruments.loader(held_out, 5, "val")
        numbers = [round(float(x), 4) for x in fresh.uniform(97, low=0.05, high=0.95)]
        return self.spec([model, train, val, epochs, lr], numbers)

    def _telling(self, spec: dict[str, Any], easy: bool) -> bool:
        """Say whether rounding hardly matters in a training, and whether its best epoch comes early.

        (Else who stops early, or goes back to the best weights, would give the same as who does neither.) In an easy one
        every answer is right before the last epoch: who stops at full accuracy is found.
        """
        epochs = spec["args"][3]
        plain = self.expected_of(spec)
        loss, accuracy = plain["result"]["val_loss"], plain["result"]["val_accuracy"]
        latest = epochs // 2 if epochs > 8 else epochs - 1  # so early that a patient one stops
        if easy and max(accuracy[:-1]) < 1.0:
            return False
        if (
            epochs > 3
            and not easy
            and not (loss.index(min(loss)) < latest and accuracy.index(max(accuracy)) < epochs - 1)
        ):
            return False
        precise = self.expected_of({**spec, "args": _in_double_precision(spec["args"])})
        # A tenth of the tolerance (compare.RTOL) on whatever is judged.
        for name, value in plain["nets"]["model"]["state"].items():
            other = precise["nets"]["model"]["state"][name]
            if not torch.allclose(value.double(), other.double(), rtol=1e-5, atol=2e-6):
                return False
        return all(
            abs(a - b) <= 1e-5 * max(1.0, abs(b))
            for key in KEYS for a, b in zip(plain["result"][key], precise["result"][key], strict=True)
        )  # fmt: skip

    # ------------------------------------------------------------------------------------------------------- replayed

    def _composed(self, namespace: dict[str, Any], measured_after: bool = False) -> Callable[..., Any]:
        """Return a training of ours that calls the scripted parts where there are any.

        Args:
            namespace: Where the parts may stand.
            measured_after: Whether `train_loss` is measured by an evaluation after each epoch: allowed as well.
        """

        def loop(
            model: Any, train_loader: Any, val_loader: Any, epochs: int, lr: float
        ) -> dict[str, list[float]]:
            train, validate = (
                namespace.get(name, part)
                for name, part in zip((self.epoch, self.evaluation), self.parts, strict=True)
            )
            criterion, adam = torch.nn.CrossEntropyLoss(), torch.optim.Adam(model.parameters(), lr=lr)
            history: dict[str, list[float]] = {key: [] for key in KEYS}
            for _ in range(epochs):
                loss = train(model, train_loader, criterion, adam)
                history["train_loss"].append(
                    validate(model, train_loader, criterion)[0] if measured_after else loss
                )
                loss, accuracy = validate(model, val_loader, criterion)
                history["val_loss"].append(loss)
                history["val_accuracy"].append(accuracy)
            return history

        return loop

    def expected_of(self, spec: dict[str, Any], measured_after: bool = False) -> Seen:
        model, *_, epochs, lr = spec["args"]
        precision = next(iter(model.state.values())).dtype
        place = (
            self,
            *spec["script"],
            epochs,
            lr,
            str(precision),
            *spec.get("standins", []),
            measured_after,
        )  # names a draw
        if place not in _LATEST:
            namespace: dict[str, Any] = {}
            namespace[self.item] = self._composed(namespace, measured_after)
            reply = run_here(namespace, "call", spec)
            assert reply.status == "ok", reply.value
            _LATEST[place] = reply.value
            while len(_LATEST) > 128:
                _LATEST.popitem(last=False)
        return _LATEST[place]

    def _compare(
        self,
        seen: dict[str, Any],
        expected: dict[str, Any],
        keys: tuple[str, ...],
        weights: bool,
        spec: dict[str, Any] | None = None,
        either: bool = False,
    ) -> Difference | None:
        """Return the first difference; with `spec`, the training loss may also be measured after each epoch.

        With `either`, history or weights will do.
        """
        found = self._history(seen, expected, keys, spec)
        if weights and bool(found) == either:
            states = ((seen["nets"][name]["state"], net["state"]) for name, net in expected["nets"].items())
            differences = (difference(*each, None, "the weights after training") for each in states)
            found = next(filter(None, differences), None)
        if found:
            return found
        trained = [entry[4:] for entry in seen["script"] if entry[0] == "train"]
        wanted = [entry[4:] for entry in expected["script"] if entry[0] == "train"]
        if not trained:
            return None
        return difference(trained, wanted, None, "(optimizer, its settings, loss) of each epoch")

    def _history(
        self,
        seen: dict[str, Any],
        expected: dict[str, Any],
        keys: tuple[str, ...],
        spec: dict[str, Any] | None,
    ) -> Difference | None:
        mine, theirs = seen["result"], expected["result"]
        for key in keys:
            found = _in_history(mine, {key: theirs[key]})
            if found and spec is not None and key == "train_loss" and found.kind == "value":
                after = self.expected_of(spec, measured_after=True)["result"]
                found = _in_history(mine, {key: after[key]}) and found
            if found:
                return found
        return None

    # --------------------------------------------------------------------------------------------------------- judged

    def check_form(self, student: Student, rng: Rng) -> None:
        """Fail unless the training returns the dict with its three lists of the right length."""
        self._judge(student, self.training(rng, 3, 0.05), KEYS, weights=False, form=True)

    def check(
        self,
        student: Student,
        rng: Rng,
        keys: tuple[str, ...],
        weights: bool,
        epochs: int = 6,
        lr: float = 0.05,
        easy: bool = False,
        either: bool = False,
    ) -> None:
        """Fail unless history and weights (with `either`: one of both) are right; an easy task is learned before the last epoch."""
        self._judge(student, self.training(rng, epochs, lr, easy), keys, weights, either=either)

    def own_parts_are_right(self, student: Student, spec: dict[str, Any]) -> bool:
        """Say whether a training that goes wrong has nobody but itself to blame."""
        return own_parts_are_right(student, spec, self.epoch, self.evaluation)

    def _judge(
        self,
        student: Student,
        spec: dict[str, Any],
        keys: tuple[str, ...],
        weights: bool,
        form: bool = False,
        either: bool = False,
    ) -> None:
        called = call_text(self.item, tuple(spec["args"]), {})
        first: tuple[Reply, Difference | None] | None = None
        both = [self.epoch, self.evaluation]
        # Which of the student's own parts are replaced by scripted ones: none, then both, then one of them.
        for standins in ([], both, both[1:], both[:1]):
            if standins is both and (not causes.sought() or self.own_parts_are_right(student, spec)):
                break  # while a misconception is tried, both are the references
            asked = {**spec, "standins": standins}
            reply = student.observer.observe("call", asked, student.limits.call)
            found: Difference | None = None
            if reply.status == "ok":
                try:
                    found = self._compare(reply.value, self.expected_of(asked), keys, weights, asked, either)
                except _UNREADABLE:
                    found = Difference("type", "the answer cannot be read")
                if found is None or (form and found.kind == "value"):
                    return
            first = first or (reply, found)
            if reply.status in ("died", "malformed", "too_large"):
                break
        assert first is not None
        raise self._explain(student, spec, called, *first)

    def _explain(
        self, student: Student, spec: dict[str, Any], called: str, reply: Reply, found: Difference | None
    ) -> Exception:
        plain = {**spec, "standins": []}
        matches = []
        for each in student.material(self.item).misconceptions if causes.sought() else ():
            theirs = run_here({self.item: each.function}, "call", plain)
            if (found is None and _same_error(reply, theirs)) or (
                found is not None and self._same(reply, theirs)
            ):
                matches.append(each.name)
        if found is None:
            broken = student.broken(reply, called, self.item)
            if isinstance(broken, Failed):
                broken.matches = matches
            return broken
        got, wanted = found.words(reply.value.get("result"), None)
        if not causes.sought():
            return Failed(called, got, wanted, kind=found.kind)
        expected = self.expected_of(plain)
        after = self.expected_of(plain, measured_after=True)["result"]["train_loss"]
        if not difference(reply.value.get("result"), {"train_loss": after}):
            expected = {**expected, "result": {**expected["result"], "train_loss": after}}
        picture = picture_of("losses", reply.value.get("result"), expected["result"])
        ruled_out: set[int] = student.once(f"variants of {self.item} that were ruled out", set)
        words = self.advice(reply.value, expected, spec, _key(found), None if matches else ruled_out)
        return Failed(called, got, wanted, words, matches, picture=picture, kind=found.kind)

    def advice(
        self,
        seen: Seen,
        expected: Seen,
        spec: dict[str, Any],
        shown: str = "",
        ruled_out: set[int] | None = None,
    ) -> str:
        """Return what to try where no misconception is known (`loop_clues.advice`).

        Args:
            seen: The student's observation.
            expected: The reference's.
            spec: The training.
            shown: The key of the list whose number the message shows; "" where it shows something else.
            ruled_out: Variants of the training that earlier calls of the same student have shown not to be theirs, by number; those
                of this call are added. With None no variant is tried, which would take seconds.
        """

        def tried() -> str:
            return "" if ruled_out is None else replayed(seen, spec, self.parts, ruled_out)

        return advice(seen, expected, (self.epoch, self.evaluation), tried, shown)

    def _same(self, reply: Reply, theirs: Reply) -> bool:
        """Say whether a misconception gives the student's very numbers and weights."""
        if theirs.status != "ok":
            return False
        try:
            same = not difference(reply.value["result"], theirs.value["result"], None, "")
            return self._compare(reply.value, theirs.value, (), True) is None and same
        except _UNREADABLE:
            return False


@functools.lru_cache(maxsize=256)
def _seed_of_telling(loop: Loop, start: int, epochs: int, lr: float, easy: bool) -> int:
    for seed in range(start + epochs, start + epochs + _MOST_ATTEMPTS):
        if loop._telling(loop._draw(Rng(seed), epochs, lr, easy), easy):
            break
    return seed


def _in_double_precision(args: list[Any]) -> list[Any]:
    model, train, val, *rest = args

    def double(loader: Loader) -> Loader:
        return replace(loader, data=replace(loader.data, x=loader.data.x.double()))

    state = {
        name: value.double() if value.is_floating_point() else value for name, value in model.state.items()
    }
    return [replace(model, state=state), double(train), double(val), *rest]


def _in_history(mine: Any, theirs: dict[str, Any]) -> Difference | None:
    """Return the first difference, told by epochs: "`val_loss` of epoch 2 is …"."""
    found = difference(mine, theirs, None, "the history")
    if found is None:
        return None

    def of_epoch(place: re.Match[str]) -> str:
        return f"`{place[2]}` of epoch {place[1]}"

    text = re.sub(r"^value (\d+) of '(\w+)' of the history", of_epoch, found.text)
    return replace(found, text=re.sub(r"^'(\w+)' of the history", r"`\1`", text))


def _same_error(reply: Reply, theirs: Reply) -> bool:
    return reply.status == theirs.status == "error" and same_error(reply.value, theirs.value)


def _key(found: Difference) -> str:
    """Return the key of the list that a difference is about; "" where it is about no list."""
    return next((key for key in KEYS if f"`{key}`" in found.text), "")
