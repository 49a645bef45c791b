"""What a student's functions return may be of any form: it is judged, and no hidden test of ours fails on it."""

from __future__ import annotations

import json
import math
import warnings
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import numpy as np
import pytest
import torch

from autograder.course import data as datasets
from autograder.course.model import Assignment, Course
from autograder.grading.compare import difference
from autograder.grading.items import material
from autograder.grading.plugin import GradingPlugin
from autograder.grading.run import Context, local_student, run_hidden_tests, score_items

VALUES: dict[str, Any] = {
    "denormal": 5e-324, "a huge integer": -(10**30), "pairs": ((), ()), "nested": [[1], [2, [3]]], "odd keys": {"": {"result": None}},
    "no elements": torch.empty(0, 3), "objects": np.array([object()]), "twenty axes": torch.ones([1] * 20),
}  # fmt: skip
CHANGES: dict[str, Callable[[torch.Tensor], Any]] = {
    "overflowing": lambda t: t.double() * 1e308, "vanishing": lambda t: t.double() * 1e-320, "nan in it": lambda t: t * math.nan, "complex": lambda t: t.to(torch.complex64),
    "flat": lambda t: t.reshape(-1)[:0], "one more axis": lambda t: t[None], "half": lambda t: t.half(), "bools": lambda t: t.bool(), "lists": lambda t: t.tolist(),
    "infinite here and there": lambda t: torch.where(torch.arange(t.numel()).reshape(t.shape) % 2 == 0, t.double(), math.inf),
}  # fmt: skip
ITEMS = (
    "conv_output_size", "conv2d", "relu", "softmax", "cross_entropy", "predict", "accuracy", "confusion_matrix", "precision_recall_f1", "roc_curve",
    "auc", "train_one_epoch", "evaluate",
)  # fmt: skip


def changed(value: Any, change: Callable[[torch.Tensor], Any]) -> Any:
    if isinstance(value, torch.Tensor):
        return change(value)
    if isinstance(value, (tuple, list)):
        return type(value)(changed(each, change) for each in value)
    if isinstance(value, (int, float)):
        found = change(torch.tensor(float(value), dtype=torch.float64))
        return found.item() if isinstance(found, torch.Tensor) and found.numel() == 1 else found
    return value


@pytest.mark.usefixtures("remembered")
@pytest.mark.parametrize("item", ITEMS)
def test_no_answer_is_our_fault(course: Course, lab1: Assignment, item: str) -> None:
    (notebook,) = (name for name in lab1.notebooks if item in [each.id for each in lab1.items(name)])
    reference: Any = material(lab1.name, item).reference
    answers = {
        **{name: (lambda *a, _value=value, **k: _value) for name, value in VALUES.items()},
        **{f"{name} of it": (lambda *a, _change=change, **k: changed(reference(*a, **k), _change)) for name, change in CHANGES.items()},
    }  # fmt: skip
    context = Context(
        lab1.training_on("digits"), datasets.load(course.data, "digits"), tuple(lab1.items(notebook))
    )
    for i, (name, answer) in enumerate(answers.items()):
        student = local_student(lab1, notebook, course, {item: answer})
        plugin = GradingPlugin(student, b"secret", f"draw {i % 3}", (item,), context)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            raws = run_hidden_tests(lab1, notebook, plugin)
            assert not [(name, raw.name, raw.fault) for raw in raws if raw.outcome == "grader_fault"]
            results = score_items(lab1, notebook, raws, plugin, course)
        json.dumps([asdict(each) for each in results], ensure_ascii=False).encode()


def test_numbers_that_no_float_holds_are_other_numbers() -> None:
    for expected in (2, 2.5, torch.tensor(2.5), torch.tensor(2)):
        for got in (10**400, -(10**400)):
            assert difference(got, expected) is not None
    assert difference(2, 2) is difference(2.0, 2) is difference(2, torch.tensor(2.0)) is None


def test_infinities_and_nan_are_like_themselves_alone() -> None:
    expected = torch.tensor([1.0, math.inf, -math.inf, math.nan])
    near = torch.tensor([1.00001, math.inf, -math.inf, math.nan])
    assert difference(near, expected) is None
    for place, others in enumerate(
        ((2.0, math.nan), (-math.inf, math.nan, 1e30), (math.inf,), (0.0, math.inf))
    ):
        for other in others:
            wrong = near.clone()
            wrong[place] = other
            found = difference(wrong, expected)
            assert found is not None, (place, other)
            assert found.kind == "value"
    assert difference(torch.tensor([math.nan, 2.0]), torch.tensor([1.0, 2.0])) is not None
    same = difference(expected.double(), expected)
    assert same is not None
    assert same.kind == "dtype"


def test_what_is_near_is_measured_by_the_largest_finite_value() -> None:
    for beside in ([], [math.inf], [math.nan]):
        for largest, alike in ((100.0, True), (0.1, False)):
            values = [*beside, largest]
            found = difference(torch.tensor([*values, 1e-4]), torch.tensor([*values, 0.0]))
            assert (found is None) == alike, values


def test_a_complex_table_holds_no_whole_numbers() -> None:
    table = torch.tensor([[1, 2], [3, 4]])
    assert difference(table.int(), table) is None
    found = difference(table.to(torch.complex64), table)
    assert found is not None
    assert found.kind == "dtype"
