"""Of several results the one that is wrong is shown, and the advice is about that one: in the grader and in the public check."""

from __future__ import annotations

import functools
import importlib.util
import re
from collections.abc import Callable
from types import ModuleType
from typing import Any

import grading_bench as bench
import pytest
import torch

from autograder.grading.compare import difference
from autograder.grading.items import material

pytestmark = pytest.mark.usefixtures("remembered")

# Of each result: its place, what the grader calls it, and what the public check calls it.
RESULTS = {
    "evaluate": {0: ("loss", "loss"), 1: ("accuracy", "accuracy")},
    "predict": {0: ("labels", "labels"), 1: ("confidences", "confidences")},
    "precision_recall_f1": {0: ("precision", "precision"), 1: ("recall", "recall"), 2: ("F1", "F1")},
    "roc_curve": {
        0: ("false positive rate", "fpr"),
        1: ("true positive rate", "tpr"),
        2: ("thresholds", "thresholds"),
    },
    "fit": {key: (key, key) for key in ("train_loss", "val_loss", "val_accuracy")},
}


def _each(change: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: [change(each) for each in value] if isinstance(value, list) else change(value)


def _reversed(value: Any) -> Any:
    if isinstance(value, list):
        return value[::-1]
    return value.flip(0) if isinstance(value, torch.Tensor) else 1 - value


BENT: dict[str, Callable[[Any], Any]] = {
    "times 100": _each(lambda value: 100 * value),
    "plus 1": _each(lambda value: value + 1),
    "reversed": _reversed,
}


def bent(item: str, places: tuple[Any, ...], how: str) -> Callable[..., Any]:
    """Return the right answer with some of its results bent."""
    reference = material(bench.LAB.name, item).reference
    assert reference is not None

    @functools.wraps(reference)
    def answer(*args: Any, **kwargs: Any) -> Any:
        right = reference(*args, **kwargs)
        results: Any = dict(right) if isinstance(right, dict) else list(right)
        for place in places:
            results[place] = BENT[how](results[place])
        return results if isinstance(right, dict) else tuple(results)

    return answer


@pytest.fixture(scope="module")
def checks() -> ModuleType:
    spec = importlib.util.spec_from_file_location(
        "checks_of_several", bench.COURSE.release(bench.LAB.name) / "checks.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def require_about(text: str, names: list[str], mine: str) -> None:
    """Fail where a text names other results and not this one."""
    named = {name for name in names if re.search(rf"\b{re.escape(name)}\b", text)}
    assert not named or mine in named, (mine, text)


ALONE = [
    pytest.param(item, place, how, id=f"{item}-{place}-{how}")
    for item, results in RESULTS.items()
    for place in results
    for how in BENT
]


@pytest.mark.parametrize(("item", "place", "how"), ALONE)
def test_the_grader_shows_and_explains_the_result_that_is_wrong(item: str, place: Any, how: str) -> None:
    names = [name for name, _ in RESULTS[item].values()]
    name = RESULTS[item][place][0]
    graded = bench.grade({**bench.notebook(), item: bent(item, (place,), how)}, item, 1)
    failed = [test for test in graded.tests if test.message and test.outcome == "failed"]
    assert failed
    for test in failed:
        gave = test.message.partition("It gave ")[2].partition(" Expected: ")[0]
        assert name in gave, test.message
        assert not [other for other in names if other != name and other in gave], test.message
        require_about(test.hint, names, name)


@pytest.mark.parametrize(("item", "place", "how"), ALONE)
def test_the_check_shows_and_explains_the_result_that_is_wrong(
    checks: ModuleType, item: str, place: Any, how: str
) -> None:
    names = [name for _, name in RESULTS[item].values()]
    name = RESULTS[item][place][1]
    outcome = checks.outcome_of(item, {**bench.notebook(), item: bent(item, (place,), how)})
    assert outcome.status == "not yet"
    shown = dict(outcome.parts)
    assert name in shown["called"].rpartition("; ")[2], outcome.text()
    require_about(outcome.advice, names, name)


@pytest.mark.parametrize("item", ["evaluate", "predict"])
def test_of_two_wrong_results_the_first_is_shown_and_explained(checks: ModuleType, item: str) -> None:
    """The loss that is shown must not be explained by the accuracy, which is rounded or in percent as well."""
    first, second = RESULTS[item][0], RESULTS[item][1]
    answer = bent(item, (0, 1), "times 100")
    graded = bench.grade({**bench.notebook(), item: answer}, item, 1)
    test = next(test for test in graded.tests if test.outcome == "failed")
    assert f"as the {first[0]}" in test.message
    assert second[0] not in test.hint
    outcome = checks.outcome_of(item, {**bench.notebook(), item: answer})
    assert outcome.parts[0][1].endswith(f"; the {first[1]}")
    assert second[1] not in outcome.advice


def test_a_training_loss_that_is_measured_afterwards_is_no_fault_beside_a_wrong_accuracy(
    checks: ModuleType,
) -> None:
    """It is allowed as well: what is said is said of the accuracy alone."""

    def fit(model: Any, train_loader: Any, val_loader: Any, epochs: int, lr: float) -> dict[str, list[float]]:
        space = bench.notebook()
        history: dict[str, list[float]] = {"train_loss": [], "val_loss": [], "val_accuracy": []}
        adam, criterion = torch.optim.Adam(model.parameters(), lr=lr), torch.nn.CrossEntropyLoss()
        for _ in range(epochs):
            space["train_one_epoch"](model, train_loader, criterion, adam)
            history["train_loss"].append(space["evaluate"](model, train_loader, criterion)[0])
            loss, accuracy = space["evaluate"](model, val_loader, criterion)
            history["val_loss"].append(loss)
            history["val_accuracy"].append(accuracy + 1)
        return history

    graded = bench.grade({**bench.notebook(), "fit": fit}, "fit", 1)
    assert any(test.hint.startswith("`val_accuracy` alone is wrong") for test in graded.tests)
    outcome = checks.outcome_of("fit", {**bench.notebook(), "fit": fit})
    assert outcome.advice.startswith("val_accuracy alone is wrong")


def test_names_stand_for_the_results_of_one_call_only() -> None:
    """A list of the results of two calls has as many values, and they are called otherwise."""
    found = difference([(1.0, 2.0), (1.0, 3.0)], [(1.0, 2.0), (1.0, 2.0)], names=("loss", "accuracy"))
    assert found is not None
    assert found.text == "the accuracy is 3, expected 2"
    assert found.part == 1
