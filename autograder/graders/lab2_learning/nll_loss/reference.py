"""Reference and misconceptions of `nll_loss`: minus the mean of the log-probabilities at the targets."""

# CANARY-5b0c2f6e-hidden-grader

import torch

from autograder.graders.kit.changes import changes_of
from autograder.graders.lab2_learning.library import TAKEN  # noqa: F401  (items under the from-scratch rule have it)
from autograder.graders.lab2_learning.losses import common, told_by


def reference(log_probs, targets):
    right = log_probs.double().gather(1, targets.view(-1, 1))
    return -right.mean().to(log_probs.dtype)


def scale(log_probs, targets):
    """Return the size of what is summed: the largest log-probability, and at least 1."""
    return log_probs.abs().max().clamp(min=1)


def clue(args, kwargs, got, expected):
    """Say which mistake gives this loss, or that it has a ceiling."""
    log_probs, targets = args[0].double(), args[1]
    (n, k), rows, meant = log_probs.shape, torch.arange(len(targets)), float(expected)
    losses = -log_probs[rows, targets]
    mistakes = {
        meant / k: "You divide by the number of classes as well. The mean goes over the images of the batch only.",
        meant * n / k: "You divide by the number of classes. Divide by the number of images in the batch.",
        float(losses[:k].sum()) / n: "Your loop runs over the classes. Let it run over the images: `range(len(targets))`.",
        float(losses.square().mean()): "You square the log-probabilities. The loss is minus their mean, without a square.",
        float((losses * (targets > 0)).mean()): "You leave out the images of class 0. It is a class like the others: `targets > 0` drops it.",
        float(-log_probs[rows, (targets + 1) % k].mean()): "You take the class after the target. Classes count from 0, so the target is the index itself.",
        float((1 - (-losses).exp()).mean()): "You return one minus the probability. The loss is minus its logarithm, which you are given.",
        float(-(-losses).exp().mean().log()): "You average the probabilities and take the logarithm last. Average the log-probabilities themselves.",
        **{float(0.01 * (100 - i) * losses.mean() - 0.01 * i * log_probs.mean()): "You smooth the targets: a part of the weight goes to all classes alike. Only the true class counts." for i in range(1, 60)},
        **{float(-((-losses).exp() + 10.0**-i).log().mean()): f"You add 1e-{i} to probabilities and take the logarithm again, so a large loss comes out too small. Use the log-probabilities as they are." for i in range(2, 20)},
        float(-log_probs[rows, targets - 1].mean()): "You take the class before the target. Classes count from 0, so the target is the index itself.",
        float((losses * targets).mean()): "You multiply by the class numbers. A target only says which entry to take.",
        float(-(-losses).exp().mean()): "You turn the log-probabilities into probabilities. The loss is minus the logarithm itself: leave the exponential out.",
        float(-log_probs.sum(1).mean()): "You add up the log-probabilities of all classes. Only that of the true class counts.",
        float(-(1 - log_probs.exp()[rows, targets]).log().mean()): "You take the logarithm of one minus the probability. The loss is minus the log-probability itself.",
        float(-log_probs[targets % n].sum()) / n: "Your `log_probs[targets]` picks whole rows, not one entry of each row. Pair each row with its target: `log_probs[rows, targets]`.",
        **{float(losses.clamp(max=low).mean()): f"You cut the log-probabilities off at -{low}. However small they are, take them as they are." for low in (*range(1, 200), 500, 1000)},
    }  # fmt: skip
    if said := told_by(got, expected, mistakes, losses, "image"):
        return said
    if meant > 20 and float(got) < meant:
        return "Where true classes are unlikely, your loss is too small: is something clamped, or turned into probabilities and back? Take the log-probabilities as they are."
    return ""


def nll_loss(log_probs, targets):
    return -log_probs[torch.arange(len(targets)), targets].mean()


instead = changes_of(nll_loss)
ONE_FOR_EACH = "You return one loss for each image. Take their mean: the result is one number."
globals().update(common(instead, "nll_loss", ONE_FOR_EACH))  # where `of_module` reads them
PAIRED = "[torch.arange(len(targets)), targets]"

sum_instead_of_mean = instead("You add the losses of the batch up. Take their mean.", {"mean": "sum"})
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
ten_classes_written_in = instead(
    "You write ten classes into the one-hot table. Your function gets any number: use `log_probs.shape[1]`.",
    {f"log_probs{PAIRED}": "(F.one_hot(targets, 10) * log_probs).sum(dim=1)"},
)
gather_without_a_column = instead(
    "You give `gather` a flat index. It wants as many axes as the table has: `targets[:, None]`, a column.",
    {PAIRED: ".gather(1, targets)"},
)
gather_along_the_batch = instead(
    "You gather along the batch: axis 0. The classes are axis 1: `gather(1, targets[:, None])`.",
    {PAIRED: ".gather(0, targets[None])"},
)
logarithm_taken_again = instead(
    "You take the logarithm of log-probabilities, which are negative. They are logarithms already: use them as they are.",
    {f"log_probs{PAIRED}": f"torch.log(log_probs{PAIRED})"},
)
there_and_back = instead(
    "You take the exponential and the logarithm again: a small probability rounds to 0, and its loss is infinite. Use the log-probabilities as they are.",
    {f"log_probs{PAIRED}": f"torch.log(torch.exp(log_probs){PAIRED})"},
)
input_changed_in_place = instead(
    "Your loss is right, but you change the log-probabilities: `*=` works in place. Make a new tensor.",
    {"return -": "log_probs *= -1\n    return "},
)
