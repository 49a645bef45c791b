"""Hold unusual right answers for `roc_curve`: each must earn every point."""

# CANARY-5b0c2f6e-hidden-grader

import numpy as np
import torch


def one_threshold_at_a_time(scores, labels):
    # counts anew at each threshold; the first is the highest score plus one; a list
    thresholds = sorted(set(scores.tolist()), reverse=True)
    thresholds = [thresholds[0] + 1, *thresholds]
    P, N = int((labels == 1).sum()), int((labels == 0).sum())
    fpr, tpr = [], []
    for t in thresholds:
        passed = scores >= t
        tpr.append(int((passed & (labels == 1)).sum()) / P)
        fpr.append(int((passed & (labels == 0)).sum()) / N)
    return [torch.tensor(part, dtype=scores.dtype) for part in (fpr, tpr, thresholds)]


def all_thresholds_at_once(scores, labels):
    # a table of samples by thresholds
    thresholds = torch.cat([scores.max()[None] * 0 + torch.inf, scores.unique().flip(0)])
    passed = (scores[None] >= thresholds[:, None]).to(scores.dtype)  # (T, N)
    positive = (labels == 1).to(scores.dtype)
    return passed @ (1 - positive) / (1 - positive).sum(), passed @ positive / positive.sum(), thresholds


def collinear_points_dropped(scores, labels):
    # keeps corners only, as scikit-learn does
    order = torch.argsort(scores, descending=True)
    s, hit = scores[order], labels[order]
    last = torch.cat([(s[1:] != s[:-1]).nonzero()[:, 0], torch.tensor([len(s) - 1])])
    tp, fp = hit.cumsum(0)[last], (1 - hit).cumsum(0)[last]
    if len(last) > 2:
        bend = (tp.diff(n=2) != 0) | (fp.diff(n=2) != 0)
        keep = torch.cat([torch.tensor([True]), bend, torch.tensor([True])])
        tp, fp, last = tp[keep], fp[keep], last[keep]
    tpr = torch.cat([torch.zeros(1), tp.double() / tp[-1]]).to(scores.dtype)
    fpr = torch.cat([torch.zeros(1), fp.double() / fp[-1]]).to(scores.dtype)
    return fpr, tpr, torch.cat([torch.full((1,), float("inf"), dtype=scores.dtype), s[last]])


def every_corner_only(scores, labels):
    # drops each point on a straight line, diagonal ones too; integer arithmetic
    points, thresholds = [(0, 0)], [float(scores.max()) + 1]
    for t in sorted(set(scores.tolist()), reverse=True):
        x = int(((scores >= t) & (labels == 0)).sum())
        y = int(((scores >= t) & (labels == 1)).sum())
        while len(points) > 1:
            (x0, y0), (x1, y1) = points[-2:]
            if (x1 - x0) * (y - y0) != (x - x0) * (y1 - y0):
                break
            points.pop()
            thresholds.pop()
        points.append((x, y))
        thresholds.append(t)
    fpr, tpr = torch.tensor(points, dtype=scores.dtype).T / torch.tensor(points[-1])[:, None]
    return fpr.to(scores.dtype), tpr.to(scores.dtype), torch.tensor(thresholds, dtype=scores.dtype)


def numpy_search(scores, labels):
    # counts by binary search in sorted scores
    s, y = scores.numpy(), labels.numpy().astype(bool)
    thresholds = np.concatenate([[np.inf], np.unique(s)[::-1]]).astype(s.dtype)
    positives, negatives = np.sort(s[y]), np.sort(s[~y])
    tpr = 1 - np.searchsorted(positives, thresholds, side="left") / len(positives)
    fpr = 1 - np.searchsorted(negatives, thresholds, side="left") / len(negatives)
    return tuple(torch.from_numpy(part.astype(s.dtype)) for part in (fpr, tpr, thresholds))


def groups_by_dictionary(scores, labels):
    # counts positives and negatives of each score; an end point twice, with −∞
    groups = {}
    for score, label in zip(scores.tolist(), labels.tolist(), strict=True):
        groups.setdefault(score, [0, 0])[label] += 1
    rows, fp, tp = [(0, 0, scores.max().item() + 100)], 0, 0
    for score in sorted(groups, reverse=True):
        fp, tp = fp + groups[score][0], tp + groups[score][1]
        rows.append((fp, tp, score))
    rows.append((fp, tp, float("-inf")))
    fpr, tpr, thresholds = torch.tensor(rows, dtype=torch.float64).unbind(1)
    print(len(rows), "points")
    return (fpr / fp).to(scores.dtype), (tpr / tp).to(scores.dtype), thresholds.to(scores.dtype)
