"""The training loop of lab 1, and what it is built of."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

from autograder.graders.kit.loops import Loop
from autograder.graders.kit.relations_loops import LoopRelations

LOOP = Loop("lab1_train_cnn", "fit", epoch="train_one_epoch", evaluation="evaluate")
RELATIONS = LoopRelations(LOOP)
