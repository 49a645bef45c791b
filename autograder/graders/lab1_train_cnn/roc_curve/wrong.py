"""Wrong answers for `roc_curve`, in the style of students: each must lose the item."""

# CANARY-5b0c2f6e-hidden-grader

import torch


def step_for_every_sample(scores, labels):
    # ties one by one
    pairs = sorted(zip(scores.tolist(), labels.tolist()), key=lambda each: -each[0])
    pos, neg = int(labels.sum()), int((labels == 0).sum())
    tp = fp = 0
    fpr, tpr, thresholds = [0.0], [0.0], [float("inf")]
    for score, label in pairs:
        tp, fp = tp + (label == 1), fp + (label == 0)
        fpr.append(fp / neg)
        tpr.append(tp / pos)
        thresholds.append(score)
    return torch.tensor(fpr), torch.tensor(tpr), torch.tensor(thresholds)


def starts_at_the_first_score(scores, labels):
    # (0, 0) is missing
    fpr, tpr, used = [], [], sorted(set(scores.tolist()), reverse=True)
    for t in used:
        chosen = scores >= t
        fpr.append(float(chosen[labels == 0].float().mean()))
        tpr.append(float(chosen[labels == 1].float().mean()))
    return torch.tensor(fpr), torch.tensor(tpr), torch.tensor(used)


def rising_thresholds(scores, labels):
    # from the lowest threshold to the highest
    used = [*sorted(set(scores.tolist())), float("inf")]
    fpr = [float((scores[labels == 0] >= t).float().mean()) for t in used]
    tpr = [float((scores[labels == 1] >= t).float().mean()) for t in used]
    return torch.tensor(fpr), torch.tensor(tpr), torch.tensor(used)


def true_positives_first(scores, labels):
    # the results in another order
    used = [float("inf"), *sorted(set(scores.tolist()), reverse=True)]
    fpr = [float((scores[labels == 0] >= t).float().mean()) for t in used]
    tpr = [float((scores[labels == 1] >= t).float().mean()) for t in used]
    return torch.tensor(tpr), torch.tensor(fpr), torch.tensor(used)


def strictly_above(scores, labels):
    # > in place of >=
    used = [float("inf"), *sorted(set(scores.tolist()), reverse=True)]
    fpr = [float((scores[labels == 0] > t).float().mean()) for t in used]
    tpr = [float((scores[labels == 1] > t).float().mean()) for t in used]
    return torch.tensor(fpr), torch.tensor(tpr), torch.tensor(used)


def hundred_thresholds(scores, labels):
    # a grid between 0 and 1
    used = torch.linspace(1.0, 0.0, 101)
    fpr = torch.tensor([float((scores[labels == 0] >= t).float().mean()) for t in used])
    tpr = torch.tensor([float((scores[labels == 1] >= t).float().mean()) for t in used])
    return fpr, tpr, used


def precision_for_tpr(scores, labels):
    # precision and recall
    used = torch.cat([torch.tensor([float("inf")]), scores.unique().flip(0).float()])
    tpr = torch.tensor(
        [float((labels[scores >= t] == 1).float().mean()) if t < float("inf") else 0.0 for t in used]
    )
    fpr = torch.tensor([float((scores[labels == 0] >= t).float().mean()) for t in used])
    return fpr, tpr, used


def divided_by_all(scores, labels):
    # both by the number of samples
    order = scores.argsort(descending=True)
    hits = labels[order].float()
    n = len(labels)
    tpr = torch.cat([torch.zeros(1), hits.cumsum(0) / n])
    fpr = torch.cat([torch.zeros(1), (1 - hits).cumsum(0) / n])
    return fpr, tpr, torch.cat([torch.tensor([float("inf")]), scores[order].float()])


def even_steps_without_a_top(scores, labels):
    # a grid, and nothing above it
    used = torch.arange(50, -1, -1) / 50
    fpr = torch.tensor([float((scores[labels == 0] >= t).float().mean()) for t in used])
    tpr = torch.tensor([float((scores[labels == 1] >= t).float().mean()) for t in used])
    return fpr, tpr, used


def at_most(scores, labels):
    # <= for >=
    used = [scores.max().item() + 1, *sorted(set(scores.tolist()), reverse=True)]
    fpr = [float((scores[labels == 0] <= t).float().mean()) for t in used]
    tpr = [float((scores[labels == 1] <= t).float().mean()) for t in used]
    return torch.tensor(fpr), torch.tensor(tpr), torch.tensor(used)


def first_of_each_tie(scores, labels):
    # the group is cut at its first sample, in the order of an unstable sort
    order = scores.argsort(descending=True)
    s, y = scores[order], labels[order].to(scores.dtype)
    first = torch.ones(len(s), dtype=torch.bool)
    first[1:] = s[1:] != s[:-1]
    tp, fp = y.cumsum(0), (1 - y).cumsum(0)
    zero = torch.zeros(1, dtype=scores.dtype)
    tpr, fpr = torch.cat([zero, (tp / tp[-1])[first]]), torch.cat([zero, (fp / fp[-1])[first]])
    return fpr, tpr, torch.cat([s[:1] + 1, s[first]])


def zero_is_the_first_threshold(scores, labels):
    # 0 for infinity
    used = torch.cat([torch.zeros(1, dtype=scores.dtype), scores.unique().flip(0)])
    tpr = torch.stack([(scores[labels == 1] >= t).to(scores.dtype).mean() for t in used])
    fpr = torch.stack([(scores[labels == 0] >= t).to(scores.dtype).mean() for t in used])
    return fpr, tpr, used


def whole_numbers(scores, labels):
    # // for /
    used = [float("inf"), *sorted(set(scores.tolist()), reverse=True)]
    pos, neg = int((labels == 1).sum()), int((labels == 0).sum())
    tpr = [float(int((scores[labels == 1] >= t).sum()) // pos) for t in used]
    fpr = [float(int((scores[labels == 0] >= t).sum()) // neg) for t in used]
    return torch.tensor(fpr), torch.tensor(tpr), torch.tensor(used)


def no_running_sum(scores, labels):
    # cumsum is missing
    order = scores.argsort(descending=True)
    y = labels[order].to(scores.dtype)
    zero = torch.zeros(1, dtype=scores.dtype)
    tpr, fpr = torch.cat([zero, y / y.sum()]), torch.cat([zero, (1 - y) / (1 - y).sum()])
    return fpr, tpr, torch.cat([scores.max()[None] + 1, scores[order]])
