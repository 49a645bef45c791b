"""What a student reads when the code does not even run: the line that is in the way, and what to do about it."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from autograder.authoring.handing_in import solution_cells
from autograder.authoring.sentences import said_in
from autograder.graders.kit.instruments import rounding_clue
from autograder.graders.lab1_train_cnn.accuracy.reference import clue as accuracy_clue
from autograder.grading.clues import clue
from autograder.grading.compare import Difference
from autograder.grading.errors_explained import explain
from autograder.grading.items import material

LEFT = "def relu(x):\n    return x * (x > 0)\n    raise NotImplementedError()\n"
STILL_RAISES = (
    "def relu(x):\n    positive = x * (x > 0)\n    raise NotImplementedError()\n    return positive\n"
)
HALF = """
class CNN(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 8, 3, padding=1)

    def forward(self, x):
        raise NotImplementedError()
"""
NO_COLON = "def max_pool2d(x, kernel_size, stride=None)\n    return x\n"
MEAN_OF_BOOLEANS = "def accuracy(logits, labels):\n    return (logits.argmax(1) == labels).mean()\n"
CLASS_BODY = "class CNN(nn.Modul):\n    pass\n"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("the loss is 3, expected 4", ("3 as the loss", "4")),
        ("the result has 3 values, expected 4", ("a result with 3 values", "4")),
        # An error's own words: neither "is" nor "expected" is ours there.
        ("KeyError: 'x is none of 4', expected a result", ("KeyError: 'x is none of 4'", "a result")),
        ("RuntimeError: size [7], expected input of 3, expected a result", ("RuntimeError: size [7], expected input of 3", "a result")),
        ("a list without end", ("a list without end", "what the task describes")),
    ],
)  # fmt: skip
def test_a_difference_is_put_into_words(text: str, words: tuple[str, str]) -> None:
    assert Difference("value", text).words(None, None) == words


def first(card: dict[str, Any], item: str) -> dict[str, Any]:
    """Return an item's first wrong fact."""
    tests = next(each["tests"] for each in card["items"] if each["id"] == item)
    return next(test for test in tests if test["outcome"] in ("failed", "error"))


def test_a_stub_s_line_left_in_is_no_stub_in_the_training_items_either(desk: Any) -> None:
    cells = solution_cells(desk.course, desk.assignment, "02_training_loop")
    left = {
        item: cells[item].replace("    return ", "    raise NotImplementedError()\n    return ")
        for item in ("make_loaders", "train_one_epoch", "evaluate", "fit")
    }
    cards = desk.grade(*(desk.notebook("02_training_loop", {item: code}) for item, code in left.items()))
    for item, card in zip(left, cards, strict=True):
        assert "raise NotImplementedError()" in left[item]
        assert first(card, item)["hint"].startswith(
            "The line `raise NotImplementedError()` is still in the code"
        )


def test_weights_that_no_spec_gives_are_the_same_in_the_sandbox_and_out_here(desk: Any) -> None:
    """Else who adds up weights, not numbers of them, would never be told so."""
    (each,) = (
        m for m in material("lab1_train_cnn", "count_parameters").misconceptions if m.name == "values_added"
    )
    (card,) = desk.grade(
        desk.notebook("01_cnn_layers", {"count_parameters": each.source("count_parameters")})
    )
    assert first(card, "count_parameters")["misconception"] == "values_added"


def test_a_cell_that_stops_without_a_word_is_explained(desk: Any) -> None:
    (card,) = desk.grade(desk.notebook("01_cnn_layers", {"relu": "assert 1 == 2\n"}))
    assert "no `relu`: its cell stopped with AssertionError" in first(card, "relu")["message"]
    assert first(card, "relu")["hint"].startswith("Mend that line first")


def test_code_that_does_not_run_is_met_with_the_line_in_the_way(desk: Any) -> None:
    one = desk.notebook("01_cnn_layers", {"relu": STILL_RAISES, "max_pool2d": NO_COLON, "CNN": HALF})
    two = desk.notebook("01_cnn_layers", {"relu": LEFT, "CNN": CLASS_BODY})
    three = desk.notebook("03_softmax_metrics", {"accuracy": MEAN_OF_BOOLEANS})
    stub = desk.notebook("01_cnn_layers", solved=False)
    cards = desk.grade(one, two, three, stub)
    relu, pool, network = (first(cards[0], item) for item in ("relu", "max_pool2d", "CNN"))
    for each in (relu, network):
        assert "NotImplementedError" in each["message"]
        assert each["hint"].startswith("The line `raise NotImplementedError()` is still in the code")
    assert "no `max_pool2d`: its cell stopped with SyntaxError: expected ':' (line 1)" in pool["message"]
    assert "colon" in pool["hint"]
    scores = {item["id"]: (item["score"], item["points"]) for item in cards[1]["items"]}
    assert scores["relu"] == (2, 2)  # what stands behind the `return` never runs
    broken = first(cards[1], "CNN")
    assert (
        "its cell stopped with AttributeError: module 'torch.nn' has no attribute 'Modul'"
        in broken["message"]
    )
    mean = first(cards[2], "accuracy")
    assert ".float().mean()" in mean["hint"]
    assert {item["status"] for item in cards[3]["items"]} == {"not_attempted"}


def test_the_line_that_failed_reaches_the_words_from_the_sandbox(desk: Any) -> None:
    code = "def softmax(z, dim=-1):\n    e = torch.exp(z - max(z))\n    return e / e.sum(dim, keepdim=True)\n"
    (card,) = desk.grade(desk.notebook("03_softmax_metrics", {"softmax": code}))
    assert first(card, "softmax")["hint"].startswith("Python's own `max` compares single numbers")


def raised(code: str) -> tuple[str, str]:
    """Return kind and message of the error that real code raises here."""
    try:
        exec(code, {"torch": torch, "nn": torch.nn, "F": torch.nn.functional})
    except Exception as error:
        return type(error).__name__, str(error)
    raise AssertionError(f"no error: {code}")


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("torch.tensor([True]).mean()", ".float().mean()"),
        ("nn.Module()(1)", "no `forward`"),
        ("F.cross_entropy(torch.tensor([[1, 2], [3, 4]]), torch.tensor([0, 1]))", "arguments swapped"),
        ("for p in nn.Linear(1, 1).parameters: pass", "`()` behind a name"),
        ("with torch.no_grad: pass", "`()` behind a name"),
        ("torch.rand(2, 3) - torch.rand(2, 3).max(dim=1)", "values and places"),
        ("F.relu(nn.ReLU(torch.rand(2)))", "*made* by its first call"),
        ("None // 2", "One side of `//` is None"),
        ("bias = None; bias.reshape(1)", "if bias is not None"),
        ("(1).to('cpu')", "enumerate(loader)"),
        ("torch.rand(2, 3).gather(1, torch.tensor([0, 1]))", "targets[:, None]"),
        ("from torch.utils.data import random_split; random_split([1, 2, 3], [1, 1])", "subtracting"),
        ("torch.rand(2).sum().backward()", "nothing to differentiate"),
        ("F.cross_entropy(torch.rand(2, 3), torch.tensor([0, 5]))", "ten outputs"),
        ("nn.Conv2d(3, 4, 3)(torch.rand(2, 1, 8, 8))", "made for 3 channels and got 1"),
        ("(lambda a, b: 0)(1)", "keep the stub's order"),
    ],
)  # fmt: skip
def test_the_usual_errors_are_explained(code: str, words: str) -> None:
    kind, message = raised(code)
    said = explain(kind, message)
    assert words in said, (kind, message, said)
    assert not said.startswith("Call the function in a cell of your own"), (kind, message)


@pytest.mark.parametrize(
    ("got", "expected", "words"),
    [
        (torch.tensor([0.33, 0.67]), torch.tensor([0.33333, 0.66667]), "round your result (digits after the point: 2)"),
        (0.667, 0.66667, "round your result (digits after the point: 3)"),
        (torch.tensor([0.0, 1.0, 0.0]), torch.tensor([0.2, 0.7, 0.1]), "round your result (digits after the point: 0)"),
        ("66.7%", 0.667, "You return text"),
        ((torch.rand(3), torch.tensor([1, 0, 2])), torch.rand(3), "values and places"),
    ],
)  # fmt: skip
def test_clues_of_form(got: object, expected: object, words: str) -> None:
    assert words in clue(got, expected)


@pytest.mark.parametrize(
    ("got", "words"),
    [
        (0.49, "is rounded"),
        (0.485, "is rounded"),
        (0.0, "is 0: is it cut"),
        (0.5, ""),
        (1.0, ""),
        (0, "is 0: is it cut"),
    ],
)
def test_a_number_that_may_be_any_constant_is_not_called_rounded(got: float, words: str) -> None:
    assert words in (said := rounding_clue(got, 0.48508, "loss"))
    assert bool(said) == bool(words)
    assert "is cut down" in rounding_clue(2, 2.7, "loss")
    assert rounding_clue(3, 2.7, "loss") == ""
    logits, labels = torch.eye(3)[[0, 1, 2, 0, 1, 2, 0]], torch.tensor([0, 1, 2, 1, 2, 0, 1])
    rounds = "You round" in accuracy_clue((logits, labels), {}, got, 0.48508)
    assert rounds == (words == "is rounded")


def test_right_values_in_another_dtype_and_only_those_are_called_so() -> None:
    values = torch.tensor([0.25, 0.5])
    assert "only the dtype is not" in clue(values.double(), values)
    assert "dtype" not in clue(values + 1e-6, values)
    assert "digits" not in clue(torch.zeros(3), torch.tensor([0.2, 0.3, 0.1]))


def test_what_a_table_looks_for_is_no_message_and_a_choice_of_pairs_makes_two_sentences() -> None:
    table = '_TELLING = (("samples in both parts", "Your slices overlap by one."),)'
    assert said_in(table) == ["Your slices overlap by one."]
    choice = 'def f(x):\n    kind, call = ("whole maps", "a.b") if x else ("numbers", "a.c")\n    return f"{kind} dropped by chance"\n'
    assert {"whole maps dropped by chance", "numbers dropped by chance"} <= set(said_in(choice))
