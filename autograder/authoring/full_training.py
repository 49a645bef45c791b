"""A lab's recipe at full length: the solution's own code in the sandbox, its weights judged here."""

from __future__ import annotations

import dataclasses
import importlib
import importlib.util
import time
from types import ModuleType

import torch

from autograder.authoring.handing_in import solution_cells
from autograder.course import data as datasets
from autograder.course.model import Assignment, Course
from autograder.errors import AutograderError
from autograder.sandbox import Place, Sandbox
from autograder.sandbox.inside.parts import Data

_DEADLINE = 3600.0


def recipe(assignment: Assignment) -> ModuleType | None:
    """Return the lab's module that says what a full training is; None where it has none."""
    name = f"autograder.graders.{assignment.name}.full_training"
    return importlib.import_module(name) if importlib.util.find_spec(name) else None


def train_solution(course: Course, assignment: Assignment, wanted: ModuleType) -> tuple[float, float]:
    """Train the solution on MNIST's 60,000 training images.

    Args:
        wanted: The lab's recipe.

    Returns:
        The accuracy on the 10,000 test images, computed here from the weights that came back, and the seconds it took.
    """
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
        for code in (setup, *solution_cells(course, assignment, wanted.NOTEBOOK).values()):
            sandbox.run_cell(code, 60)
        spec = wanted.spec(train, images[:8])
        reply = sandbox.probe("training", spec, _DEADLINE)
    if reply.status != "ok":
        raise AutograderError(f"The solution could not be trained: {reply.status} {reply.value}")
    labels = torch.from_numpy(digits.test_labels.astype("int64"))
    accuracy = wanted.accuracy(reply.value, spec, images, labels)
    if accuracy is None:
        raise AutograderError("The trained solution is not the reference network.")
    return accuracy, time.monotonic() - begin
