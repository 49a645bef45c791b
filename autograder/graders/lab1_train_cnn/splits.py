"""Judge what loaders serve: facts that are no matter of chance, never the loaders' attributes."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

from typing import Any

import torch

from autograder.grading.compare import describe
from autograder.grading.outcomes import Failed
from autograder.grading.student import Student
from autograder.rng import Rng
from autograder.sandbox.inside.parts import Data

Facts = dict[str, Any]
_ASKED = {"batch_size": 7, "val_fraction": 0.3}
_MOST = 2000  # samples that one pass may serve: the probe stops before
N, N_DEFAULT = 103, 331  # at 331 samples both sizes truncated lose one


_CLASSES = 3  # so few that a split class by class finds every class on both sides


def _dataset(n: int) -> Data:
    """Return samples that can be told apart: x follows from the sample's number, y is its class."""
    number = torch.arange(n)
    return Data("data", torch.stack([number * 0.5, 1.0 - number], 1).float(), number % _CLASSES)


def _numbers(one: dict[str, Any]) -> list[int]:
    """Return the numbers of the samples that a loader served, in order."""
    if tuple(one["x"].shape) != (len(one["y"]), 2):
        return list(range(len(one["y"])))  # no images of ours: `whole` says so
    return [round(2 * float(x)) for x in one["x"][:, 0]]


def _spec(rng: Rng) -> dict[str, Any]:
    seed = rng.seed % 10_000 + 1
    runs = {
        "default": (N_DEFAULT, (seed, 1), {}),
        "first": (N, (seed, 1), {**_ASKED, "seed": seed}),
        "torch": (N, (seed + 1, 1), {**_ASKED, "seed": seed}),
        "numpy": (N, (seed, 2), {**_ASKED, "seed": seed}),
        "other": (N, (seed, 1), {**_ASKED, "seed": seed + 1}),
        "zero": (N, (seed, 1), {**_ASKED, "seed": 0}),
        "zero again": (N, (seed + 1, 2), {**_ASKED, "seed": 0}),
    }
    return {
        "item": "make_loaders",
        "names": list(runs),
        "runs": [
            {"data": _dataset(n), "global_seeds": list(seeds), "kwargs": kwargs, "passes": 2}
            for n, seeds, kwargs in runs.values()
        ],
    }


def facts(seen: dict[str, Any], names: list[str]) -> Facts:
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
        "same parts in every epoch": (set(train), set(val)) == (set(train_again), set(val_again)),
        "validation in one piece": bool(val) and max(val) - min(val) < len(val),
        "validation from the front": sorted(val) == list(range(len(val))),
        "torch moves the split": parts["first"] != parts["torch"],
        "numpy moves the split": parts["first"] != parts["numpy"],
        "the global state moves the split of seed 0": parts["zero"] != parts["zero again"],
        "seed moves the split": parts["first"] != parts["other"],
        "new order in training": train != train_again,
        "new order in validation": val != val_again,
        "training in order": train == sorted(train),
        "the first epoch follows the global state": train != order["torch"]["train"][0],
    }


def _passes(runs: dict[str, Any]) -> list[dict[str, Any]]:
    return [one for run in runs.values() for part in ("train", "val") for one in run[part]]


def _pairs(one: dict[str, Any]) -> bool:
    """Say whether every x is served with its own y."""
    x, y = one["x"], one["y"]
    if not len(y):
        return True
    return tuple(x.shape) == (len(y), 2) and torch.equal((2 * x[:, 0]).long() % _CLASSES, y.long())


def essence(found: Facts) -> Facts:
    """Return the facts without what two answers that are wrong in the same way may differ in, such as how they round."""
    if "sizes" not in found:
        return found
    kept = {name: value for name, value in found.items() if not name.endswith("sizes")}
    for name, n, fraction, size in (("sizes", N, 0.3, 7), ("default sizes", N_DEFAULT, 0.2, 64)):
        for part, share in (("train", 1 - fraction), ("val", fraction)):
            batches = found[name][part]
            total = sum(batches)
            whole = [size] * (total // size) + ([total % size] if total % size else [])
            kept[f"{name} {part}"] = (
                "right" if abs(total - n * share) <= 1 else round(total / n, 1),
                "right"
                if batches == whole
                else (max(batches, default=0) if len(set(batches)) < 2 else "others"),
            )
    return kept


class Served:
    """What a student's loaders serve, as facts, with words for each that does not hold."""

    def __init__(self, student: Student, rng: Rng) -> None:
        self._spec = _spec(rng)
        self._student = student
        self.called = "make_loaders(dataset, batch_size=7, val_fraction=0.3, seed=…)"
        try:
            seen = student.observation(
                "loaders", "make_loaders", self._spec, self.called, student.limits.call * 2
            )
        except Failed as failure:
            raise failure
        try:
            self.facts = facts(seen, self._spec["names"])
        except (ArithmeticError, ValueError, KeyError, TypeError, RuntimeError, IndexError, AttributeError):
            self.facts = {"pair": False, "result": "loaders that do not serve pairs (images, labels)"}

    def require(self, *wanted: tuple[str, Any, str, str]) -> None:
        """Fail at the first fact that is not as wanted: (fact, value, what was seen, what to try)."""
        self._require("pair", True, f"make_loaders gave {self.facts.get('result', '')}",
                      "Return two DataLoaders: `return train_loader, val_loader`.")  # fmt: skip
        self._require(
            "endless",
            False,
            "a loader that never ends",
            "Use plain DataLoaders without a sampler that repeats.",
        )
        self._require(
            "whole",
            True,
            "batches that are not the images with their own labels",
            "Split the data set, never images and labels apart, and put each part into a `DataLoader`.",
        )
        for each in wanted:
            self._require(*each)

    def _require(self, fact: str, value: Any, saw: str, advice: str) -> None:
        if self.facts.get(fact) != value:
            matches = self._named()
            raise Failed(
                self.called, saw, _EXPECTED.get(fact, "a split as the task describes it"), advice, matches
            )

    def _named(self) -> list[str]:
        matches = []
        for each in self._student.material("make_loaders").misconceptions:
            from autograder.grading.observers import run_here

            reply = run_here({"make_loaders": each.function}, "loaders", self._spec)
            if reply.status == "ok" and essence(facts(reply.value, self._spec["names"])) == essence(
                self.facts
            ):
                matches.append(each.name)
        return matches


_EXPECTED = {
    "sizes": "validation of the size n · val_fraction, and full batches but for the last",
    "default sizes": "validation of a fifth of the samples, and batches of 64 but for the last",
    "whole": "batches (images, labels), each image with its own label",
    "pair": "a pair of loaders (train_loader, val_loader)",
    "overlap": "no sample in both parts",
    "twice in training": "each training sample once an epoch",
    "twice in validation": "each validation sample once an epoch",
    "missing": "every sample in one of the two parts, also the last, smaller batch",
    "missing in default": "every sample in one of the two parts, for any size of the data set",
    "same parts in every epoch": "the same samples in every epoch",
    "validation in one piece": "validation samples drawn at random from the whole data set",
    "torch moves the split": "the same split for the same seed, whatever torch's global generator did before",
    "numpy moves the split": "the same split for the same seed, whatever NumPy's and Python's generators did before",
    "the global state moves the split of seed 0": "the same split for seed 0, whatever the global generators did before",
    "seed moves the split": "another split for another seed",
    "new order in training": "training samples in a new order in every epoch",
    "training in order": "training samples in a random order",
    "new order in validation": "validation samples in the same order in every epoch",
}
