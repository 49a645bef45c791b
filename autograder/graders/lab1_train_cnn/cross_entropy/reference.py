"""Reference and misconceptions of `cross_entropy`: the mean negative log-probability of the right classes."""

# CANARY-5b0c2f6e-hidden-grader

import torch
import torch.nn.functional as F

from autograder.graders.lab1_train_cnn import softmaxes
from autograder.graders.lab1_train_cnn.cross_entropy.targets import *  # noqa: F403  (of_module reads them here)
from autograder.graders.lab1_train_cnn.cross_entropy.targets import clue_of_the_batch
from autograder.graders.lab1_train_cnn.cross_entropy.written import instead
from autograder.graders.lab1_train_cnn.library import TAKEN  # noqa: F401  (items under the from-scratch rule have it)
from autograder.grading.misconceptions import misconception

LEAST_MISCONCEPTIONS = 10
USES = "softmax log_softmax"


def answers(logits, targets):
    """Return what stand-ins give for the batch of logits (N, K), for the batch transposed, and for each of its rows."""
    return softmaxes.of_each(logits, logits.t(), *logits)


def reference(logits, targets):
    return F.cross_entropy(logits.double(), targets).to(logits.dtype)


def scale(logits, targets):
    """Return the size of what is subtracted from what: the largest logit, and at least 1."""
    return logits.abs().max().clamp(min=1)


def clue(args, kwargs, got, expected):
    """Say by which of the batch's numbers the loss is off, or that it has a ceiling."""
    if (
        not isinstance(got, torch.Tensor)
        or got.numel() != 1
        or not bool(got.isfinite())
        or not float(expected)
    ):
        return ""
    n, k = args[0].shape
    ratio = float(got) / float(expected)
    for factor, advice in (
        (n, "You add the losses of the batch up: divide by the number of images."),
        (1 / k, "You divide by the number of classes: divide by the number of images only."),
        (1 / n, "You divide by the batch size twice."),
        (-1, "Your loss has the wrong sign: log-probabilities are negative."),
    ):
        if abs(ratio - factor) < 1e-3 * abs(factor):
            return advice
    right = torch.softmax(args[0].double(), 1)[torch.arange(n), args[1]]
    for tiny in (10.0**-i for i in range(2, 16)):
        loss = float(-(right + tiny).log().mean())
        if abs(loss - float(expected)) > 1e-3 and abs(loss - float(got)) < 1e-5 * abs(loss):
            return f"You add {tiny:g} to the probability before the logarithm, which changes the loss of a confident mistake. Compute log-probabilities directly: z − max − log Σ exp(z − max)."
    if said := clue_of_the_batch(*args, float(got)):
        return said
    if float(expected) > 35 and 0 < float(got) < float(expected):
        return "Your loss cannot grow beyond a limit: a small number is added to the probability, or it is clamped, before the logarithm. Compute log-probabilities directly: z − max − log Σ exp(z − max)."
    if float(expected) > 35:
        return "Moderate logits give the right loss and extreme ones do not: subtract each row's maximum before any exponential."
    return ""


# --- the mean -----------------------------------------------------------------------------------------------

sum_instead_of_mean = instead(
    "You add the losses of the batch up. Take their mean.",
    {"mean": "sum"},
)
mean_over_classes_too = instead(
    "You divide by the number of classes as well. The mean goes over the images of the batch only.",
    {"logp[torch.arange(len(targets)), targets]": "(logp * F.one_hot(targets, logits.shape[1]))"},
)
divided_by_the_classes = instead(
    "You divide by the number of classes. Divide by the number of images in the batch.",
    {"mean()": "sum() / logits.shape[1]"},
)
mean_missing = instead(
    "You return one loss for each image. Take their mean: the result is one number.",
    {".mean()": ""},
    about="test_cross_entropy_is_a_scalar test_cross_entropy_values",
)
only_the_first_image = instead(
    "You return the loss of the first image. Take the mean over all images.",
    {"[torch.arange(len(targets)), targets].mean()": "[0, targets[0]]"},
)


@misconception(
    "You average the probabilities and take the logarithm last. Take each image's logarithm first, then the mean."
)
def logarithm_of_the_mean(logits, targets):
    p = torch.exp(logits - torch.logsumexp(logits, dim=1, keepdim=True))
    return -torch.log(p[torch.arange(len(targets)), targets].mean())


# --- which entry --------------------------------------------------------------------------------------------

every_row_with_every_target = instead(
    "You index with all rows and all targets, which pairs each image with every target. Pair row i with target i.",
    {"torch.arange(len(targets))": ":"},
)
predicted_class_for_target = instead(
    "You use the class that the network prefers. Use the true one: the target.",
    {"[torch.arange(len(targets)), targets]": ".amax(dim=1)"},
    other_task=True,
)
targets_ignored = instead(
    "You average over all classes. Only the log-probability of the true class counts.",
    {"[torch.arange(len(targets)), targets]": ""},
    other_task=True,
)
all_classes_summed = instead(
    "You add up the log-probabilities of all classes. Only that of the true class counts.",
    {"[torch.arange(len(targets)), targets]": ".sum(dim=1)"},
    other_task=True,
)
classes_counted_from_one = instead(
    "You take the class before the target. Classes count from 0, so the target is the index itself.",
    {"].mean": " - 1].mean"},
)


# --- the probabilities --------------------------------------------------------------------------------------


@misconception(
    "You treat the logits as probabilities. They may be negative: turn them into log-probabilities first."
)
def logits_taken_for_probabilities(logits, targets):
    return -torch.log(logits[torch.arange(len(targets)), targets]).mean()


logits_taken_for_log_probabilities = instead(
    "You treat the logits as log-probabilities. Subtract the logarithm of the sum of exponentials first.",
    {"logp = logits - torch.logsumexp(logits, dim=1, keepdim=True)": "", "-logp": "-logits"},
)
softmax_twice = instead(
    "You apply softmax before log-softmax. The logits need only one of them: log-softmax.",
    {
        "logp = logits - torch.logsumexp(logits": "p = torch.exp(logits - torch.logsumexp(logits, dim=1, keepdim=True))\n    logp = p - torch.logsumexp(p",
    },
)
normalised_over_the_batch = instead(
    "You normalise over the batch. Each image's probabilities add up to 1 over the classes, along axis 1.",
    {"=1,": "=0,"},
)


@misconception(
    "You leave out the logarithm. The loss of an image is minus the log of its true class's probability."
)
def logarithm_missing(logits, targets):
    p = torch.exp(logits - torch.logsumexp(logits, dim=1, keepdim=True))
    return -p[torch.arange(len(targets)), targets].mean()


@misconception("You return one minus the probability. The loss is minus its logarithm.")
def one_minus_the_probability(logits, targets):
    p = torch.exp(logits - torch.logsumexp(logits, dim=1, keepdim=True))
    return (1 - p[torch.arange(len(targets)), targets]).mean()


sign_missing = instead(
    "Your loss has the wrong sign. Log-probabilities are negative: turn the sign round.",
    {"-logp": "logp"},
)
base_two = instead(
    "You use the logarithm to base 2. Use the natural one.",
    {"mean()": "mean() / math.log(2)"},
)
base_ten = instead(
    "You use the logarithm to base 10. Use the natural one.",
    {"mean()": "mean() / math.log(10)"},
)
binary_terms_added = instead(
    "You add the terms of the wrong classes too, as in binary cross-entropy. Only the true class's term counts.",
    {
        "return -logp[torch.arange(len(targets)), targets]": "others = torch.log1p(-torch.exp(logp).clamp(max=1 - 1e-7)) * (1 - F.one_hot(targets, logits.shape[1]))\n    return -(logp[torch.arange(len(targets)), targets] + others.sum(dim=1))",
    },
)
sigmoid_for_softmax = instead(
    "You use a sigmoid for each class. The classes exclude each other: use log-softmax.",
    {
        "logits - torch.logsumexp(logits, dim=1, keepdim=True)": "-torch.logaddexp(torch.zeros_like(logits), -logits)",
    },
)


@misconception(
    "You compute a squared error. Cross-entropy is minus the log-probability of the true class.",
    other_task=True,
)
def squared_error(logits, targets):
    p = torch.exp(logits - torch.logsumexp(logits, dim=1, keepdim=True))
    return (p - F.one_hot(targets, logits.shape[1])).square().sum(dim=1).mean()


# --- stability ----------------------------------------------------------------------------------------------

maximum_not_subtracted = instead(
    "Your exponential overflows for large logits. Subtract each row's maximum first.",
    {"logsumexp(logits, dim=1, keepdim=True)": "log(torch.exp(logits).sum(dim=1, keepdim=True))"},
)
global_maximum = instead(
    "You subtract one maximum of the whole batch. Rows far below it lose everything: use each row's own.",
    {
        "logp = logits - torch.logsumexp(logits, dim=1, keepdim=True": "z = logits - logits.max()\n    logp = z - torch.log(torch.exp(z).sum(dim=1, keepdim=True)",
    },
)


@misconception(
    "You take the logarithm of softmax. A small probability rounds to 0 and its loss is infinite: use log-softmax."
)
def logarithm_of_softmax(logits, targets):
    e = torch.exp(logits - logits.amax(dim=1, keepdim=True))
    p = e / e.sum(dim=1, keepdim=True)
    return -torch.log(p[torch.arange(len(targets)), targets]).mean()


@misconception(
    "You take the logarithm of a softmax whose exponential overflows. Use log-softmax, shifted by the row's maximum."
)
def logarithm_of_unstable_softmax(logits, targets):
    e = torch.exp(logits)
    p = e / e.sum(dim=1, keepdim=True)
    return -torch.log(p[torch.arange(len(targets)), targets]).mean()


@misconception(
    "You add a small number to the probability before the logarithm, so a large loss comes out too small. Use log-softmax, which needs no such help."
)
def epsilon_in_the_logarithm(logits, targets):
    e = torch.exp(logits - logits.amax(dim=1, keepdim=True))
    p = e / e.sum(dim=1, keepdim=True)
    return -torch.log(p[torch.arange(len(targets)), targets] + 1e-12).mean()


@misconception(
    "You add 1e-8 to the probability before the logarithm, so no loss can exceed 18. Use log-softmax, which needs no such help."
)
def larger_epsilon_in_the_logarithm(logits, targets):
    e = torch.exp(logits - logits.amax(dim=1, keepdim=True))
    p = e / e.sum(dim=1, keepdim=True)
    return -torch.log(p[torch.arange(len(targets)), targets] + 1e-8).mean()


@misconception(
    "You cut small probabilities off, so a large loss comes out too small. Use log-softmax instead."
)
def probabilities_clamped(logits, targets):
    e = torch.exp(logits - logits.amax(dim=1, keepdim=True))
    p = e / e.sum(dim=1, keepdim=True)
    return -torch.log(p[torch.arange(len(targets)), targets].clamp(1e-7, 1 - 1e-7)).mean()


double_precision_lost = instead(
    "Your loss is float32 although the logits are float64. Keep their dtype.",
    {"mean()": "mean().float()"},
)
input_changed_in_place = instead(
    "Your loss is right, but you change the logits: `-=` works in place. Make a new tensor.",
    {
        "logp = logits - torch.logsumexp(logits, dim=1, keepdim=True": "logits -= logits.amax(dim=1, keepdim=True)\n    logp = logits - torch.log(torch.exp(logits).sum(dim=1, keepdim=True)",
    },
)
