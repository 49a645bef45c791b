"""Misconceptions of `roc_curve` about thresholds, rates and running sums."""

# CANARY-5b0c2f6e-hidden-grader

import torch
import torch.nn.functional as F

from autograder.graders.lab1_train_cnn.roc_curve.written import instead
from autograder.grading.misconceptions import misconception

less_or_equal = instead(
    "You count the scores up to the threshold: your comparison is the wrong way round. A sample passes when its score is at least the threshold, `>=`.",
    {"1] >": "1] <", "0] >": "0] <"},
)
zero_in_front_of_rising_thresholds = instead(
    "You put 0 in front of the rising scores: nearly all of your samples pass it. Let the thresholds fall, from infinity to the lowest score.",
    {'.flip(0), (1, 0), value=float("inf")': ", (1, 0), value=0.0"},
)
zero_in_front = instead(
    "Your first threshold is 0, and nearly all scores reach it. At (0, 0) nothing passes: take infinity, or the highest score plus one.",
    {'float("inf")': "0.0"},
)


@misconception(
    "Your division drops the fraction, so each rate is 0 until the very end. Use ordinary division, with one slash."
)
def whole_number_division(scores, labels):
    thresholds = F.pad(torch.unique(scores).flip(0), (1, 0), value=float("inf"))
    tpr = torch.stack([(scores[labels == 1] >= t).sum() for t in thresholds]) // (labels == 1).sum()
    fpr = torch.stack([(scores[labels == 0] >= t).sum() for t in thresholds]) // (labels == 0).sum()
    return fpr.to(scores.dtype), tpr.to(scores.dtype), thresholds


@misconception(
    "You leave each rate as one sample's step. Add your counts up as the threshold falls: a running sum, `cumsum`."
)
def running_sum_missing(scores, labels):
    order = torch.argsort(scores, descending=True)
    hit = (labels[order] == 1).to(scores.dtype)
    fpr, tpr = F.pad((1 - hit) / (1 - hit).sum(), (1, 0)), F.pad(hit / hit.sum(), (1, 0))
    return fpr, tpr, F.pad(scores[order], (1, 0), value=float("inf"))
