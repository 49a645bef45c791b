"""What is true of a ROC curve that is not right as a whole: its points, its ends, its ties."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from autograder.graders.lab1_train_cnn.roc_curve.reference import normalise
from autograder.grading.compare import Difference

NEAR = 1e-5
RATES = ("false positive rate", "true positive rate")


def _curve(result: Any) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Return both rates and the thresholds as flat tensors; a first threshold that is missing is put in."""
    fpr, tpr, thresholds = (torch.as_tensor(each).detach().double().reshape(-1) for each in result)
    if len(thresholds) == len(fpr) - 1:
        thresholds = torch.cat([thresholds.new_full((1,), float("nan")), thresholds])
    if not len(fpr) == len(tpr) == len(thresholds) >= 2:
        raise ValueError("no curve")
    return fpr, tpr, thresholds


def points(
    scores: torch.Tensor, labels: torch.Tensor, once: bool = False
) -> Callable[[Any, Any], Difference | None]:
    """Return a fact: every point's rates are the shares that reach its threshold, and no corner is missing, whatever the ends are.

    Args:
        scores, labels: The samples.
        once: Whether a threshold may have one point only, the first apart.
    """
    positive, s = labels == 1, scores.double()

    def fact(got: Any, expected: Any) -> Difference | None:
        fpr, tpr, thresholds = _curve(got)
        begin = int(float(fpr[0]) == float(tpr[0]) == 0)  # whatever its threshold is: that is another fact
        if once and len(thresholds[1:].unique()) < len(thresholds) - 1:
            return Difference("value", "the result has several points at one threshold, expected one at each")
        for x, y, t in zip(
            fpr[begin:].tolist(), tpr[begin:].tolist(), thresholds[begin:].tolist(), strict=True
        ):
            near = NEAR * max(1, abs(t))
            reach = [s >= t] if bool((s == t).any()) else [s >= t - near, s >= t + near]
            if not any(_at(x, y, each, positive) for each in reach):
                return _wrong_point((x, y, t), reach[0], positive, _rates_are_right(fpr, tpr, expected))
        mine = torch.stack([fpr, tpr], 1)
        right = torch.stack([each.double() for each in normalise(expected)[:2]], 1)
        for corner in right[(right.sum(1) > NEAR) & (right.sum(1) < 2 - NEAR)]:
            if not bool((mine - corner).abs().amax(1).lt(1e-4).any()):
                at = ", ".join(f"{each:.4g}" for each in corner.tolist())
                return Difference("value", f"the result has no point at ({at}), expected one there")
        return None

    return fact


def _rates_are_right(fpr: torch.Tensor, tpr: torch.Tensor, expected: Any) -> bool:
    mine, right = (normalise(each)[:2] for each in ((fpr, tpr, torch.zeros_like(fpr)), expected))
    return all(
        a.shape == b.shape and torch.allclose(a.double(), b.double(), atol=1e-4)
        for a, b in zip(mine, right, strict=True)
    )


def _wrong_point(
    point: tuple[float, float, float], reach: torch.Tensor, positive: torch.Tensor, rates_are_right: bool
) -> Difference:
    """Return of a point which of the three results is wrong there."""
    x, y, t = point
    shares = [float(reach[which].double().mean()) for which in (~positive, positive)]
    if rates_are_right:
        at = f"beside the point ({x:.4g}, {y:.4g})"
        return Difference(
            "value", f"one of the thresholds is {t:.4g} {at}, expected one that gives this point", part=2
        )
    wrong = [
        i for i, (mine, share) in enumerate(zip((x, y), shares, strict=True)) if abs(mine - share) >= 1e-4
    ]
    if len(wrong) == 1:
        (i,) = wrong
        return Difference(
            "value",
            f"the {RATES[i]} is {(x, y)[i]:.4g} at the threshold {t:.4g}, expected {shares[i]:.4g} there",
            part=i,
        )
    return Difference(
        "value",
        f"the result is the point ({x:.4g}, {y:.4g}) at the threshold {t:.4g}, expected the point ({shares[0]:.4g}, {shares[1]:.4g}) there",
    )


def _at(x: float, y: float, reach: torch.Tensor, positive: torch.Tensor) -> bool:
    shares = (float(reach[which].double().mean()) for which in (~positive, positive))
    return all(abs(mine - share) < 1e-4 for mine, share in zip((x, y), shares, strict=True))


def ends(scores: torch.Tensor) -> Callable[[Any, Any], Difference | None]:
    """Return a fact: the curve runs from (0, 0), at a threshold above every score, to (1, 1), as the threshold falls."""

    def fact(got: Any, expected: Any) -> Difference | None:
        fpr, tpr, thresholds = _curve(got)
        first, last = (fpr[0], tpr[0]), (fpr[-1], tpr[-1])
        wrong = [i for i in (0, 1) if float(first[i]) != 0 or not abs(float(last[i]) - 1) < 1e-4]
        if not wrong:
            if not float(thresholds[0]) > float(scores.max()):
                return Difference(
                    "value",
                    f"the first of the thresholds is {thresholds[0]:.4g}, expected one above every score",
                    part=2,
                )
            if not bool((thresholds[1:] <= thresholds[:-1]).all()):
                return Difference(
                    "value", "the course of the thresholds is one that rises, expected one that falls", part=2
                )
            return None
        if len(wrong) == 1:
            (i,) = wrong
            return Difference(
                "value", f"the {RATES[i]} is {first[i]:.4g} at the first point and {last[i]:.4g} at the last, expected 0 and 1",
                part=i,
            )  # fmt: skip
        t = f"the threshold {thresholds[0]:.4g}" if not bool(thresholds[0].isnan()) else "no threshold"
        return Difference(
            "value",
            f"the result is a curve from ({first[0]:.4g}, {first[1]:.4g}) at {t} to ({last[0]:.4g}, {last[1]:.4g}) at {thresholds[-1]:.4g}, expected one from (0, 0) at a threshold above every score, which then falls, to (1, 1)",
        )

    return fact
