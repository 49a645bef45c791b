"""One mistake in `roc_curve`."""

# CANARY-5b0c2f6e-hidden-grader

import torch

from autograder.graders.kit.answers import false

SHAPE, RATES, ENDS, TIES = (f"test_roc_curve_{each}" for each in ("returns_three", "values", "ends", "ties"))


def _curve(scores, labels, used, top=(), positive=1):
    """Return the rates at each threshold of `used`, behind a point (0, 0) for each of `top`."""
    zero = [torch.zeros(len(top), dtype=scores.dtype)]
    fpr, tpr = (
        torch.cat([*zero, torch.stack([(scores[labels == c] >= t).to(scores.dtype).mean() for t in used])])
        for c in (1 - positive, positive)
    )
    return fpr, tpr, torch.cat([torch.tensor(top, dtype=scores.dtype), used])


@false(ENDS)
def nothing_in_front(scores, labels):
    return _curve(scores, labels, scores.unique().flip(0))


@false(ENDS)
def lowest_score_left_out(scores, labels):
    return _curve(scores, labels, scores.unique().flip(0)[:-1], (float("inf"),))


@false(ENDS)
def begins_at_one(scores, labels):
    return _curve(scores, labels, scores.unique().flip(0), (1.0,))


@false(ENDS)
def highest_score_twice(scores, labels):
    return _curve(scores, labels, scores.unique().flip(0), (float(scores.max()),))


@false(ENDS)
def from_the_lowest_to_the_highest(scores, labels):
    return tuple(each.flip(0) for each in _curve(scores, labels, scores.unique().flip(0), (float("inf"),)))


@false(SHAPE, ENDS)
def a_threshold_too_few(scores, labels):
    fpr, tpr, used = _curve(scores, labels, scores.unique().flip(0), (float("inf"),))
    return fpr, tpr, used[1:]


@false(RATES)
def zero_is_positive(scores, labels):
    return _curve(scores, labels, scores.unique().flip(0), (float("inf"),), positive=0)


@false(RATES)
def rates_the_other_way_round(scores, labels):
    fpr, tpr, used = _curve(scores, labels, scores.unique().flip(0), (float("inf"),))
    return tpr, fpr, used


@false(RATES)
def rounded_to_one_digit(scores, labels):
    fpr, tpr, used = _curve(scores, labels, scores.unique().flip(0), (float("inf"),))
    return fpr.round(decimals=1), tpr.round(decimals=1), used


@false(RATES)
def every_second_score(scores, labels):
    used = scores.unique().flip(0)
    return _curve(scores, labels, torch.cat([used[:-1:2], used[-1:]]), (float("inf"),))


@false(RATES, ENDS)
def greater_than(scores, labels):
    used = torch.cat([torch.tensor([float("inf")], dtype=scores.dtype), scores.unique().flip(0)])
    fpr, tpr = (
        torch.tensor([float((scores[labels == c] > t).double().mean()) for t in used]) for c in (0, 1)
    )
    return fpr, tpr, used


@false(RATES, ENDS)
def shares_of_all_samples(scores, labels):
    used = [float("inf"), *sorted(set(scores.tolist()), reverse=True)]
    n = len(labels)
    fpr = [sum(1 for s, y in zip(scores.tolist(), labels.tolist()) if s >= t and y == 0) / n for t in used]
    tpr = [sum(1 for s, y in zip(scores.tolist(), labels.tolist()) if s >= t and y == 1) / n for t in used]
    return fpr, tpr, used


@false(TIES)
def a_step_for_each_sample(scores, labels):
    tp = fp = 0
    curve = [(0.0, 0.0, float("inf"))]
    pos = int(labels.sum())
    for s, y in sorted(zip(scores.tolist(), labels.tolist()), reverse=True):
        tp, fp = tp + y, fp + 1 - y
        curve.append((fp / (len(labels) - pos), tp / pos, s))
    return tuple(list(each) for each in zip(*curve))


@false(TIES)
def scores_sorted_in_place(scores, labels):
    result = _curve(scores, labels, scores.unique().flip(0), (float("inf"),))
    scores.numpy().sort()
    return result


@false(SHAPE, RATES, ENDS, TIES)
def only_the_rates(scores, labels):
    return _curve(scores, labels, scores.unique().flip(0), (float("inf"),))[:2]
