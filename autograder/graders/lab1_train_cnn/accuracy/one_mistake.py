"""One mistake in `accuracy`."""

# CANARY-5b0c2f6e-hidden-grader

import torch

from autograder.graders.kit.answers import false

BOTH = ("test_accuracy_values", "test_accuracy_of_all_right")


@false(*BOTH)
def in_percent(logits, labels):
    return 100.0 * sum(int(row.argmax()) == int(y) for row, y in zip(logits, labels)) / len(labels)


@false(*BOTH)
def one_less_below(logits, labels):
    right = (logits.argmax(1) == labels).sum().item()
    return right / max(len(labels) - 1, 1) if len(labels) > 1 else right / 2


@false(*BOTH)
def half_the_images(logits, labels):
    right = 0
    for i in range(0, len(labels), 2):
        right += int(logits[i].argmax() == labels[i])
    return right / len(labels)


@false("test_accuracy_values")
def cut_to_one_digit(logits, labels):
    share = (logits.argmax(1) == labels).double().mean().item()
    return int(share * 10) / 10


@false("test_accuracy_values")
def square_of_the_share(logits, labels):
    return (logits.argmax(1) == labels).double().mean().item() ** 2


@false("test_accuracy_values")
def all_or_nothing(logits, labels):
    return float((logits.argmax(1) == labels).all())


@false(*BOTH)
def best_image_of_each_class(logits, labels):
    return (logits.argmax(0) == labels).double().mean().item()


@false("test_accuracy_is_a_number", *BOTH)
def text_in_percent(logits, labels):
    return f"{(logits.argmax(1) == labels).double().mean().item():.1%}"


@false("test_accuracy_is_a_number", *BOTH)
def answers_one_by_one(logits, labels):
    return torch.eq(logits.argmax(1), labels).float()


@false("test_accuracy_is_a_number")
def list_of_one_share(logits, labels):
    right = torch.zeros(1)
    for row, label in zip(logits, labels):
        right += row.argmax() == label
    return right / len(labels)
