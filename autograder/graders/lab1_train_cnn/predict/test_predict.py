"""Hidden tests of `predict`."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

import torch

from autograder.graders.kit import inputs, instruments
from autograder.graders.kit import relations_metrics as relations
from autograder.graders.kit.forms import form_too
from autograder.grading import item

DOUBLE = torch.float64


@item("predict", gate=True, weight=1)
def test_predict_returns_two_tensors(student, rng):
    """`predict` returns two tensors: labels (N,), whole numbers, and confidences (N,); for one image, too."""
    student.check("predict", *inputs.prediction(rng, False), form_only=True)
    form_too(student, "predict", *inputs.prediction(rng, False, n=1))


@item("predict", weight=1)
def test_predict_values(student, rng):
    """The label is the class with the highest probability, the confidence that probability."""
    student.check("predict", *inputs.prediction(rng, False), any_form=True)
    net, images = inputs.prediction(rng, False, n=1)
    student.check(
        "predict", instruments.on_images(net), images.reshape(-1, *instruments.IMAGE), any_form=True
    )


@item("predict", weight=2, holds=relations.predicts_as_an_evaluation)
def test_predict_in_evaluation_mode(student, rng):
    """Predicting happens in evaluation mode without gradients; the mode that was found is restored."""
    for training in (True, False):
        asked = inputs.prediction(rng, training)
        student.check("predict", *asked, also=("weights", "modes", "quiet", "grad"), any_form=True)
