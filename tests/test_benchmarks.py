"""The benchmark compares like with like, and the page about large classes shows its figures."""

import json
import os
import sys

import pytest
import torch
import torch.nn as nn
import torch.nn.functional as functional
from torch.utils.data import DataLoader, TensorDataset

from autograder.grading.items import material
from tests.conftest import ROOT

sys.path.insert(0, str(ROOT / "benchmarks"))
import many_seeds
import plain_checks
import scaling

ITEMS = [item for item in plain_checks._CHECKS if item != "trained_accuracy"]


def outcome(item, function):
    """Run an item's plain checks on a function; return the error, if any."""
    torch.manual_seed(1)
    names = {
        "torch": torch,
        "nn": nn,
        "F": functional,
        "DataLoader": DataLoader,
        "TensorDataset": TensorDataset,
        "os": os,
    }
    for other in ("train_one_epoch", "evaluate"):
        names[other] = material("lab1_train_cnn", other).reference
    try:
        exec(plain_checks.checks(item, 100, 1, 0.5), {**names, item: function})
    except Exception as error:
        return error
    return None


@pytest.mark.parametrize("item", ITEMS)
def test_plain_checks_accept_the_reference_and_reject_wrong_answers(item):
    known = material("lab1_train_cnn", item)
    assert outcome(item, known.reference) is None
    rejected = [wrong.name for wrong in known.misconceptions if outcome(item, wrong.function) is not None]
    assert len(rejected) >= len(known.misconceptions) / 2


def test_the_page_shows_what_was_measured():
    figures = json.loads(scaling.FIGURES.read_text())
    assert scaling.page(figures) in scaling.PAGE.read_text()
    figures["rows"]["warm"]["notebooks"]["student_sum"] *= 2
    assert scaling.page(figures) not in scaling.PAGE.read_text()


def test_many_seeds_reports_a_point_lost(monkeypatch):
    assert many_seeds.graded(("relu", many_seeds.SOLUTION, 7)) == ("relu", many_seeds.SOLUTION, 7, [])
    monkeypatch.setattr("grading_bench.answers", lambda folder, item: {"absolute": torch.abs})
    item, name, seed, said = many_seeds.graded(("relu", "absolute", 7))
    assert (item, name, seed) == ("relu", "absolute", 7)
    assert any("relu" in text for text in said)
