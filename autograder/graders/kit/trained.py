"""Judge what a student's own code has trained: by the weights that come back, in the reference network here."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch

from autograder.graders.kit.architecture import Architecture
from autograder.graders.kit.matching import Match, match
from autograder.grading.compare import difference
from autograder.grading.outcomes import Failed
from autograder.grading.student import Student
from autograder.sandbox.inside.parts import Data

_LR = 0.001


@dataclass(frozen=True)
class Recipe:
    """An item that asks for a network trained by the student's own functions.

    Attributes:
        item: The item.
        module: The name of the network's class.
        loaders: Of the function that makes the two loaders.
        trainer: Of the function that trains: it takes model, both loaders, epochs and learning rate.
        architecture: The network.
        summary: The network in a line.
        mend: What to do where it is another network.
        missed: What to do where too little is right.
    """

    item: str
    module: str
    loaders: str
    trainer: str
    architecture: Architecture
    summary: str
    mend: str
    missed: str

    @property
    def names(self) -> dict[str, Any]:
        """What the probes `network` and `training` call."""
        return {"item": self.trainer, "module": self.module, "loaders": self.loaders, "trainer": self.trainer}

    def trained(self, student: Student, data: Data, images: torch.Tensor, epochs: int) -> Match:
        """Train the student's network by the student's code, and return the reference network with its weights.

        Raises:
            Failed: The code raised an error, or the network is not that of the task.
        """
        called = f"{self.loaders}(…), then {self.trainer}({self.module}(), train_loader, val_loader, epochs={epochs}, lr={_LR})"
        made = f"{self.module}()(zeros of shape {(2, *images.shape[1:])})"
        spec: dict[str, Any] = {**self.names, "shape": list(images.shape[1:]), "seed": 1}
        # The first weights are drawn while the process does not know the data: a constructor that finds and learns them gains nothing.
        start = student.observation("network", self.item, spec, made).get("start")
        found = None
        if _tensors(start):
            spec |= {"data": data, "images": images[:8], "epochs": epochs, "lr": _LR, "start": start}
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
        called = f"{self.trainer}({self.module}(), …) on {len(data.y):,} images, {epochs[-1]} epochs"
        raise Failed(called, f"{accuracy:.1%} right on {name}", f"at least {threshold:.0%}", self.missed)


def _tensors(values: Any) -> bool:
    return isinstance(values, list) and all(isinstance(each, torch.Tensor) for each in values)
