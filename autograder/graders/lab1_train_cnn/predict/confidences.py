"""Misconceptions of `predict`: confidences that do not add up to 1 over the classes."""

# CANARY-5b0c2f6e-hidden-grader

import torch

from autograder.grading.misconceptions import misconception


@misconception("Your confidences are exponentials. Divide each by the sum of its row: that is softmax.")
def exponentials_as_confidences(model, images):
    was_training = model.training
    model.eval()
    with torch.no_grad():
        logits = model(images)
    model.train(was_training)
    confidences, labels = torch.exp(logits).max(dim=1)
    return labels, confidences


@misconception(
    "Your softmax runs over the whole batch, so all its confidences together add up to 1. Each row adds up to 1: use `dim=1`."
)
def softmax_over_everything(model, images):
    was_training = model.training
    model.eval()
    with torch.no_grad():
        logits = model(images)
    model.train(was_training)
    confidences, labels = torch.softmax(logits.flatten(), dim=0).reshape(logits.shape).max(dim=1)
    return labels, confidences
