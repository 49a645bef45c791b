"""Hidden tests of `SGD`: each is one fact, and its docstring the sentence that the student reads."""

# CANARY-5b0c2f6e-hidden-grader

from autograder.graders.kit.inputs import DOUBLE
from autograder.graders.lab2_learning.optimizers import check, first_facts, last_facts
from autograder.grading import item

first_facts(globals(), "SGD", "params, lr", lr=0.1)


@item("SGD", weight=1)
def test_sgd_steps(student, rng):
    """Without momentum, each step takes lr · gradient away, from parameters of all shapes."""
    check(student, "SGD", rng, lr=0.1)
    check(student, "SGD", rng, 2.5, dtype=DOUBLE)


@item("SGD", weight=2)
def test_sgd_momentum(student, rng):
    """With momentum, the step follows the buffer: momentum · buffer + gradient, at first the gradient itself."""
    check(student, "SGD", rng, lr=0.15, momentum=0.9)
    check(student, "SGD", rng, 0.05, 0.4, dtype=DOUBLE)


@item("SGD", weight=1)
def test_sgd_weight_decay(student, rng):
    """Weight decay · parameter is added to the gradient, before the momentum."""
    check(student, "SGD", rng, lr=0.2, weight_decay=0.3, start=2)
    check(student, "SGD", rng, 0.1, 0.7, 0.2, start=2, dtype=DOUBLE)


last_facts(
    globals(),
    "SGD",
    "its buffer",
    {"lr": 0.15, "momentum": 0.9},
    tuple={"lr": 0.1},
    gaps={"lr": 0.15, "momentum": 0.8, "weight_decay": 0.1, "start": 1},
    generator={"lr": 0.1, "momentum": 0.5},
    in_place={"lr": 0.15, "momentum": 0.9, "weight_decay": 0.2, "start": 1},
)
