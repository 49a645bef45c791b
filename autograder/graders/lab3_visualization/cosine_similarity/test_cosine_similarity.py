"""Hidden tests of `cosine_similarity`."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

from functools import partial

import torch

from autograder.graders.kit.rules import check_from_scratch
from autograder.graders.kit.several_calls import all_of
from autograder.grading import item

DOUBLE = torch.float64


def _rows(rng, n, d, dtype=torch.float32, first=1.1, second=6.0, fourth=2.4):
    """Return rows (n, d) of very different lengths."""
    lengths = torch.tensor([first, second, 1.5, fourth, 7.0])[torch.arange(n) % 5]
    rows = rng.normal(n, d, dtype=dtype)
    return rows / rows.norm(dim=1, keepdim=True) * lengths[:, None].to(dtype)


def _pair(rng, n, m, d, dtype=torch.float32):
    """Return both matrices. In one, a row is so short that a length cut off at 1e-4 shows; 1e-8 in a denominator is forgiven."""
    return _rows(rng, n, d, dtype, 8e-5, 30.0, 0.4), _rows(rng, m, d, dtype).flip(0)


def _with_empty_rows(rng, n, m, d, dtype=torch.float32):
    """Return rows of which the second of a, and the first and the last of b, are zero; the third of a has one 0, and the second of b the sum 0."""
    a, b = _pair(rng, n, m, d, dtype)
    a[1], a[2, 0], b[0], b[1], b[-1] = 0, 0, 0, 0, 0
    b[1, :2] = torch.tensor([2.0, -2.0])
    return a, b


@item("cosine_similarity", veto=True)
def test_cosine_similarity_from_scratch(student, rng):
    """`cosine_similarity` is written from scratch: no `F.cosine_similarity` or scikit-learn inside."""
    check_from_scratch(student, "cosine_similarity", *_pair(rng, 4, 3, 5))


@item("cosine_similarity", gate=True)
def test_cosine_similarity_shape(student, rng):
    """From a (N, D) and b (M, D) it makes a tensor (N, M) of their type."""
    for sizes in ((4, 3, 5), (2, 6, 3), (1, 4, 2)):
        student.check("cosine_similarity", *_pair(rng, *sizes), form_only=True)


@item("cosine_similarity", weight=2)
def test_cosine_similarity_values(student, rng):
    """Entry [i, j] is the product of rows i of a and j of b, divided by both lengths, however long they are."""
    calls = (_pair(rng, 4, 6, 3), _pair(rng, 2, 5, 7)[::-1], _pair(rng, 4, 4, 4))
    all_of(*(partial(student.check, "cosine_similarity", *each) for each in calls))


@item("cosine_similarity", weight=1)
def test_cosine_similarity_of_zero_rows(student, rng):
    """A row of zeros has the cosine 0 with every row, and the others keep theirs."""
    for a, b in (_with_empty_rows(rng, 3, 4, 5), _with_empty_rows(rng, 4, 3, 2)):
        student.check("cosine_similarity", a, b)


@item("cosine_similarity", weight=1)
def test_cosine_similarity_of_other_rows(student, rng):
    """One row, one column, views and float64 work, and both matrices stay as they were."""
    view = _rows(rng, 3, 5, DOUBLE).T.contiguous().T
    calls = (
        _pair(rng, 1, 1, 6), _pair(rng, 3, 4, 1), _pair(rng, 5, 3, 4, DOUBLE), _with_empty_rows(rng, 3, 4, 3, DOUBLE),
        (view, _rows(rng, 8, 5, DOUBLE)[::2]),
    )  # fmt: skip
    all_of(*(partial(student.check, "cosine_similarity", *each, also=("inputs",)) for each in calls))
