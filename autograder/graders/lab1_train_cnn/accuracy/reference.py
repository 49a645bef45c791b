"""Reference and misconceptions of `accuracy`: the share of images whose largest logit is the right one."""

# CANARY-5b0c2f6e-hidden-grader

import torch

from autograder.graders.kit.changes import changes_of
from autograder.graders.lab1_train_cnn.library import TAKEN  # noqa: F401  (items under the from-scratch rule have it)
from autograder.grading.misconceptions import misconception


def reference(logits, labels):
    return (logits.argmax(dim=1) == labels).double().mean().item()


def clue(args, kwargs, got, expected):
    """Say whether the number is rounded, or off by whole images."""
    if isinstance(got, torch.Tensor) and got.numel() == 1:
        got = got.item()
    if isinstance(got, bool) or not isinstance(got, int | float):
        return ""
    if got in (0, 1) and not float(expected).is_integer():
        return "You return a plain 0 or 1. Do you look at one sample alone, ask whether all are right, or cut or round the share? Return the share of right ones as it is."
    if any(abs(got - round(expected, digits)) < 1e-9 for digits in range(2, 5)):
        return "You round the accuracy. Return it as it is, with all its digits."
    n = len(args[1])
    right = (args[0].argmax(dim=1) == args[1]).sum().item()
    if abs(got * n - right + 1) < 1e-4 or any(abs(got * (n - 1) - right + off) < 1e-4 for off in (0, 1)):
        return f"You are one image short: is the first or the last left out, or is the number of images wrong? Let the loop run over all {n}, from 0 to {n - 1}."
    return ""


def accuracy(logits, labels):
    return (logits.argmax(dim=1) == labels).double().mean().item()


def by_counting(logits, labels):
    return (logits.argmax(dim=1) == labels).sum().item() / len(labels)


instead = changes_of(accuracy)
instead_by_counting = changes_of(by_counting)


percentage = instead(
    "You return a percentage. Return a fraction between 0 and 1.",
    {"(logits.": "100 * (logits."},
)
count_of_right_answers = instead(
    "You return how many are right. Divide by the number of images.",
    {"double().mean": "sum"},
)
error_rate = instead(
    "You return the share of errors. Count where prediction and label agree.",
    {"== labels": "!= labels"},
)
argmax_over_the_batch = instead(
    "You look for the best image of each class. Take the argmax over the classes: axis 1.",
    {"dim=1": "dim=0"},
)


@misconception(
    "You take the best image of each class, and `zip` hides that there are fewer of them than labels. Your argmax goes over the classes: axis 1."
)
def best_images_paired_with_labels(logits, labels):
    pairs = zip(logits.argmax(dim=0).tolist(), labels.tolist())  # noqa: B905  (that it stops early is the mistake)
    return sum(a == b for a, b in pairs) / len(labels)


argmax_of_everything = instead(
    "You take one argmax of the whole tensor. Take one for each row, along axis 1.",
    {"dim=1": ""},
)
smallest_logit = instead(
    "You take the smallest logit of each row. The predicted class has the largest.",
    {"argmax": "argmin"},
)
values_compared_with_labels = instead(
    "You compare the largest logit itself with the label. Compare its index.",
    {"argmax": "amax"},
)
rounded_values_compared_with_labels = instead(
    "You round the largest logit and compare it with the label. Compare the index of the largest logit.",
    {"argmax(dim=1)": "amax(dim=1).round()"},
)
every_prediction_with_every_label = instead(
    "You compare every prediction with every label, because one of them has an extra axis. Both must have shape (N,).",
    {"dim=1": "dim=1, keepdim=True"},
)
first_image_left_out = instead_by_counting(
    "You leave out the first image. Let your loop start at index 0.",
    {".sum": "[1:].sum"},
)
last_image_left_out = instead_by_counting(
    "You leave out the last image. Let your loop run to the end.",
    {".sum": "[:-1].sum"},
)
threshold_before_the_argmax = instead(
    "You compare the logits with a threshold before the argmax, so several classes tie. Take the argmax of your logits as they are.",
    {"logits.": "(logits > 0).long()."},
)
divided_by_the_classes = instead_by_counting(
    "You divide by the number of classes. Divide by the number of images.",
    {"len(labels)": "logits.shape[1]"},
)
divided_by_the_logits = instead_by_counting(
    "You divide by the number of logits. Divide by the number of images.",
    {"len(labels)": "logits.numel()"},
)
whole_number_division = instead_by_counting(
    "You return a plain 0 or 1: `//`, `int` and `all` leave no fraction. Return the share of right ones as it is.",
    {"/ len": "// len"},
)


@misconception("You round the accuracy. Return it as it is, with all its digits.")
def rounded(logits, labels):
    return round((logits.argmax(dim=1) == labels).double().mean().item(), 1)


second_guess_allowed = instead(
    "You count a label among the two largest logits as right. Only the largest counts.",
    {
        "return (logits.argmax(dim=1) == labels": "top = logits.topk(2, dim=1).indices\n    return (top == labels.unsqueeze(1)).any(dim=1",
    },
)


@misconception(
    "You average the probability of the right class. Count whether the largest logit is the right one.",
    other_task=True,
)
def mean_probability(logits, labels):
    p = torch.exp(logits - torch.logsumexp(logits, dim=1, keepdim=True))
    return p[torch.arange(len(labels)), labels].double().mean().item()


@misconception(
    "You average over the classes first, so rare classes weigh more. Count over all images together."
)
def mean_over_classes(logits, labels):
    right = (logits.argmax(dim=1) == labels).double()
    return sum(right[labels == k].mean().item() for k in labels.unique()) / len(labels.unique())


entries_of_the_one_hot_table = instead(
    "You count single entries of the one-hot table, where most zeros agree anyway. Count images: one answer each.",
    {
        "return (logits.argmax(dim=1) == labels": "K = logits.shape[1]\n    return (F.one_hot(logits.argmax(dim=1), K) == F.one_hot(labels, K)",
    },
)
classes_counted_from_one = instead(
    "Your predictions count from 1. Classes count from 0: compare the index as it is.",
    {"== labels": "+ 1 == labels"},
)
sign_of_the_logit = instead(
    "You count positive logits. The predicted class is the one with the largest logit.",
    {".argmax(dim=1) == labels": "[torch.arange(len(labels)), labels] > 0"},
)
