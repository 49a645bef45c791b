"""Hidden tests of `pca`. Signs are free (`reference.normalise`), and so is the basis inside equal variances."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

from dataclasses import replace
from functools import partial

import torch

from autograder.graders.kit.rules import check_from_scratch
from autograder.graders.kit.several_calls import all_of
from autograder.graders.lab3_visualization.pca.reference import RESULTS, direction, normalise, scale
from autograder.grading import item
from autograder.grading.compare import Difference, difference

DOUBLE = torch.float64
_FALLING = (6.0, 4.2, 2.9, 2.0, 1.4, 1.0, 0.7)  # singular values, the squares of neighbours well apart


def _data(rng, n, d, values=_FALLING, dtype=torch.float32):
    """Return data (n, d) around a mean far from 0, with these singular values, whose components have a clear sign."""
    rank = min(n - 1, d, len(values))
    rows = rng.normal(n, rank, dtype=DOUBLE)
    left = torch.linalg.qr(rows - rows.mean(dim=0)).Q  # columns that add up to 0
    for _ in range(200):
        right = torch.linalg.qr(rng.normal(d, rank, dtype=DOUBLE)).Q
        if float((right.T @ direction(d)).abs().min()) > 0.05:
            break
    mean = 3 * rng.normal(d, dtype=DOUBLE) + 1
    return (left * torch.tensor(values[:rank], dtype=DOUBLE) @ right.T + mean).to(dtype)


def _part(which):
    """Return a fact: this one of the three results is right, whatever the signs of the components."""

    def fact(got, expected):
        if not isinstance(got, tuple | list) or len(got) != len(RESULTS):
            return difference(got, expected)
        sizes = (20 * expected[0].abs().max(), torch.tensor(20.0), torch.tensor(2.0))
        mine, theirs = (got, expected) if which == 2 else (normalise(got), normalise(expected))
        found = difference(mine[which], theirs[which], sizes[which], f"the {RESULTS[which]}")
        return None if found is None else replace(found, part=which)

    return fact


def _every(student, part, *calls):
    """Check one of the results in each of several calls."""
    all_of(*(partial(student.check, "pca", x, k, fact=_part(part)) for x, k in calls))


@item("pca", veto=True)
def test_pca_from_scratch(student, rng):
    """`pca` is written from scratch: no `torch.pca_lowrank` or scikit-learn inside."""
    check_from_scratch(student, "pca", _data(rng, 8, 5), 2)


@item("pca", gate=True)
def test_pca_shapes(student, rng):
    """`pca` returns three tensors of the data's type: (N, k), (k, D) and (k,)."""
    for n, d, k in ((9, 5, 3), (4, 7, 2), (6, 3, 1)):
        student.check("pca", _data(rng, n, d), k, form_only=True)


@item("pca", weight=1.5)
def test_pca_components(student, rng):
    """The components are orthonormal directions of the centred data, by falling variance; their signs are free."""
    _every(student, 1, (_data(rng, 12, 5), 3), (_data(rng, 6, 6), 4), (_data(rng, 5, 8), 2))


@item("pca", weight=1.5)
def test_pca_projection(student, rng):
    """The projection is the centred data along each component, as far as it lies from the mean."""
    _every(student, 0, (_data(rng, 11, 4), 2), (_data(rng, 7, 7), 3), (_data(rng, 6, 9), 4))


@item("pca", weight=1)
def test_pca_explained(student, rng):
    """Each share is what its component explains of the whole variance, of all D directions."""
    _every(student, 2, (_data(rng, 10, 6), 2), (_data(rng, 8, 8), 5), (_data(rng, 5, 7), 1))


@item("pca", weight=1)
def test_pca_of_other_data(student, rng):
    """One component, all of them, two samples, views and float64 work, and the data stays as it was."""
    view, steps = _data(rng, 6, 5, dtype=DOUBLE).T.contiguous().T, _data(rng, 14, 4)[::2]
    calls = ((_data(rng, 9, 4), 4), (_data(rng, 2, 3), 1), (view, 2), (steps, 1), (_data(rng, 5, 6), 4))
    all_of(*(partial(student.check, "pca", x, k, also=("inputs",)) for x, k in calls))


@item("pca", weight=0.5)
def test_pca_of_equal_variances(student, rng):
    """Where directions vary equally, any orthonormal basis of them will do."""
    x = _data(rng, 9, 6, (5.0, 3.0, 3.0, 1.5))
    sizes = scale(x, 3)

    def judge(seen, expected):
        result, wanted = seen["result"], expected["result"]
        found = difference(result, wanted, sizes, "the result", False, RESULTS)
        if found is None or found.kind != "value":
            return found
        (mine, axes, shares), (theirs, others, wanted_shares) = result, wanted
        pairs: list[tuple[str, torch.Tensor, torch.Tensor]] = [
            ("explained shares", shares, wanted_shares),
            ("products of the components with one another", axes @ axes.T, torch.eye(3)),
        ]
        for name, some in (("first component", [0]), ("second and third component", [1, 2])):
            pairs += [
                (f"plane or line of the {name}", axes[some].T @ axes[some], others[some].T @ others[some]),
                (f"data along the {name}", mine[:, some] @ axes[some], theirs[:, some] @ others[some]),
            ]
        for name, got, right in pairs:
            if (apart := difference(got, right, 20 * x.abs().max(), f"the {name}")) is not None:
                return Difference("value", apart.text, 0)
        return None

    student.check("pca", x, 3, judge=judge)
