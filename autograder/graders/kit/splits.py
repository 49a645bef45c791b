"""Judge what loaders serve: facts that are no matter of chance, never the loaders' attributes."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from typing import Any

import torch

from autograder.grading import causes
from autograder.grading.compare import describe
from autograder.grading.observers import Reply, run_here
from autograder.grading.outcomes import Failed
from autograder.grading.rng import Rng
from autograder.grading.student import Student
from autograder.sandbox.inside.parts import Data

Facts = dict[str, Any]
_MOST = 2000  # samples that one pass may serve: the probe stops before
N, N_DEFAULT = 103, 331  # at 331 samples both sizes truncated lose one
N_EVEN = 120  # of which a quarter is a whole number: nothing to round


_SEEDS = ("first", "other", "zero")  # runs that differ in `seed` alone
_CLASSES = 3  # so few that a split class by class finds every class on both sides


@dataclass(frozen=True)
class Split:
    """An item that makes two loaders of a data set: called as (dataset, batch_size, val_fraction, seed).

    Attributes:
        item: The item.
        default_size: Its batch size where none is given.
        default_fraction: Its share for validation where none is given.
        expected: What is expected, by facts.
        telling: Facts that say more than the one that does not hold, each with what to try.
        errors: Patterns of an error's message, each with what to try.
        size: The batch size that is asked for.
        fraction: The share for validation that is asked for.
    """

    item: str
    default_size: int
    default_fraction: float
    expected: dict[str, str]
    telling: tuple[tuple[str, str], ...]
    errors: tuple[tuple[str, str], ...]
    size: int = 7
    fraction: float = 0.3

    @property
    def shares(self) -> tuple[tuple[str, int, float, int], ...]:
        """What is asked for, by the fact that says what came: samples, the share for validation, the batch size."""
        asked = ("sizes", N, self.fraction, self.size)
        return (asked, ("default sizes", N_DEFAULT, self.default_fraction, self.default_size))

    def spec(self, rng: Rng) -> dict[str, Any]:
        """Return what the probe `loaders` is asked: data sets, what the global generators hold, arguments; by runs in `names`."""
        seed = rng.seed % 10_000 + 1
        asked = {"batch_size": self.size, "val_fraction": self.fraction}
        runs = {
            "default": (N_DEFAULT, (seed, 1), {}),
            "default with seed 0": (N_DEFAULT, (seed, 1), {"seed": 0}),
            "first": (N, (seed, 1), {**asked, "seed": seed}),
            "torch": (N, (seed + 1, 1), {**asked, "seed": seed}),
            "numpy": (N, (seed, 2), {**asked, "seed": seed}),
            "other": (N, (seed, 1), {**asked, "seed": seed + 1}),
            "zero": (N, (seed, 1), {**asked, "seed": 0}),
            "zero again": (N, (seed + 1, 2), {**asked, "seed": 0}),
            "even": (N_EVEN, (seed, 1), {**asked, "val_fraction": 0.25, "seed": seed}),
        }
        asked_for = [
            {"data": _dataset(n), "global_seeds": list(seeds), "kwargs": kwargs, "passes": 2}
            for n, seeds, kwargs in runs.values()
        ]
        return {"item": self.item, "names": list(runs), "runs": asked_for}

    def served_by(self, student: Student, rng: Rng) -> Served:
        """Return what a student's loaders serve; asked once, since each of many loaders may start processes of its own.

        Raises:
            Failed: They serve nothing.
        """
        return student.once(self.item, lambda: Served(self, student, rng))


def _dataset(n: int) -> Data:
    """Return samples that can be told apart: x follows from the sample's number, y is its class."""
    number = torch.arange(n)
    return Data("data", torch.stack([number * 0.5, 1.0 - number], 1).float(), number % _CLASSES)


def _numbers(one: dict[str, Any]) -> list[int]:
    """Return the numbers of the samples that a loader served, in order."""
    if tuple(one["x"].shape) != (len(one["y"]), 2):
        return list(range(len(one["y"])))  # no images of ours: `whole` says so
    numbers = 2 * one["x"][:, 0].double()
    if not numbers.isfinite().all():
        raise ValueError("no numbers of samples")
    return numbers.round().long().tolist()


def facts(split: Split, seen: dict[str, Any], names: list[str]) -> Facts:
    """Reduce an observation to facts; equal for two answers that are wrong in the same way.

    Raises:
        ValueError, KeyError, TypeError: The observation is of a form that no honest probe sends.
    """
    runs = dict(zip(names, seen["runs"], strict=True))
    broken = [run for run in runs.values() if not run["pair"]]
    if broken:
        return {"pair": False, "result": describe(broken[0].get("result"))}
    if any(one["endless"] for one in _passes(runs)):
        return {"pair": True, "endless": True}
    if any(len(one["y"]) > _MOST or len(one["sizes"]) > _MOST for one in _passes(runs)):
        raise ValueError("more samples than any loader was asked for")
    order = {
        name: {part: [_numbers(one) for one in run[part]] for part in ("train", "val")}
        for name, run in runs.items()
    }
    sizes = {
        name: {part: [int(s) for s in run[part][0]["sizes"]] for part in ("train", "val")}
        for name, run in runs.items()
    }
    whole = all(_pairs(one) for run in runs.values() for part in ("train", "val") for one in run[part])
    parts = {
        name: tuple(frozenset(each[part][0]) for part in ("train", "val")) for name, each in order.items()
    }
    (train, train_again), (val, val_again) = order["first"]["train"], order["first"]["val"]
    parted = _parted(order)
    return {
        "pair": True,
        "endless": False,
        "whole": whole,
        "sizes": sizes["first"],
        "default sizes": sizes["default"],
        "twice in training": len(set(train)) < len(train),
        "twice in validation": len(set(val)) < len(val),
        "overlap": len(set(train) & set(val)) > 0,
        "missing": N - len(set(train) | set(val)) > 0,
        "missing in default": N_DEFAULT - len(set().union(*parts["default"])) > 0,
        "missing where nothing is rounded": N_EVEN - len(set().union(*parts["even"])) > 0,
        "only the last sample missing": all(
            set(range(n)) - set().union(*parts[name]) == {n - 1}
            for name, n in (("first", N), ("default", N_DEFAULT), ("even", N_EVEN))
        ),
        "one sample in both parts": all(len(a & b) == 1 for a, b in parts.values()),
        "one sample in neither part": all(
            n - len(a | b) == 1
            for name, (a, b) in parts.items()
            for n in [{"default": N_DEFAULT, "even": N_EVEN}.get(name, N)]
        ),
        "validation is the training part": set(train) == set(val),
        "validation lies in training": set(val) < set(train),
        "sizes move with the seed": _range([len(order[name]["val"][0]) for name in _SEEDS]) > 2,
        "sizes right for some seeds only": any(
            abs(len(order[name]["val"][0]) - N * split.fraction) > 1 for name in _SEEDS
        )
        and abs(len(val) - N * split.fraction) <= 1,
        "validation in equal steps": _step(val) > 1,
        "a split is seen": bool(parted["first"]),
        "same parts in every epoch": (set(train), set(val)) == (set(train_again), set(val_again)),
        "validation in one piece": any(max(part) - min(part) < len(part) for part in parted["first"]),
        "validation from the front": sorted(val) == list(range(len(val))),
        "torch moves the split": parted["first"] != parted["torch"],
        "numpy moves the split": parted["first"] != parted["numpy"],
        "the global state moves the split of seed 0": parted["zero"] != parted["zero again"],
        "the default seed is another": parts["default"] != parts["default with seed 0"],
        "seed moves the split": parted["first"] != parted["other"],
        "new order in training": train != train_again,
        "new order in validation": val != val_again,
        "training in order": train == sorted(train),
        "the first epoch follows the global state": train != order["torch"]["train"][0],
    }


def _parted(order: dict[str, dict[str, list[list[int]]]]) -> dict[str, list[frozenset[int]]]:
    """Return by run the parts from which the split can be seen: that do not change from epoch to epoch, and are not the whole data set.

    A loader that drops its last batch serves others each time, and one of the whole data set knows no split; then the other one tells.
    """
    told = [
        part
        for part in ("train", "val")
        if (first := set(order["first"][part][0])) == set(order["first"][part][1]) and 0 < len(first) < N
    ]
    return {name: [frozenset(each[part][0]) for part in told] for name, each in order.items()}


def _passes(runs: dict[str, Any]) -> list[dict[str, Any]]:
    return [one for run in runs.values() for part in ("train", "val") for one in run[part]]


def _range(numbers: list[int]) -> int:
    return max(numbers) - min(numbers)


def _step(numbers: list[int]) -> int:
    """Return the distance of numbers that lie at equal distances; 0 where they do not."""
    steps = {b - a for a, b in itertools.pairwise(sorted(numbers))}
    return steps.pop() if len(steps) == 1 else 0


def _pairs(one: dict[str, Any]) -> bool:
    """Say whether every x is served with its own y."""
    x, y = one["x"], one["y"]
    if not len(y):
        return True
    return tuple(x.shape) == (len(y), 2) and torch.equal((2 * x[:, 0]).long() % _CLASSES, y.long())


def _batches(total: int, size: int) -> list[int]:
    return [size] * (total // size) + ([total % size] if total % size else [])


def essence(split: Split, found: Facts) -> Facts:
    """Return the facts without what two answers that are wrong in the same way may differ in, such as how they round."""
    if "sizes" not in found:
        return found
    kept = {name: value for name, value in found.items() if not name.endswith("sizes")}
    if found["sizes move with the seed"] or found["sizes right for some seeds only"]:
        kept["sizes move with the seed"], kept["sizes right for some seeds only"] = True, False
        return kept  # by chance, so they tell nothing
    for name, n, fraction, size in split.shares:
        for part, share in (("train", 1 - fraction), ("val", fraction)):
            batches = found[name][part]
            total = sum(batches)
            whole = _batches(total, size)
            kept[f"{name} {part}"] = (
                "right" if abs(total - n * share) <= (1 if part == "val" else 2) else round(total / n, 1),
                "right"
                if batches == whole
                else (max(batches, default=0) if len(set(batches)) < 2 else "others"),
            )
    return kept


class Served:
    """What a student's loaders serve, as facts, with words for each that does not hold."""

    def __init__(self, split: Split, student: Student, rng: Rng) -> None:
        self._split = split
        self._spec = split.spec(rng)
        self._student = student
        self.called = f"{split.item}(dataset, batch_size={split.size}, val_fraction={split.fraction}, seed=…)"
        reply = student.ask("loaders", split.item, self._spec, student.limits.call * 2)
        if (student.cells.overtaken or student.cells.shifted) and not self._right(reply):
            later = student.as_left("loaders", split.item, self._spec, student.limits.call * 2, self._right)
            reply = later or reply
        if reply.status != "ok":
            raise self._broken(reply)
        self.facts = self._facts(reply)

    def _right(self, reply: Reply) -> bool:
        item = self._split.item
        expected = run_here({item: self._student.material(item).reference}, "loaders", self._spec).value
        return reply.status == "ok" and self._facts(reply) == facts(
            self._split, expected, self._spec["names"]
        )

    def _facts(self, reply: Reply) -> dict[str, Any]:
        try:
            return facts(self._split, reply.value, self._spec["names"])
        except (ArithmeticError, ValueError, KeyError, TypeError, RuntimeError, IndexError, AttributeError):
            return {"pair": False, "result": "loaders that do not serve pairs (images, labels)"}

    def _broken(self, reply: Reply) -> Exception:
        broken = self._student.broken(reply, self.called, self._split.item)
        if isinstance(broken, Failed) and reply.status == "error":
            said = (
                advice for pattern, advice in self._split.errors if re.search(pattern, reply.value["message"])
            )
            broken.advice = next(said, broken.advice)
        return broken

    def require(self, *wanted: tuple[str, Any, str, str]) -> None:
        """Fail at the first fact that is not as wanted: (fact, value, what was seen, what to try)."""
        self._require("pair", True, f"{self._split.item} gave {self.facts.get('result', '')}",
                      "Return two DataLoaders: `return train_loader, val_loader`.")  # fmt: skip
        self._require("endless", False, "a loader that never ends", "Use plain DataLoaders without a sampler that repeats.")  # fmt: skip
        self._require("whole", True, "batches that are not the images with their own labels", "Split the data set, never images and labels apart, and put each part into a `DataLoader`.")  # fmt: skip
        for each in wanted:
            self._require(*each)

    def require_sizes(self) -> None:
        """Fail unless validation gets its share whatever the seed, and all batches but the last are full."""
        self.require(("sizes move with the seed", False, "validation parts of several sizes", "Compute the size from `val_fraction`."))  # fmt: skip
        for fact, n, fraction, size in self._split.shares:
            sizes = self.facts[fact]
            if abs(sum(sizes["val"]) - n * fraction) > 1:
                saw = f"{sum(sizes['val'])} of {n} samples for validation, {n * fraction:.1f} expected"
                self._require(fact, None, saw, "Validation gets `len(dataset) * val_fraction` samples.")
            for part in ("train", "val"):
                if sizes[part] != (wanted := _batches(sum(sizes[part]), size)):
                    saw = f"batches of {sizes[part][:5]} … in the {part} loader, {wanted[:3]} … {wanted[-1:]} expected"
                    self._require(
                        fact, None, saw, "Give `batch_size` to both loaders, and keep the last batch."
                    )
        self._require("sizes right for some seeds only", False, "another size for another seed", "Compute the size from `val_fraction`.")  # fmt: skip

    def _require(self, fact: str, value: Any, saw: str, advice: str) -> None:
        if self.facts.get(fact) != value:
            matches = self._named()
            advice = next((said for name, said in self._split.telling if self.facts.get(name)), advice)
            expected = self._split.expected.get(fact, "a split as the task describes it")
            raise Failed(self.called, saw, expected, advice, matches)

    def _named(self) -> list[str]:
        matches, item, split = [], self._split.item, self._split
        for each in self._student.material(item).misconceptions if causes.sought() else ():
            reply = run_here({item: each.function}, "loaders", self._spec)
            if reply.status == "ok" and essence(split, self._facts(reply)) == essence(split, self.facts):
                matches.append(each.name)
        return matches
