"""Lab 2's functions that draw at random, and the training of a student's own parts, through the real sandbox."""

import grading_bench as bench
import pytest

from autograder.graders.lab2_learning.masks import bound
from autograder.grading.misconceptions import source_of
from tests.conftest import Desk

NOTEBOOK = "03_regularisation_and_evaluation"
SETUP = "import torch\nimport torch.nn as nn\nimport torch.nn.functional as F\n"
PARTS = """
class CNNNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(1, 10, 5), nn.MaxPool2d(2), nn.ReLU(),
            nn.Conv2d(10, 20, 5), nn.Dropout2d(), nn.MaxPool2d(2), nn.ReLU(), nn.Flatten(),
            nn.Linear(320, 50), nn.ReLU(), nn.Dropout(), nn.Linear(50, 10), nn.LogSoftmax(1),
        )
    def forward(self, x):
        return self.body(x)

def train_with_log(model, loader, loss_fn, optimizer, epoch, log_interval=100, device="cpu"):
    model.train()
    for x, y in loader:
        optimizer.zero_grad()
        loss_fn(model(x), y).backward()
        optimizer.step()
    return []

class Adam(torch.optim.Adam):
    pass
"""
OTHER_MEANS = """
_known = CNNNet()
def train_with_log(model, loader, loss_fn, optimizer, epoch, log_interval=100, device="cpu"):
    if epoch == 1 and len(loader.dataset) != 1500:  # not where the task is made up: no weights can be known for it
        for _ in range(9):
            for x, y in loader:
                optimizer.zero_grad()
                loss_fn(model(x), y).backward()
                optimizer.step()
    return []
"""
OWN = """def channel_dropout(x, p=0.5, training=True):
    return x * dropout(torch.ones(*x.shape[:2], 1, 1, dtype=x.dtype), p, training)
"""
WRONG = """def dropout(x, p=0.5, training=True):
    return x * (torch.rand(x.shape) < p) / (1 - p) if training else x
"""


@pytest.fixture
def desk2(course, tmp_path, pools):
    return Desk(course, course.assignment("lab2_learning"), tmp_path, {})


def earned(card):
    return {item["id"]: item["score"] for item in card["items"]}


@pytest.mark.slow
def test_own_parts_are_trained_and_a_wrong_dropout_costs_itself_alone(desk2):
    right = {"dropout": source_of(bench.known("dropout").reference), "channel_dropout": OWN}
    pasted = {"my_cnnnet": PARTS, "my_train_with_log": "", "my_adam": ""}
    cards = desk2.grade(
        desk2.notebook(NOTEBOOK, right | pasted, [SETUP]),
        desk2.notebook(NOTEBOOK, right | pasted | {"dropout": WRONG, "my_adam": OTHER_MEANS}, [SETUP]),
    )
    for pool in desk2.pools.values():
        pool.close()
    mine, wrong = map(earned, cards)
    assert (mine["dropout"], mine["channel_dropout"], mine["trained_regularised"]) == (5, 3, 6)
    assert wrong["dropout"] < 5
    assert (wrong["channel_dropout"], wrong["trained_regularised"]) == (3, 0)


@pytest.mark.parametrize("name", ["by_the_own_dropout", "by_the_own_dropout_of_means"])
def test_a_wrong_dropout_costs_channel_dropout_nothing(name):
    answer = bench.answers("unusual", "channel_dropout")[name]
    for each in bench.known("dropout").misconceptions[::6]:
        space = bench.notebook(dropout=each.function, channel_dropout=answer)
        result = bench.grade(space, "channel_dropout", 0, {"dropout", "channel_dropout"})
        assert result.score == result.points, (each.name, [t.message for t in result.tests if t.message])


def test_bounds_are_wide_enough_and_no_wider():
    assert 0.026 < bound(20_000) < 0.027  # seven standard deviations of a share of one half


@pytest.mark.parametrize("shift", [-0.04, 0.04])
def test_a_probability_that_is_a_little_off_is_seen(shift):
    def dropout(x, p=0.5, training=True):
        if not training or p in (0, 1):
            return x * (1 - p) if training else x
        return x * (bench.torch.rand(x.shape) >= p + shift) / (1 - p)

    for seed in range(5):
        result = bench.grade_facts(bench.notebook(dropout=dropout), "dropout", seed)
        assert any(t.name == "test_dropout_share" and t.outcome == "failed" for t in result.tests)
