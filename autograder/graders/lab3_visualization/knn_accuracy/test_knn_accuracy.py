"""Hidden tests of `knn_accuracy`."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

from functools import partial

import torch

from autograder.graders.kit.rules import check_from_scratch
from autograder.graders.kit.several_calls import all_of
from autograder.graders.lab3_visualization.neighbours import (
    clear,
    clear_against_the_nearest,
    labelled,
    tied_against_the_mean,
    tied_against_the_nearest,
    tied_against_the_smallest,
)
from autograder.grading import item

DOUBLE = torch.float64
_CLEAR = (clear_against_the_nearest, clear)


def _every(student, *calls, **more):
    all_of(*(partial(student.check, "knn_accuracy", *each, any_form=True, **more) for each in calls))


@item("knn_accuracy", veto=True)
def test_knn_accuracy_from_scratch(student, rng):
    """`knn_accuracy` is written from scratch: no scikit-learn inside."""
    check_from_scratch(student, "knn_accuracy", *labelled(rng, 3, _CLEAR))


@item("knn_accuracy", gate=True, weight=1)
def test_knn_accuracy_is_a_number(student, rng):
    """`knn_accuracy` returns one number."""
    student.check("knn_accuracy", *labelled(rng, 3, _CLEAR), form_only=True)


@item("knn_accuracy", weight=2)
def test_knn_accuracy_of_votes(student, rng):
    """The share of test samples whose class has most votes among the k nearest training samples."""
    _every(
        student,
        labelled(rng, 5, _CLEAR, m=17, each=6),
        labelled(rng, 4, _CLEAR, m=8, each=7, classes=(0, 1, 2)),
        labelled(rng, 3, _CLEAR),
        labelled(rng, 5, _CLEAR, m=16, each=6, unseen=True),
    )


@item("knn_accuracy", weight=1.5)
def test_knn_accuracy_of_ties(student, rng):
    """Of classes with equally many votes, that of the nearest neighbour among them wins."""
    tied = (tied_against_the_smallest, tied_against_the_nearest)
    _every(
        student,
        labelled(rng, 5, tied, m=15),
        labelled(rng, 5, tied[::-1], m=40, each=4, classes=(0, 1, 2, 3, 4)),
        labelled(rng, 5, (tied_against_the_mean,), m=18, each=9),
        labelled(rng, 2, tied[:1], each=7, classes=(0, 1, 2)),
        labelled(rng, 4, tied[:1], each=8),
    )


@item("knn_accuracy", weight=0.5)
def test_knn_accuracy_of_other_numbers(student, rng):
    """One neighbour and one test sample work, classes may be any numbers, and the four tensors stay as they were."""
    x, y, test_x, test_y, k = labelled(rng, 3, (clear,), each=9, classes=(3, 12, 7), dtype=DOUBLE)
    one = labelled(rng, 3, (clear_against_the_nearest,), each=1)
    alone = (*one[:3], (one[3] + 1) % 4, one[4])  # whose class is another: none is right
    views = (x.T.contiguous().T, torch.stack([y, y], dim=1)[:, 0], test_x, test_y, k)
    every = labelled(rng, 5, (clear_against_the_nearest,), m=5, each=4, classes=(0, 1))
    _every(student, every, labelled(rng, 1, (clear,), each=8), one, alone, views, also=("inputs",))
