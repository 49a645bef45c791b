"""Reference and misconceptions of `mse_loss`: the mean of the squared differences over all elements."""

# CANARY-5b0c2f6e-hidden-grader

from autograder.graders.kit.changes import changes_of
from autograder.graders.lab2_learning.library import TAKEN  # noqa: F401  (items under the from-scratch rule have it)
from autograder.graders.lab2_learning.losses import SIGN, TWICE, left_out, off_by
from autograder.grading.misconceptions import misconception


def reference(predictions, targets):
    return (predictions.double() - targets.double()).square().mean().to(predictions.dtype)


def scale(predictions, targets):
    """Return the size of what is summed: the largest squared difference."""
    return (predictions - targets).square().max()


def clue(args, kwargs, got, expected):
    """Say by which of the tensor's numbers the loss is off, or which element is missing."""
    squares = (args[0].double() - args[1].double()).square()
    total, n, length = squares.numel(), squares.shape[0], squares.shape[-1]
    known = {
        total: "You add the squared differences up. Divide by the number of elements.",
        0.5: "You halve the loss. Take the plain mean of the squared differences.",
        2: "Your loss is twice the right one. Take the plain mean of the squared differences.",
        total
        / n: "You divide by the length of the first axis. Divide by the number of all elements: `numel()`.",
        total
        / length: "You divide by the length of the last axis. Divide by the number of all elements: `numel()`.",
        1 / total: TWICE,
        1 / n: TWICE,
        total / (total - 1): "You divide by one less than the number of elements. Divide by their number.",
        -1: SIGN,
    }
    first = float(squares[0].mean())
    ends = {
        first / n: "Your loop ends in its first round: is `return` inside it? Move it out.",
        first: "You return the loss of the first row. Take the mean over all elements.",
    }
    said = off_by(got, expected, known) or off_by(got, 1, ends) or left_out(got, squares.flatten(), "element")
    if not said and expected > 100 and 0 < float(got) < float(expected):
        return "Large differences count too little: something is cut off or grows slower than a square. Square each as it is."
    return said


def mse_loss(predictions, targets):
    return ((predictions - targets) ** 2).mean()


instead = changes_of(mse_loss)

sum_instead_of_mean = instead("You add the squared differences up. Take their mean.", {"mean": "sum"})
mean_missing = instead(
    "You return one squared difference for each element. Take their mean: the result is one number.",
    {".mean()": ""},
    about="test_mse_loss_is_a_scalar test_mse_loss_values",
)
mean_over_the_batch_only = instead(
    "You divide by the length of the first axis. Divide by the number of all elements, or take the mean.",
    {"mean()": "sum() / len(predictions)"},
)
mean_of_each_row = instead(
    "You take the mean of each row. The result is one number: the mean of all elements.",
    {"mean()": "mean(dim=-1)"},
    about="test_mse_loss_is_a_scalar test_mse_loss_values",
)
mean_of_each_column = instead(
    "You take the mean along the first axis. The result is one number: the mean of all elements.",
    {"mean()": "mean(dim=0)"},
    about="test_mse_loss_is_a_scalar test_mse_loss_values",
)
axes_are_two = instead(
    "Your mean goes over two axes. The tensors have any number of them: call `mean()` without an argument.",
    {"mean()": "mean(dim=(0, 1))"},
)
absolute_differences = instead(
    "You take absolute differences. Square them.",
    {"((predictions - targets) ** 2)": "(predictions - targets).abs()"},
)
square_missing = instead(
    "You leave out the square: differences of both signs cancel. Square each before the mean.",
    {" ** 2": ""},
)
cubes = instead("You take the third power. Square the differences.", {"** 2": "** 3"})
square_of_the_mean = instead(
    "You square the mean difference, so that signs cancel. Square each difference first, then take the mean.",
    {"((predictions - targets) ** 2).mean()": "(predictions - targets).mean() ** 2"},
)
root_taken = instead(
    "You take the square root at the end. The mean squared error stays squared.",
    {"return ((": "return torch.sqrt(((", "mean()": "mean())"},
)
halved = instead(
    "You halve the loss. Take the plain mean of the squared differences.", {"mean()": "mean() / 2"}
)
length_of_the_difference = instead(
    "You take the length of the difference, a root of a sum. Take the mean of the squares.",
    {"((predictions - targets) ** 2).mean()": "torch.linalg.norm(predictions - targets)"},
)
variance_of_the_difference = instead(
    "You take the variance of the differences, which takes their mean away first. Square the differences as they are.",
    {"((predictions - targets) ** 2).mean()": "(predictions - targets).var(unbiased=False)"},
)
variance_by_one_less = instead(
    "You take `var` of the differences: it takes their mean away, and divides by one less. Square them as they are, and take the mean.",
    {"((predictions - targets) ** 2).mean()": "(predictions - targets).var()"},
)
square_of_the_targets_alone = instead(
    "You square the targets alone. Put brackets round the difference: `(predictions - targets) ** 2`.",
    {"(predictions - targets) ** 2": "predictions - targets ** 2"},
)
difference_of_the_squares = instead(
    "You subtract squares. Subtract first, then square.",
    {"(predictions - targets) ** 2": "predictions ** 2 - targets ** 2"},
)
added = instead("You add predictions and targets. The loss is of their difference.", {" - ": " + "})
multiplied = instead(
    "You multiply predictions and targets. The loss is of their difference.", {" - ": " * "}, other_task=True
)
relative_to_the_targets = instead(
    "You divide by the targets. The difference is squared as it is.", {"- targets)": "- targets) / targets"}
)
targets_ignored = instead(
    "You square the predictions alone. Take the targets away first.", {" - targets": ""}, other_task=True
)
median_of_the_squares = instead("You take the median. The loss is the mean.", {"mean": "median"})
largest_square = instead("You return the largest squared difference. Take the mean of all.", {"mean": "max"})
sign_turned = instead(
    "Your loss has the wrong sign. A squared error is never below zero.", {"return (": "return -("}
)
only_the_first_row = instead(
    "You return the loss of the first row. Take the mean over all elements.", {" ** 2)": " ** 2)[0]"}
)
one_less_below = instead(
    "You divide by one less than the number of elements. Divide by their number.",
    {"mean()": "sum() / max(predictions.numel() - 1, 1)"},
)
product_of_two_vectors = instead(
    "You use `dot`, which takes vectors only. Square elementwise: that works for every shape.",
    {
        "((predictions - targets) ** 2).mean()": "torch.dot(predictions - targets, predictions - targets) / len(targets)"
    },
)
difference_times_itself_as_matrices = instead(
    "You multiply matrices: `@` is not elementwise. Use `*` or `** 2`.",
    {"(predictions - targets) ** 2": "(predictions - targets) @ (predictions - targets)"},
)
double_precision_lost = instead(
    "Your loss is float32 although the input is float64. Keep its dtype.", {"mean()": "mean().float()"}
)
input_changed_in_place = instead(
    "Your loss is right, but you change the predictions: `-=` works in place. Make a new tensor.",
    {"return ((predictions - targets)": "predictions -= targets\n    return ((predictions)"},
)


@misconception("You compare for equality. Square the differences and take their mean.", other_task=True)
def share_of_unequal(predictions, targets):
    return (predictions != targets).double().mean().to(predictions.dtype)
