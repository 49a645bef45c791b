"""The reference recipe at full length: the solution's own code in the sandbox, its weights judged here."""

from __future__ import annotations

import dataclasses
import time

import torch

from autograder.course import data as datasets
from autograder.course.model import Assignment, Course
from autograder.errors import AutograderError
from autograder.sandbox import Place, Sandbox
from autograder.sandbox.inside.parts import Data

_NOTEBOOK = "02_training_loop"
_DEADLINE = 3600.0


def train_solution(course: Course, assignment: Assignment, epochs: int = 5) -> tuple[float, float]:
    """Train the solution on MNIST's 60,000 training images (Adam, lr 0.001, batch 64, 80/20 split).

    Returns:
        The accuracy on the 10,000 test images, computed here from the weights that came back, and the seconds it took.
    """
    from autograder.authoring.handing_in import solution_cells
    from autograder.graders.lab1_train_cnn import networks

    digits = datasets.load(course.data, "mnist")
    place = Place(dataclasses.replace(course.limits, memory=6144), datasets.root_of(course.data, "mnist"))
    images = torch.from_numpy(digits.test_images.copy())[:, None].float() / 255  # (10000, 1, 28, 28)
    train = Data(
        "data", torch.from_numpy(digits.train_images.copy())[:, None], torch.from_numpy(digits.train_labels.astype("int64")), 255.0
    )  # fmt: skip
    begin = time.monotonic()
    with Sandbox(place) as sandbox:
        setup = (
            "import math, numpy as np, torch\nfrom torch import nn\nimport torch.nn.functional as F\n"
            "from torch.utils.data import DataLoader, Subset, TensorDataset, random_split\ndevice = 'cpu'\n"
        )
        for code in (setup, *solution_cells(course, assignment, _NOTEBOOK).values()):
            sandbox.run_cell(code, 60)
        spec = {"item": "fit", "data": train, "images": images[:8], "epochs": epochs, "lr": 0.001, "seed": 1}
        spec["shape"] = list(images.shape[1:])
        reply = sandbox.probe("train", spec, _DEADLINE)
    if reply.status != "ok":
        raise AutograderError(f"The solution could not be trained: {reply.status} {reply.value}")
    found = networks.match(reply.value["parameters"], images[:8], reply.value["outputs"])
    if found is None:
        raise AutograderError("The trained solution is not the reference network.")
    weights = tuple(weight.float() for weight in found.weights)
    with torch.no_grad():
        labels = torch.from_numpy(digits.test_labels.astype("int64"))
        right = sum(
            int((networks.forward(weights, x).argmax(1) == y).sum())
            for x, y in zip(images.split(1000), labels.split(1000), strict=True)
        )
    return right / len(labels), time.monotonic() - begin
