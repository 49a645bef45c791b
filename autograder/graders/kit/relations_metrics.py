"""Relations of functions of scores, labels and counts: facts that hold whatever else is wrong.

Where one is not seen to hold and that does not say whose fault it is, it raises: then what was named decides.
"""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

from dataclasses import replace

import torch

from autograder.graders.kit import inputs, instruments
from autograder.graders.kit.relations import close
from autograder.grading.aspects import compare_aspect
from autograder.grading.observers import run_here
from autograder.grading.own import Own
from autograder.grading.rng import Rng

DOUBLE = torch.float64
PAIR = 700  # samples of one pair: more than a byte counts


# --- functions of scores, and losses --------------------------------------------------------------------


def dim_moves_the_function(own: Own, rng: Rng) -> bool:
    """Along another axis the function gives what it gives along the last one of the input turned; and the axis matters."""
    z, deep = 2 * rng.normal(4, 6), 2 * rng.normal(2, 5, 3)
    first = torch.as_tensor(own(z, 0))
    return (
        close(first, torch.as_tensor(own(z.t().contiguous(), 1)).t())
        and close(
            own(deep, dim=1), torch.as_tensor(own(deep.movedim(1, 2).contiguous(), dim=2)).movedim(2, 1)
        )
        and not close(first, own(z, 1))
    )


def finite_in_every_row(own: Own, rng: Rng) -> bool:
    """Extreme logits give finite values everywhere, and the input stays as it was."""
    return all(_finite(own, logits) for logits in _squares(rng))


def finite_loss(own: Own, rng: Rng) -> bool:
    """Extreme logits give a finite loss, and the logits stay as they were."""
    return all(_finite(own, logits, inputs.targets_for(rng, logits)) for logits in _squares(rng))


def _squares(rng: Rng) -> list[torch.Tensor]:
    """Return extreme logits in squares: who loses or mixes up an axis gets through."""
    return [logits[: min(logits.shape), : min(logits.shape)].contiguous() for logits in inputs.extreme(rng)]


def _finite(own: Own, logits: torch.Tensor, *others: torch.Tensor) -> bool:
    result = torch.as_tensor(own(logits, *others))
    return result.numel() > 0 and bool(result.isfinite().all()) and torch.equal(own.last["inputs"][0], logits)


# --- predictions --------------------------------------------------------------------------------------------


def predicts_as_an_evaluation(own: Own, rng: Rng) -> bool:
    """In both modes the network is run in evaluation mode and without gradients, and stays as it was.

    A copy of it may be run, whose passes nobody sees: then both modes have one answer, and other images another.
    """
    known = own.student.material(own.item)
    net = instruments.with_dropout(instruments.network(rng))
    images, others = rng.normal(5, instruments.FEATURES), rng.normal(5, instruments.FEATURES)
    results = []
    for training in (True, False):
        asked = [replace(net, training=training), images]
        results.append(own(*asked))
        spec = {"item": own.item, "args": asked, "kwargs": {}, "seed": 0}
        expected = run_here({own.item: known.reference}, "call", spec).value
        looked_at = ("weights", "modes", "quiet", "grad")
        if any(compare_aspect(each, own.last, expected, known, None, False) for each in looked_at):
            return False
    if own.last["log"]:
        return True
    ran, quietly, other = ([torch.as_tensor(part) for part in each] for each in (*results, own(net, others)))
    return all(map(close, ran, quietly)) and not all(map(close, ran, other))


# --- the metrics --------------------------------------------------------------------------------------------


def counts_in_a_larger_table(own: Own, rng: Rng) -> bool:
    """Each cell counts what it should, in a table that may have more rows and columns than were asked; else nobody knows."""
    preds, labels = inputs.all_classes(rng, 40, 4)
    reference = own.student.material(own.item).reference
    assert reference is not None
    counts, right = torch.as_tensor(own(preds, labels, 4)), reference(preds, labels, 4)
    if counts.ndim == 2 and close(counts[:4, :4], right):
        return True
    raise LookupError("the counts")


def every_class_has_its_place(own: Own, rng: Rng) -> bool:
    """Absent classes have their cells, one pair is counted past a byte, and the inputs stay as they were; else nobody knows."""
    preds, labels = rng.integers(1, 3, 9), rng.integers(1, 3, 9)
    kept = torch.as_tensor(own(preds, labels, 5)).numel() >= 5 * 5
    kept = kept and all(torch.equal(a, b) for a, b in zip(own.last["inputs"], (preds, labels), strict=True))
    right, wrong = torch.full((PAIR,), 1), torch.full((PAIR,), 2)
    most = max(float(torch.as_tensor(own(right, each, 3)).max()) for each in (right, wrong))
    if kept and most >= PAIR / 2:  # some may be left out: that is no matter of size
        return True
    raise LookupError("the classes")


def f1_of_its_own_precision_and_recall(own: Own, rng: Rng) -> bool:
    """F1 is the harmonic mean of the precision and recall that the function itself gives; else nobody knows."""
    precision, recall, f1 = (
        torch.as_tensor(each).double()
        for each in own(inputs.one_class_apart(rng.integers(1, 9, 4, 4) + torch.diag(rng.integers(5, 30, 4))))
    )
    if bool((f1 > 0).any()) and close(f1, (2 * precision * recall / (precision + recall)).nan_to_num(0)):
        return True
    raise LookupError("F1")


def zero_where_undefined(own: Own, rng: Rng) -> bool:
    """Of a class without a row, a column or a hit, what is 0/0 is 0; the others are numbers, and the matrix stays as it was."""
    cm = inputs.with_empty_classes(rng)
    parts = [torch.as_tensor(each).double() for each in own(cm)]
    if not any(part.shape == (len(cm),) for part in parts):
        raise LookupError("no number for each class")
    undefined = (cm.sum(0) == 0, cm.sum(1) == 0, cm.diagonal() == 0)
    return torch.equal(own.last["inputs"][0], cm) and all(
        bool(part.isfinite().all()) and bool((part[where] == 0).all())
        for part, where in zip(parts, undefined, strict=False)
        if part.shape == (len(cm),)
    )


def one_point_for_each_threshold(own: Own, rng: Rng) -> bool:
    """Where scores are equal, no threshold comes twice, the first apart, and the inputs stay as they were; else nobody knows."""
    scores, labels = rng.integers(0, 4, 20) / 4, rng.integers(0, 2, 20)
    labels[:2] = torch.arange(2)
    thresholds = torch.as_tensor(own(scores, labels)[2]).double().reshape(-1)
    left_alone = all(torch.equal(a, b) for a, b in zip(own.last["inputs"], (scores, labels), strict=True))
    if left_alone and len(thresholds) > 2 and len(thresholds[1:].unique()) == len(thresholds) - 1:
        return True
    raise LookupError("the thresholds")


def area_lies_anywhere(own: Own, rng: Rng) -> bool:
    """Straight up there is no area, and an area grows with both axes, wherever the curve lies; else nobody knows."""
    x, y = rng.uniform(7, dtype=DOUBLE).sort().values, rng.uniform(7, dtype=DOUBLE)
    area = float(own(x, y))
    grown = (float(own(2 * x + 1, 3 * y)), float(own(2 * x - 5, 5 * y)))
    upright = float(own(torch.full((4,), 0.5, dtype=DOUBLE), y[:4].sort().values))
    if area and abs(upright) < 1e-6 and close(grown, (6 * area, 10 * area), rtol=0.05, atol=0.05):
        return True
    raise LookupError("the area")
