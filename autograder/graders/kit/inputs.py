"""Inputs for functions of scores, labels and counts: hidden tests and relations draw them."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

from dataclasses import replace

import torch

from autograder.graders.kit import instruments
from autograder.grading.rng import Rng
from autograder.sandbox.inside.parts import Net, Workshop

DOUBLE = torch.float64
Pair = tuple[torch.Tensor, torch.Tensor]


def far_apart(rng: Rng) -> torch.Tensor:
    """Return two float32 rows: one rises past what exp can hold, its largest value far to the right; one lies below."""
    rising = torch.linspace(20, 100, 30) + rng.uniform(30)
    return torch.stack([rising, rng.uniform(30, low=-32, high=-20)])


def extreme(rng: Rng) -> tuple[torch.Tensor, ...]:
    """Return logits of extreme size, each kind in a shape of its own; the mildest first, float32 below a few hundred."""
    rows = torch.tensor([[9900.0], [0.0], [-9900.0]], dtype=DOUBLE)
    gap = torch.tensor([-450.0, 450.0, 0.0, 449.0], dtype=DOUBLE)
    return (
        rng.uniform(2, 5, low=60, high=70),
        rng.uniform(3, 4, low=95, high=110),
        rng.uniform(4, 6, low=-130, high=-110),
        100 * rng.normal(4, 5),
        gap + rng.normal(5, 4, dtype=DOUBLE),
        rows + rng.normal(3, 7, dtype=DOUBLE),
        1e4 * (2 * rng.uniform(3, 6, dtype=DOUBLE) - 1),
    )


def targets_for(rng: Rng, logits: torch.Tensor) -> torch.Tensor:
    """Return a target for each row, of as many classes as there are."""
    n, k = logits.shape
    return rng.permutation(max(n, k))[:n] % k


def with_empty_classes(rng: Rng) -> torch.Tensor:
    """Return a confusion matrix with classes without a row, a column, or a hit."""
    cm = rng.integers(1, 9, 6, 6)
    cm[1], cm[:, 2] = 0, 0  # class 1 never occurs, class 2 is never predicted
    cm[3], cm[:, 3] = 0, 0  # class 3 neither
    cm[4, 4] = 0
    return one_class_apart(cm)


def one_class_apart(cm: torch.Tensor) -> torch.Tensor:
    """Return a matrix whose class 0 is never confused, so that division with `//` gives another answer than zeros."""
    cm[0, 1:], cm[1:, 0] = 0, 0
    return cm


def batch(logits: torch.Tensor, targets: torch.Tensor) -> Pair:
    """Return the batch in an order in which neither end has the smallest or the largest loss."""
    losses = logits.logsumexp(1) - logits[torch.arange(len(targets)), targets]
    order = losses.argsort().roll(2)
    return logits[order], targets[order]


def prediction(rng: Rng, training: bool, n: int = 9) -> tuple[Net, torch.Tensor]:
    """Return a network and images of which it is unsure but not torn, of several classes, the first one's not 0."""
    for _ in range(20):  # some networks have one answer for all images: draw another
        net = instruments.with_dropout(instruments.network(rng, training))
        images = 2 * rng.normal(80, instruments.FEATURES)
        with torch.no_grad():
            p = Workshop().build(replace(net, training=False))(images).softmax(1)
        top, labels = p.topk(2, dim=1).values, p.argmax(1)
        torn = top[:, 0] - top[:, 1] < 0.05
        chosen = (top[:, 0] + torn).argsort()[:9]
        if len(labels[chosen].unique()) > 1 and float(top[chosen].max()) < 0.98:
            break
    return net, images[chosen[(labels[chosen] == 0).int().argsort(stable=True)]][:n]


def scored(rng: Rng, n: int, k: int) -> torch.Tensor:
    """Return scores without ties, the highest of all in the first row: one argmax of everything is not always wrong."""
    logits = rng.spread(n, k, gap=0.02)
    return logits.roll(-(int(logits.argmax()) // k), 0)


def drawn(rng: Rng) -> list[tuple[int, int, int]]:
    """Return batches that are right or wrong by chance: no answer follows from their shapes."""
    return [(rng.number(1, 6), rng.number(3, 7), rng.number(0, 1)) for _ in range(8)]


def all_classes(rng: Rng, n: int, k: int) -> Pair:
    """Return predictions and labels in which every class and the last pair of classes occur."""
    preds, labels = rng.integers(0, k, n), rng.integers(0, k, n)
    preds[1 : k + 1] = labels[1 : k + 1] = torch.arange(k)
    return preds, labels


def matrices(rng: Rng) -> Pair:
    """Return confusion matrices of a poor classifier, with a class that comes once, and of a good one."""
    good = rng.integers(1, 9, 3, 3) + torch.diag(rng.integers(10, 60, 3))
    poor = one_class_apart(rng.integers(1, 30, 5, 5))
    poor[0, 0] = 1  # told once, and right
    return poor, good


def scores(rng: Rng, n: int, levels: int | None = None, lowest: int | None = None) -> Pair:
    """Return scores that are higher for positives, and labels of both classes; with `levels`, many scores are equal.

    `lowest`: the label of the lowest score; either, where it is None.
    """
    labels = rng.integers(0, 2, n)
    labels[0], labels[1] = 0, 1
    scores = rng.uniform(n) + 0.4 * labels
    if lowest is not None:
        scores[lowest] = scores.min() - 0.1
    return ((scores * levels).round() / levels if levels else scores), labels


def curve(rng: Rng, n: int) -> Pair:
    """Return a rising curve from (0, 0) to (1, 1)."""
    x, y = rng.uniform(n, dtype=DOUBLE).sort().values, rng.uniform(n, dtype=DOUBLE).sort().values
    x[0], x[-1], y[0], y[-1] = 0, 1, 0, 1
    return x, y
