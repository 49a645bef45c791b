"""What is trained for `trained_accuracy`, and how much of the task that is made up must be right."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

from autograder.graders.kit.trained import LR, Recipe
from autograder.graders.lab1_train_cnn.cnn.network import ARCHITECTURE

MADE_UP_IMAGES = 1500
MADE_UP_EPOCHS = (3, 12)  # more where few do not do: first weights are free, and small ones start slowly
MADE_UP_THRESHOLD = 0.70  # below the worst of all in benchmarks/thresholds.json
RECIPE = Recipe(
    "trained_accuracy",
    "CNN",
    {"loaders": "make_loaders", "trainer": "fit"},
    f"make_loaders(…), then fit(CNN(), train_loader, val_loader, epochs={{epochs}}, lr={LR})",
    ARCHITECTURE,
    "conv 1→8→16→32, two pools, linear 1568→10",
    "Mend `CNN` in notebook 01 first, then paste it into the cell `my_cnn`.",
    "Mend `train_one_epoch`, `evaluate` and `fit` first, then `make_loaders`. If all of them are right, look at how `CNN` draws its first weights: those of PyTorch's layers reach this.",
)
