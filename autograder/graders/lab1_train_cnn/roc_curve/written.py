"""A right answer to `roc_curve`, written as a student writes; misconceptions change a place or two in it."""

# CANARY-5b0c2f6e-hidden-grader

import torch
import torch.nn.functional as F

from autograder.graders.kit.changes import changes_of


def roc_curve(scores, labels):
    thresholds = F.pad(torch.unique(scores).flip(0), (1, 0), value=float("inf"))
    tpr = torch.stack([(scores[labels == 1] >= t).to(scores.dtype).mean() for t in thresholds])
    fpr = torch.stack([(scores[labels == 0] >= t).to(scores.dtype).mean() for t in thresholds])
    return fpr, tpr, thresholds


instead = changes_of(roc_curve)
