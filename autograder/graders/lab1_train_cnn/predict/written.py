"""A right answer to `predict`, written as a student writes; misconceptions change a place or two in it."""

# CANARY-5b0c2f6e-hidden-grader

import torch

from autograder.graders.kit.changes import changes_of


def predict(model, images):
    was_training = model.training
    model.eval()
    with torch.no_grad():
        confidences, labels = torch.softmax(model(images), dim=1).max(dim=1)
    model.train(was_training)
    return labels, confidences


instead = changes_of(predict)
