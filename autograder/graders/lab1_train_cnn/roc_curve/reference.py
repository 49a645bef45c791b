"""Reference and misconceptions of `roc_curve`: both rates as the threshold falls."""

# CANARY-5b0c2f6e-hidden-grader

import itertools

import torch
import torch.nn.functional as F

from autograder.graders.lab1_train_cnn.library import TAKEN  # noqa: F401  (items under the from-scratch rule have it)
from autograder.graders.lab1_train_cnn.roc_curve.thresholds import *  # noqa: F403  (of_module reads them here)
from autograder.graders.lab1_train_cnn.roc_curve.written import instead
from autograder.grading.misconceptions import misconception

MOST_POINTS = 20_000  # a curve's corners are looked for one by one
PICTURE = "curve"
RESULTS = ("false positive rates", "true positive rates", "thresholds")
LENIENT = True  # any kind of sequence and any floating dtype: the task names neither


def reference(scores, labels):
    thresholds, group = torch.unique(scores, return_inverse=True)  # rising; equal scores share a group
    positives = torch.bincount(group[labels == 1], minlength=len(thresholds)).flip(0).cumsum(0)
    negatives = torch.bincount(group[labels == 0], minlength=len(thresholds)).flip(0).cumsum(0)
    fpr = F.pad(negatives.double() / negatives[-1], (1, 0))
    tpr = F.pad(positives.double() / positives[-1], (1, 0))
    thresholds = F.pad(thresholds.flip(0), (1, 0), value=float("inf"))
    return fpr.to(scores.dtype), tpr.to(scores.dtype), thresholds


def normalise(value):
    """Return the curve's corners, with infinity for a first threshold that is above the second.

    Points that repeat the one before them or lie on the line between their neighbours may be kept or dropped;
    they are dropped here. What is no curve, or has a threshold that rises, is returned unchanged.
    """
    if not (isinstance(value, tuple | list) and len(value) == 3):
        return value
    if not all(isinstance(part, torch.Tensor) and part.is_floating_point() for part in value):
        return value
    fpr, tpr, thresholds = (part.detach() for part in value)
    if fpr.dim() != 1 or not fpr.shape == tpr.shape == thresholds.shape or not 2 <= len(fpr) <= MOST_POINTS:
        return value
    if not bool((thresholds[1:] <= thresholds[:-1]).all()):
        return value
    if thresholds[0] > thresholds[1]:
        thresholds = torch.cat([torch.full_like(thresholds[:1], float("inf")), thresholds[1:]])
    corners = _corners(list(zip(fpr.tolist(), tpr.tolist(), strict=True)))
    return fpr[corners], tpr[corners], thresholds[corners]


def _corners(points, tolerance=1e-6):
    """Return the indices of the points where the path turns; of equal neighbours, the first one's."""
    distinct = [0]
    for i, (x, y) in enumerate(points):
        x0, y0 = points[distinct[-1]]
        if not (abs(x - x0) <= tolerance and abs(y - y0) <= tolerance):  # written so that NaN is kept
            distinct.append(i)
    corners = distinct[:1]
    for here, following in itertools.pairwise(distinct[1:]):
        (x0, y0), (x1, y1), (x2, y2) = points[corners[-1]], points[here], points[following]
        straight = abs((x1 - x0) * (y2 - y1) - (x2 - x1) * (y1 - y0)) <= tolerance
        onwards = (x1 - x0) * (x2 - x1) >= -tolerance and (y1 - y0) * (y2 - y1) >= -tolerance
        if not (straight and onwards):
            corners.append(here)
    return corners + distinct[1:][-1:]


def _path(fpr, tpr):
    """Return the points where a curve turns, rounded."""
    points = [(round(x, 5), round(y, 5)) for x, y in zip(fpr.tolist(), tpr.tolist(), strict=True)]
    return [points[i] for i in _corners(points)]


def clue(args, kwargs, got, expected):
    """Name the first property of a ROC curve that does not hold."""
    if not isinstance(got, tuple | list) or len(got) != 3:
        return ""
    try:
        fpr, tpr, thresholds = (torch.as_tensor(part).double() for part in got)
        if not fpr.shape == tpr.shape == thresholds.shape or fpr.ndim != 1 or len(fpr) < 2:
            return "The three results must be flat and of one length: a threshold belongs to every point."
        theirs = tuple(part.double() for part in expected)
        rising = thresholds[1:] > thresholds[:-1]
        if len(rising) > 2 and int(rising.sum()) == 1 and bool(rising[-1]):
            return "Your last threshold is above the one before it. The smallest score is the last: it lets every sample pass, and nothing comes after it."
        if bool(rising.any()):
            return "Your thresholds rise. Start with the one above every score and let it fall."
        if _path(fpr, tpr) == _path(*theirs[:2]):
            if len(thresholds) == len(theirs[2]) and torch.allclose(thresholds[:-1], theirs[2][1:]):
                return "Your thresholds are shifted by one place against the points. The first belongs to (0, 0), where nobody passes: put it in front, above every score."
            return "Your rates are right and the thresholds are not: beside each point stands the smallest score that passes there, as it is, and beside (0, 0) one that is above every score."
        if bool(fpr.isnan().any() | tpr.isnan().any()):
            return "A rate is nan: 0/0. Divide by the number of positives, and by the number of negatives, which are never 0 here."
        known = args[0].double().unique()
        nearest = (thresholds[1:-1, None] - known).abs().amin(dim=1)
        if bool((nearest > 1e-6).any()):
            return "Some thresholds are no scores of the data, as on an even grid, which misses points of the curve. Use the scores themselves, each different one once."
        if float(thresholds[0]) < float(known[-1]) and not bool((known - thresholds[0]).abs().min() < 1e-6):
            return f"Your first threshold is {float(thresholds[0]):.3g}, and there are scores above it. At (0, 0) nothing passes: take infinity, or the highest score plus one."
        if not bool(((fpr * (1 - fpr)).abs() > 1e-9).any() | ((tpr * (1 - tpr)).abs() > 1e-9).any()):
            return "Your rates are 0 or 1 and nothing between: is it a division with `//`, or whole numbers that drop the fraction? Use ordinary division."
        if float(fpr[0]) == 1 and float(tpr[0]) == 1:
            return "Your curve starts at (1, 1), where all samples pass. With the highest threshold none does: count with `score >= threshold`, and let the threshold fall."
        for name, rate, share in (("false", fpr, "negatives"), ("true", tpr, "positives")):
            if float(rate.max()) > 1 + 1e-6:
                return f"Your {name} positive rate is above 1. It is a share from 0 to 1: the {share} that pass, divided by all {share}."
        positive, scores = args[1] == 1, args[0].double()
        passed = tpr * int(positive.sum()) + fpr * int(
            (~positive).sum()
        )  # how many samples each point lets pass
        higher = (scores[None] > thresholds[:, None] + 1e-6).sum(1)
        tied = (scores[None] - thresholds[:, None]).abs().le(1e-6).sum(1) > 1
        if bool(tied.any()) and bool((passed - higher - 1).abs()[tied].max() < 1e-3):
            return "Where scores are equal you keep the first point of the group, when only one of them has passed. Keep the last: there the whole tie has passed."
        for name, rate, share in (("false", fpr, "negatives"), ("true", tpr, "positives")):
            if float(rate[0]) > 1 - 1e-6 and float(rate[-1]) < 1e-6:
                return f"Your {name} positive rate falls from 1 to 0. It is the share of the {share} at or above the threshold, and rises as the threshold falls."
        if float(fpr[0]) or float(tpr[0]):
            return "Your curve does not start at (0, 0): put in a first point whose threshold is above every score."
        if abs(float(fpr[-1]) - 1) > 1e-6 or abs(float(tpr[-1]) - 1) > 1e-6:
            return "Your curve does not end at (1, 1): the lowest threshold lets every sample pass, and each rate has its own class below."
        if bool((fpr[1:] < fpr[:-1] - 1e-9).any() | (tpr[1:] < tpr[:-1] - 1e-9).any()):
            return "A rate falls as the threshold falls. Both can only rise: count with `score >= threshold`, over all samples of the class."
        distinct = len(args[0].unique())
        if len(fpr) > distinct + 1:
            return "You have more points than different scores: samples with equal scores pass together, in one step."
    except (TypeError, ValueError, RuntimeError):
        return ""
    return "The curve has the right ends. Take one threshold by hand and count: who has a score of at least that, in each class?"


# --- ties ---------------------------------------------------------------------------------------------------


@misconception(
    "You make a step for every sample, even when scores are equal. Equal scores pass the threshold together: keep only the last point of each group."
)
def ties_one_by_one(scores, labels):
    order = torch.argsort(scores, descending=True, stable=True)
    hit = (labels[order] == 1).to(scores.dtype)
    tpr, fpr = F.pad(hit.cumsum(0) / hit.sum(), (1, 0)), F.pad((1 - hit).cumsum(0) / (1 - hit).sum(), (1, 0))
    return fpr, tpr, F.pad(scores[order], (1, 0), value=float("inf"))


@misconception(
    "You keep the first point of each group of equal scores. They pass the threshold together: keep the last."
)
def ties_cut_at_the_first(scores, labels):
    order = torch.argsort(scores, descending=True, stable=True)
    hit, falling = (labels[order] == 1).to(scores.dtype), scores[order]
    first = torch.cat([torch.ones(1, dtype=torch.bool), falling[1:] != falling[:-1]])
    first[-1] = True
    tpr, fpr = (hit.cumsum(0) / hit.sum())[first], ((1 - hit).cumsum(0) / (1 - hit).sum())[first]
    return F.pad(fpr, (1, 0)), F.pad(tpr, (1, 0)), F.pad(falling[first], (1, 0), value=float("inf"))


@misconception(
    "Among equal scores you take the positives first, which flatters the curve. Equal scores move together."
)
def positives_first_among_ties(scores, labels):
    order = sorted(range(len(scores)), key=lambda i: (-float(scores[i]), -int(labels[i])))
    hit = (labels[order] == 1).to(scores.dtype)
    tpr, fpr = F.pad(hit.cumsum(0) / hit.sum(), (1, 0)), F.pad((1 - hit).cumsum(0) / (1 - hit).sum(), (1, 0))
    return fpr, tpr, F.pad(scores[order], (1, 0), value=float("inf"))


# --- the ends -----------------------------------------------------------------------------------------------

origin_missing = instead(
    "Your curve does not start at (0, 0). Put in a first point whose threshold is above every score.",
    {'F.pad(torch.unique(scores).flip(0), (1, 0), value=float("inf"))': "torch.unique(scores).flip(0)"},
)
end_missing = instead(
    "Your curve does not reach (1, 1). The lowest score is a threshold too, and it passes everything.",
    {"(0)": "(0)[:-1]"},
)
strictly_greater = instead(
    "You count scores above the threshold only. A score equal to the threshold passes it: use greater or equal.",
    {"1] >=": "1] >", "0] >=": "0] >"},
)
first_threshold_is_the_highest_score = instead(
    "Your first threshold is the highest score, but at (0, 0) nothing passes. Take one above every score.",
    {
        'F.pad(torch.unique(scores).flip(0), (1, 0), value=float("inf"))': "torch.unique(scores).flip(0)",
        "fpr, tpr, thresholds": "F.pad(fpr, (1, 0)), F.pad(tpr, (1, 0)), torch.cat([thresholds[:1], thresholds])",
    },
)
first_threshold_missing = instead(
    "You have one threshold less than points. The point (0, 0) needs one as well: any number above every score.",
    {
        'F.pad(torch.unique(scores).flip(0), (1, 0), value=float("inf"))': "torch.unique(scores).flip(0)",
        "fpr, tpr": "F.pad(fpr, (1, 0)), F.pad(tpr, (1, 0))",
    },
)
first_threshold_is_one = instead(
    "Your first threshold is 1, which need not be above every score. Take infinity, or the highest score plus one.",
    {
        'F.pad(torch.unique(scores).flip(0), (1, 0), value=float("inf"))': "torch.unique(scores).flip(0)",
        "fpr, tpr, thresholds": "F.pad(fpr, (1, 0)), F.pad(tpr, (1, 0)), F.pad(thresholds, (1, 0), value=1.0)",
    },
)


# --- the order ----------------------------------------------------------------------------------------------

thresholds_rising = instead(
    "Your thresholds rise, so the curve runs backwards. Start with the highest and let them fall.",
    {".flip(0), (1, 0)": ", (0, 1)"},
)


@misconception(
    "You collect the lowest scores first. A high score means positive: sort from the highest to the lowest."
)
def lowest_scores_first(scores, labels):
    thresholds = torch.unique(scores)
    tpr = torch.stack([(scores[labels == 1] <= t).to(scores.dtype).mean() for t in thresholds])
    fpr = torch.stack([(scores[labels == 0] <= t).to(scores.dtype).mean() for t in thresholds])
    return F.pad(fpr, (1, 0)), F.pad(tpr, (1, 0)), F.pad(thresholds, (1, 0), value=-float("inf"))


below_the_threshold = instead(
    "You count what lies below the threshold. A sample is called positive when its score reaches the threshold.",
    {"1] >=": "1] <", "0] >=": "0] <"},
)


@misconception("You sort the scores but not the labels. Reorder both in the same way.")
def labels_left_unsorted(scores, labels):
    falling = torch.sort(scores, descending=True).values
    hit = (labels == 1).to(scores.dtype)
    last = torch.cat([falling[1:] != falling[:-1], torch.ones(1, dtype=torch.bool)])
    tpr, fpr = (hit.cumsum(0) / hit.sum())[last], ((1 - hit).cumsum(0) / (1 - hit).sum())[last]
    return F.pad(fpr, (1, 0)), F.pad(tpr, (1, 0)), F.pad(falling[last], (1, 0), value=float("inf"))


@misconception("You do not sort at all. Go through the samples from the highest score to the lowest.")
def not_sorted(scores, labels):
    hit = (labels == 1).to(scores.dtype)
    tpr, fpr = F.pad(hit.cumsum(0) / hit.sum(), (1, 0)), F.pad((1 - hit).cumsum(0) / (1 - hit).sum(), (1, 0))
    return fpr, tpr, F.pad(scores, (1, 0), value=float("inf"))


# --- the rates ----------------------------------------------------------------------------------------------

rates_swapped = instead(
    "Your two rates are swapped. The false positive rate comes first, and label 1 is the positive class.",
    {"fpr, tpr": "tpr, fpr"},
)
counts_instead_of_rates = instead(
    "You return counts. Divide true positives by all positives and false positives by all negatives.",
    {
        "1] >= t).to(scores.dtype).mean": "1] >= t).sum",
        "0] >= t).to(scores.dtype).mean": "0] >= t).sum",
        ", tpr": ".to(scores.dtype), tpr.to(scores.dtype)",
    },
)


@misconception(
    "You divide by the number of all samples. Divide by the positives for one rate, by the negatives for the other."
)
def divided_by_all_samples(scores, labels):
    thresholds = F.pad(torch.unique(scores).flip(0), (1, 0), value=float("inf"))
    tpr = torch.stack([(scores[labels == 1] >= t).sum() for t in thresholds])
    fpr = torch.stack([(scores[labels == 0] >= t).sum() for t in thresholds])
    return (fpr / len(scores)).to(scores.dtype), (tpr / len(scores)).to(scores.dtype), thresholds


@misconception(
    "You divide each rate by the other class's number. True positives go with positives, false ones with negatives."
)
def divided_by_the_other_class(scores, labels):
    thresholds = F.pad(torch.unique(scores).flip(0), (1, 0), value=float("inf"))
    tpr = torch.stack([(scores[labels == 1] >= t).to(scores.dtype).sum() for t in thresholds])
    fpr = torch.stack([(scores[labels == 0] >= t).to(scores.dtype).sum() for t in thresholds])
    return fpr / (labels == 1).sum(), tpr / (labels == 0).sum(), thresholds


specificity_for_fpr = instead(
    "Your first rate is the specificity. The false positive rate is one minus that.",
    {"0] >=": "0] <"},
)


@misconception(
    "You divide false positives by everything called positive. Divide them by all samples that are negative."
)
def false_discovery_rate_for_fpr(scores, labels):
    thresholds = F.pad(torch.unique(scores).flip(0), (1, 0), value=float("inf"))
    tpr = torch.stack([(scores[labels == 1] >= t).to(scores.dtype).sum() for t in thresholds])
    fpr = torch.stack([(scores[labels == 0] >= t).to(scores.dtype).sum() for t in thresholds])
    return fpr / (tpr + fpr).clamp(min=1), tpr / tpr[-1], thresholds


thresholds_on_a_grid = instead(
    "You try thresholds on an even grid, which misses points of the curve. Use the scores themselves as thresholds.",
    {
        'F.pad(torch.unique(scores).flip(0), (1, 0), value=float("inf"))': "torch.linspace(1, 0, 11, dtype=scores.dtype)",
        "fpr, tpr, thresholds": "F.pad(fpr, (1, 0)), F.pad(tpr, (1, 0)), F.pad(thresholds, (1, 0), value=2.0)",
    },
)
