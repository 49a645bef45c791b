"""The public check and the grader never contradict each other: on every misconception and every wrong answer that we know.

That these lose points is tested in `test_graders`, and that right answers pass the checks in `test_public_checks`: a check that is
red where the grader gives everything would fail there. Here: what a check lets pass earns something, and loses only what no check
can see.
"""

from __future__ import annotations

import contextlib
import importlib.util
import io
import math
import warnings
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import grading_bench as bench
import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import nn

from autograder.grading.items import material

ITEMS = tuple(bench.STUBS)
# Facts that an answer may miss although its check is green, and why the check does not ask for them.
UNSEEN: dict[str, dict[str, str]] = {
    "conv2d": {"test_conv2d_kinds_of_input": "views that are not contiguous"},
    "CNN": {"test_cnn_trains": "gradients of weights that are cut off"},
    "count_parameters": {"test_count_of_shared_tensors": "a tensor that two layers share"},
    "precision_recall_f1": {"test_precision_recall_f1_values": "a class that comes once"},
    "train_one_epoch": {"test_epoch_moves_its_batches": "a second device"},
    "evaluate": {"test_evaluation_moves_its_batches": "a second device"},
    "fit": {
        "test_fit_trains_with_one_adam": "a training so long that who is patient stops",
        "test_fit_validates_after_each_epoch": "a training so long that who is patient stops",
        "test_fit_follows_its_arguments": "a task so easy that everything is right before the last epoch",
    },
}


@pytest.fixture(autouse=True)
def _quietly(remembered: None) -> Iterator[None]:
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        yield


@pytest.fixture(scope="module")
def checks() -> ModuleType:
    spec = importlib.util.spec_from_file_location(
        "checks_beside_graders", bench.COURSE.release(bench.LAB.name) / "checks.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def wrong_answers(item: str) -> dict[str, Callable[..., Any]]:
    """Return all wrong answers that we have for an item: the misconceptions and those of its `wrong.py`."""
    known = {each.name: each.function for each in material(bench.LAB.name, item).misconceptions}
    return {**known, **{f"wrong/{name}": each for name, each in bench.answers("wrong", item).items()}}


def require_agreement(checks: ModuleType, item: str, answers: dict[str, Callable[..., Any]]) -> None:
    """Fail where a check is green and the grader gives nothing, or takes points for what the check could see."""
    amiss = {}
    for name, answer in answers.items():
        space = bench.notebook(**{item: answer})
        names = {"torch": torch, "nn": nn, "F": F, "np": np, "math": math, **space}
        outcome = checks.outcome_of(item, names)
        torch.set_grad_enabled(True)
        if (item, name.removeprefix("wrong/")) in bench.BY_LIBRARY:
            if outcome.status not in ("forbidden", "not yet"):
                amiss[name] = outcome.status
            continue
        assert outcome.status != "not attempted", (name, outcome.text())
        if outcome.status != "passed":
            continue
        tests = bench.run_tests(
            bench.student_of(space, item, {item}), bench.NOTEBOOK_OF[item], item, 1
        )  # without a diagnosis, which takes longest
        lost = {test.name for test in tests if test.outcome != "passed"}
        if not lost <= set(UNSEEN.get(item, ())) or any(
            test.gate or test.veto for test in tests if test.name in lost
        ):
            amiss[name] = sorted(lost)
    assert not amiss


@pytest.mark.parametrize("item", ITEMS)
def test_a_check_that_is_green_is_no_false_promise(checks: ModuleType, item: str) -> None:
    """A part of the answers; all of them in the slow test below."""
    answers = wrong_answers(item)
    require_agreement(
        checks, item, {name: answers[name] for name in list(answers)[:: 2 if len(answers) < 45 else 4]}
    )


@pytest.mark.slow
@pytest.mark.parametrize("item", ITEMS)
def test_no_check_is_a_false_promise(checks: ModuleType, item: str) -> None:
    require_agreement(checks, item, wrong_answers(item))


def test_what_no_check_sees_is_a_fact_of_its_item() -> None:
    """A name that no test has any more would excuse nothing and tell nobody."""
    for item, facts in UNSEEN.items():
        known = {
            test.__name__
            for test, mark in bench.hidden_tests(bench.NOTEBOOK_OF[item])
            if mark["name"] == item
        }
        assert set(facts) <= known


def test_an_answer_that_only_the_check_likes_is_found(checks: ModuleType) -> None:
    """The comparison itself, on an answer that knows the check's numbers and nothing else."""

    def relu(x: torch.Tensor) -> torch.Tensor:
        return x.clamp(min=0) if x.numel() in (4, 6) else x

    with pytest.raises(AssertionError, match="test_relu_values"):
        require_agreement(checks, "relu", {"by_heart": relu})
