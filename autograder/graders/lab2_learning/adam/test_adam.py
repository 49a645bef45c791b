"""Hidden tests of `Adam`: each is one fact, and its docstring the sentence that the student reads."""

# CANARY-5b0c2f6e-hidden-grader

from autograder.graders.kit.inputs import DOUBLE
from autograder.graders.lab2_learning.optimizers import check, first_facts, last_facts
from autograder.grading import item

first_facts(globals(), "Adam", "params")


@item("Adam", weight=2)
def test_adam_steps(student, rng):
    """Each step takes lr · m̂ / (√v̂ + eps) away, from parameters of all shapes, with the signature's defaults unless others are given."""
    check(student, "Adam", rng)
    check(student, "Adam", rng, dtype=DOUBLE, size=30)


@item("Adam", weight=1)
def test_adam_settings(student, rng):
    """`lr` and `betas` are those that are given, the first for the gradient and the second for its square."""
    check(student, "Adam", rng, lr=0.02, betas=(0.7, 0.95))
    check(student, "Adam", rng, 0.005, (0.4, 0.3), dtype=DOUBLE)


@item("Adam", weight=1)
def test_adam_eps(student, rng):
    """`eps`, 1e-8 unless another is given, is added to the root of the corrected second moment."""
    check(student, "Adam", rng, size=1e-8, dtype=DOUBLE)
    check(student, "Adam", rng, 0.02, (0.8, 0.9), 0.3)


last_facts(globals(), "Adam", "its moments and its count of steps", {"lr": 0.02})
