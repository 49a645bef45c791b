"""Measure what the references reach on what a lab's item of a trained network trains on, over many seeds.

    .venv/bin/python benchmarks/thresholds.py --lab lab1_train_cnn --seeds 50

The thresholds in `course_config.py` and in that item's `recipe.py` lie clearly below the worst seed, so that a right answer never misses
them. Initialisation is free: a fifth as many seeds are trained from each of several other first weights.
"""

from __future__ import annotations

import argparse
import importlib
import json
import statistics
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from types import ModuleType
from typing import Any

import torch
from torch import nn

from autograder.course import data as datasets
from autograder.course.model import load
from autograder.graders.kit import instruments
from autograder.graders.kit.matching import match
from autograder.graders.kit.trained import digits_of
from autograder.grading.items import has_module, material
from autograder.grading.observers import run_here
from autograder.grading.rng import Rng
from autograder.grading.run import Context

ROOT = Path(__file__).parents[1]
OTHERS = " from other first weights"
ITEMS = {"lab1_train_cnn": "trained_accuracy", "lab2_learning": "trained_regularised"}


def _weights(draw: Callable[[torch.Tensor], object], zero: bool = True) -> Callable[[nn.Module], None]:
    """Return what draws every layer's weights anew; biases are set to zero or left as they are."""

    def start(network: nn.Module) -> None:
        for layer in network.modules():
            if isinstance(layer, (nn.Conv2d, nn.Linear)):
                draw(layer.weight)
                if zero:
                    nn.init.zeros_(layer.bias)

    return start


def _small_and_uniform(network: nn.Module) -> None:
    for each in network.parameters():
        nn.init.uniform_(each, -0.05, 0.05)


# The slowest that students know: He's by what goes out, a DCGAN's, small ones.
STARTS: list[Callable[[nn.Module], None]] = [
    _weights(lambda w: nn.init.kaiming_normal_(w, mode="fan_out", nonlinearity="relu")),
    _weights(lambda w: nn.init.normal_(w, 0, 0.02), zero=False),
    _weights(lambda w: nn.init.normal_(w, 0, 0.02)),
    _weights(lambda w: nn.init.normal_(w, 0, 0.01)),
    _small_and_uniform,
]


def recipe(lab: str) -> ModuleType:
    return importlib.import_module(f"autograder.graders.{lab}.{ITEMS[lab]}.recipe")


def references(lab: str) -> dict[str, Any]:
    """Return the references of what is trained together, by name."""
    wanted = recipe(lab).RECIPE
    names = [wanted.module, *(each for each in wanted.how.values() if isinstance(each, str))]
    return {name: material(lab, name).reference for name in names if has_module(lab, name)}


def one(task: tuple[str, str, int, int | None]) -> tuple[str, float]:
    """Train the references once, from PyTorch's first weights or from those that STARTS gives; return the test accuracy."""
    lab, kind, seed, start = task
    torch.set_num_threads(1)
    course, wanted, space = load(ROOT), recipe(lab), references(lab)
    if kind == "made up":
        data, images, labels = instruments.made_up_digits(Rng(seed), wanted.MADE_UP_IMAGES, 400)
        tries, enough = wanted.MADE_UP_EPOCHS, wanted.MADE_UP_THRESHOLD
    else:
        training, digits = course.assignment(lab).training[kind], datasets.load(course.data, kind)
        data, images, labels, _ = digits_of(Context(training, digits, ()))
        tries, enough = (training.epochs,), training.threshold
    module = wanted.RECIPE.module
    made = space[module]

    def started() -> nn.Module:
        network: nn.Module = made()
        if start is not None:
            STARTS[start](network)
        return network

    accuracy = 0.0
    for epochs in tries:
        spec = {
            **wanted.RECIPE.names,
            "data": data,
            "images": images[:8],
            "epochs": epochs,
            "seed": seed,
            "shape": list(images.shape[1:]),
        }
        seen = run_here({**space, module: started}, "training", spec).value
        found = match(wanted.RECIPE.architecture, seen["parameters"], images[:8], seen["outputs"])
        assert found is not None
        if (accuracy := found.accuracy(images, labels)) >= enough:
            break
    return kind + (OTHERS if start is not None else ""), accuracy


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lab", choices=ITEMS, default="lab1_train_cnn")
    parser.add_argument("--seeds", type=int, default=50)
    parser.add_argument("--json", type=Path, help="write the figures here")
    arguments = parser.parse_args()
    kinds = ["made up", *(name for name in datasets.DATASETS if datasets.is_present(ROOT / "data", name))]
    starts: list[tuple[int | None, int]] = [(None, arguments.seeds)]
    starts += [(start, max(1, arguments.seeds // 5)) for start in range(len(STARTS))]
    tasks = [
        (arguments.lab, kind, seed, start)
        for kind in kinds
        for start, seeds in starts
        for seed in range(seeds)
    ]
    found: dict[str, list[float]] = {}
    with ProcessPoolExecutor(2) as pool:
        for kind, accuracy in pool.map(one, tasks):
            found.setdefault(kind, []).append(accuracy)
    figures = {
        kind: {
            "trained": len(v),
            "min": round(min(v), 4),
            "median": round(statistics.median(v), 4),
            "max": round(max(v), 4),
        }
        for kind, v in found.items()
    }
    for kind, figure in figures.items():
        print(f"{kind:8}:", *(f"{name} {value}" for name, value in figure.items()))
    if arguments.json:
        arguments.json.write_text(json.dumps(figures, indent=1) + "\n")


if __name__ == "__main__":
    main()
