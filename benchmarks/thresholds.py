"""Measure what the reference reaches on what `trained_accuracy` trains on, over many seeds.

    .venv/bin/python benchmarks/thresholds.py --seeds 50

The thresholds in `course_config.py` and `graders/lab1_train_cnn/trained_accuracy/recipe.py` lie clearly below the worst seed, so that a
right answer never misses them. Initialisation is free: a fifth as many seeds are trained from each of several others.
"""

from __future__ import annotations

import argparse
import json
import statistics
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import torch
from torch import nn

from autograder.course import data as datasets
from autograder.course.model import load
from autograder.graders.kit import instruments
from autograder.graders.lab1_train_cnn.cnn import reference as cnn
from autograder.graders.lab1_train_cnn.fit import reference as fit
from autograder.graders.lab1_train_cnn.make_loaders import reference as make_loaders
from autograder.graders.lab1_train_cnn.trained_accuracy import recipe
from autograder.grading.rng import Rng
from autograder.sandbox.inside.parts import Data, Workshop

ROOT = Path(__file__).parents[1]
OTHERS = " from other first weights"


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


def one(task: tuple[str, int, int | None]) -> tuple[str, float]:
    """Train the reference once, from PyTorch's first weights or from those that STARTS gives; return the test accuracy."""
    kind, seed, start = task
    torch.set_num_threads(1)
    course = load(ROOT)
    assignment = course.assignments[0]
    if kind == "made up":
        data, images, labels = instruments.made_up_digits(Rng(seed), recipe.MADE_UP_IMAGES, 400)
        tries, enough = recipe.MADE_UP_EPOCHS, recipe.MADE_UP_THRESHOLD
    else:
        training, digits = assignment.training[kind], datasets.load(course.data, kind)
        data = Data(
            "data", torch.from_numpy(digits.train_images[: training.images].copy())[:, None],
            torch.from_numpy(digits.train_labels[: training.images].astype("int64")), 255.0,
        )  # fmt: skip
        images = torch.from_numpy(digits.test_images.copy())[:, None].float() / 255
        labels = torch.from_numpy(digits.test_labels.astype("int64"))
        tries, enough = (training.epochs,), training.threshold
    for epochs in tries:
        torch.manual_seed(seed)
        train_loader, val_loader = make_loaders.reference(Workshop().build(data), seed=seed)
        model = cnn.reference()
        if start is not None:
            STARTS[start](model)
        fit.reference(model, train_loader, val_loader, epochs, 0.001)
        model.eval()
        with torch.no_grad():
            right = sum(
                int((model(x).argmax(1) == y).sum())
                for x, y in zip(images.split(1000), labels.split(1000), strict=True)
            )
        if right >= enough * len(labels):
            break
    return kind + (OTHERS if start is not None else ""), right / len(labels)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=50)
    parser.add_argument("--json", type=Path, help="write the figures here")
    arguments = parser.parse_args()
    kinds = ["made up", *(name for name in datasets.DATASETS if datasets.is_present(ROOT / "data", name))]
    starts: list[tuple[int | None, int]] = [(None, arguments.seeds)]
    starts += [(start, max(1, arguments.seeds // 5)) for start in range(len(STARTS))]
    tasks = [(kind, seed, start) for kind in kinds for start, seeds in starts for seed in range(seeds)]
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
