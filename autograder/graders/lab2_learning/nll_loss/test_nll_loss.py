"""Hidden tests of `nll_loss`."""

# CANARY-5b0c2f6e-hidden-grader

from autograder.graders.kit import inputs
from autograder.graders.kit.forms import form_too
from autograder.graders.kit.rules import check_from_scratch
from autograder.grading import item


@item("nll_loss", veto=True)
def test_nll_loss_from_scratch(student, rng):
    """`nll_loss` is written from scratch: no library loss inside."""
    check_from_scratch(student, "nll_loss", rng.normal(5, 4).log_softmax(1), rng.integers(0, 4, 5))


@item("nll_loss", gate=True, weight=1)
def test_nll_loss_is_a_scalar(student, rng):
    """`nll_loss` returns one number, of the log-probabilities' dtype."""
    targets = rng.integers(0, 10, 10)  # square, and ten classes: who mixes up axes gives a number, too
    student.check("nll_loss", rng.normal(10, 10).log_softmax(1), targets, form_only=True)
    form_too(student, "nll_loss", rng.normal(10, 10, dtype=inputs.DOUBLE).log_softmax(1), targets)


@item("nll_loss", weight=2)
def test_nll_loss_values(student, rng):
    """It is minus the mean of the log-probabilities at the targets, one for each image."""
    for n, k in ((7, 4), (1, 6), (5, 9)):
        log_probs = (2 * rng.normal(n, k)).log_softmax(1)
        pair = (log_probs, inputs.targets_for(rng, log_probs))
        log_probs, targets = inputs.batch(*pair) if n > 1 else pair
        student.check("nll_loss", log_probs.t().contiguous().t(), targets, any_form=True)  # not contiguous


@item("nll_loss", weight=1)
def test_nll_loss_of_unlikely_classes(student, rng):
    """However unlikely the true class is, its loss is right; the log-probabilities stay as they were."""
    for logits in inputs.extreme(rng):
        log_probs = logits.log_softmax(1)
        targets = inputs.targets_for(rng, logits)
        student.check("nll_loss", log_probs, targets, also=("inputs",), any_form=True)
