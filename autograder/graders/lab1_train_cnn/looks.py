"""Facts of a network that are looked at directly, whether or not all else is right."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

from typing import Any

import torch

from autograder.graders.lab1_train_cnn.matching import close

PARAMETERS = 21_578  # 80 + 1,168 + 4,640 + 15,690


def one_image_works(seen: dict[str, Any]) -> bool:
    """Say whether a network gives one image scores of the right shape."""
    return tuple(seen["single"].shape) == (1, 10)


def trainable(seen: dict[str, Any]) -> int:
    """Return how many of a network's numbers learn."""
    both = zip(seen["parameters"], seen["trainable"], strict=True)
    return sum(parameter.numel() for parameter, learns in both if learns is True)


def has_the_count(seen: dict[str, Any]) -> bool:
    return trainable(seen) == PARAMETERS


def learns(seen: dict[str, Any]) -> bool:
    """Say whether a network gives the same scores in both modes and the loss reaches all of its parameters.

    Scores of a form that no loss takes tell by their dtype whether a gradient could come.
    """
    outputs: torch.Tensor = seen["outputs_training"]
    if not close(seen["outputs"], outputs):
        return False
    if outputs.ndim != 2 and outputs.is_floating_point():
        return True
    return bool(seen["gradients"]) and all(bool(each.abs().sum() > 0) for each in seen["gradients"])
