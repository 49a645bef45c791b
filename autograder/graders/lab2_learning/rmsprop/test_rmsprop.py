"""Hidden tests of `RMSprop`: each is one fact, and its docstring the sentence that the student reads."""

# CANARY-5b0c2f6e-hidden-grader

from autograder.graders.kit.inputs import DOUBLE
from autograder.graders.lab2_learning.optimizers import check, first_facts, last_facts
from autograder.grading import item

first_facts(globals(), "RMSprop", "params")


@item("RMSprop", weight=2)
def test_rmsprop_steps(student, rng):
    """Each step takes lr · gradient / (√mean square + eps) away, from parameters of all shapes, with lr = 0.01 and alpha = 0.99 unless others are given."""
    check(student, "RMSprop", rng)
    check(student, "RMSprop", rng, dtype=DOUBLE, size=30)


@item("RMSprop", weight=1)
def test_rmsprop_settings(student, rng):
    """`lr` and `alpha` are those that are given."""
    check(student, "RMSprop", rng, lr=0.03, alpha=0.7)
    check(student, "RMSprop", rng, 0.002, 0.3, dtype=DOUBLE)


@item("RMSprop", weight=1)
def test_rmsprop_eps(student, rng):
    """`eps`, 1e-8 unless another is given, is added to the root."""
    check(student, "RMSprop", rng, size=1e-7, dtype=DOUBLE)
    check(student, "RMSprop", rng, 0.05, 0.8, 0.3)


last_facts(globals(), "RMSprop", "its mean square", {"lr": 0.02})
