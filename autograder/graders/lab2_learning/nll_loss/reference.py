"""Reference and misconceptions of `nll_loss`: minus the mean of the log-probabilities at the targets."""

# CANARY-5b0c2f6e-hidden-grader

import torch

from autograder.graders.kit.changes import changes_of
from autograder.graders.lab2_learning.library import TAKEN  # noqa: F401  (items under the from-scratch rule have it)
from autograder.graders.lab2_learning.losses import SIGN, TWICE, left_out, off_by
from autograder.grading.misconceptions import misconception


def reference(log_probs, targets):
    right = log_probs.double().gather(1, targets.view(-1, 1))
    return -right.mean().to(log_probs.dtype)


def scale(log_probs, targets):
    """Return the size of what is summed: the largest log-probability, and at least 1."""
    return log_probs.abs().max().clamp(min=1)


def clue(args, kwargs, got, expected):
    """Say by which of the batch's numbers the loss is off, which image is missing, or that it has a ceiling."""
    log_probs, targets = args[0].double(), args[1]
    n, k = log_probs.shape
    known = {n: _SUM, 1 / k: "You divide by the number of classes: divide by the number of images only.", 1 / n: TWICE, -1: SIGN}  # fmt: skip
    terms = -log_probs[torch.arange(n), targets]
    return off_by(got, expected, known) or left_out(got, terms, "image") or _ceiling(got, expected)


def _ceiling(got, expected):
    if float(expected) > 20 and 0 < float(got) < float(expected):
        return "Your loss cannot grow beyond a limit: something is clamped, or turned into probabilities and back. Take the log-probabilities as they are."
    return ""


_SUM = "You add the losses of the batch up. Divide by the number of images."


def nll_loss(log_probs, targets):
    return -log_probs[torch.arange(len(targets)), targets].mean()


instead = changes_of(nll_loss)
PAIRED = "[torch.arange(len(targets)), targets]"

sum_instead_of_mean = instead("You add the losses of the batch up. Take their mean.", {"mean": "sum"})
mean_missing = instead(
    "You return one loss for each image. Take their mean: the result is one number.",
    {".mean()": ""},
    about="test_nll_loss_is_a_scalar test_nll_loss_values",
)
divided_by_the_classes = instead(
    "You divide by the number of classes. Divide by the number of images in the batch.",
    {"mean()": "sum() / log_probs.shape[1]"},
)
mean_over_classes_too = instead(
    "You divide by the number of classes as well. The mean goes over the images of the batch only.",
    {PAIRED: f"{PAIRED} / log_probs.shape[1]"},
)
median_for_the_mean = instead("You take the median. The loss is the mean over the batch.", {"mean": "median"})
largest_loss_of_the_batch = instead(
    "You return the largest loss of the batch. Take the mean over all images.", {"mean": "min"}
)
only_the_first_image = instead(
    "You return the loss of the first image. Take the mean over all images.",
    {f"{PAIRED}.mean()": "[0, targets[0]]"},
)
first_image_left_out = instead(
    "You leave out the first image. Let your loop start at 0.", {".mean()": "[1:].sum() / len(targets)"}
)
sign_missing = instead(
    "Your loss has the wrong sign. Log-probabilities are negative: put a minus in front of the mean.",
    {"-log_probs": "log_probs"},
)
every_row_with_every_target = instead(
    "You index with all rows and all targets, which pairs each image with every target. Pair row i with target i.",
    {"torch.arange(len(targets))": ":"},
)
targets_pick_rows = instead(
    "Your `log_probs[targets]` picks whole rows, not one entry of each row. Pair each row with its target: `log_probs[rows, targets]`.",
    {"torch.arange(len(targets)), targets": "targets"},
)
predicted_class_for_target = instead(
    "You take the class that the network prefers. Take the true one: the target.",
    {PAIRED: ".amax(dim=1)"},
    other_task=True,
)
targets_ignored = instead(
    "You average over all classes. Only the log-probability of the true class counts.",
    {PAIRED: ""},
    other_task=True,
)
all_classes_summed = instead(
    "You add up the log-probabilities of all classes. Only that of the true class counts.",
    {PAIRED: ".sum(dim=1)"},
    other_task=True,
)
classes_counted_from_one = instead(
    "You take the class before the target. Classes count from 0, so the target is the index itself.",
    {"targets]": "targets - 1]"},
)
class_after_the_target = instead(
    "You take the class after the target. Classes count from 0, so the target is the index itself.",
    {"targets]": "(targets + 1) % log_probs.shape[1]]"},
)
class_zero_ignored = instead(
    "You leave out the images of class 0. It is a class like the others: `targets > 0` drops it.",
    {"mean()": "where(targets > 0, 0.0).sum() / len(targets)"},
)
targets_smoothed = instead(
    "You smooth the targets: a part of the weight goes to all classes alike. Only the true class counts.",
    {
        "-log_probs[torch.arange(len(targets)), targets]": "-(0.9 * log_probs[torch.arange(len(targets)), targets] + 0.1 * log_probs.mean(dim=1))"
    },
)
weighted_by_the_class_number = instead(
    "You multiply by the class numbers. A target only says which entry to take.",
    {PAIRED: "[torch.arange(len(targets)), targets] * targets"},
)
mean_over_a_one_hot_table = instead(
    "You take the mean of the whole one-hot table, zeros included. Add up each row first, or divide by the number of images.",
    {f"log_probs{PAIRED}": "(F.one_hot(targets, log_probs.shape[1]) * log_probs)"},
)
ten_classes_written_in = instead(
    "You write ten classes into the one-hot table. Your function gets any number: use `log_probs.shape[1]`.",
    {f"log_probs{PAIRED}": "(F.one_hot(targets, 10) * log_probs).sum(dim=1)"},
)
gather_without_a_column = instead(
    "You give `gather` a flat index. It wants as many axes as the table has: `targets[:, None]`, a column.",
    {PAIRED: ".gather(1, targets)"},
)
logarithm_taken_again = instead(
    "You take the logarithm of log-probabilities, which are negative. They are logarithms already: use them as they are.",
    {f"log_probs{PAIRED}": f"torch.log(log_probs{PAIRED})"},
)
turned_into_probabilities = instead(
    "You turn the log-probabilities into probabilities. The loss is minus the logarithm itself: leave the exponential out.",
    {f"log_probs{PAIRED}": f"torch.exp(log_probs{PAIRED})"},
)
one_minus_the_probability = instead(
    "You return one minus the probability. The loss is minus its logarithm, which you are given.",
    {f"-log_probs{PAIRED}": f"(1 - torch.exp(log_probs{PAIRED}))"},
)
there_and_back_with_a_small_number = instead(
    "You take the exponential, add a small number and take the logarithm again, so a large loss comes out too small. Use the log-probabilities as they are.",
    {f"log_probs{PAIRED}": f"torch.log(torch.exp(log_probs{PAIRED}) + 1e-8)"},
)
there_and_back = instead(
    "You take the exponential and the logarithm again: a small probability rounds to 0, and its loss is infinite. Use the log-probabilities as they are.",
    {f"log_probs{PAIRED}": f"torch.log(torch.exp(log_probs){PAIRED})"},
)
logarithm_of_the_mean = instead(
    "You average the probabilities and take the logarithm last. Average the log-probabilities themselves.",
    {f"log_probs{PAIRED}.mean()": f"torch.log(torch.exp(log_probs{PAIRED}).mean())"},
)
absolute_value_of_a_square = instead(
    "You square the log-probabilities. The loss is minus their mean, without a square.",
    {"-log_probs": "log_probs", ".mean": ".square().mean"},
)
double_precision_lost = instead(
    "Your loss is float32 although the log-probabilities are float64. Keep their dtype.",
    {"mean()": "mean().float()"},
)
input_changed_in_place = instead(
    "Your loss is right, but you change the log-probabilities: `*=` works in place. Make a new tensor.",
    {"return -": "log_probs *= -1\n    return "},
)


@misconception(
    "You return the share of images whose best class is the target. That is the accuracy; the loss is minus the mean log-probability.",
    other_task=True,
)
def accuracy_instead(log_probs, targets):
    return (log_probs.argmax(dim=1) == targets).double().mean().to(log_probs.dtype)
