"""Hidden tests of `mse_loss`."""

# CANARY-5b0c2f6e-hidden-grader

from autograder.graders.kit.forms import form_too
from autograder.graders.kit.inputs import DOUBLE
from autograder.graders.kit.rules import check_from_scratch
from autograder.grading import item


@item("mse_loss", veto=True)
def test_mse_loss_from_scratch(student, rng):
    """`mse_loss` is written from scratch: no library loss inside."""
    check_from_scratch(student, "mse_loss", rng.normal(5, 4), rng.normal(5, 4))


@item("mse_loss", gate=True, weight=1)
def test_mse_loss_is_a_scalar(student, rng):
    """`mse_loss` returns one number, of the predictions' dtype."""
    student.check("mse_loss", rng.normal(4, 4), rng.normal(4, 4), form_only=True)
    form_too(student, "mse_loss", rng.normal(4, 4, dtype=DOUBLE), rng.normal(4, 4, dtype=DOUBLE))


@item("mse_loss", weight=2)
def test_mse_loss_values(student, rng):
    """It is the mean of the squared differences over all elements."""
    student.check("mse_loss", 2 * rng.normal(5, 3), rng.normal(5, 3) - 1, any_form=True)
    student.check("mse_loss", rng.normal(4, 6), 3 * rng.normal(6, 4).t(), any_form=True)
    student.check("mse_loss", rng.normal(7) + 1, rng.normal(7), any_form=True)


@item("mse_loss", weight=1)
def test_mse_loss_of_any_shape(student, rng):
    """It is right for tensors of any shape, large differences and small ones; both tensors stay as they were."""
    for size, shape in ((100, (2, 3, 4)), (1, (1,)), (0.01, (1, 5)), (30, (3, 2, 5, 4))):
        pair = (size * rng.normal(*shape, dtype=DOUBLE), size * rng.normal(*shape, dtype=DOUBLE))
        student.check("mse_loss", *pair, also=("inputs",), any_form=True)
