"""Measure what the reference reaches on what `trained_accuracy` trains on, over many seeds.

    .venv/bin/python benchmarks/thresholds.py --seeds 50

The thresholds in `course_config.py` and `graders/lab1_train_cnn/fitting.py` lie clearly below the worst seed, so that a
right answer never misses them.
"""

from __future__ import annotations

import argparse
import json
import statistics
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import torch

from autograder import data as datasets
from autograder.course import load
from autograder.graders.lab1_train_cnn import cnn, fit, fitting, instruments, make_loaders
from autograder.rng import Rng
from autograder.sandbox.inside.parts import Data, Workshop

ROOT = Path(__file__).parents[1]


def one(task: tuple[str, int]) -> tuple[str, float]:
    """Train the reference once; return the accuracy on the test images."""
    kind, seed = task
    torch.set_num_threads(1)
    course = load(ROOT)
    assignment = course.assignments[0]
    if kind == "made up":
        data, images, labels = instruments.made_up_digits(Rng(seed), fitting.MADE_UP_IMAGES, 400)
        epochs = fitting.MADE_UP_EPOCHS
    else:
        training, digits = assignment.training[kind], datasets.load(course.data, kind)
        data = Data(
            "data", torch.from_numpy(digits.train_images[: training.images].copy())[:, None],
            torch.from_numpy(digits.train_labels[: training.images].astype("int64")), 255.0,
        )  # fmt: skip
        images = torch.from_numpy(digits.test_images.copy())[:, None].float() / 255
        labels = torch.from_numpy(digits.test_labels.astype("int64"))
        epochs = training.epochs
    torch.manual_seed(seed)
    train_loader, val_loader = make_loaders.reference(Workshop().build(data), seed=seed)
    model = cnn.reference()
    fit.reference(model, train_loader, val_loader, epochs, 0.001)
    model.eval()
    with torch.no_grad():
        right = sum(
            int((model(x).argmax(1) == y).sum())
            for x, y in zip(images.split(1000), labels.split(1000), strict=True)
        )
    return kind, right / len(labels)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=50)
    parser.add_argument("--json", type=Path, help="write the figures here")
    arguments = parser.parse_args()
    kinds = ["made up", *(name for name in datasets.DATASETS if datasets.is_present(ROOT / "data", name))]
    found: dict[str, list[float]] = {kind: [] for kind in kinds}
    with ProcessPoolExecutor(2) as pool:
        for kind, accuracy in pool.map(
            one, [(kind, seed) for kind in kinds for seed in range(arguments.seeds)]
        ):
            found[kind].append(accuracy)
    figures = {
        kind: {
            "seeds": len(v),
            "min": round(min(v), 4),
            "median": round(statistics.median(v), 4),
            "max": round(max(v), 4),
        }
        for kind, v in found.items()
    }
    for kind, figure in figures.items():
        print(f"{kind:8}", *(f"{name} {value}" for name, value in figure.items()))
    if arguments.json:
        arguments.json.write_text(json.dumps(figures, indent=1) + "\n")


if __name__ == "__main__":
    main()
