"""Hidden tests of `Adagrad`: each is one fact, and its docstring the sentence that the student reads."""

# CANARY-5b0c2f6e-hidden-grader

from autograder.graders.kit.inputs import DOUBLE
from autograder.graders.lab2_learning.optimizers import check, first_facts, last_facts
from autograder.grading import item

first_facts(globals(), "Adagrad", "params")


@item("Adagrad", weight=2)
def test_adagrad_steps(student, rng):
    """Each step takes lr · gradient / (√sum of squares + eps) away, from parameters of all shapes, with lr = 0.01 unless another is given."""
    check(student, "Adagrad", rng)
    check(student, "Adagrad", rng, lr=0.3, dtype=DOUBLE, size=30)


@item("Adagrad", weight=1)
def test_adagrad_eps(student, rng):
    """`eps`, 1e-10 unless another is given, is added to the root."""
    check(student, "Adagrad", rng, size=1e-10, dtype=DOUBLE)
    check(student, "Adagrad", rng, 0.05, 0.3)


last_facts(globals(), "Adagrad", "its sum", {"lr": 0.02})
