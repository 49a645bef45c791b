"""What is trained for `trained_regularised`, and how much of the task that is made up must be right."""

# CANARY-5b0c2f6e-hidden-grader

from autograder.graders.kit.trained import LR, Recipe
from autograder.graders.lab2_learning.cnnnet.network import ARCHITECTURE

MADE_UP_IMAGES = 1500
MADE_UP_EPOCHS = (5, 15)  # more where few do not do: first weights are free, and small ones start slowly
MADE_UP_THRESHOLD = 0.70  # below the worst of all in benchmarks/thresholds_lab2.json
BATCH = 64
RECIPE = Recipe(
    "trained_regularised",
    "CNNNet",
    {"epoch": "train_with_log", "optimizer": "Adam", "criterion": "NLLLoss", "batch_size": BATCH},
    f"train_with_log(model, loader, nn.NLLLoss(), Adam(model.parameters(), lr={LR}), epoch) with model = CNNNet(), {{epochs}} epochs",
    ARCHITECTURE,
    "conv 1→10 and 10→20 (5×5), each with a pool, linear 320→50→10, log-probabilities",
    "Mend `CNNNet` in notebook 01 first, then paste it into the cell `my_cnnnet`.",
    "Mend `Adam` and `train_with_log` in notebook 02 first, then paste them in here. If both are right, look at how `CNNNet` draws its first weights: those of PyTorch's layers reach this.",
)
