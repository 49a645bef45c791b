"""Pictures of wrong results: what they need is plain data whatever came back, and each can be drawn."""

from __future__ import annotations

import base64
import json
import math
import struct

import pytest
import torch

from autograder.demo import lab1_train_cnn as students
from autograder.grading.pictures import MOST_POINTS, MOST_SIDE, picture_of
from autograder.pages.drawing import draw


def size_of(png: str) -> tuple[int, int]:
    data = base64.b64decode(png)
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    return struct.unpack(">II", data[16:24])


NO_FIT = {"train_loss": [2.0, 1.0], "val_loss": [2.1, 1.2], "val_accuracy": [0.1, 0.5]}
EXTREMES = [[1e308, -1e308, 5e-324], [1e30, -1e30, -math.inf]]
CURVES = (torch.tensor([0.0, 0.5, 1.0]), torch.tensor([0.0, 0.7, 1.0]), torch.tensor([2.0, 0.7, 0.1]))


def test_maps_show_the_first_that_differs() -> None:
    right = torch.arange(48.0).reshape(2, 2, 3, 4)
    wrong = right.clone()
    wrong[1, 0, 2, 1] += 5
    picture = picture_of("maps", wrong, right)
    assert picture == {
        "kind": "maps",
        "got": [[24, 25, 26, 27], [28, 29, 30, 31], [32, 38, 34, 35]],
        "expected": [[24, 25, 26, 27], [28, 29, 30, 31], [32, 33, 34, 35]],
    }
    _, alt = draw(picture)
    assert "largest in row 2, column 1" in alt


@pytest.mark.parametrize(
    ("kind", "got", "expected"),
    [
        ("maps", torch.full((1, 1, 2, 3), math.nan), torch.rand(1, 1, 2, 3)),
        ("maps", torch.full((2, 3, 4, 5), -math.inf), torch.rand(2, 3, 4, 5)),
        ("matrix", torch.tensor([[3, 1], [0, 9]]), torch.tensor([[3, 0], [1, 9]])),
        ("curve", (CURVES[0], CURVES[1].flip(0), CURVES[2]), CURVES),
        ("losses", {**NO_FIT, "train_loss": [2.0, math.nan, 7.0]}, NO_FIT),
        ("maps", torch.tensor([[EXTREMES]], dtype=torch.float64), torch.rand(1, 1, 2, 3)),
        ("matrix", torch.tensor(EXTREMES, dtype=torch.float64), torch.rand(2, 3)),
        ("curve", (torch.tensor(EXTREMES[0]), torch.tensor(EXTREMES[1]), 0), CURVES),
        ("losses", {**NO_FIT, "val_loss": EXTREMES[0] + EXTREMES[1]}, NO_FIT),
    ],
)  # fmt: skip
def test_each_kind_is_plain_data_and_can_be_drawn(kind: str, got: object, expected: object) -> None:
    picture = picture_of(kind, got, expected)
    assert picture is not None
    assert picture["kind"] == kind
    assert json.loads(json.dumps(picture, allow_nan=False)) == picture
    png, alt = draw(picture)
    width, height = size_of(png)
    assert 200 < width < 1000
    assert 100 < height < 500
    assert len(alt) > 40
    assert draw(picture)[0] == png  # the same picture, byte by byte


@pytest.mark.parametrize(
    ("kind", "got", "expected"),
    [
        ("softmax", torch.rand(3), torch.rand(3)),
        ("maps", torch.rand(1, 1, 3, 3), torch.rand(1, 1, 2, 3)),
        ("maps", "no tensor", torch.rand(1, 1, 2, 3)),
        ("maps", torch.rand(3), torch.rand(3)),
        ("maps", torch.rand(1, 1, 0, 3), torch.rand(1, 1, 0, 3)),
        ("maps", torch.rand(1, 1, MOST_SIDE + 1, 3), torch.rand(1, 1, MOST_SIDE + 1, 3)),
        ("matrix", [[1, 2]], torch.rand(2, 2)),
        ("curve", None, CURVES),
        ("curve", (torch.rand(3), torch.rand(4)), CURVES),
        ("curve", (["a"], ["b"]), CURVES),
        ("curve", ([10**400], [10**400]), CURVES),
        ("curve", (torch.rand(2, 2), torch.rand(2, 2)), CURVES),
        ("losses", [1, 2], NO_FIT),
        ("losses", {"train_loss": 3, "val_loss": []}, NO_FIT),
        ("losses", {"train_loss": [torch.rand(2)], "val_loss": [1.0]}, NO_FIT),
        ("losses", {"train_loss": [10**400], "val_loss": [1.0]}, NO_FIT),
    ],
)  # fmt: skip
def test_what_cannot_be_drawn_has_no_picture(kind: str, got: object, expected: object) -> None:
    assert picture_of(kind, got, expected) is None


def test_curves_are_cut() -> None:
    long = torch.linspace(0, 1, 5 * MOST_POINTS)
    picture = picture_of("curve", (long, long, long), CURVES)
    assert picture is not None
    assert len(picture["got"][0]) == MOST_POINTS


FIT_SGD = """
def fit(model, train_loader, val_loader, epochs, lr):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for _ in range(epochs):
        history["train_loss"].append(train_one_epoch(model, train_loader, nn.CrossEntropyLoss(), optimizer))
        loss, accuracy = evaluate(model, val_loader, nn.CrossEntropyLoss())
        history["val_loss"].append(loss)
        history["val_accuracy"].append(accuracy)
    return history
"""
POOL_MIN = "def max_pool2d(x, k, stride=None):\n    return -F.unfold(-x, k, stride=stride or k).view(*x.shape[:2], k * k, (x.shape[2] - k) // (stride or k) + 1, -1).amax(2)\n"
TIES = """
def roc_curve(scores, labels):
    order = scores.argsort(descending=True)
    y = labels[order].to(scores.dtype)
    zero = scores.new_zeros(1)
    return (torch.cat([zero, (1 - y).cumsum(0) / (1 - y).sum()]), torch.cat([zero, y.cumsum(0) / y.sum()]),
            torch.cat([scores.max().reshape(1) + 1, scores[order]]))
"""


def test_wrong_submissions_have_one_picture_each(desk) -> None:
    one = desk.notebook("01_cnn_layers", {"conv2d": students.FLIPPED, "max_pool2d": POOL_MIN})
    two = desk.notebook("02_training_loop", {"fit": FIT_SGD})
    three = desk.notebook("03_softmax_metrics", {"confusion_matrix": students.TRANSPOSED, "roc_curve": TIES})
    cards = desk.grade(one, two, three)
    kinds = {
        item["id"]: [test["picture"]["kind"] for test in item["tests"] if test["picture"]]
        for card in cards
        for item in card["items"]
    }
    assert {i: k for i, k in kinds.items() if k} == {
        "conv2d": ["maps"],
        "max_pool2d": ["maps"],
        "fit": ["losses"],
        "confusion_matrix": ["matrix"],
        "roc_curve": ["curve"],
    }
    for card in cards:
        for item in card["items"]:
            for test in item["tests"]:
                if test["picture"]:
                    assert draw(test["picture"])
