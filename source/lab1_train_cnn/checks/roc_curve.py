import torch


def _roc(function):
    call = "roc_curve(scores, labels) with scores = [0.6, 0.9, 0.1, 0.8, 0.6, 0.3], labels = [1, 1, 0, 1, 0, 1]"
    scores, labels = _t([0.6, 0.9, 0.1, 0.8, 0.6, 0.3]), torch.tensor([1, 1, 0, 1, 0, 1])
    shown = Words("(0, 0), (0, 0.25), (0, 0.5), (0.5, 0.75), (0.5, 1), (1, 1) as (fpr, tpr); thresholds inf, 0.9, 0.8, 0.6, 0.3, 0.1")
    got = function(scores.clone(), labels.clone())
    if got is None:
        raise Wrong(call, Words("None"), shown, "Nothing came back. Is there a `return`?")
    if not isinstance(got, (tuple, list)) or len(got) != 3 or not all(isinstance(g, torch.Tensor) for g in got):
        raise Wrong(call, got, shown, "Return three tensors: fpr, tpr, thresholds.")
    fpr, tpr, thresholds = (g.detach().double() for g in got)
    if not (fpr.dim() == 1 and fpr.shape == tpr.shape == thresholds.shape):
        raise Wrong(call, tuple(got), shown, "The three tensors have one dimension and the same length.")
    curve = Words(", ".join(f"({f:.3g}, {t:.3g})" for f, t in zip(fpr.tolist(), tpr.tolist())) + "; thresholds " + ", ".join(f"{c:.3g}" for c in thresholds.tolist()))

    def wrong(advice):
        raise Wrong(call, curve, shown, advice)

    for name, rate, share, right in (("fpr", fpr, Words("negatives"), [0, 0, 0, 0.5, 0.5, 1]), ("tpr", tpr, Words("positives"), [0, 0.25, 0.5, 0.75, 1, 1])):
        words = ""
        if not rate.isfinite().all():
            words = f"There is a NaN or an infinity: divide by the number of {share}."
        elif rate.max() > 1 + 1e-6:
            words = f"{name} is a share between 0 and 1: divide the counts of {share} by the number of all {share}."
        elif rate[0] > rate[-1] and (fpr[0] > fpr[-1]) != (tpr[0] > tpr[-1]):
            words = f"{name} falls here, and should rise from 0 to 1: the lower the threshold, the more {share} lie at or above it."
        if words:
            raise Wrong(f"{call}; {name}", rate, _t(right), words)
    points = [(round(f, 4), round(t, 4)) for f, t in zip(fpr.tolist(), tpr.tolist())]
    if points[0] == (1, 1) and points[-1] == (0, 0):
        wrong("The curve runs backwards. Lower the threshold from above all scores to the smallest.")
    if points[0] == (0, 0) and points[-1] != (1, 1):
        wrong("The curve does not end at (1, 1). The smallest score is a threshold, too (>=), and fpr is divided by all negatives, tpr by all positives.")
    if points[0] != (0, 0):
        swapped = points[-1] == (1, 1) and any(p == (0.25, 0) for p in points)
        wrong("fpr and tpr are exchanged." if swapped else "The curve starts at (0, 0): put a threshold above the largest score in front.")
    allowed = {(0, 0): None, (0, 0.25): 0.9, (0, 0.5): 0.8, (0.5, 0.75): 0.6, (0.5, 1): 0.3, (1, 1): 0.1}
    if (0.25, 0) in points:
        wrong("fpr and tpr are exchanged, or the labels are read the wrong way round: 1 is positive.")
    if (0, 0.75) in points or (0.5, 0.5) in points:
        wrong("Two samples have the score 0.6, one positive and one negative. They cross the threshold together, in one step: keep only the last of equal scores.")
    if any(p not in allowed for p in points):
        wrong("At each threshold c, count the positives and the negatives with score >= c, and divide each by its own total.")
    if any(p not in points for p in ((0, 0), (0, 0.5), (0.5, 0.75), (0.5, 1), (1, 1))):
        wrong("A corner of the curve is missing. Make every different score a threshold.")
    shown, curve, call = Words("inf, 0.9, 0.8, 0.6, 0.3, 0.1"), thresholds, f"{call}; thresholds"
    if (thresholds[1:] > thresholds[:-1]).any():
        wrong("The thresholds should fall, from above all scores to the smallest.")
    if not thresholds[0] > 0.9:
        wrong("The first threshold must lie above every score, for nobody is accepted there: infinity, or the largest score + 1.")
    if any(allowed[p] is not None and abs(allowed[p] - c) > 1e-4 for p, c in zip(points, thresholds.tolist()) if p != (1, 1) or c > 0.1):
        wrong("The points are right, but not their thresholds: at each point, the threshold is the smallest score that is accepted.")
    higher, _, thresholds = function(_t([2.5, -0.5, 1.5]), torch.tensor([1, 0, 1]))
    if not thresholds[0] > 2.5:
        raise Wrong("roc_curve(scores, labels) with scores = [2.5, -0.5, 1.5], labels = [1, 0, 1]; thresholds", thresholds, Words("a first threshold above 2.5"), "A score may be any number. The first threshold must lie above every score: infinity, or the largest score + 1.")


EXAMPLES["roc_curve"] = [_roc]

HINTS["roc_curve"] = (
    "Do the picture's example by hand: for each threshold, how many of the 4 positives and of the 2 negatives lie at or above it?",
    "Sort by falling score. Going down the list, count positives and negatives seen so far (cumsum). With equal scores, note the counts only after the last of them. Put (0, 0) with threshold infinity in front.",
    "A place is a stop if the next sorted score is different, or if it is the last. Take the cumulative counts at the stops, divide by their last values, and join a 0 in front with torch.cat. (A loop over scores.unique(), from the largest down, works as well.)",
)
