"""Judge what a student's own code has trained: by the weights that come back, in the reference network here."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch

from autograder.graders.kit import instruments
from autograder.graders.kit.architecture import Architecture
from autograder.graders.kit.matching import Match, match
from autograder.grading.compare import difference
from autograder.grading.outcomes import Failed
from autograder.grading.rng import Rng
from autograder.grading.run import Context
from autograder.grading.student import Student
from autograder.sandbox.inside.parts import Data

LR = 0.001


@dataclass(frozen=True)
class Recipe:
    """An item that asks for a network trained by the student's own functions.

    Attributes:
        item: The item.
        module: The name of the network's class.
        how: Which functions of the student's the probe `training` calls, and with what, by the names that it asks for.
        called: The training in words, with `{epochs}` in it.
        architecture: The network.
        summary: The network in a line.
        mend: What to do where it is another network.
        missed: What to do where too little is right.
    """

    item: str
    module: str
    how: dict[str, Any]
    called: str
    architecture: Architecture
    summary: str
    mend: str
    missed: str

    @property
    def names(self) -> dict[str, Any]:
        """What the probes `network` and `training` are told besides the data."""
        return {"item": self.item, "module": self.module, "lr": LR, **self.how}

    def trained(self, student: Student, data: Data, images: torch.Tensor, epochs: int) -> Match:
        """Train the student's network by the student's code, and return the reference network with its weights.

        Raises:
            Failed: The code raised an error, or the network is not that of the task.
        """
        called = self.called.format(epochs=epochs)
        made = f"{self.module}()(zeros of shape {(2, *images.shape[1:])})"
        spec: dict[str, Any] = {**self.names, "shape": list(images.shape[1:]), "seed": 1}
        # The first weights are drawn while the process does not know the data: a constructor that finds and learns them gains nothing.
        start = student.observation("network", self.item, spec, made).get("start")
        found = None
        if _tensors(start):
            spec |= {"data": data, "images": images[:8], "epochs": epochs, "start": start}
            seen = student.observation("training", self.item, spec, called, student.limits.training_call)
            parameters, outputs = seen.get("parameters"), seen.get("outputs")
            begun = difference(seen.get("start"), start) is None
            if begun and _tensors(parameters) and isinstance(outputs, torch.Tensor):
                found = match(self.architecture, parameters, images[:8], outputs)
        if found is None:
            raise Failed(
                called, "a network that is not the one of the task", self.summary, self.mend, stop=True
            )
        return found

    def require_new(
        self, student: Student, rng: Rng, images: int, epochs: tuple[int, ...], threshold: float
    ) -> None:
        """Fail unless training on so many images that are made up for this grading reaches the threshold on others of them."""
        data, shown, labels = instruments.made_up_digits(rng, images, 400)
        self.require_accuracy(student, data, shown, labels, epochs, threshold, "the made-up test images")

    def require_digits(self, student: Student, context: Context) -> None:
        """Fail unless training on the course's digits as the course says reaches its threshold on their test images."""
        (data, images, labels, name), training = digits_of(context), context.training
        assert training is not None
        self.require_accuracy(student, data, images, labels, (training.epochs,), training.threshold, name)

    def require_accuracy(
        self,
        student: Student,
        data: Data,
        images: torch.Tensor,
        labels: torch.Tensor,
        epochs: tuple[int, ...],
        threshold: float,
        name: str,
    ) -> None:
        """Fail unless the trained network, computed here from the weights that came back, reaches the threshold.

        Each number of epochs is a training of its own; one that reaches it is enough.
        """
        for number in epochs:
            accuracy = self.trained(student, data, images, number).accuracy(images, labels)
            if accuracy >= threshold:
                return
        called = f"{self.called.format(epochs=epochs[-1])}, on {len(data.y):,} images"
        raise Failed(called, f"{accuracy:.1%} right on {name}", f"at least {threshold:.0%}", self.missed)


def _tensors(values: Any) -> bool:
    return isinstance(values, list) and all(isinstance(each, torch.Tensor) for each in values)


def digits_of(context: Context) -> tuple[Data, torch.Tensor, torch.Tensor, str]:
    """Return the data set's training data, as many as the course says, its test images (N, 1, 28, 28) and labels, and what these are called."""
    digits, training = context.digits, context.training
    assert training is not None
    data = Data(
        "data",
        torch.from_numpy(digits.train_images[: training.images].copy())[:, None],
        torch.from_numpy(digits.train_labels[: training.images].astype("int64")),
        255.0,
    )
    images = torch.from_numpy(digits.test_images.copy())[:, None].float() / 255
    labels = torch.from_numpy(digits.test_labels.astype("int64"))
    return data, images, labels, {"mnist": "MNIST's test images", "digits": "the test digits"}[digits.name]
